"""Complaints are collected: nothing wrong is passed over, and nothing right is complained about."""

import math
import struct

import pytest
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from pti.dicom.checks import Attributes, InvalidDicomObject, attribute_label, quote
from pti.dicom.type1 import type1_complaints
from tests.support.dicom_factory import ct_series, ion_plan, rt_image, structure_set


def _attributes(**values: object) -> Attributes:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return Attributes(ds)


def _as_received(keyword: str, vr: str, value: bytes) -> Dataset:
    """One attribute as the bytes of an Explicit VR Little Endian file, not converted yet."""
    tag = Tag(tag_for_keyword(keyword) or 0)
    ds = Dataset()
    ds.set_original_encoding(is_implicit_vr=False, is_little_endian=True, character_encoding="iso8859")
    ds[tag] = RawDataElement(tag, vr, len(value), value, 0, False, True)
    return ds


def test_a_label_names_attribute_and_tag() -> None:
    assert attribute_label("IsocenterPosition") == "Isocenter Position (300A,012C)"


def test_what_is_there_is_read_without_complaint() -> None:
    attributes = _attributes(IsocenterPosition=[1, -2.5, 3], PatientID=" A 1 ", BeamNumber=4, StudyInstanceUID="1.2.3")
    assert attributes.required_point("IsocenterPosition") == (1.0, -2.5, 3.0)
    assert attributes.required_text("PatientID") == "A 1"
    assert attributes.required_integer("BeamNumber") == 4
    assert attributes.required_uid("StudyInstanceUID") == "1.2.3"
    assert attributes.number("GantryAngle") is None
    attributes.raise_if_any("object")


def test_missing_and_empty_are_told_apart() -> None:
    attributes = _attributes(GantryAngle=None)
    assert math.isnan(attributes.required_number("GantryAngle"))
    attributes.required_number("RTImageSID")
    assert attributes.complaints == ["Gantry Angle (300A,011E) is empty", "RT Image SID (3002,0026) is missing"]


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (b"1\\2", "has 2 values instead of 3"),
        (b"1\\2\\3\\4", "has 4 values instead of 3"),
        (b"1\\2\\1e400", "is not finite"),
        (b"1\\2\\1e300", "is beyond all measure"),
        (b"1\\2\\1e7", "is more than 1 km"),
        (b"1\\2\\nan", "is no number"),
        (b"1\\2\\-Infinity", "is no number"),
        (b"1\\2\\1_000", "is no number"),
        (b"1\\2\\1,5", "is no number"),
        (b"1\\\\3", "is no number"),
        ("1\\2\\\u0663".encode(), "is no number"),
        (b"1\\2\\north", "is no number"),
    ],
)
def test_a_wrong_point_is_complained_about_once(value: bytes, complaint: str) -> None:
    attributes = Attributes(_as_received("IsocenterPosition", "DS", value))
    attributes.required_point("IsocenterPosition")
    assert attributes.complaints == [f"Isocenter Position (300A,012C) {complaint}"]


@pytest.mark.parametrize("value", [b"12", b" 12 ", b"+12.0", b"12.", b"1.2e1", b"120E-1\0"])
def test_every_way_to_write_a_decimal_is_read(value: bytes) -> None:
    attributes = Attributes(_as_received("GantryAngle", "DS", value))
    assert attributes.required_angle_deg("GantryAngle") == 12.0
    attributes.raise_if_any("object")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_binary_number_that_is_not_finite_is_complained_about(value: float) -> None:
    attributes = Attributes(_as_received("TableTopPitchAngle", "FL", struct.pack("<f", value)))
    attributes.angle_deg("TableTopPitchAngle")
    assert attributes.complaints == ["Table Top Pitch Angle (300A,0140) is not finite"]


@pytest.mark.parametrize("vr", ["LO", "UN", "OB", "FL", "FD", "US", "SS", "AT", "SL", "UL"])
def test_a_number_in_a_wrong_value_representation_is_not_taken(vr: str) -> None:
    attributes = Attributes(_as_received("GantryAngle", vr, b"30.00000"))
    angle = attributes.required_number("GantryAngle")
    if vr == "UN":  # the dictionary knows what it is (PS3.5 6.2.2)
        assert angle == 30.0
    else:
        told = f"Gantry Angle (300A,011E) has the value representation {vr} instead of DS"
        assert attributes.complaints == [told]


@pytest.mark.parametrize(("vr", "value", "complaints"), [("AT", b"4 ", 1), ("UN", b"", 0), ("IS", b"", 0)])
def test_a_number_of_too_few_bytes_for_its_representation_is_not_taken_for_none(vr: str, value: bytes, complaints: int) -> None:
    attributes = Attributes(_as_received("BeamNumber", vr, value))
    assert attributes.integer("BeamNumber") is None
    assert len(attributes.complaints) == complaints


