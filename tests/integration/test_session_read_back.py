"""What a session exports, read back by file mode, is the same session: patient, images, match, couch correction."""

import shutil
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from PySide6.QtWidgets import QApplication

from pti.dicom.files import write_file
from pti.dicom.importing.checking import check_path
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import read_spatial_registration, write_spatial_registration
from pti.foundation.cancel import CancelToken
from pti.foundation.instances import RT_ION_PLAN
from pti.runtime.jobs.files import load_files
from pti.session import intents as it
from pti.session.case import AcquiredPair, OpenCase
from pti.session.effects import LoadFiles
from pti.session.exportable import EXPORTABLE_KINDS
from pti.session.files import matchable_images
from pti.session.found_pose import StoredMatch
from pti.session.intents import CaseLoaded
from pti.session.model import SessionState
from pti.session.outcomes import ExportOutcome
from pti.session.phases import Accepted, Acquired, Matched, NoPatient
from pti.session.saving import images_to_save, registration_to_save
from pti.session.selectors import shown_correction
from pti.session.stored_match import misfits
from pti.simulator.room import SetupError
from tests.support.site import Site, running_site
from tests.support.value_differences import differences

ERROR = SetupError(5.0, -4.0, 3.0, 1.0, -1.5, 2.0)


@dataclass(frozen=True)
class Session:
    """One session that went the whole way, and the folder that it was exported to."""

    accepted: SessionState
    folder: Path

    @property
    def phase(self) -> Accepted:
        assert isinstance(self.accepted.phase, Accepted)
        return self.accepted.phase


def turned_patient(small_patient: Path, folder: Path) -> Path:
    """The small patient, planned on a couch that is turned and tilted, so that no axis stands for another."""
    shutil.copytree(small_patient, folder)
    path = plan_file(folder)
    plan = dcmread(path)
    for beam in plan.IonBeamSequence:
        point = beam.IonControlPointSequence[0]
        point.PatientSupportAngle, point.TableTopPitchAngle, point.TableTopRollAngle = 20.0, 1.5, -1.0
    write_file(plan, path)
    return folder


def export(site: Site, folder: Path) -> None:
    """Write all that there is of the open patient."""
    folder.mkdir()
    intent = it.ExportObjects(folder, frozenset(EXPORTABLE_KINDS))
    state = site.driver.step("export", intent, lambda s: isinstance(s.phase, Accepted) and s.exported is not None)
    assert state.exported is not None
    assert {result.outcome for result in state.exported.results} == {ExportOutcome.EXPORTED}


def plan_file(folder: Path) -> Path:
    """The plan, which is not exported."""
    return next(path for path in sorted(folder.rglob("*.dcm")) if dcmread(path).SOPClassUID == RT_ION_PLAN)


@pytest.fixture(scope="module")
def session(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, small_patient: Path) -> Session:
    directory = tmp_path_factory.mktemp("session")
    patient = turned_patient(small_patient, directory / "patient")
    with running_site(directory / "site", patient, error=ERROR) as site:
        site.open_patient()
        site.driver.step("acquire", it.AcquirePair(), lambda s: isinstance(s.phase, Acquired))
        site.driver.step("match", it.StartMatch(), lambda s: isinstance(s.phase, Matched))
        site.driver.wait("views", views_are_rendered)
        state = site.driver.step("accept", it.AcceptMatch(), lambda s: isinstance(s.phase, Accepted))
        site.driver.wait("structures", lambda s: s.modelled is not None and s.modelled.models is not None)
        export(site, directory / "export")
    shutil.copy(plan_file(patient), directory / "export")
    return Session(state, directory / "export")


def views_are_rendered(state: SessionState) -> bool:
    phase = state.phase
    return isinstance(phase, Matched) and None not in (phase.matched_views, phase.acquired.planned_views)


def read_back(site: Site, folder: Path) -> SessionState:
    """Open the folder as a person does who takes everything that it offers."""
    state = site.driver.step(
        "look", it.CheckFiles(folder), lambda s: s.file_check is not None and s.file_check.report is not None
    )
    assert state.file_check is not None
    report = state.file_check.report
    assert report is not None
    (case,) = report.cases
    images = frozenset(image.uid for image in matchable_images(report, case))
    (registration,) = (uid for uid, why_not in misfits(report, case, images).items() if not why_not)
    site.driver.step("open", it.OpenFiles(case.plan.uid, tuple(images), registration), lambda s: isinstance(s.phase, Matched))
    site.driver.wait("views", views_are_rendered)
    return site.workstation.store.state


@pytest.mark.requirement("FILE-01", "M23-02", "SRO-01", "SRO-02", "SRO-04", "COUCH-01")
def test_a_session_s_export_read_back_is_the_same_session(
    qapp: QApplication, tmp_path: Path, small_patient: Path, session: Session
) -> None:
    with running_site(tmp_path / "other site", small_patient) as site:  # another workstation, that never saw the first
        state = read_back(site, session.folder)
        phase, before = state.phase, session.phase
        assert isinstance(phase, Matched)
        once, again = before.case, phase.case
        assert isinstance(again, OpenCase)
        assert not list(differences(once.plan, again.plan))
        assert not list(differences(once.structure_set, again.structure_set))
        assert not list(differences(once.ct, again.ct))
        assert not list(differences(without_window(before.matched.acquired.pair), without_window(phase.acquired.pair)))
        assert again.active_beam == once.active_beam
        compare_match(session.accepted, state)
        shown = zip(before.matched.matched_views or (), phase.matched_views or (), strict=True)
        assert not [line for one, other in shown for line in differences(one.outlines, other.outlines)]
        accept(site)
        export(site, tmp_path / "again")
        assert contents(tmp_path / "again") == contents(session.folder, plan_file(session.folder).name)
        site.driver.step("close", it.ClosePatient(), lambda s: isinstance(s.phase, NoPatient))
        assert before.matched.record.registration_uid not in {held.sop_instance_uid for held in site.demo.tms.instances()}


