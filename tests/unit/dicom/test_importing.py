"""What an import check finds in a folder, and what it says of the rest."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import write_file
from pti.dicom.importing import scanning
from pti.dicom.importing.checking import check_path
from pti.dicom.importing.report import ImportReport, ObjectKind
from pti.dicom.importing.scanning import NoSuchPath, TooManyFiles
from pti.dicom.spatial_registration import RegistrationSubType
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from tests.support.dicom_factory import (
    ACQUIRED_FRAME,
    CT_SERIES,
    FRAME,
    PLAN,
    STRUCTURE_SET,
    Patient,
    ct_series,
    ion_plan,
    new_dataset,
    rt_image,
    set_pixels,
    structure_set,
)
from tests.support.registration_factory import IDENTITY, spatial_registration

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def write(folder: Path, **objects: Dataset) -> None:
    folder.mkdir(exist_ok=True)
    for name, ds in objects.items():
        write_file(ds, folder / f"{name}.dcm")


def write_ct(folder: Path, slices: Sequence[Dataset]) -> None:
    write(folder, **{f"ct{number}": ds for number, ds in enumerate(slices)})


@pytest.fixture
def patient(tmp_path: Path) -> Path:
    """A folder with one patient whose references hold, his images one level below."""
    ct = ct_series()
    structures = structure_set(ct)
    write(tmp_path, plan=ion_plan(structures), structures=structures)
    write_ct(tmp_path / "ct", ct)
    write(tmp_path / "kv", image=rt_image())
    return tmp_path


def found(report: ImportReport) -> dict[str, int]:
    return {thing.kind.value: len(thing.paths) for thing in report.objects if thing.usable}


def reasons(report: ImportReport) -> dict[str, str]:
    return {report.name_of(passed.path): passed.reason for passed in report.passed_over}


@pytest.mark.requirement("FILE-01")
def test_a_patient_s_folder_is_found_whole_and_opens(patient: Path) -> None:
    report = check_path(patient)
    assert found(report) == {"RT Ion Plan": 1, "RT Structure Set": 1, "CT": 4, "RT Image": 1}
    assert report.passed_over == ()
    (case,) = report.cases
    assert case.opens
    assert (case.plan.uid, case.structure_set and case.structure_set.uid) == (PLAN, STRUCTURE_SET)
    assert [path.name for path in case.ct_paths] == ["ct0.dcm", "ct1.dcm", "ct2.dcm", "ct3.dcm"]
    assert report.main_kind is ObjectKind.PLAN
    assert report.main_object_usable


@pytest.mark.requirement("FILE-02")
def test_what_is_not_dicom_or_not_supported_is_reported_and_the_rest_goes_on(patient: Path) -> None:
    (patient / "notes.txt").write_text("no DICOM")
    (patient / "empty.dcm").touch()
    capture = new_dataset(SECONDARY_CAPTURE, "2.25.99", "OT", Patient())
    capture.SeriesInstanceUID = "2.25.98"
    set_pixels(capture, np.zeros((4, 4), np.uint16))
    write(patient, capture=capture)
    report = check_path(patient)
    assert reasons(report).keys() == {"notes.txt", "empty.dcm", "capture.dcm"}
    assert reasons(report)["capture.dcm"] == "Secondary Capture Image Storage is not used by this program"
    assert report.cases[0].opens


@pytest.mark.requirement("FILE-02")
def test_a_filter_chooses_what_is_read(patient: Path) -> None:
    report = check_path(patient, wanted=frozenset({ObjectKind.CT, ObjectKind.RT_IMAGE}))
    assert found(report) == {"CT": 4, "RT Image": 1}
    assert reasons(report)["plan.dcm"] == "RT Ion Plan is not wanted: the filter leaves it out"
    assert report.main_kind is ObjectKind.CT
    assert report.cases == ()


def test_every_complaint_of_an_object_is_listed(patient: Path) -> None:
    image = rt_image(uid="2.25.3002")
    del image.FrameOfReferenceUID, image.RadiationMachineSAD
    write(patient, image=image)
    (bad,) = (thing for thing in check_path(patient).objects if thing.uid == "2.25.3002")
    assert "Frame of Reference UID (0020,0052) is missing" in bad.complaints
    assert "Radiation Machine SAD (3002,0022) is missing" in bad.complaints


def test_a_plan_whose_structure_set_is_elsewhere_does_not_open(patient: Path) -> None:
    (patient / "structures.dcm").unlink()
    (case,) = check_path(patient).cases
    assert case.complaints == (f"the structure set that the plan refers to ({STRUCTURE_SET}) is not among the files",)
    assert not check_path(patient).main_object_usable


def test_another_structure_set_is_not_taken_instead(patient: Path) -> None:
    write(patient, structures=structure_set(ct_series(), uid="2.25.1005.2"))
    (case,) = check_path(patient).cases
    assert "is not among the files, but 1 of another UID" in case.complaints[0]
    assert not case.opens


def test_a_structure_set_that_cannot_be_used_keeps_the_plan_closed(patient: Path) -> None:
    structures = structure_set(ct_series())
    del structures.ReferencedFrameOfReferenceSequence
    write(patient, structures=structures)
    (case,) = check_path(patient).cases
    assert case.complaints == ("the structure set that the plan refers to cannot be used: see there",)


def test_missing_ct_images_are_counted(patient: Path) -> None:
    (patient / "ct" / "ct1.dcm").unlink()
    (case,) = check_path(patient).cases
    assert case.complaints == ("1 of the 4 CT images that the structure set names are not among the files",)


def test_only_the_images_that_the_structure_set_names_make_the_ct(patient: Path) -> None:
    further = ct_series(((-5.0, -6.0, 8.0), (-5.0, -6.0, 10.0)))
    for number, ds in enumerate(further):
        ds.SOPInstanceUID = f"2.25.29{number}"
    write_ct(patient / "further", further)
    report = check_path(patient)
    assert found(report)["CT"] == 6
    assert len(report.cases[0].ct_paths) == 4
    assert report.cases[0].opens


def test_objects_of_another_patient_keep_the_plan_closed(patient: Path) -> None:
    stranger = Patient(patient_id="PTI-0002")
    structures = structure_set(ct_series(patient=stranger), patient=stranger)
    write(patient, structures=structures)
    (case,) = check_path(patient).cases
    assert "plan and structure set: Patient ID (0010,0020) differs" in case.complaints


def test_a_copy_is_passed_over_and_other_content_of_the_same_uid_is_held_against_both(patient: Path) -> None:
    shutil.copyfile(patient / "kv" / "image.dcm", patient / "kv" / "zcopy.dcm")
    report = check_path(patient)
    assert reasons(report) == {"kv/zcopy.dcm": "it is a copy of image.dcm"}
    assert found(report)["RT Image"] == 1
    other = rt_image()
    other.GantryAngle = "46"
    write(patient / "kv", zcopy=other)
    report = check_path(patient)
    assert "RT Image" not in found(report)
    assert "has the SOP Instance UID (0008,0018) of image.dcm and other content" in reasons(report)["kv/zcopy.dcm"]


def test_two_plans_are_both_found_and_neither_is_preferred(patient: Path) -> None:
    write(patient, second=ion_plan(structure_set(ct_series()), uid="2.25.1006.2", label="SECOND"))
    assert {case.plan.label: case.opens for case in check_path(patient).cases} == {"FACTORY": True, "SECOND": True}


def test_links_and_pipes_are_never_opened(patient: Path) -> None:
    (patient / "link.dcm").symlink_to(patient / "plan.dcm")
    os.mkfifo(patient / "pipe.dcm")
    assert reasons(check_path(patient)) == {
        "link.dcm": "it is a link; links are not followed",
        "pipe.dcm": "it is no plain file",
    }


def test_a_single_file_is_its_own_main_object(patient: Path) -> None:
    assert check_path(patient / "plan.dcm").main_object_usable
    assert check_path(patient / "kv" / "image.dcm").main_kind is ObjectKind.RT_IMAGE
    assert not check_path(patient / "ct" / "ct0.dcm").main_object_usable  # one slice is no volume


def test_images_of_one_ct_are_one_object(patient: Path) -> None:
    (ct,) = (thing for thing in check_path(patient).objects if thing.kind is ObjectKind.CT)
    assert (ct.uid, ct.label, len(ct.paths)) == (CT_SERIES, "4 CT images", 4)


def test_a_path_that_is_not_there_and_a_folder_of_too_many_files_are_refused(
    patient: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoSuchPath):
        check_path(patient / "nowhere")
    monkeypatch.setattr(scanning, "MOST_FILES", 3)
    with pytest.raises(TooManyFiles, match="more than 3 files"):
        check_path(patient)


def test_progress_grows_and_a_stop_ends_the_check(patient: Path) -> None:
    shares: list[float] = []
    check_path(patient, on_progress=lambda _text, share: shares.append(share))
    assert shares == sorted(shares)
    assert 0.0 < shares[0] < shares[-1] < 1.0
    token = CancelToken()
    with pytest.raises(Stopped):
        check_path(patient, cancel=token, on_progress=lambda _text, _share: token.cancel())


@pytest.mark.requirement("FILE-02")
def test_what_a_registration_joins_is_found(patient: Path) -> None:
    write(patient, registration=spatial_registration())
    (thing,) = (thing for thing in check_path(patient).objects if thing.kind is ObjectKind.REGISTRATION)
    assert thing.usable
    assert thing.link is not None
    assert (thing.link.source_frame_uid, thing.link.target_frame_uid) == (FRAME, ACQUIRED_FRAME)
    assert thing.link.image_uids == {"2.25.3001"}
    assert thing.link.sub_type is RegistrationSubType.ONLINE_2D3D_PAIRED
    frames = {thing.kind: thing.frame_of_reference_uid for thing in check_path(patient).objects}
    assert (frames[ObjectKind.PLAN], frames[ObjectKind.RT_IMAGE]) == (FRAME, ACQUIRED_FRAME)


@pytest.mark.requirement("SRO-02", "FILE-02")
def test_a_registration_that_mirrors_or_stretches_joins_nothing(patient: Path) -> None:
    mirrored = (-1.0, *IDENTITY[1:])
    stretched = (1.01, *IDENTITY[1:])
    for name, matrix in (("mirrored", mirrored), ("stretched", stretched)):
        ds = spatial_registration((matrix,))
        ds.SOPInstanceUID = f"2.25.41{len(name)}"
        write(patient, **{name: ds})
    things = [thing for thing in check_path(patient).objects if thing.kind is ObjectKind.REGISTRATION]
    assert [(thing.usable, thing.link) for thing in things] == [(False, None), (False, None)]
    assert all("is not rigid" in thing.complaints[0] for thing in things)
    assert check_path(patient).cases[0].opens
