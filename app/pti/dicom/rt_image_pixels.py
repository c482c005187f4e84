"""Pixels of an RT Image and what their values mean, reading and writing."""

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.decimals import decimal
from pti.dicom.pixels import PixelLayout, read_stored_pixels, write_layout
from pti.imaging.radiograph import IntensityRelationship, Radiograph

#: A window that is not given shows the pixels between these percentiles.
_WINDOW_PERCENT = (1.0, 99.0)


def read_pixels(image: Attributes) -> NDArray[np.uint16] | None:
    """(rows, columns); None after a complaint."""
    photometric = image.text("PhotometricInterpretation")
    if photometric not in ("MONOCHROME1", "MONOCHROME2", None):
        image.complain("PhotometricInterpretation", f"is {photometric}: no grey image")
    pixels = read_stored_pixels(image)
    if pixels is not None and pixels.dtype.kind != "u":
        image.complain("PixelRepresentation", "is signed: only unsigned pixels are taken")
        return None
    return None if pixels is None else pixels.astype(np.uint16)


def read_relationship(image: Attributes, warnings: list[str]) -> IntensityRelationship | None:
    """What a pixel value means; None, with a warning, where the image does not say."""
    name, sign = image.text("PixelIntensityRelationship"), image.integer("PixelIntensityRelationshipSign")
    for relationship in IntensityRelationship:
        if relationship.value == (name, sign):
            return relationship
    warnings.append("Pixel Intensity Relationship and its sign (0028,1040), (0028,1041) do not say what the pixels mean")
    return None


def read_window(image: Attributes, warnings: list[str]) -> tuple[float, float] | None:
    """(centre, width) of the first window; None where there is none that can be shown."""
    centres, widths = image.all_numbers("WindowCenter"), image.all_numbers("WindowWidth")
    if not centres or not widths:
        return None
    if widths[0] <= 0:
        warnings.append(f"Window Width (0028,1051) is {widths[0]:g}: the window is chosen from the pixels")
        return None
    return centres[0], widths[0]


def read_rescale(image: Attributes, warnings: list[str]) -> tuple[tuple[float, float], str]:
    """((slope, intercept), type as it is in the file); without them the stored values speak for themselves (US)."""
    slope, intercept = image.number("RescaleSlope"), image.number("RescaleIntercept")
    if image.items("ModalityLUTSequence"):
        warnings.append("the Modality LUT Sequence (0028,3000) is not applied: the stored values are taken")
    if slope == 0:
        image.complain("RescaleSlope", "is 0")
    return (1.0 if slope is None else slope, intercept or 0.0), image.text("RescaleType") or "US"


def write_pixels(
    ds: Dataset, radiograph: Radiograph, window: tuple[float, float] | None, rescale: tuple[float, float], rescale_type: str
) -> None:
    """Image Pixel, Modality LUT and VOI LUT modules; Rescale Type is HU or US (RTIM-05)."""
    rows, columns = radiograph.pixels.shape
    write_layout(ds, PixelLayout(rows, columns, allocated=16, stored=16, high_bit=15, signed=False))
    if radiograph.relationship is not None:
        ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = radiograph.relationship.value
    slope, intercept = rescale
    ds.RescaleSlope, ds.RescaleIntercept = decimal(slope), decimal(intercept)
    ds.RescaleType = "HU" if rescale_type == "HU" else "US"
    if window is None:
        low, high = np.percentile(radiograph.pixels[::4, ::4], _WINDOW_PERCENT) * slope + intercept
        window = float(low + high) / 2, max(abs(float(high - low)), abs(slope))
    ds.WindowCenter, ds.WindowWidth = decimal(window[0]), decimal(window[1])
    ds.add_new("PixelData", "OW", radiograph.pixels.astype("<u2").tobytes())
