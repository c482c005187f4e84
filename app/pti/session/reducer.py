"""The one place where the state changes: ``reduce(state, intent, now) -> (state, effects)``. Pure."""

from dataclasses import replace
from datetime import datetime

from pti.session import effects as fx
from pti.session import intents as it
from pti.session.answers import answer
from pti.session.exporting import export_objects
from pti.session.files import check_files, dismiss_files, open_files
from pti.session.isocentres import served_numbers
from pti.session.model import SessionState, Severity
from pti.session.phases import (
    Accepted,
    Acquired,
    Acquiring,
    Loaded,
    Loading,
    Matched,
    Matching,
    NoPatient,
    Progress,
    Resting,
    Saving,
)
from pti.session.saving import uids_lost_on_close, unsaved_uids
from pti.session.transitions import Reduced, begin_task, closed, foreground, note, say, with_progress


def reduce(state: SessionState, intent: it.Intent, now: datetime) -> Reduced:  # noqa: C901 - one flat list of cases
    """Answer an intent with the next state and what is to be done outside.

    An intent that does not fit the phase (a second click, a late answer of a stopped task) changes nothing.
    """
    match intent:
        case it.RefreshPlans():
            return _refresh_plans(state)
        case it.OpenPlan():
            return _open_plan(state, intent, now)
        case it.CheckFiles():
            return check_files(state, intent)
        case it.OpenFiles():
            return open_files(state, intent, now)
        case it.DismissFiles():
            return dismiss_files(state)
        case it.SelectBeam():
            return _select_beam(state, intent, now), ()
        case it.AcquirePair():
            return _acquire(state, now)
        case it.StartMatch():
            return _start_match(state, now)
        case it.StopTask():
            return _stop(state)
        case it.AcceptMatch():
            return _accept(state, now), ()
        case it.DiscardMatch():
            return _discard(state, now), ()
        case it.Save():
            return _save(state, now, then_close=False)
        case it.ExportObjects():
            return export_objects(state, intent, now)
        case it.SendPending():
            return _send_pending(state)
        case it.ClosePatient():
            return _close(state, now)
        case it.AcknowledgeMessages():
            return replace(state, messages=tuple(replace(m, acknowledged=True) for m in state.messages)), ()
        case _:
            return answer(state, intent, now)


def _refresh_plans(state: SessionState) -> Reduced:
    if not isinstance(state.phase, NoPatient) or state.plan_list.progress is not None:
        return state, ()
    state, task = begin_task(state)
    listing = replace(state.plan_list, progress=Progress(task, "Asking for plans"))
    return replace(state, plan_list=listing), (fx.ListPlans(task),)


def _open_plan(state: SessionState, intent: it.OpenPlan, now: datetime) -> Reduced:
    if not isinstance(state.phase, NoPatient):
        return state, ()
    state, stopped = dismiss_files(state)
    state, task = begin_task(state)
    state = replace(state, phase=Loading(intent.plan, Progress(task, "Checking the connection")), save_results=())
    return note(state, now, f"opened plan {intent.plan.sop_instance_uid}"), (*stopped, fx.LoadPlan(task, intent.plan))


def _select_beam(state: SessionState, intent: it.SelectBeam, now: datetime) -> SessionState:
    if not isinstance(state.phase, Loaded):
        return state
    case = state.phase.case
    for beam in case.plan.treatment_beams:
        if beam.number == intent.beam_number:
            state = replace(state, phase=Loaded(replace(case, active_beam=beam)))
            return note(state, now, f"made beam {beam.number} active")
    return state


def _acquire(state: SessionState, now: datetime) -> Reduced:
    if not isinstance(state.phase, Resting):
        return state, ()
    if isinstance(state.phase, Accepted) and not state.phase.saved:
        detail = "An accepted match is not saved yet."
        return say(state, now, Severity.WARNING, "Save before the next images", detail, remedy="Press Save first."), ()
    before = state.phase
    state, task = begin_task(state)
    state = replace(state, phase=Acquiring(before, Progress(task, "Preparing the exposure", 0.0)), save_results=())
    effect = fx.TakePair(task, before.case, state.operator, before.case.series_count + 1)
    return note(state, now, "acquired images"), (effect,)


def _start_match(state: SessionState, now: datetime) -> Reduced:
    if not isinstance(state.phase, Acquired | Matched):
        return state, ()
    before = state.phase
    state, task = begin_task(state)
    matching = Matching(before, Progress(task, "Preparing the match", 0.0))
    return note(replace(state, phase=matching), now, "started a 2D/3D match"), (fx.RunMatch(task, matching.acquired),)


def _stop(state: SessionState) -> Reduced:
    progress = foreground(state.phase)
    if progress is None:
        checking = None if state.file_check is None else state.file_check.progress
        background = checking or state.plan_list.progress
        return (state, ()) if background is None else (state, (fx.CancelTask(background.task),))
    return with_progress(state, replace(progress, text="Stopping", stopping=True)), (fx.CancelTask(progress.task),)


def _accept(state: SessionState, now: datetime) -> SessionState:
    if not isinstance(state.phase, Matched):
        return state
    matched, case = state.phase, state.phase.case
    saved = matched.record.registration_uid in case.saved_uids  # it came from a file, in a series of its own
    if not saved:
        case = replace(case, series_count=case.series_count + 1)
        matched = replace(matched, acquired=replace(matched.acquired, case=case))
    state = replace(state, phase=Accepted(matched, state.operator, now, saved and not case.unsaved_images))
    numbers = ", ".join(str(number) for number in served_numbers(case.plan, case.active_beam, state.isocentre_distance_mm))
    return note(state, now, f"accepted match {matched.record.registration_uid} for beams {numbers}")


def _discard(state: SessionState, now: datetime) -> SessionState:
    if not isinstance(state.phase, Matched):
        return state
    event = f"did not accept match {state.phase.record.registration_uid}"
    return note(replace(state, phase=state.phase.acquired), now, event)


def _save(state: SessionState, now: datetime, *, then_close: bool) -> Reduced:
    if not isinstance(state.phase, Resting):
        return state, ()
    before = state.phase
    if not unsaved_uids(before) and state.outbox_pending == 0:
        return say(state, now, Severity.INFO, "Everything is saved", "There is nothing new to send."), ()
    state, task = begin_task(state)
    progress = Progress(task, "Checking the connection", 0.0)
    state = replace(state, phase=Saving(before, progress, then_close), save_results=())
    return note(state, now, "saved the session"), (fx.SendObjects(task, before),)


def _send_pending(state: SessionState) -> Reduced:
    if state.outbox_pending == 0 or foreground(state.phase) is not None:
        return state, ()
    state, task = begin_task(state)
    return state, (fx.SendObjects(task, None),)


def _close(state: SessionState, now: datetime) -> Reduced:
    match state.phase:
        case Loaded() | Acquired() | Matched() | Accepted() as phase:
            if uids_lost_on_close(phase):
                return _save(state, now, then_close=True)
            return closed(state, now)
        case _:
            return state, ()
