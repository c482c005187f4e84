"""Reference RT Images of a plan: asked for when the patient is loaded, over real DICOM."""

import shutil
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from PySide6.QtWidgets import QApplication

from pti.dicom.files import write_file
from pti.dicom.importing.checking import check_path
from pti.foundation.cancel import CancelToken
from pti.foundation.instances import RT_IMAGE, RT_ION_PLAN
from pti.runtime.jobs.files import load_files
from pti.session.case import OpenCase
from pti.session.effects import LoadFiles
from pti.session.files import matchable_images
from tests.support.dicom_factory import Patient, reference, rt_image
from tests.support.site import running_site

BEAM_IMAGE, SETUP_IMAGE, LOST_IMAGE, BLURRED_IMAGE = "2.25.811", "2.25.812", "2.25.813", "2.25.814"


@pytest.fixture
def patient(tmp_path: Path, small_patient: Path) -> Path:
    """The demo patient with four reference images in the plan: two good ones, one that is nowhere, one without geometry."""
    folder = tmp_path / "patient"
    shutil.copytree(small_patient, folder)
    path, plan = next((p, ds) for p in folder.rglob("*") if p.is_file() and (ds := dcmread(p)).SOPClassUID == RT_ION_PLAN)
    beam, setup = plan.IonBeamSequence[0], plan.PatientSetupSequence[0]
    beam.ReferencedReferenceImageSequence = [_numbered(n, uid) for n, uid in enumerate((BEAM_IMAGE, LOST_IMAGE, BLURRED_IMAGE))]
    setup.ReferencedSetupImageSequence = [reference(RT_IMAGE, SETUP_IMAGE)]
    write_file(plan, path)
    owner = Patient(plan.PatientID, str(plan.PatientName), plan.PatientBirthDate, plan.PatientSex, plan.StudyInstanceUID, {})
    for uid in (BEAM_IMAGE, SETUP_IMAGE, BLURRED_IMAGE):
        image = rt_image(uid=uid, patient=owner)
        if uid == BLURRED_IMAGE:
            del image.RTImageSID
        write_file(image, folder / f"RI.{uid}.dcm")
    return folder


def _numbered(number: int, uid: str) -> Dataset:
    item = reference(RT_IMAGE, uid)
    item.ReferenceImageNumber = number + 1
    return item


@pytest.mark.requirement("LOAD-08")
def test_reference_images_come_with_the_patient_and_what_is_missing_is_told(
    qapp: QApplication, tmp_path: Path, patient: Path
) -> None:
    with running_site(tmp_path / "site", patient) as site:
        site.open_patient()
        case = site.workstation.store.state.case
        assert isinstance(case, OpenCase)
        assert {reference.image.sop_instance_uid for reference in case.reference_images} == {BEAM_IMAGE, SETUP_IMAGE}
        told = [message.detail for message in site.workstation.store.state.messages if "reference image" in message.detail]
        assert len(told) == 2
        assert any("RT Image SID (3002,0026) is missing" in text for text in told)
        assert any("is not at hand" in text and "SID" not in text for text in told)


@pytest.mark.requirement("LOAD-08")
def test_files_open_with_their_reference_images_and_never_offer_them_as_acquired_ones(patient: Path) -> None:
    report = check_path(patient)
    (case,) = report.cases
    assert {image.uid for image in case.references} == {BEAM_IMAGE, SETUP_IMAGE, BLURRED_IMAGE}
    assert not {image.uid for image in matchable_images(report, case)} & {BEAM_IMAGE, SETUP_IMAGE, BLURRED_IMAGE}
    opened = load_files(LoadFiles(1, case, ()), CancelToken(), lambda text, share: None)
    assert {reference.image.sop_instance_uid for reference in opened.reference_images} == {BEAM_IMAGE, SETUP_IMAGE}
    told = [text for text in opened.warnings if "reference image" in text]
    assert len(told) == 2
    assert "RT Image SID (3002,0026) is missing" in told[0]
    assert told[1] == "1 of the plan's 4 reference images are not among the files"


def test_a_plan_without_reference_images_asks_for_none(qapp: QApplication, tmp_path: Path, small_patient: Path) -> None:
    with running_site(tmp_path, small_patient) as site:
        site.open_patient()
        state = site.workstation.store.state
        assert state.case is not None
        assert state.case.reference_images == ()
        assert not any("reference" in message.detail for message in state.messages)
