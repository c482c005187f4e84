"""Private blocks are found by their creator, wherever they stand, also in files without value representations."""

import io
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.files import encode_part10
from pti.dicom.private import (
    ExtendedInterface,
    PrivateAttribute,
    private_items,
    private_point,
    private_text,
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


@pytest.mark.requirement("IOD-04", "IOD-05")
@pytest.mark.parametrize("attribute", _VALUES)
@pytest.mark.parametrize("block", [0x10, 0x11, 0x80, 0xFF])
def test_every_block_is_found_in_any_place_and_a_foreign_one_there_is_not_taken(
    attribute: PrivateAttribute, block: int
) -> None:
    for creator, expected in ((attribute.creator, _VALUES[attribute]), ("SOMEBODY ELSE", None)):
        ds = rt_image()
        ds.add_new((attribute.group, block), "LO", creator)
        ds.add_new((attribute.group, block << 8 | attribute.element), attribute.vr, _VALUES[attribute])
        assert read_private(ds, attribute) == expected
        assert read_private(_through_a_file(ds), attribute) == expected


def test_a_block_that_its_creator_opened_twice_is_read_where_it_has_the_value() -> None:
    ds = rt_image()
    for block in (0x10, 0x12):
        ds.add_new((0x3271, block), "LO", "Varian Medical Systems VISION 3271")
    ds.add_new((0x3271, 0x1200), "CS", "MARKER")
    assert read_private(_through_a_file(ds), PrivateAttribute.MARKER_SUBTYPE) == "MARKER"


@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("LO", "1.5"),
        ("DS", ["1", "2"]),
        ("UN", b"abc"),
        ("OB", b"\x01\x02\x03"),
        ("DS", ["1", "2", "1e400"]),
        ("SQ", [Dataset()]),
    ],
)
def test_a_private_point_that_is_not_three_numbers_is_complained_about(vr: str, value: object) -> None:
    ds = Dataset()
    ds.add_new((0x3273, 0x10), "LO", "Varian Medical Systems VISION 3273")
    ds.add_new((0x3273, 0x1000), vr, value)
    attributes = Attributes(ds)
    assert private_point(attributes, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION) is None
    assert attributes.complaints == ["RT Image Isocenter Position (3273,xx00) is not three numbers"]


def test_values_of_unknown_representation_are_read_by_what_the_block_holds() -> None:
    ds = Dataset()
    ds.add_new((0x3273, 0x10), "LO", "Varian Medical Systems VISION 3273")
    ds.add_new((0x3273, 0x1000), "UN", b"1.5\\-2\\3 ")
    ds.add_new((0x3273, 0x1001), "UN", b"HFP ")
    attributes = Attributes(ds)
    assert private_point(attributes, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION) == (1.5, -2.0, 3.0)
    assert private_text(attributes, PrivateAttribute.RT_IMAGE_PATIENT_POSITION) == "HFP"
    assert attributes.complaints == []


def test_a_private_text_or_sequence_that_is_none_is_complained_about() -> None:
    ds = Dataset()
    ds.add_new((0x3263, 0x10), "LO", "Varian Medical Systems VISION 3263")
    ds.add_new((0x3263, 0x1001), "LO", "no sequence")
    ds.add_new((0x3263, 0x1002), "US", 7)
    attributes = Attributes(ds)
    assert private_items(attributes, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE) == ()
    assert private_text(attributes, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP) is None
    assert attributes.complaints == [
        "Referenced Structure Set Relationship Sequence (3263,xx01) is no sequence",
        "Structure Set Relationship (3263,xx02) is no text",
    ]


@pytest.mark.requirement("IOD-05")
def test_an_extended_interface_with_odd_neighbours_is_kept_all_the_same() -> None:
    ds = rt_image()
    write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_DATA, b"<x/>")
    block = ds.private_block(0x3253, PrivateAttribute.EXTENDED_INTERFACE_DATA.creator)
    block.add_new(0x01, "LO", "four")
    block.add_new(0x02, "US", 2)
    assert read_extended_interface(ds) == ExtendedInterface(b"<x/>", None, None)


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