def test_a_sequence_where_a_number_belongs_is_complained_about() -> None:
    ds = Dataset()
    ds.add(DataElement("GantryAngle", "SQ", [Dataset()]))
    attributes = Attributes(ds)
    attributes.required_number("GantryAngle")
    assert attributes.complaints == ["Gantry Angle (300A,011E) has the value representation SQ instead of DS"]


def test_a_number_where_a_sequence_belongs_is_complained_about() -> None:
    attributes = Attributes(_as_received("IonBeamSequence", "DS", b"12"))
    assert attributes.required_items("IonBeamSequence") == ()
    assert attributes.complaints == ["Ion Beam Sequence (300A,03A2) has the value representation DS instead of SQ"]


def test_texts_are_the_same_in_all_their_representations() -> None:
    attributes = Attributes(_as_received("BeamName", "SH", b"Left "))
    assert attributes.required_text("BeamName") == "Left"
    attributes.raise_if_any("object")


@pytest.mark.parametrize(("value", "turn"), [(b"360", False), (b"-360", False), (b"360.1", True), (b"-1000", True)])
def test_an_angle_of_more_than_one_turn_is_complained_about(value: bytes, turn: bool) -> None:
    attributes = Attributes(_as_received("GantryAngle", "DS", value))
    attributes.required_angle_deg("GantryAngle")
    assert len(attributes.complaints) == turn
    assert all("more than one turn" in complaint for complaint in attributes.complaints)


def test_a_single_text_that_is_two_is_complained_about() -> None:
    attributes = Attributes(_as_received("PatientID", "LO", b"4711\\4712"))
    attributes.single_text("PatientID")
    assert attributes.complaints == ["Patient ID (0010,0020) has several values instead of one"]


def test_a_long_list_of_complaints_is_cut_in_the_message_alone() -> None:
    error = InvalidDicomObject("object", [f"fault {number}" for number in range(100)])
    assert len(error.complaints) == 100
    assert str(error).endswith("fault 39; and 60 more")


def test_thousands_of_faults_are_all_collected() -> None:
    attributes = _attributes(IonBeamSequence=[Dataset() for _ in range(2_000)])
    for item in attributes.items("IonBeamSequence"):
        item.required_integer("BeamNumber")
        item.required_text("BeamName")
    assert len(attributes.complaints) == 4_000


def test_a_long_value_is_quoted_in_short() -> None:
    assert quote("HFS") == "'HFS'"
    assert len(quote("x" * 1000)) == 34


def test_an_illegal_uid_is_complained_about() -> None:
    attributes = _attributes(SOPInstanceUID="../../etc")
    attributes.required_uid("SOPInstanceUID")
    assert attributes.complaints == ["SOP Instance UID (0008,0018) is no legal UID"]


def test_a_complaint_in_an_item_says_where() -> None:
    inner = Dataset()
    attributes = _attributes(IonBeamSequence=[Dataset(), inner])
    attributes.items("IonBeamSequence")[1].required_text("BeamName")
    assert attributes.complaints == ["Ion Beam Sequence item 2: Beam Name (300A,00C2) is missing"]


def test_all_complaints_are_in_the_one_error() -> None:
    attributes = _attributes()
    attributes.required_text("PatientID")
    attributes.required_items("IonBeamSequence")
    with pytest.raises(InvalidDicomObject) as caught:
        attributes.raise_if_any("RT Ion Plan")
    assert caught.value.complaints == (
        "Patient ID (0010,0020) is missing",
        "Ion Beam Sequence (300A,03A2) is missing",
    )
    assert "Ion Beam Sequence" in str(caught.value)


@pytest.mark.requirement("SCP-06")
def test_every_missing_type_1_attribute_is_named() -> None:
    ct = ct_series()[0]
    del ct.Rows
    ct.ImageOrientationPatient = None
    ct.PixelData = b""
    complaints = type1_complaints(ct)
    assert complaints == (
        "Rows (0028,0010) is missing",
        "Pixel Data (7FE0,0010) is empty",
        "Image Orientation (Patient) (0020,0037) is empty",
    )


@pytest.mark.requirement("SCP-06")
def test_a_missing_type_1_attribute_inside_a_sequence_is_named() -> None:
    plan = ion_plan(structure_set(ct_series()))
    del plan.IonBeamSequence[1].BeamType
    assert type1_complaints(plan) == ("Ion Beam Sequence item 2: Beam Type (300A,00C4) is missing",)


def test_whole_objects_of_every_class_have_no_type_1_complaint() -> None:
    structures = structure_set(ct_series())
    for ds in (*ct_series(), structures, ion_plan(structures), rt_image()):
        assert type1_complaints(ds) == ()


def test_an_object_without_sop_class_is_complained_about() -> None:
    assert type1_complaints(Dataset()) == ("SOP Class UID (0008,0016) is missing",)
