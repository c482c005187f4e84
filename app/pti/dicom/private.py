"""Private blocks that plans, images, structure sets and registrations carry (conformance statement A.2).

Implicit VR files do not say what an element is, so the blocks are entered in pydicom's dictionary. A block is found by
its creator wherever it stands, never by a fixed element number.
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydicom.datadict import add_private_dict_entries
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag

from pti.dicom.checks import Attributes

_CREATOR = "Varian Medical Systems VISION {:04X}"


class PrivateAttribute(Enum):
    """(group, element, VR, name) of each private attribute that is read or written."""

    EXTENDED_INTERFACE_DATA = (0x3253, 0x00, "OB", "Extended Interface Data")
    EXTENDED_INTERFACE_LENGTH = (0x3253, 0x01, "IS", "Extended Interface Length")
    EXTENDED_INTERFACE_FORMAT = (0x3253, 0x02, "LO", "Extended Interface Format")
    STRUCTURE_SET_RELATIONSHIP_SEQUENCE = (0x3263, 0x01, "SQ", "Referenced Structure Set Relationship Sequence")
    STRUCTURE_SET_RELATIONSHIP = (0x3263, 0x02, "CS", "Structure Set Relationship")
    MARKER_SUBTYPE = (0x3271, 0x00, "CS", "Marker Subtype")
    RT_IMAGE_ISOCENTER_POSITION = (0x3273, 0x00, "DS", "RT Image Isocenter Position")
    RT_IMAGE_PATIENT_POSITION = (0x3273, 0x01, "CS", "RT Image Patient Position")
    REGISTRATION_SUB_TYPE = (0x3275, 0x00, "LO", "Registration Sub Type")

    @property
    def group(self) -> int:
        """The odd group number."""
        return self.value[0]

    @property
    def element(self) -> int:
        """The last two digits of the element number."""
        return self.value[1]

    @property
    def vr(self) -> str:
        """The value representation."""
        return self.value[2]

    @property
    def creator(self) -> str:
        """The private creator that we write."""
        return _CREATOR.format(self.group)

    @property
    def creators(self) -> tuple[str, ...]:
        """The private creators that are understood on reading."""
        # The same isocentre and patient position are known under another creator in pydicom's and GDCM's dictionaries.
        return (self.creator, "BrainLAB_PatientSetup") if self.group == 0x3273 else (self.creator,)

    @property
    def label(self) -> str:
        """Name and tag, for messages."""
        return f"{self.value[3]} ({self.group:04X},xx{self.element:02X})"


def register_private_blocks() -> None:
    """Enter all private attributes in pydicom's private dictionary; harmless when repeated."""
    for attribute in PrivateAttribute:
        multiplicity = "3" if attribute is PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION else "1"
        tag = attribute.group << 16 | 0x1000 | attribute.element
        entry = {tag: (attribute.vr, multiplicity, attribute.value[3], "")}
        add_private_dict_entries(attribute.creator, entry)


def read_private(dataset: Dataset, attribute: PrivateAttribute) -> Any | None:
    """The value of a private attribute; None where it is absent or empty."""
    for creator in attribute.creators:
        for reserved in _reserved_blocks(dataset, attribute.group):
            tag = Tag(attribute.group, reserved.element << 8 | attribute.element)
            if tag in dataset and str(dataset[reserved].value).strip(" \0") == creator and not dataset[tag].is_empty:
                return dataset[tag].value
    return None


def _reserved_blocks(dataset: Dataset, group: int) -> list[BaseTag]:
    """Tags of the private creators of a group (PS3.5 7.8.1)."""
    return sorted(tag for tag in dataset.keys() if tag.group == group and 0x10 <= tag.element <= 0xFF)  # noqa: SIM118


def private_value(attributes: Attributes, attribute: PrivateAttribute) -> Any | None:
    """As :func:`read_private`, with a complaint where the value cannot be decoded."""
    try:
        return read_private(attributes.dataset, attribute)
    except Exception as error:  # noqa: BLE001 - pydicom's conversion of a broken value raises whatever it stumbles over
        attributes.note(f"{attributes.path}{attribute.label} cannot be decoded ({type(error).__name__})")
        return None


def private_text(attributes: Attributes, attribute: PrivateAttribute) -> str | None:
    """A text without padding; a complaint where the value is none."""
    value = private_value(attributes, attribute)
    if isinstance(value, bytes) and value.isascii():
        value = value.decode()  # an element of unknown representation
    if value is not None and not isinstance(value, str):
        attributes.note(f"{attributes.path}{attribute.label} is no text")
        return None
    return None if value is None else value.strip(" \0") or None


def private_point(attributes: Attributes, attribute: PrivateAttribute) -> tuple[float, float, float] | None:
    """(x, y, z) in mm; a complaint where the value is not three finite numbers."""
    value = private_value(attributes, attribute)
    if value is None:
        return None
    if isinstance(value, bytes) and value.isascii():
        value = value.decode().strip(" \0").split("\\")
    try:
        if isinstance(value, str):
            raise ValueError
        x, y, z = (float(part) for part in value)
    except (TypeError, ValueError, OverflowError):
        x = y = z = math.nan
    if not math.isfinite(x + y + z):
        attributes.note(f"{attributes.path}{attribute.label} is not three numbers")
        return None
    return x, y, z


def private_items(attributes: Attributes, attribute: PrivateAttribute) -> tuple[Attributes, ...]:
    """The items of a private sequence; a complaint where the value is no sequence."""
    value = private_value(attributes, attribute)
    if value is None:
        return ()
    if not isinstance(value, Sequence):
        attributes.note(f"{attributes.path}{attribute.label} is no sequence")
        return ()
    path = f"{attributes.path}{attribute.value[3]}"
    return tuple(Attributes(item, attributes.complaints, f"{path} item {number}: ") for number, item in enumerate(value, 1))


def write_private(dataset: Dataset, attribute: PrivateAttribute, value: object) -> None:
    """Set a private attribute in its creator's block, which is opened if need be."""
    block = dataset.private_block(attribute.group, attribute.creator, create=True)
    block.add_new(attribute.element, attribute.vr, value)


@dataclass(frozen=True, slots=True)
class ExtendedInterface:
    """The private XML that plans and images bring along (appendix C): kept as it came, not interpreted."""

    content: bytes
    length: int | None
    format_name: str | None


def read_extended_interface(dataset: Dataset) -> ExtendedInterface | None:
    """The extended interface of an object; None where there is none, or none that can be kept.

    It is not used here, so what is wrong in it does not stop the object.
    """
    apart = Attributes(dataset)
    content = private_value(apart, PrivateAttribute.EXTENDED_INTERFACE_DATA)
    if not isinstance(content, bytes | str):
        return None
    length = private_value(apart, PrivateAttribute.EXTENDED_INTERFACE_LENGTH)
    return ExtendedInterface(
        content if isinstance(content, bytes) else content.encode(),  # one source declares it a text
        int(length) if isinstance(length, int) else None,
        private_text(apart, PrivateAttribute.EXTENDED_INTERFACE_FORMAT),
    )


def write_extended_interface(dataset: Dataset, extended: ExtendedInterface) -> None:
    """Pass an extended interface on."""
    write_private(dataset, PrivateAttribute.EXTENDED_INTERFACE_DATA, extended.content)
    if extended.length is not None:
        write_private(dataset, PrivateAttribute.EXTENDED_INTERFACE_LENGTH, extended.length)
    if extended.format_name is not None:
        write_private(dataset, PrivateAttribute.EXTENDED_INTERFACE_FORMAT, extended.format_name)
