"""Which pixels of an acquired image say something about the patient."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from pti.imaging.line_integrals import beam_signal, full_scale, line_integrals
from pti.imaging.radiograph import Radiograph

Mask = NDArray[np.bool_]

#: A saturated patch of at least this share of the panel is open field; a smaller one is burnt-in text or a defect.
_OPEN_PATCH = 0.01
#: A jaw's edge is looked for in means over this many pixels.
_JAW_BINNING = 4
#: Least mean step of ln(intensity) across a jaw's edge, alone and compared with other places, the least line integral of
#: its shadow, and the greatest part of the panel that a jaw covers.
_JAW_STEP = 0.2
_JAW_STANDS_OUT = 3.0
_SHADOW = 1.0
_JAW_REACH = 0.45
#: Half-shadow that is left out next to a jaw, in binned pixels.
_PENUMBRA = 2


def usable_pixels(radiograph: Radiograph) -> Mask:
    """Where the image shows the patient or the open field: not behind a jaw, not dead, no burnt-in text.

    Returns
    -------
    (row, column), True for usable pixels

    Raises
    ------
    UnknownIntensityRelationship
        If the image does not say whether bright means beam or tissue.
    """
    usable = np.asarray(beam_signal(radiograph) > 0)
    patches, count = label(saturated_pixels(radiograph))
    if count:
        sizes = np.bincount(patches.ravel())
        small = sizes < _OPEN_PATCH * usable.size
        small[0] = False
        usable &= ~small[patches]
    top, bottom, left, right = _open_rectangle(line_integrals(radiograph))
    usable[:top], usable[bottom:], usable[:, :left], usable[:, right:] = False, False, False, False
    return usable


def saturated_pixels(radiograph: Radiograph) -> Mask:
    """Where there was at least as much beam as the detector can tell: (row, column).

    Raises
    ------
    UnknownIntensityRelationship
        If the image does not say whether bright means beam or tissue.
    """
    return np.asarray(beam_signal(radiograph) == full_scale(radiograph.pixels))


def _open_rectangle(integrals: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """First and end row, first and end column of the field between the jaws, in pixels; the whole panel if there is no jaw."""
    b = _JAW_BINNING
    rows, columns = integrals.shape[0] // b, integrals.shape[1] // b
    small = integrals[: rows * b, : columns * b].reshape(rows, b, columns, b).mean(axis=(1, 3))
    top, bottom, left, right = 0, rows, 0, columns
    for _ in range(2):  # the second time without what the other pair of jaws covers
        left, right = _jaw(small[top:bottom]), columns - _jaw(small[top:bottom, ::-1])
        top, bottom = _jaw(small[:, left:right].T), rows - _jaw(small[::-1, left:right].T)
    whole_rows, whole_columns = integrals.shape
    return top * b, bottom * b if bottom < rows else whole_rows, left * b, right * b if right < columns else whole_columns


def _jaw(integrals: NDArray[np.float32]) -> int:
    """First column that is not behind a jaw that comes in from column 0: 0 if there is none.

    A jaw's edge is one straight line with a step over the whole height, down where tissue behind it is thin, up where it is
    so thick that it lets less through than what scatters into the shadow. The shadow beyond is dark everywhere.
    """
    reach = int(integrals.shape[1] * _JAW_REACH)
    if reach < 4:
        return 0
    step = np.clip(np.abs(integrals[:, : reach - 2] - integrals[:, 2:reach]), 0.0, 1.0).mean(axis=0)
    best = int(np.argmax(step)) + 1
    shadow = integrals[:, : max(best - 1, 1)]
    stands_out = step[best - 1] > max(_JAW_STEP, _JAW_STANDS_OUT * float(np.median(step)))
    return best + _PENUMBRA if stands_out and np.percentile(shadow, 5) > _SHADOW else 0
