"""File mode in the session: looking at files, choosing, opening, and everything that comes too late."""

from dataclasses import replace
from pathlib import Path

import pytest

from pti.dicom.importing.report import CaseFiles, FoundObject, ImportReport, ObjectKind, RegistrationLink
from pti.dicom.spatial_registration import RegistrationSubType
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.model import SessionState
from pti.session.phases import Acquired, Loaded, Loading, NoPatient
from pti.session.reducer import reduce
from tests.support.session_values import NOW, PATIENT, make_beam, make_case, make_image, make_pair, make_plan

FOLDER = Path("patient")
STRANGER = replace(PATIENT, patient_id="T-2")


def found(kind: ObjectKind, uid: str, *complaints: str, patient: object = PATIENT, matchable: bool = False) -> FoundObject:
    paths = (FOLDER / f"{uid}.dcm",)
    return FoundObject(kind, uid, f"label {uid}", paths, complaints, (), matchable, patient)  # type: ignore[arg-type]


def image(uid: str, *complaints: str, patient: object = PATIENT, matchable: bool = True) -> FoundObject:
    thing = found(ObjectKind.RT_IMAGE, uid, *complaints, patient=patient, matchable=matchable)
    return replace(thing, frame_of_reference_uid="images")


def registration(uid: str, *image_uids: str, patient: object = PATIENT) -> FoundObject:
    link = RegistrationLink("plan", "images", frozenset(image_uids), RegistrationSubType.ONLINE_2D3D_PAIRED, NOW)
    return replace(found(ObjectKind.REGISTRATION, uid, patient=patient), link=link)


PLAN = replace(found(ObjectKind.PLAN, "1.1"), frame_of_reference_uid="plan")
OTHER_PLAN = found(ObjectKind.PLAN, "1.2")
STRUCTURES = found(ObjectKind.STRUCTURE_SET, "2.1")
IMAGES = (
    image("4.1"),
    image("4.2"),
    image("4.3"),
    image("4.4", "Gantry Angle (300A,011E) is missing"),
    image("4.5", patient=STRANGER),
    image("4.6", matchable=False),
    image("4.7"),
)
MATCH, STRANGERS_MATCH = registration("5.1", "4.1", "4.2"), registration("5.2", "4.1", "4.2", patient=STRANGER)
CASE = CaseFiles(PLAN, STRUCTURES, (FOLDER / "ct.dcm",), references=IMAGES[-1:])
BROKEN = CaseFiles(OTHER_PLAN, None, (), ("the structure set is not among the files",))
REPORT = ImportReport(FOLDER, (PLAN, OTHER_PLAN, STRUCTURES, *IMAGES, MATCH, STRANGERS_MATCH), (CASE, BROKEN), ())


def after(state: SessionState, *intents: it.Intent) -> tuple[SessionState, tuple[fx.Effect, ...]]:
    effects: tuple[fx.Effect, ...] = ()
    for intent in intents:
        state, effects = reduce(state, intent, NOW)
    return state, effects


def start() -> SessionState:
    return SessionState("Olga Operator", "TMS", isocentre_distance_mm=1.0)


def checked() -> SessionState:
    state, (effect,) = after(start(), it.CheckFiles(FOLDER))
    assert isinstance(effect, fx.CheckFiles)
    return after(state, it.FilesChecked(effect.task, REPORT))[0]


def test_files_are_looked_at_with_progress_and_then_offered() -> None:
    state, (effect,) = after(start(), it.CheckFiles(FOLDER, frozenset({ObjectKind.CT})))
    assert effect == fx.CheckFiles(1, FOLDER, frozenset({ObjectKind.CT}))
    state, _ = after(state, it.TaskProgressed(1, "Reading 4 CT images", 0.5))
    assert state.file_check is not None
    assert state.file_check.progress is not None
    assert (state.file_check.progress.text, state.file_check.progress.fraction) == ("Reading 4 CT images", 0.5)
    state, _ = after(state, it.FilesChecked(1, REPORT))
    assert state.file_check is not None
    assert (state.file_check.report, state.file_check.progress) == (REPORT, None)


def test_another_folder_stops_the_first_and_its_late_answer_changes_nothing() -> None:
    state, _ = after(start(), it.CheckFiles(FOLDER))
    state, effects = after(state, it.CheckFiles(Path("other")))
    assert effects == (fx.CancelTask(1), fx.CheckFiles(2, Path("other"), frozenset(ObjectKind)))
    late, _ = after(state, it.FilesChecked(1, REPORT))
    assert late is state


def test_stop_ends_looking_and_dismissing_does_too() -> None:
    state, _ = after(start(), it.CheckFiles(FOLDER))
    assert after(state, it.StopTask())[1] == (fx.CancelTask(1),)
    assert after(state, it.TaskStopped(1))[0].file_check is None
    dismissed, effects = after(state, it.DismissFiles())
    assert (dismissed.file_check, effects) == (None, (fx.CancelTask(1),))
    assert after(checked(), it.DismissFiles())[1] == ()


