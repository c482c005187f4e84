"""File mode: looking at files, opening what they hold, doing without them (FILE-01, FILE-02)."""

from dataclasses import replace
from datetime import datetime

from pti.dicom.identity import same_patient
from pti.dicom.importing.report import CaseFiles, FoundObject, ImportReport
from pti.network.queries import PlanSummary
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.model import FileCheck, SessionState
from pti.session.phases import Loading, NoPatient, Progress
from pti.session.stored_match import misfits
from pti.session.transitions import Reduced, begin_task, is_checking, note

#: The kV page shows so many images.
MOST_IMAGES = 2


def check_files(state: SessionState, intent: it.CheckFiles) -> Reduced:
    """Start to look at files, instead of what was looked at before."""
    if not isinstance(state.phase, NoPatient):
        return state, ()
    stopped = _stop_check(state)
    state, task = begin_task(state)
    checking = FileCheck(intent.path, Progress(task, "Looking at the files"))
    return replace(state, file_check=checking), (*stopped, fx.CheckFiles(task, intent.path, intent.wanted))


def files_checked(state: SessionState, intent: it.FilesChecked) -> SessionState:
    """Show what the files hold, if they are still asked for."""
    if state.file_check is None or not is_checking(state, intent.task):
        return state
    return replace(state, file_check=FileCheck(state.file_check.path, None, intent.report))


def dismiss_files(state: SessionState) -> Reduced:
    """Forget the files, and stop looking at them."""
    return replace(state, file_check=None), _stop_check(state)


def open_files(state: SessionState, intent: it.OpenFiles, now: datetime) -> Reduced:
    """Open a plan of the checked files; a choice that does not fit what was found changes nothing."""
    report = None if state.file_check is None else state.file_check.report
    if not isinstance(state.phase, NoPatient) or report is None:
        return state, ()
    case = next((case for case in report.cases if case.plan.uid == intent.plan_uid and case.opens), None)
    if case is None:
        return state, ()
    offered = {image.uid: image for image in matchable_images(report, case)}
    if len(intent.image_uids) > MOST_IMAGES or not set(intent.image_uids) <= offered.keys():
        return state, ()
    wanted = intent.registration_uid
    if wanted is not None and misfits(report, case, frozenset(intent.image_uids)).get(wanted) != "":
        return state, ()
    paths = tuple(offered[uid].paths[0] for uid in intent.image_uids)
    registration = next((found.paths[0] for found in report.objects if found.uid == wanted), None)
    state, task = begin_task(state)
    state = replace(state, phase=Loading(_summary(case.plan), Progress(task, "Reading the plan", 0.0)), save_results=())
    return note(state, now, f"opened plan {case.plan.uid} from files"), (fx.LoadFiles(task, case, paths, registration),)


def matchable_images(report: ImportReport, case: CaseFiles) -> tuple[FoundObject, ...]:
    """The acquired images among the files that can be used and are of the plan's patient; not its reference images."""
    patient, references = case.plan.patient, {image.uid for image in case.references}
    return tuple(
        image
        for image in report.objects
        if image.matchable
        and image.usable
        and image.uid not in references
        and patient is not None
        and image.patient is not None
        and not same_patient(patient, image.patient)
    )


def _stop_check(state: SessionState) -> tuple[fx.Effect, ...]:
    checking = state.file_check
    return () if checking is None or checking.progress is None else (fx.CancelTask(checking.progress.task),)


def _summary(plan: FoundObject) -> PlanSummary:
    patient = plan.patient
    if patient is None:
        return PlanSummary("", "", "", "", "", "", plan.uid, plan.label)
    return PlanSummary(
        patient.patient_id, patient.name, patient.birth_date or "", patient.sex or "", "", "", plan.uid, plan.label
    )
