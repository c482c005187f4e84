"""The common modules are written as appendix B.2 says."""

from datetime import datetime

import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.decimals import decimal, decimals
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.modules import (
    modality_warning,
    read_date_time,
    read_patient,
    read_study,
    write_equipment,
    write_frame_of_reference,
    write_patient,
    write_sop_common,
    write_study,
)
from tests.support.dicom_factory import rt_image


@pytest.mark.requirement("IOD-01")
@pytest.mark.parametrize(("sex", "written"), [("F", "F"), ("M", "M"), ("O", "O"), ("X", "O"), (None, "O")])
def test_sex_is_written_as_f_m_or_o(sex: str | None, written: str) -> None:
    ds = Dataset()
    write_patient(ds, PatientIdentity("1", "Doe^Jane", "19700131", sex, "0712"))
    assert ds.PatientSex == written


@pytest.mark.requirement("IOD-01")
def test_birth_time_is_kept() -> None:
    ds = Dataset()
    write_patient(ds, PatientIdentity("1", "Doe^Jane", "19700131", "F", "0712"))
    assert ds.PatientBirthTime == "0712"
    assert read_patient(Attributes(ds)).birth_time == "0712"


@pytest.mark.requirement("IOD-02")
def test_the_position_reference_indicator_is_empty() -> None:
    ds = Dataset()
    write_frame_of_reference(ds, "1.2.3")
    assert ds.FrameOfReferenceUID == "1.2.3"
    assert ds["PositionReferenceIndicator"].value == ""


def test_a_study_comes_back_as_it_was_written() -> None:
    study = StudyIdentity("1.2.3", "20240105", "081500", "7", "A1", "Head")
    ds = Dataset()
    write_study(ds, study)
    assert read_study(Attributes(ds)) == study
    assert ds["ReferringPhysicianName"].value == ""


def test_what_a_study_does_not_say_is_written_empty() -> None:
    ds = Dataset()
    write_study(ds, StudyIdentity("1.2.3"))
    for keyword in ("StudyDate", "StudyTime", "StudyID", "AccessionNumber"):
        assert ds[keyword].is_empty
    assert "StudyDescription" not in ds


def test_file_meta_information_is_ours() -> None:
    ds = Dataset()
    write_sop_common(ds, "1.2.3", "1.2.4", datetime(2024, 1, 5, 8, 30, 15, 250000))
    assert (ds.InstanceCreationDate, ds.InstanceCreationTime) == ("20240105", "083015.250000")
    assert ds.file_meta.ImplementationClassUID == "1.2.246.352.70.2.1.170.1"
    assert ds.file_meta.MediaStorageSOPInstanceUID == "1.2.4"


def test_the_equipment_names_program_version_and_station() -> None:
    ds = Dataset()
    write_equipment(ds, "GTR1")
    assert (ds.StationName, ds.ManufacturerModelName) == ("GTR1", "Proton Therapy Imaging")
    assert ds.SoftwareVersions


def test_a_modality_that_contradicts_the_class_is_warned_about() -> None:
    assert modality_warning(Attributes(rt_image()), "RTIMAGE") == ()
    assert "RTIMAGE" in modality_warning(Attributes(rt_image()), "CT")[0]


def test_date_and_time_are_read_to_the_fraction() -> None:
    when = read_date_time(Attributes(rt_image()), "Content")
    assert when is not None
    assert when.replace(tzinfo=None) == datetime(2024, 1, 5, 8, 30, 0, 250000)


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("08", (8, 0, 0, 0)),
        ("0830", (8, 30, 0, 0)),
        ("083015", (8, 30, 15, 0)),
        ("083015.5", (8, 30, 15, 500000)),
        ("083015.000250 ", (8, 30, 15, 250)),
    ],
)
def test_a_time_is_read_as_far_as_it_is_told(time: str, read: tuple[int, int, int, int]) -> None:
    ds = rt_image()
    ds.ContentTime = time
    when = read_date_time(Attributes(ds), "Content")
    assert when is not None
    assert when.replace(tzinfo=None) == datetime(2024, 1, 5, *read)


@pytest.mark.parametrize("date", ["", "20230231", "20241301", "2024-1-5", "99999999", "00000101"])
def test_a_date_that_is_none_is_not_known(date: str) -> None:
    ds = rt_image()
    ds["ContentDate"]._value = date
    assert read_date_time(Attributes(ds), "Content") is None


@pytest.mark.parametrize("time", ["", "noon", "9999", "083", "08:30", "0830.5", "083015.1234567"])
def test_a_time_that_is_none_is_not_known(time: str) -> None:
    ds = rt_image()
    ds["ContentTime"]._value = time
    assert read_date_time(Attributes(ds), "Content") is None


@pytest.mark.parametrize("number", [0.1, -1234.567890123456, 1e-9 / 3, 2700.0, -0.0, 1 / 3, 123456.7890123, -9999.99999999])
def test_a_decimal_string_fits_and_loses_less_than_a_nanometre(number: float) -> None:
    text = decimal(number)
    assert len(text) <= 16
    assert float(text) == pytest.approx(number, abs=1e-6)


def test_what_is_not_finite_is_no_decimal_string() -> None:
    with pytest.raises(ValueError, match=r"infin|finite|nan"):
        decimals([float("inf")])
