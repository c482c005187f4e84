"""Acquired kV images as line integrals."""

import numpy as np
from numpy.typing import NDArray

from pti.foundation.errors import PtiError
from pti.imaging.radiograph import IntensityRelationship, Radiograph

#: The open field is what this share of the pixels does not exceed; the few above are glare or defects.
_OPEN_FIELD_PERCENTILE = 99.5
_LOGARITHMIC = (IntensityRelationship.LOGARITHMIC_BRIGHT_IS_BEAM, IntensityRelationship.LOGARITHMIC_BRIGHT_IS_ABSORBING)
_BRIGHT_IS_ABSORBING = (
    IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING,
    IntensityRelationship.LOGARITHMIC_BRIGHT_IS_ABSORBING,
)


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
    signal = beam_signal(radiograph)
    open_field = max(float(np.percentile(signal[::4, ::4], _OPEN_FIELD_PERCENTILE)), 1.0)
    if radiograph.relationship in _LOGARITHMIC:
        values = signal.astype(np.float32)
        return np.asarray((open_field - values) / max(float(values.max() - values.min()), 1.0), dtype=np.float32)
    # 65536 logarithms instead of one for each pixel; half a count stands for none.
    table = np.log(open_field / np.maximum(np.arange(65536, dtype=np.float64), 0.5)).astype(np.float32)
    return np.asarray(table[signal])


def beam_signal(radiograph: Radiograph) -> NDArray[np.uint16]:
    """The pixels turned so that more means more beam: (row, column).

    Raises
    ------
    UnknownIntensityRelationship
        If the image does not say whether bright means beam or tissue.
    """
    if radiograph.relationship is None:
        raise UnknownIntensityRelationship("neither linear nor logarithmic, nor the sign, is given")
    if radiograph.relationship in _BRIGHT_IS_ABSORBING:
        return np.asarray(full_scale(radiograph.pixels) - radiograph.pixels, dtype=np.uint16)
    return radiograph.pixels


def full_scale(pixels: NDArray[np.uint16]) -> int:
    """The greatest value that the detector can give: all ones in the fewest of 8, 10, 12, 14 or 16 bits that hold the image."""
    return next(scale for bits in (8, 10, 12, 14, 16) if (scale := 2**bits - 1) >= int(pixels.max()))
