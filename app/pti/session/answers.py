"""What the workers' answers do to the state."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from pti.acquisition.imported import beam_imaged
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.case import AcquiredPair, MatchRecord, OpenCase
from pti.session.exporting import objects_exported
from pti.session.files import files_checked
from pti.session.found_pose import StoredMatch
from pti.session.model import ModelledStructures, PlanList, SessionState, Severity
from pti.session.phases import Accepted, Acquired, Acquiring, Exporting, Loaded, Matched, Matching, Phase, Resting, Saving
from pti.session.transitions import (
    Reduced,
    after_stop,
    begin_task,
    closed,
    foreground,
    is_checking,
    is_listing,
    mark_saved,
    note,
    runs,
    say,
    with_progress,
)


def answer(state: SessionState, intent: it.WorkerIntent, now: datetime) -> Reduced:  # noqa: C901 - one flat list of cases
    """Apply the answer of a worker; a late one changes nothing."""
    match intent:
        case it.PlansListed():
            if not is_listing(state, intent.task):
                return state, ()
            return replace(state, plan_list=PlanList(intent.plans)), ()
        case it.CaseLoaded():
            return _case_loaded(state, intent, now)
        case it.FilesChecked():
            return files_checked(state, intent), ()
        case it.StructuresModelled():
            return _structures_modelled(state, intent, now), ()
        case it.PairAcquired():
            return _pair_acquired(state, intent, now)
        case it.ViewsRendered():
            return _views_rendered(state, intent), ()
        case it.MatchFinished():
            return _match_finished(state, intent, now)
        case it.ObjectsSaved():
            return _objects_saved(state, intent, now)
        case it.ObjectsExported():
            return objects_exported(state, intent, now), ()
        case it.TaskProgressed():
            return _progressed(state, intent), ()
        case it.TaskFailed():
            return _failed(state, intent, now), ()
        case it.TaskStopped():
            return _stopped(state, intent, now), ()
        case it.Notice():
            return _notice(state, intent, now), ()
        case _:
            assert_never(intent)


def _case_loaded(state: SessionState, intent: it.CaseLoaded, now: datetime) -> Reduced:
    if not runs(state, intent.task):
        return state, ()
    beam = beam_imaged(() if intent.pair is None else intent.pair.images, intent.plan)
    case = OpenCase(
        intent.plan,
        intent.structure_set,
        intent.ct,
        beam,
        now,
        reference_images=intent.reference_images,
        sources=intent.sources,
        from_files=intent.from_files,
    )
    state = replace(state, phase=Loaded(case), file_check=None)
    for warning in intent.warnings:
        state = say(state, now, Severity.WARNING, "Read with a warning", warning)
    state, task = begin_task(state)
    prepare = fx.PrepareMatch(task, case)
    state, task = begin_task(state)
    state = replace(state, modelled=ModelledStructures(task))
    model = fx.ModelStructures(task, case)
    if intent.pair is None:
        # The slices are looked at first; the match comes after the images.
        return state, (model, prepare)
    # They came from files that stay where they are.
    known = frozenset(image.sop_instance_uid for image in intent.pair.images)
    if intent.match is not None:
        known |= {intent.match.registration_uid}
    state, views = _with_pair(state, replace(case, saved_uids=known), intent.pair, now)
    if intent.match is not None and isinstance(state.phase, Acquired):
        state, matched_views = _with_match(state, state.phase, intent.match, now)
        views = (*matched_views, *views)
    return state, (prepare, *views, model)


def _structures_modelled(state: SessionState, intent: it.StructuresModelled, now: datetime) -> SessionState:
    if state.modelled is None or state.modelled.task != intent.task:
        return state
    state = replace(state, modelled=replace(state.modelled, models=intent.models))
    for warning in intent.warnings:
        state = say(state, now, Severity.WARNING, "Look at this structure closely", warning)
    return state


def _pair_acquired(state: SessionState, intent: it.PairAcquired, now: datetime) -> Reduced:
    if not (runs(state, intent.task) and isinstance(state.phase, Acquiring)):
        return state, ()
    case = state.phase.case
    return _with_pair(state, replace(case, series_count=case.series_count + 1), intent.pair, now)


def _with_pair(state: SessionState, case: OpenCase, pair: AcquiredPair, now: datetime) -> Reduced:
    """Images are there: tell what their checks found, and have the planned position rendered."""
    case = replace(case, taken=(*case.taken, pair))
    state = replace(state, phase=Acquired(case, pair))
    for check in pair.checks:
        if not check.passed:
            state = say(state, now, Severity.WARNING, check.name, check.reason)
    state, task = begin_task(state)
    return state, (fx.RenderViews(task, case, pair, None),)


def _views_rendered(state: SessionState, intent: it.ViewsRendered) -> SessionState:
    """Put the views where the pair and the match that they were rendered for still stand; elsewhere they are late."""
    phase = _with_views(state.phase, intent)
    return state if phase is None else replace(state, phase=phase)


def _with_views(phase: Phase, intent: it.ViewsRendered) -> Phase | None:
    match phase:
        case Acquired(pair=pair) if pair is intent.pair and intent.record is None:
            return replace(phase, planned_views=intent.views)
        case Matched(record=record) if intent.record is not None and record is intent.record:
            return replace(phase, matched_views=intent.views)
        case Matched(acquired=inner):
            acquired = _with_views(inner, intent)
            return replace(phase, acquired=acquired) if isinstance(acquired, Acquired) else None
        case Accepted(matched=inner_match):
            matched = _with_views(inner_match, intent)
            return replace(phase, matched=matched) if isinstance(matched, Matched) else None
        case Matching(before=unmatched):
            rendered = _with_views(unmatched, intent)
            return replace(phase, before=rendered) if isinstance(rendered, Acquired | Matched) else None
        case Acquiring(before=resting) | Saving(before=resting) | Exporting(before=resting):
            shown = _with_views(resting, intent)
            return replace(phase, before=shown) if isinstance(shown, Acquired | Matched | Accepted) else None
        case _:
            return None


def _match_finished(state: SessionState, intent: it.MatchFinished, now: datetime) -> Reduced:
    if not (runs(state, intent.task) and isinstance(state.phase, Matching)):
        return state, ()
    return _with_match(state, state.phase.acquired, intent.record, now)


def _with_match(state: SessionState, acquired: Acquired, record: MatchRecord, now: datetime) -> Reduced:
    """A match is there: tell what is doubtful about it, and have its position rendered."""
    state = replace(state, phase=Matched(acquired, record))
    result = record.result
    if isinstance(result, StoredMatch):
        state = note(state, now, f"opened match {record.registration_uid} from files")
        state = say(
            state,
            now,
            Severity.WARNING,
            "The match came from a file",
            f"{result.origin}. The file does not tell how alike image and radiograph are, nor who accepted it.",
            remedy="Look at both views closely, then accept it, or match again.",
        )
    elif not result.converged:
        state = say(
            state,
            now,
            Severity.WARNING,
            "The match did not settle",
            f"The search ended before its steps became small; likeness {result.quality:.2f}.",
            remedy="Look at both views closely; match again, or take new images.",
        )
    if result.unobserved_direction is not None:
        state = say(
            state,
            now,
            Severity.WARNING,
            "The images do not show every axis",
            "The position along the beam of the image cannot be told; that axis is shown as N/A.",
            remedy="Take a pair of images from two directions.",
        )
    state, task = begin_task(state)
    return state, (fx.RenderViews(task, acquired.case, acquired.pair, record),)


def _objects_saved(state: SessionState, intent: it.ObjectsSaved, now: datetime) -> Reduced:
    state = replace(state, outbox_pending=intent.outbox_pending)
    if not runs(state, intent.task) or not isinstance(state.phase, Saving):
        state = replace(state, save_results=intent.results)
        return _report_saved(state, intent, now), ()
    saving = state.phase
    before = mark_saved(saving.before, frozenset(r.sop_instance_uid for r in intent.results if r.stored))
    state = replace(state, phase=before, save_results=intent.results)
    state = _report_saved(state, intent, now)
    if saving.then_close and intent.outbox_pending == 0:
        return closed(state, now)
    return state, ()


def _report_saved(state: SessionState, intent: it.ObjectsSaved, now: datetime) -> SessionState:
    failed = [r for r in intent.results if not r.stored]
    if not failed:
        return note(state, now, f"{len(intent.results)} objects stored")
    detail = "; ".join(f"{r.kind}: {r.detail}" for r in failed)
    return say(
        state,
        now,
        Severity.ERROR,
        f"{len(failed)} of {len(intent.results)} objects were not stored",
        detail,
        code="PTI-SES-01",
        remedy="Nothing is lost: they wait in the outbox. Press Save again, or ask the administrator.",
    )


def _progressed(state: SessionState, intent: it.TaskProgressed) -> SessionState:
    if is_listing(state, intent.task) and state.plan_list.progress is not None:
        progress = replace(state.plan_list.progress, text=intent.text, fraction=intent.fraction)
        return replace(state, plan_list=replace(state.plan_list, progress=progress))
    checking = state.file_check
    if checking is not None and checking.progress is not None and is_checking(state, intent.task):
        progress = replace(checking.progress, text=intent.text, fraction=intent.fraction)
        return replace(state, file_check=replace(checking, progress=progress))
    progress_now = foreground(state.phase)
    if progress_now is None or progress_now.task != intent.task or progress_now.stopping:
        return state
    return with_progress(state, replace(progress_now, text=intent.text, fraction=intent.fraction))


def _failed(state: SessionState, intent: it.TaskFailed, now: datetime) -> SessionState:
    if intent.outbox_pending is not None:
        state = replace(state, outbox_pending=intent.outbox_pending)
    state = say(state, now, intent.severity, intent.title, intent.detail, code=intent.code, remedy=intent.remedy)
    if is_listing(state, intent.task):
        return replace(state, plan_list=replace(state.plan_list, progress=None))
    if is_checking(state, intent.task):
        return replace(state, file_check=None)
    if state.modelled is not None and state.modelled.task == intent.task:
        return replace(state, modelled=None)
    if not runs(state, intent.task):
        return state
    phase = after_stop(state.phase)
    stored = frozenset(r.sop_instance_uid for r in intent.results if r.stored)
    if isinstance(phase, Resting):
        phase = mark_saved(phase, stored)
    return replace(state, phase=phase, save_results=intent.results or state.save_results)


def _stopped(state: SessionState, intent: it.TaskStopped, now: datetime) -> SessionState:
    if intent.outbox_pending is not None:
        state = replace(state, outbox_pending=intent.outbox_pending)
    if is_listing(state, intent.task):
        return replace(state, plan_list=replace(state.plan_list, progress=None))
    if is_checking(state, intent.task):
        return replace(state, file_check=None)
    if not runs(state, intent.task):
        return state
    return note(replace(state, phase=after_stop(state.phase)), now, "stopped the running step")


def _notice(state: SessionState, intent: it.Notice, now: datetime) -> SessionState:
    if intent.outbox_pending is not None:
        state = replace(state, outbox_pending=intent.outbox_pending)
    return say(state, now, intent.severity, intent.title, intent.detail, code=intent.code, remedy=intent.remedy)