def contents(folder: Path, *left_out: str) -> dict[str, bytes]:
    """Every file of a folder, byte by byte."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in left_out}


def without_window(pair: AcquiredPair) -> tuple[RtImage, ...]:
    """The images without the window that the writer proposes to viewers."""
    return tuple(replace(image, window=None) for image in pair.images)


def compare_match(before: SessionState, after: SessionState) -> None:
    assert isinstance(before.phase, Accepted)
    assert isinstance(after.phase, Matched)
    once, again = before.phase.matched.record, after.phase.record
    assert isinstance(again.result, StoredMatch)
    assert (again.registration_uid, again.series_uid) == (once.registration_uid, once.series_uid)
    registration = registration_to_save(before.phase)
    assert registration is not None
    assert not list(differences(registration, again.result.registration))
    np.testing.assert_allclose(again.result.planning_to_fixed.matrix, once.result.planning_to_fixed.matrix, rtol=0, atol=1e-6)
    one, other = shown_correction(before.phase), shown_correction(after.phase)
    assert one is not None
    assert other is not None
    for six, six_again in zip(astuple(one), astuple(other), strict=True):
        assert None not in six
        assert six_again == pytest.approx(six, rel=0, abs=1e-6)
    assert all(abs(value or 0.0) > 0.3 for value in one.isocentric_difference)  # an axis that is lost would show
    told = [message.title for message in after.messages]
    assert "The match came from a file" in told


def accept(site: Site) -> None:
    """A person accepts it anew; nothing of it is to be sent again."""
    state = site.driver.step("accept", it.AcceptMatch(), lambda s: isinstance(s.phase, Accepted))
    assert isinstance(state.phase, Accepted)
    assert state.phase.saved
    assert registration_to_save(state.phase) is None
    assert images_to_save(state.phase) == ()


def load(folder: Path, change: Callable[[Dataset], None] = lambda ds: None) -> CaseLoaded:
    """What the worker makes of the folder whose registration was changed after it was looked at."""
    report = check_path(folder)
    (case,) = report.cases
    images = tuple(image.paths[0] for image in matchable_images(report, case))
    (path,) = (found.paths[0] for found in report.objects if found.link is not None)
    registration = dcmread(path)
    change(registration)
    write_file(registration, path)
    return load_files(LoadFiles(1, case, images, path), CancelToken(), lambda text, share: None)


def another_patient(ds: Dataset) -> None:
    ds.PatientID = "SOMEBODY ELSE"


def mirrored(ds: Dataset) -> None:
    matrix = ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    values = list(matrix.FrameOfReferenceTransformationMatrix)
    matrix.FrameOfReferenceTransformationMatrix = [*(-float(v) for v in values[:3]), *values[3:]]


def another_frame(ds: Dataset) -> None:
    ds.RegistrationSequence[1].FrameOfReferenceUID = "2.25.99"


@pytest.mark.requirement("FILE-02", "SRO-02")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (another_patient, "Objects of different patients: plan and registration: Patient ID (0010,0020) differs"),
        (mirrored, "is not rigid"),
        (another_frame, "another frame of reference than the plan's"),
    ],
)
def test_a_registration_that_changed_after_it_was_chosen_is_told_and_the_rest_is_opened(
    change: Callable[[Dataset], None], told: str, session: Session, tmp_path: Path
) -> None:
    shutil.copytree(session.folder, tmp_path / "changed")
    loaded = load(tmp_path / "changed", change)
    assert loaded.match is None
    assert loaded.pair is not None
    assert len(loaded.pair.images) == 2
    assert [told in warning for warning in loaded.warnings if "the match is not used" in warning] == [True]


def test_images_that_cannot_be_used_take_their_match_with_them(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(session.folder, folder)
    report = check_path(folder)
    (case,) = report.cases
    images = tuple(image.paths[0] for image in matchable_images(report, case))
    (path,) = (found.paths[0] for found in report.objects if found.link is not None)
    images[0].unlink()
    loaded = load_files(LoadFiles(1, case, images, path), CancelToken(), lambda text, share: None)
    assert (loaded.pair, loaded.match) == (None, None)
    assert "the images' match is not used without them" in loaded.warnings


@pytest.mark.requirement("SRO-01")
def test_the_plain_form_reads_back_as_the_same_match(session: Session, tmp_path: Path) -> None:
    shutil.copytree(session.folder, tmp_path / "plain")
    whole = load(tmp_path / "plain").match
    (path,) = (tmp_path / "plain").glob("REG.*.dcm")
    write_file(write_spatial_registration(read_spatial_registration(dcmread(path)), ihe_ro=False), path)
    plain = load(tmp_path / "plain").match
    assert whole is not None
    assert plain is not None
    assert not list(differences(whole, plain))
