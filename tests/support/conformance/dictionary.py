"""The private dictionary: from the program's own, with the objects in which its attributes were found."""

from pydicom.datadict import private_dictionary_VM

from pti.dicom.private import PrivateAttribute
from tests.support.conformance.created import kinds_by_iod
from tests.support.conformance.markdown import table

_PLANS_AND_IMAGES = "RT Ion Plan, CT Image, RT Image"
#: Objects in which each is understood on reading.
_READ_IN = {
    PrivateAttribute.EXTENDED_INTERFACE_DATA: _PLANS_AND_IMAGES,
    PrivateAttribute.EXTENDED_INTERFACE_LENGTH: _PLANS_AND_IMAGES,
    PrivateAttribute.EXTENDED_INTERFACE_FORMAT: _PLANS_AND_IMAGES,
    PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE: "RT Structure Set",
    PrivateAttribute.STRUCTURE_SET_RELATIONSHIP: "RT Structure Set",
    PrivateAttribute.MARKER_SUBTYPE: "RT Structure Set",
    PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION: "RT Image",
    PrivateAttribute.RT_IMAGE_PATIENT_POSITION: "RT Image",
    PrivateAttribute.REGISTRATION_SUB_TYPE: "Spatial Registration",
}


def private_table() -> str:
    """All private attributes."""
    return table(
        ("tag", "name", "VR", "VM", "private creator", "also read under", "read in", "written in"),
        (_row(attribute) for attribute in PrivateAttribute),
    )


def _row(attribute: PrivateAttribute) -> tuple[str, ...]:
    tag = attribute.group << 16 | 0x1000 | attribute.element
    return (
        f"({attribute.group:04X},xx{attribute.element:02X})",
        attribute.value[3],
        attribute.vr,
        private_dictionary_VM(tag, attribute.creator),
        attribute.creator,
        ", ".join(creator for creator in attribute.creators if creator != attribute.creator) or "-",
        _READ_IN[attribute],
        ", ".join(_written_in(f"{attribute.group:04x}xx{attribute.element:02x}")) or "-",
    )


def _written_in(key: str) -> list[str]:
    return [iod for iod, kinds in kinds_by_iod().items() if any(path[-1] == key for kind in kinds for path in kind.attributes)]
