"""What RT ROI Observations (C.8.8.8) say of a structure: its type, label, interpreter and physical properties."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydicom.config import IGNORE
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from pti.dicom.charset import to_ascii
from pti.dicom.checks import Attributes, quote
from pti.dicom.decimals import decimal

_PHYSICAL_PROPERTY = Tag(0x3006, 0x00B2)


@dataclass(frozen=True, slots=True)
class PhysicalProperty:
    """ROI Physical Property (3006,00B2) and its value."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Observation:
    """All observations of one structure together; "" or None: they do not say."""

    interpreted_type: str
    label: str | None = None
    interpreter: str | None = None
    physical_properties: tuple[PhysicalProperty, ...] = ()


def read_observation(told: str, items: Sequence[Attributes], warnings: list[str]) -> Observation:
    """What the observations of a structure say together; where they differ, the first is taken and that is told.

    Parameters
    ----------
    told : what the structure is called in warnings
    """
    return Observation(
        interpreted_type=_first(told, items, ("RTROIInterpretedType", "types"), warnings) or "",
        label=_first(told, items, ("ROIObservationLabel", "labels"), warnings),
        interpreter=_first(told, items, ("ROIInterpreter", "interpreters"), warnings),
        physical_properties=_physical_properties(told, items, warnings),
    )


def write_observation(number: int, roi_number: int, observation: Observation, *, physical_properties: bool) -> Dataset:
    """An item of the RT ROI Observations Sequence.

    Parameters
    ----------
    number : Observation Number
    physical_properties : whether they are written
    """
    item = Dataset()
    item.ObservationNumber = number
    item.ReferencedROINumber = roi_number
    if observation.label:
        item.ROIObservationLabel = to_ascii(observation.label, "ROIObservationLabel", 16)
    item.RTROIInterpretedType = to_ascii(observation.interpreted_type, "RTROIInterpretedType", 16)
    item.ROIInterpreter = to_ascii(observation.interpreter or "", "ROIInterpreter", 64)
    if physical_properties and observation.physical_properties:
        item.ROIPhysicalPropertiesSequence = [_property_item(known) for known in observation.physical_properties]
    return item


def _property_item(known: PhysicalProperty) -> Dataset:
    item = Dataset()
    # Not checked: the statement's PAT SUPPORT_ANGLE is longer than a Code String may be (reading 5).
    item.add(DataElement(_PHYSICAL_PROPERTY, "CS", to_ascii(known.name, "ROIPhysicalProperty"), validation_mode=IGNORE))
    item.ROIPhysicalPropertyValue = decimal(known.value)
    return item


def _first(told: str, items: Sequence[Attributes], attribute: tuple[str, str], warnings: list[str]) -> str | None:
    """The first value of an attribute (keyword, plural name); None where none is told."""
    keyword, plural = attribute
    values = list(dict.fromkeys(value for item in items if (value := item.text(keyword)) is not None))
    if len(values) > 1:
        warnings.append(f"{told} has observations of {len(values)} {plural}; {quote(values[0])} is taken")
    return values[0] if values else None


def _physical_properties(told: str, items: Sequence[Attributes], warnings: list[str]) -> tuple[PhysicalProperty, ...]:
    """Each once; one that cannot be read is told and left out."""
    found: dict[PhysicalProperty, None] = {}
    complaints: list[str] = []
    for apart in (item.apart() for item in items):
        for known in apart.items("ROIPhysicalPropertiesSequence"):
            before = len(apart.complaints)
            name, value = known.required_text("ROIPhysicalProperty"), known.required_number("ROIPhysicalPropertyValue")
            if len(apart.complaints) == before:
                found[PhysicalProperty(name, value)] = None
        complaints.extend(apart.complaints)
    if complaints:
        warnings.append(f"{told} has physical properties that are not taken: {'; '.join(complaints)}")
    return tuple(found)