def test_a_folder_that_cannot_be_looked_at_is_told() -> None:
    state, _ = after(start(), it.CheckFiles(FOLDER))
    state, _ = after(state, it.TaskFailed(1, "PTI-DCM-08", "The file or folder is not there", str(FOLDER), "Check the path."))
    assert state.file_check is None
    assert state.messages[-1].title == "The file or folder is not there"


def test_a_plan_opens_with_the_images_that_were_chosen() -> None:
    state, (effect,) = after(checked(), it.OpenFiles("1.1", ("4.2", "4.1")))
    assert isinstance(effect, fx.LoadFiles)
    assert (effect.case, [path.name for path in effect.images]) == (CASE, ["4.2.dcm", "4.1.dcm"])
    assert isinstance(state.phase, Loading)
    assert (state.phase.plan.patient_name, state.phase.plan.label) == (PATIENT.name, "label 1.1")
    assert "from files" in state.journal[-1].event


def test_a_plan_opens_with_images_and_their_match() -> None:
    _, (effect,) = after(checked(), it.OpenFiles("1.1", ("4.1", "4.2"), "5.1"))
    assert isinstance(effect, fx.LoadFiles)
    assert effect.registration == FOLDER / "5.1.dcm"
    _, (effect,) = after(checked(), it.OpenFiles("1.1", ("4.1", "4.2")))
    assert isinstance(effect, fx.LoadFiles)
    assert effect.registration is None


@pytest.mark.parametrize(
    "choice",
    [
        it.OpenFiles("1.2"),  # its structure set is missing
        it.OpenFiles("9.9"),
        it.OpenFiles("1.1", ("4.4",)),  # cannot be used
        it.OpenFiles("1.1", ("4.5",)),  # of another patient
        it.OpenFiles("1.1", ("4.6",)),  # computed
        it.OpenFiles("1.1", ("4.7",)),  # a reference image of the plan
        it.OpenFiles("1.1", ("4.1", "4.2", "4.3")),  # more than are shown
        it.OpenFiles("1.1", ("4.1", "4.3"), "5.1"),  # a match of other images
        it.OpenFiles("1.1", (), "5.1"),  # a match without its images
        it.OpenFiles("1.1", ("4.1", "4.2"), "5.2"),  # a match of another patient
        it.OpenFiles("1.1", ("4.1", "4.2"), "9.9"),
        it.OpenFiles("1.1", ("4.1", "4.2"), "2.1"),  # no registration
    ],
)
def test_a_choice_that_does_not_fit_opens_nothing(choice: it.OpenFiles) -> None:
    state = checked()
    assert after(state, choice) == (state, ())


def test_the_list_comes_back_when_opening_fails_and_goes_when_it_succeeds() -> None:
    state, (effect,) = after(checked(), it.OpenFiles("1.1"))
    assert isinstance(effect, fx.LoadFiles)
    failed, _ = after(state, it.TaskFailed(effect.task, "PTI-DCM-01", "The DICOM object cannot be used", "", ""))
    assert isinstance(failed.phase, NoPatient)
    assert failed.file_check is state.file_check
    case = make_case()
    loaded, _ = after(state, it.CaseLoaded(effect.task, case.plan, case.structure_set, case.ct, ()))
    assert isinstance(loaded.phase, Loaded)
    assert loaded.file_check is None


def test_images_from_files_wait_to_be_matched_for_their_beam_and_are_not_sent() -> None:
    state, (effect,) = after(checked(), it.OpenFiles("1.1", ("4.1",)))
    assert isinstance(effect, fx.LoadFiles)
    case = make_case(make_plan(make_beam(1), make_beam(2, gantry_deg=60.0)))
    pair = make_pair(replace(make_image("kV A", 0.0), beam_number=2))
    state, effects = after(state, it.CaseLoaded(effect.task, case.plan, case.structure_set, case.ct, (), pair=pair))
    assert isinstance(state.phase, Acquired)
    assert (state.phase.pair, state.phase.case.active_beam.number) == (pair, 2)
    assert state.phase.case.unsaved_images == ()
    assert {fx.PrepareMatch, fx.RenderViews} <= {type(effect) for effect in effects}


def test_a_plan_from_the_network_ends_looking_at_files() -> None:
    state, _ = after(start(), it.CheckFiles(FOLDER))
    plan = after(checked(), it.OpenFiles("1.1"))[0].phase
    assert isinstance(plan, Loading)
    state, effects = after(state, it.OpenPlan(plan.plan))
    assert effects == (fx.CancelTask(1), fx.LoadPlan(2, plan.plan))
    assert state.file_check is None


def test_files_are_not_looked_at_while_a_patient_is_open() -> None:
    state = replace(start(), phase=Loaded(make_case()))
    assert after(state, it.CheckFiles(FOLDER)) == (state, ())
