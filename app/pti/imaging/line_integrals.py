"""Acquired kV images as line integrals, and which of their pixels say something about the patient."""

import numpy as np
from numpy.typing import NDArray

from pti.foundation.errors import PtiError
from pti.imaging.radiograph import IntensityRelationship, Radiograph

Mask = NDArray[np.bool_]

#: The open field is what this share of the pixels does not exceed; the few above are glare or defects.
_OPEN_FIELD_PERCENTILE = 99.5
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


class UnknownIntensityRelationship(PtiError):
    """An image whose pixel values cannot be told apart from their inverse."""

    code, title = "PTI-IMG-01", "The image does not say what its pixel values mean"
    remedy = "Have the imaging system write Pixel Intensity Relationship and its sign (0028,1040), (0028,1041)."


def line_integrals(radiograph: Radiograph) -> NDArray[np.float32]:
    """``-ln(I / I0)`` of an acquired image.

    Of logarithmic images neither unit nor zero is known: they come out from 0 for the open field, in units of their values'
    range. I0 is taken from the brightest part, so that an image without open field has a constant offset.

    Returns
    -------
    (row, column), float32; greater where the beam was attenuated more

    Raises
    ------
    UnknownIntensityRelationship
        If the image does not say whether bright means beam or tissue.
    """
    match radiograph.relationship:
        case None:
            raise UnknownIntensityRelationship("neither linear nor logarithmic, nor the sign, is given")
        case IntensityRelationship.LINEAR_BRIGHT_IS_BEAM:
            intensity = radiograph.pixels
        case IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING:
            intensity = np.asarray(full_scale(radiograph.pixels) - radiograph.pixels, dtype=np.uint16)
        case IntensityRelationship.LOGARITHMIC_BRIGHT_IS_BEAM:
            values = radiograph.pixels.astype(np.float32)
            top = np.percentile(values[::4, ::4], _OPEN_FIELD_PERCENTILE)
            return np.asarray((top - values) / max(float(values.max() - values.min()), 1.0), dtype=np.float32)
        case IntensityRelationship.LOGARITHMIC_BRIGHT_IS_ABSORBING:
            values = radiograph.pixels.astype(np.float32)
            low = np.percentile(values[::4, ::4], 100 - _OPEN_FIELD_PERCENTILE)
            return np.asarray((values - low) / max(float(values.max() - values.min()), 1.0), dtype=np.float32)
    open_field = max(float(np.percentile(intensity[::4, ::4], _OPEN_FIELD_PERCENTILE)), 1.0)
    # 65536 logarithms instead of one for each pixel; half a count stands for none.
    table = np.log(open_field / np.maximum(np.arange(65536, dtype=np.float64), 0.5)).astype(np.float32)
    return np.asarray(table[intensity])


def full_scale(pixels: NDArray[np.uint16]) -> int:
    """The greatest value that the detector can give: all ones in the fewest of 8, 10, 12, 14 or 16 bits that hold the image."""
    return next(scale for bits in (8, 10, 12, 14, 16) if (scale := 2**bits - 1) >= int(pixels.max()))


def usable_pixels(radiograph: Radiograph) -> Mask:
    """Where the image shows the patient: not behind a jaw, not saturated, not dead.

    Returns
    -------
    (row, column), True for usable pixels
    """
    pixels = radiograph.pixels
    scale = full_scale(pixels)
    usable = (pixels > 0) & (pixels < scale)
    top, bottom, left, right = _open_rectangle(line_integrals(radiograph))
    usable[:top], usable[bottom:], usable[:, :left], usable[:, right:] = False, False, False, False
    return usable


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
