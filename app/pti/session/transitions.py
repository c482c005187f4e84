"""What every change of the state is made of."""

from dataclasses import replace
from datetime import datetime

from pti.session import effects as fx
from pti.session.case import OpenCase
from pti.session.model import JournalEntry, Message, SessionState, Severity
from pti.session.phases import (
    Accepted,
    Acquired,
    Acquiring,
    Exporting,
    Loaded,
    Loading,
    Matched,
    Matching,
    NoPatient,
    Phase,
    Progress,
    Resting,
    Saving,
)

Reduced = tuple[SessionState, tuple[fx.Effect, ...]]


def begin_task(state: SessionState) -> tuple[SessionState, int]:
    """Give the next task its number; answers are told from late ones by it."""
    number = state.tasks_started + 1
    return replace(state, tasks_started=number), number


def note(state: SessionState, now: datetime, event: str) -> SessionState:
    """Write who did what into the journal."""
    return replace(state, journal=(*state.journal, JournalEntry(now, state.operator, event)))


def say(
    state: SessionState, now: datetime, severity: Severity, title: str, detail: str, *, code: str = "", remedy: str = ""
) -> SessionState:
    """Show a message to the user."""
    number = state.messages_made + 1
    message = Message(number, now, severity, code, title, detail, remedy)
    return replace(state, messages=(*state.messages, message), messages_made=number)


def foreground(phase: Phase) -> Progress | None:
    """The progress of the task that holds the phase, if one runs."""
    match phase:
        case Loading() | Acquiring() | Matching() | Saving() | Exporting():
            return phase.progress
        case _:
            return None


def runs(state: SessionState, task: int) -> bool:
    """Whether `task` is the one that holds the phase."""
    progress = foreground(state.phase)
    return progress is not None and progress.task == task


def is_listing(state: SessionState, task: int) -> bool:
    """Whether `task` is the running search for plans."""
    return state.plan_list.progress is not None and state.plan_list.progress.task == task


def is_checking(state: SessionState, task: int) -> bool:
    """Whether `task` is looking at files."""
    checking = state.file_check
    return checking is not None and checking.progress is not None and checking.progress.task == task


def after_stop(phase: Phase) -> Phase:
    """Where the session stands when the running task ends without a result."""
    match phase:
        case Loading():
            return NoPatient()
        case Acquiring(before=before) | Matching(before=before) | Saving(before=before) | Exporting(before=before):
            return before
        case _:
            return phase


def with_progress(state: SessionState, progress: Progress) -> SessionState:
    """Show how far the running task is."""
    match state.phase:
        case Loading() | Acquiring() | Matching() | Saving() | Exporting() as phase:
            return replace(state, phase=replace(phase, progress=progress))
        case _:
            return state


def mark_saved(phase: Resting, stored: frozenset[str]) -> Resting:
    """Remember what the treatment management system confirmed."""
    if stored <= phase.case.saved_uids:
        return phase
    phase = with_case(phase, replace(phase.case, saved_uids=phase.case.saved_uids | stored))
    if isinstance(phase, Accepted):
        everything = phase.matched.record.registration_uid in phase.case.saved_uids and not phase.case.unsaved_images
        return replace(phase, saved=everything)
    return phase


def with_case(phase: Resting, case: OpenCase) -> Resting:
    """The same phase, with something else known of its patient."""
    match phase:
        case Loaded() | Acquired():
            return replace(phase, case=case)
        case Matched(acquired=acquired):
            return replace(phase, acquired=replace(acquired, case=case))
        case Accepted(matched=matched):
            return replace(phase, matched=replace(matched, acquired=replace(matched.acquired, case=case)))


def closed(state: SessionState, now: datetime) -> Reduced:
    """Forget the patient."""
    return note(replace(state, phase=NoPatient(), modelled=None, exported=None), now, "closed the patient"), (fx.ForgetCase(),)
