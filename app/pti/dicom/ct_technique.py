"""The X-ray technique and the reconstruction of a CT, reading and writing (C.8.2.1, statement B.2.9)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydicom.dataset import Dataset

from pti.dicom.charset import to_ascii
from pti.dicom.checks import Attributes
from pti.dicom.ct_agreement import common_values, read_known
from pti.dicom.decimals import decimal, decimals
from pti.imaging.exposure import CtTechnique, RotationDirection

#: Code and short strings (CS, SH).
_LONGEST_TEXT = 16
#: Scanners modulate these from slice to slice to spare dose.
_MODULATED = ("tube_current_ma", "exposure_time_ms", "exposure_mas")


@dataclass(frozen=True, slots=True)
class _Quantity:
    """One field of :class:`CtTechnique` and its attribute.

    Parameters
    ----------
    write : the field's value, which is known, as pydicom takes it; gets the keyword too
    is_type_2 : written empty where the value is not known; the others are left out
    """

    field: str
    keyword: str
    read: Callable[..., Any]
    write: Callable[[Any, str], Any]
    is_type_2: bool = False


def _read_numbers(attributes: Attributes, keyword: str) -> tuple[float, ...]:
    return attributes.all_numbers(keyword) or ()


def _read_direction(attributes: Attributes, keyword: str) -> RotationDirection | None:
    text = attributes.text(keyword)
    try:
        return None if text is None else RotationDirection(text)
    except ValueError:
        attributes.complain(keyword, "is neither CW nor CC")
        return None


def _decimal(number: float, _keyword: str) -> str:
    return decimal(number)


def _decimals(numbers: Sequence[float], _keyword: str) -> list[str]:
    return decimals(numbers)


def _unchanged(value: int | str, _keyword: str) -> int | str:
    return value


def _direction(direction: RotationDirection, _keyword: str) -> str:
    return direction.value


def _text(text: str, keyword: str) -> str:
    return to_ascii(text, keyword, _LONGEST_TEXT)


def _texts(texts: Sequence[str], keyword: str) -> list[str]:
    return [_text(text, keyword) for text in texts]


def _codes(codes: Sequence[str], keyword: str) -> list[str]:
    """Code strings have capitals, digits, blanks and underscores only (PS3.5 6.2)."""
    return [re.sub("[^A-Z0-9 _]", "_", code.upper()) for code in _texts(codes, keyword)]


_QUANTITIES = (
    _Quantity("kvp", "KVP", Attributes.number, _decimal, is_type_2=True),
    _Quantity("tube_current_ma", "XRayTubeCurrent", Attributes.integer, _unchanged),
    _Quantity("exposure_time_ms", "ExposureTime", Attributes.integer, _unchanged),
    _Quantity("exposure_mas", "Exposure", Attributes.integer, _unchanged),
    _Quantity("acquisition_number", "AcquisitionNumber", Attributes.integer, _unchanged, is_type_2=True),
    _Quantity("slice_thickness_mm", "SliceThickness", Attributes.number, _decimal, is_type_2=True),
    _Quantity("data_collection_diameter_mm", "DataCollectionDiameter", Attributes.number, _decimal),
    _Quantity("reconstruction_diameter_mm", "ReconstructionDiameter", Attributes.number, _decimal),
    _Quantity("sad_mm", "DistanceSourceToPatient", Attributes.number, _decimal),
    _Quantity("source_to_detector_mm", "DistanceSourceToDetector", Attributes.number, _decimal),
    _Quantity("rotation_direction", "RotationDirection", _read_direction, _direction),
    _Quantity("focal_spots_mm", "FocalSpots", _read_numbers, _decimals),
    _Quantity("scan_options", "ScanOptions", Attributes.texts, _codes),
    _Quantity("filter_type", "FilterType", Attributes.single_text, _text),
    _Quantity("convolution_kernel", "ConvolutionKernel", Attributes.texts, _texts),
    _Quantity("irradiation_event_uid", "IrradiationEventUID", Attributes.uid, _unchanged),
)


def read_technique(attributes: Attributes) -> tuple[CtTechnique, tuple[str, ...]]:
    """The technique of one slice, and warnings about values that cannot be read: they count as unknown."""
    readers = {quantity.field: partial(quantity.read, keyword=quantity.keyword) for quantity in _QUANTITIES}
    known, warnings = read_known(attributes, readers)
    return CtTechnique(**known), warnings


def common_technique(techniques: Sequence[CtTechnique]) -> tuple[CtTechnique, tuple[str, ...]]:
    """What all slices say together, and warnings about what they contradict one another in: it counts as unknown."""
    return common_values(techniques, {quantity.field: quantity.keyword for quantity in _QUANTITIES}, _MODULATED)


def write_technique(ds: Dataset, technique: CtTechnique) -> None:
    """Write what is known; the gantry of what is written stood upright."""
    for quantity in _QUANTITIES:
        value = getattr(technique, quantity.field)
        if value not in (None, ()):
            setattr(ds, quantity.keyword, quantity.write(value, quantity.keyword))
        elif quantity.is_type_2:
            setattr(ds, quantity.keyword, None)
    ds.GantryDetectorTilt = decimal(0.0)
