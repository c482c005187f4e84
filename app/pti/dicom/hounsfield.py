"""From the words of a CT image to Hounsfield units."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import JPEG2000, JPEGLSNearLossless

from pti.dicom.checks import Attributes, attribute_label
from pti.dicom.pixels import PixelLayout, StoredPixels

AIR_HU = -1000
#: A padding value that would stand for denser matter than this is not believed: it would punch holes into tissue.
_DENSEST_PADDING_HU = -500
_INT16 = np.iinfo(np.int16)
#: Syntaxes that are meant for images that lost something.
_LOSSY_SYNTAXES = (JPEG2000, JPEGLSNearLossless)


@dataclass(frozen=True, slots=True)
class Rescale:
    """What the stored values of one slice mean.

    Parameters
    ----------
    slope, intercept : HU = slope * stored + intercept
    padding : the words, least and largest, that stand for no measurement
    """

    slope: float
    intercept: float
    padding: tuple[int, int] | None = None

    def hounsfield(self, words: StoredPixels, layout: PixelLayout) -> tuple[NDArray[np.int16], tuple[str, ...]]:
        """Hounsfield units (rows, columns) of words of that layout, padding as air, and warnings."""
        stored = layout.values(words)
        out, fits = self._rescaled(stored)
        warnings = []
        if not fits:
            sign = attribute_label("PixelRepresentation")
            warnings.append(
                f"Hounsfield units beyond 16 bits were clamped; {sign} or Rescale Intercept (0028,1052) may be wrong"
            )
        if self.padding is not None:
            low, high = self.padding
            padded = (stored >= low) & (stored <= high)
            if layout.stored < layout.allocated:  # what is padding may use bits that no measurement has
                padded |= (words >= low) & (words <= high)
            if padded.any():
                if self._padding_is_tissue(layout):
                    padding = attribute_label("PixelPaddingValue")
                    warnings.append(f"{padding} lies among tissue values and was not taken as padding")
                else:
                    out[padded] = AIR_HU
        return out, tuple(warnings)

    def _rescaled(self, stored: StoredPixels) -> tuple[NDArray[np.int16], bool]:
        """Hounsfield units in 16 bits, and whether all fitted."""
        ends = [int(stored.min()) * self.slope + self.intercept, int(stored.max()) * self.slope + self.intercept]
        fits = min(ends) >= _INT16.min and max(ends) <= _INT16.max
        whole = self.slope == 1 and self.intercept == int(self.intercept) and abs(self.intercept) <= _INT16.max
        if whole and fits and stored.dtype.itemsize == 2:
            # Sums that fit are exact in 16-bit arithmetic, signed or not.
            return np.add(stored.view(np.int16), np.int16(self.intercept)), fits
        exact = np.rint(stored.astype(np.float64) * self.slope + self.intercept)
        return np.clip(exact, _INT16.min, _INT16.max).astype(np.int16), fits

    def _padding_is_tissue(self, layout: PixelLayout) -> bool:
        """Whether padding may stand for matter; words that no stored value has stand for none."""
        low, high = self.padding or (0, 0)
        least, largest = layout.stored_range
        low, high = max(low, least), min(high, largest)
        return low <= high and max(low * self.slope, high * self.slope) + self.intercept > _DENSEST_PADDING_HU


def read_rescale(attributes: Attributes, layout: PixelLayout | None) -> tuple[Rescale | None, tuple[str, ...]]:
    """What the stored values mean, and warnings; None after a complaint."""
    slope, intercept = attributes.required_number("RescaleSlope"), attributes.required_number("RescaleIntercept")
    if slope == 0:
        attributes.complain("RescaleSlope", "is 0")
    padding = None if layout is None else _read_padding(attributes, layout)
    warnings = []
    kind = attributes.text("RescaleType")
    if kind not in ("HU", None):
        warnings.append(f"{attribute_label('RescaleType')} is {kind!r}: the values may be no Hounsfield units")
    return (None if attributes.complaints else Rescale(slope, intercept, padding)), tuple(warnings)


def lossy_warning(attributes: Attributes, stream_is_lossy: bool) -> tuple[str, ...]:
    """A warning about an image that was lossy compressed, now or at any time before.

    It is taken all the same: bones and skin stay where they are, which is what a set-up is judged by, but Hounsfield units
    are not quite those that the scanner measured. Streams of the kinds that may be lossy count as such unless the image
    says that they are not.
    """
    meta: Any = getattr(attributes.dataset, "file_meta", {})
    said = attributes.text("LossyImageCompression")
    may_be = meta.get("TransferSyntaxUID") in _LOSSY_SYNTAXES and said != "00"
    if not (stream_is_lossy or may_be or said == "01"):
        return ()
    label = attribute_label("LossyImageCompression")
    return (f"{label}: the image was lossy compressed, its Hounsfield units are not exact",)


def _read_padding(attributes: Attributes, layout: PixelLayout) -> tuple[int, int] | None:
    """The words that are padding, both included; some writers give a signed value as unsigned or the other way round."""
    value = attributes.integer("PixelPaddingValue")
    if value is None:
        return None
    limit = attributes.integer("PixelPaddingRangeLimit")
    info = np.iinfo(layout.dtype)
    span = 1 << layout.allocated
    low, high = sorted((v - int(info.min)) % span + int(info.min) for v in (value, value if limit is None else limit))
    return low, high
