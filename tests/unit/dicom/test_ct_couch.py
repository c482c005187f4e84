"""The couch of a CT: six values in IEC 61217, known or not, never guessed."""

import math

import pytest
from pydicom.dataset import Dataset

from pti.dicom.ct import read_ct_series
from pti.dicom.private import PrivateAttribute, write_private
from pti.geometry.couch import IecCouch
from tests.support.dicom_factory import ct_series

#: As in the image: Table Height is positive below the isocentre (C.8.2.1, statement B.2.9).
_COUCH = {
    "TableHeight": "180.5",
    "TableTopLongitudinalPosition": "900.25",
    "TableTopLateralPosition": "-30.75",
    "PatientSupportAngle": "350",
    "TableTopPitchAngle": 2.5,
    "TableTopRollAngle": 358.5,
}


def series(**changes: object) -> list[Dataset]:
    slices = ct_series()
    for ds in slices:
        for keyword, value in (_COUCH | changes).items():
            if value is not None:
                setattr(ds, keyword, value)
    return slices


@pytest.mark.requirement("CTIM-03")
def test_all_six_values_are_read_with_their_signs() -> None:
    ct = read_ct_series(series())
    assert ct.couch == IecCouch(-30.75, 900.25, -180.5, 2.5, -1.5, -10.0)
    assert ct.table_top.position_mm == (-30.75, 900.25, -180.5)
    assert ct.warnings == ()


@pytest.mark.requirement("LOAD-09")
def test_missing_pitch_and_roll_are_zero() -> None:
    couch = read_ct_series(series(TableTopPitchAngle=None, TableTopRollAngle=None)).couch
    assert couch == IecCouch(-30.75, 900.25, -180.5, 0.0, 0.0, -10.0)


@pytest.mark.parametrize("keyword", ["TableHeight", "TableTopLongitudinalPosition", "TableTopLateralPosition"])
def test_a_position_of_which_a_value_is_missing_is_unknown(keyword: str) -> None:
    ct = read_ct_series(series(**{keyword: None}))
    assert (ct.couch, ct.table_top.position_mm, ct.warnings) == (None, None, ())
    assert ct.table_top.rotation_deg == -10.0


def test_without_a_patient_support_angle_the_couch_is_unknown_and_its_position_is_not() -> None:
    ct = read_ct_series(series(PatientSupportAngle=None))
    assert ct.couch is None
    assert ct.table_top.position_mm == (-30.75, 900.25, -180.5)


@pytest.mark.parametrize(
    ("keyword", "value", "label"),
    [
        ("TableHeight", "180.6", r"Table Height (0018,1130)"),
        ("TableTopLateralPosition", "-30", r"Table Top Lateral Position (300A,012A)"),
        ("PatientSupportAngle", "10", r"Patient Support Angle (300A,0122)"),
        ("TableTopPitchAngle", 2.0, r"Table Top Pitch Angle (300A,0140)"),
    ],
)
def test_what_slices_contradict_one_another_in_is_unknown_and_told(keyword: str, value: object, label: str) -> None:
    slices = series()
    setattr(slices[2], keyword, value)
    ct = read_ct_series(slices)
    assert ct.couch is None
    assert ct.warnings == (f"the slices differ in {label}; it counts as unknown",)


def test_the_same_angle_written_in_two_ways_is_no_contradiction() -> None:
    slices = series()
    slices[1].PatientSupportAngle = "-10"
    ct = read_ct_series(slices)
    assert ct.couch is not None
    assert math.isclose(ct.couch.rotation_deg, -10.0)
    assert ct.warnings == ()


def test_a_value_that_only_some_slices_have_is_unknown_and_told() -> None:
    slices = series()
    del slices[0].TableHeight
    ct = read_ct_series(slices)
    assert ct.couch is None
    assert ct.warnings == ("the slices differ in Table Height (0018,1130); it counts as unknown",)


def test_a_couch_value_that_is_no_number_does_not_cost_the_ct() -> None:
    slices = series()
    for ds in slices:
        ds.TableTopPitchAngle = math.inf
    ct = read_ct_series(slices)
    assert ct.couch is None
    assert ct.warnings[0] == "Table Top Pitch Angle (300A,0140) is not finite; it counts as unknown (in 4 of 4 slices)"


@pytest.mark.requirement("IOD-05")
def test_the_extended_interface_is_kept() -> None:
    slices = series()
    for ds in slices:
        write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_DATA, b"<ExtendedInterface/>")
        write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_LENGTH, 20)
        write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_FORMAT, "XML")
    ct = read_ct_series(slices)
    assert ct.extended_interface is not None
    kept = ct.extended_interface
    assert (kept.content, kept.length, kept.format_name) == (b"<ExtendedInterface/>", 20, "XML")
    assert ct.warnings == ()


def test_slices_with_other_extended_interfaces_are_told() -> None:
    slices = series()
    for number, ds in enumerate(slices):
        write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_DATA, b"<ExtendedInterface/>" if number < 3 else b"<other/>")
    ct = read_ct_series(slices)
    assert ct.extended_interface is not None
    assert ct.extended_interface.content == b"<ExtendedInterface/>"
    (warning,) = ct.warnings
    assert warning == "1 of 4 slices have another Extended Interface Data (3253,xx00); the first is kept"
