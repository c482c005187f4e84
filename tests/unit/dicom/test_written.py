"""What this program makes is valid by construction: a last look at every value."""

import logging
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.valuerep import DSfloat

from pti.dicom.decimals import decimal
from pti.dicom.private import ExtendedInterface, PrivateAttribute, write_private
from pti.dicom.rt_image import write_rt_image
from pti.dicom.spatial_registration import RegistrationMethod, RegistrationSubType, write_spatial_registration
from pti.dicom.written import UnwritableObject, require_valid
from pti.foundation.uids import has_leading_zero, is_safe_uid, new_uid
from tests.support.written_objects import NOW, PATIENT, WRITTEN_OBJECTS, WrittenObject, full_image, registration, sparse_image


def _set(keyword: str, value: object) -> Callable[[Dataset], None]:
    def spoil(ds: Dataset) -> None:
        setattr(ds, keyword, value)

    return spoil


def _in_an_item(spoil: Callable[[Dataset], None]) -> Callable[[Dataset], None]:
    return lambda ds: spoil(ds.ExposureSequence[0])


@pytest.mark.parametrize("written", WRITTEN_OBJECTS, ids=lambda written: written.name)
def test_every_object_passes(written: WrittenObject) -> None:
    for ds in (written.full(), written.sparse()):
        assert require_valid(written.name, ds) is ds


@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom tells of some of these values too
@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_set("SOPInstanceUID", "1.2..3"), r"SOP Instance UID \(0008,0018\) is no legal UID"),
        (_set("SeriesInstanceUID", "2.25." + "1" * 60), "is no legal UID"),
        (_set("RTImageLabel", "a label of 17 chr"), "is longer than SH allows"),
        (_set("StationName", "Röntgen"), "is beyond the default character repertoire"),
        (_set("StudyDescription", "x" * 65), "is longer than LO allows"),
        (_set("OperatorsName", "x" * 65), "is longer than PN allows"),
        (_set("RTImagePlane", "normal"), "is no CS"),
        (_set("ContentDate", "today"), "is no DA"),
        (_set("ContentTime", "8 o'clock"), "is no TM"),
        (_set("SeriesNumber", 1 << 31), "does not fit into IS"),
        (_set("Rows", 70000), "does not fit into US"),
        (_set("TableTopPitchAngle", math.nan), "is not finite or does not fit into FL"),
        (_set("TableTopPitchAngle", 1e39), "is not finite or does not fit into FL"),
        (_set("GantryAngle", DSfloat(math.inf)), "is no DS"),
        (_set("GantryAngle", DSfloat("1.23456789012345678")), "is no DS"),
        (_set("RTImageLabel", ["kV A", "kV B"]), "has 2 values instead of one"),
        (_in_an_item(_set("GantryAngle", DSfloat(1 / 3))), r"Exposure Sequence item 1: Gantry Angle \(300A,011E\) is no DS"),
        (lambda ds: write_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION, "hfs"), r"\(3273,1001\) is no CS"),
    ],
)
def test_what_is_wrong_is_named_and_refused(spoil: Callable[[Dataset], None], complaint: str) -> None:
    ds = write_rt_image(full_image(), lambda: NOW)
    spoil(ds)
    with pytest.raises(UnwritableObject, match=complaint) as caught:
        require_valid("RT Image", ds)
    assert len(caught.value.complaints) == 1


def test_all_faults_are_told_at_once_and_none_of_their_values() -> None:
    ds = write_rt_image(full_image(), lambda: NOW)
    ds.StationName, ds.StudyDescription = "Käthe", "Jane Doe " * 20
    with pytest.raises(UnwritableObject) as caught:
        require_valid("RT Image", ds)
    assert len(caught.value.complaints) == 2
    assert "Doe" not in str(caught.value)
    assert "Käthe" not in str(caught.value)


