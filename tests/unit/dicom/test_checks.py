"""Complaints are collected: nothing wrong is passed over, and nothing right is complained about."""

import math

import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, InvalidDicomObject, attribute_label
from pti.dicom.type1 import type1_complaints
from tests.support.dicom_factory import ct_series, ion_plan, rt_image, structure_set


def _attributes(**values: object) -> Attributes:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return Attributes(ds)


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
    ("values", "complaint"),
    [
        ([1.0, 2.0], "has 2 values instead of 3"),
        ([1.0, 2.0, math.inf], "is not finite"),
        ([1.0, math.nan, 2.0], "is not finite"),
    ],
)
def test_a_wrong_point_is_complained_about_once(values: list[float], complaint: str) -> None:
    ds = Dataset()
    ds.add(DataElement("IsocenterPosition", "FD", values))
    attributes = Attributes(ds)
    attributes.required_point("IsocenterPosition")
    assert attributes.complaints == [f"Isocenter Position (300A,012C) {complaint}"]


def test_a_number_that_is_a_word_is_complained_about() -> None:
    ds = Dataset()
    ds.add(DataElement("GantryAngle", "LO", "north"))
    attributes = Attributes(ds)
    assert math.isnan(attributes.required_number("GantryAngle"))
    assert attributes.complaints == ["Gantry Angle (300A,011E) is no number"]


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
