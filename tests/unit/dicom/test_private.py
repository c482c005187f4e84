"""Private blocks are found by their creator, wherever they stand, also in files without value representations."""

import io
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import encode_part10
from pti.dicom.private import (
    ExtendedInterface,
    PrivateAttribute,
    read_extended_interface,
    read_private,
    write_extended_interface,
    write_private,
)
from tests.support.dicom_factory import rt_image

_VALUES = {
    PrivateAttribute.EXTENDED_INTERFACE_DATA: b"<x/>",
    PrivateAttribute.EXTENDED_INTERFACE_LENGTH: 4,
    PrivateAttribute.EXTENDED_INTERFACE_FORMAT: "ImageProcessing",
    PrivateAttribute.STRUCTURE_SET_RELATIONSHIP: "ADDITION",
    PrivateAttribute.MARKER_SUBTYPE: "MARKER",
    PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION: [1.5, -2.25, 3.0],
    PrivateAttribute.RT_IMAGE_PATIENT_POSITION: "HFS",
    PrivateAttribute.REGISTRATION_SUB_TYPE: "Online3D",
}


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


@pytest.mark.requirement("IOD-04")
@pytest.mark.parametrize("attribute", _VALUES)
def test_a_private_attribute_survives_a_file_without_value_representations(attribute: PrivateAttribute) -> None:
    ds = rt_image()
    write_private(ds, attribute, _VALUES[attribute])
    assert read_private(_through_a_file(ds), attribute) == _VALUES[attribute]


@pytest.mark.requirement("IOD-04")
def test_a_private_sequence_is_a_sequence_again_after_a_file() -> None:
    item = Dataset()
    write_private(item, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP, "ADDITION")
    ds = rt_image()
    write_private(ds, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE, [item])
    items = read_private(_through_a_file(ds), PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE)
    assert items is not None
    assert read_private(items[0], PrivateAttribute.STRUCTURE_SET_RELATIONSHIP) == "ADDITION"


@pytest.mark.requirement("IOD-04")
def test_a_block_is_found_wherever_it_stands() -> None:
    ds = rt_image()
    for foreign in ("SOMEBODY", "SOMEBODY ELSE"):
        ds.private_block(0x3273, foreign, create=True).add_new(0x01, "CS", "FFP")
    write_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION, "HFS")
    assert 0x32731201 in ds
    assert read_private(_through_a_file(ds), PrivateAttribute.RT_IMAGE_PATIENT_POSITION) == "HFS"


def test_the_other_known_creator_of_the_isocentre_is_read() -> None:
    ds = rt_image()
    ds.private_block(0x3273, "BrainLAB_PatientSetup", create=True).add_new(0x01, "CS", "HFP")
    assert read_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION) == "HFP"


def test_an_absent_block_is_none() -> None:
    assert read_private(rt_image(), PrivateAttribute.MARKER_SUBTYPE) is None
    assert read_extended_interface(rt_image()) is None


@pytest.mark.requirement("IOD-05")
def test_the_extended_interface_is_kept_byte_for_byte() -> None:
    extended = ExtendedInterface(b"<?xml version='1.0'?>\n<a>\xc3\xa9</a>\n", 32, "ImageProcessing")
    ds = rt_image()
    write_extended_interface(ds, extended)
    assert read_extended_interface(_through_a_file(ds)) == extended


@pytest.mark.requirement("IOD-04", "IOD-05")
def test_a_real_image_s_private_blocks_are_read(real_data: object) -> None:
    folder: Path = real_data("05_kv_bead_pairs_reg")  # type: ignore[operator]
    ds = pydicom.dcmread(next(folder.glob("RI.1.2.246.352.62.1.4933705930382045308.*.dcm")))
    assert list(read_private(ds, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION) or ()) == [0.0, 0.0, 0.0]
    assert str(read_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION)) == "HFS"
    extended = read_extended_interface(ds)
    assert extended is not None
    assert (len(extended.content), extended.format_name) == (970, "ImageProcessing")