@pytest.mark.requirement("IOD-03")
@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom tells of the length too
def test_a_patient_of_another_system_is_written_as_he_came_and_the_log_tells_without_the_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    patient = replace(PATIENT, patient_id="4711-" * 20, name="Müller^Jürgen", birth_date="1970")
    with caplog.at_level(logging.WARNING, "pti.dicom.written"):
        ds = write_rt_image(replace(full_image(), patient=patient), lambda: NOW)
    assert (ds.PatientID, str(ds.PatientName), ds.PatientBirthDate) == (patient.patient_id, patient.name, "1970")
    told = [record.getMessage() for record in caplog.records if record.name == "pti.dicom.written"]
    assert len(told) == 3
    assert "Patient ID (0010,0020) is longer than LO allows; it is written all the same" in told
    assert not any("4711" in message or "ller" in message for message in told)


def test_a_uid_with_a_leading_zero_names_what_it_names_and_is_kept_and_told(caplog: pytest.LogCaptureFixture) -> None:
    reg = registration(RegistrationSubType.ONLINE_3D, RegistrationMethod.AUTOMATIC)
    foreign = replace(reg.source_images[0], sop_instance_uid="1.2.03.4")
    with caplog.at_level(logging.WARNING, "pti.dicom.written"):
        ds = write_spatial_registration(replace(reg, source_images=(foreign,)), clock=lambda: NOW)
    assert ds.RegistrationSequence[1].ReferencedImageSequence[0].ReferencedSOPInstanceUID == "1.2.03.4"
    assert any("leading zero" in record.getMessage() for record in caplog.records)


@pytest.mark.requirement("IOD-05")
def test_an_extended_interface_is_passed_on_whatever_is_in_it() -> None:
    foreign = ExtendedInterface(b"<xml/>", 6, "ä" * 70)
    write_rt_image(replace(full_image(), extended_interface=foreign), lambda: NOW)


def test_uids_that_are_made_here_are_legal() -> None:
    made = [new_uid() for _ in range(1000)]
    assert all(is_safe_uid(uid) and not has_leading_zero(uid) for uid in made)


@pytest.mark.parametrize(
    ("uid", "leading"), [("1.2.3", False), ("1.0.3", False), ("1.02.3", True), ("01.2", True), ("1.00", True)]
)
def test_a_leading_zero_is_one_that_does_not_stand_alone(uid: str, leading: bool) -> None:
    assert has_leading_zero(uid) is leading


#: Coordinates in a room, direction cosines and angles, and the smallest that are not 0.
_NUMBERS = st.one_of(
    st.floats(-1e4, 1e4),
    st.floats(-1.0, 1.0),
    st.floats(-1e-3, 1e-3),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e-300, max_value=1e-300),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 9999.99999999999, -1234.567890123456, 1 / 3, -1e-9 / 3]),
)


@given(_NUMBERS)
def test_a_decimal_string_is_a_short_number_that_loses_less_than_a_nanometre(number: float) -> None:
    text = decimal(number)
    assert len(text) <= 16
    assert abs(float(text) - number) <= 1e-9  # mm; a tenth of the last digit of -9999.9999999999
    assert not text.startswith("-0.0") or float(text) != 0.0  # a zero has no sign
    holder = Dataset()
    holder.GantryAngle = text
    require_valid("number", holder)


@given(st.lists(_NUMBERS, min_size=3, max_size=3), st.lists(_NUMBERS, min_size=3, max_size=3))
def test_whatever_an_image_says_of_its_place_is_written_validly_and_read_back(
    isocentre: list[float], angles: list[float]
) -> None:
    image = sparse_image()
    couch = replace(image.couch, pitch_deg=angles[0] % 10, roll_deg=-(angles[1] % 10), rotation_deg=angles[2] % 360)
    ds = write_rt_image(replace(image, isocentre_mm=(isocentre[0], isocentre[1], isocentre[2]), couch=couch), lambda: NOW)
    assert np.allclose([float(value) for value in ds.IsocenterPosition], isocentre, rtol=0, atol=1e-9)
