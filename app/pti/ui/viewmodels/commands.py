"""What a person can do next: the one next action, what else is offered, and what is possible."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from pti.session.model import SessionState
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
    Resting,
    Saving,
)
from pti.session.saving import uids_lost_on_close, unsaved_uids


class Command(Enum):
    """Everything that changes the session."""

    REFRESH = "refresh"
    OPEN = "open"
    OPEN_FILES = "open files"
    ACQUIRE = "acquire"
    MATCH = "match"
    ACCEPT = "accept"
    DISCARD = "discard"
    SAVE = "save"
    EXPORT = "export"
    SEND_PENDING = "send pending"
    CLOSE = "close"
    STOP = "stop"


_LABELS = {
    Command.REFRESH: "Refresh list",
    Command.OPEN: "Open patient",
    Command.OPEN_FILES: "Open files",
    Command.ACQUIRE: "Take kV pair",
    Command.MATCH: "Match",
    Command.ACCEPT: "Accept",
    Command.DISCARD: "Not accepted",
    Command.SAVE: "Save",
    Command.EXPORT: "Export",
    Command.SEND_PENDING: "Send now",
    Command.CLOSE: "Close patient",
    Command.STOP: "Stop",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What is on the buttons.

    Parameters
    ----------
    primary : the next action
    secondary : what else is shown beside it
    possible : commands that would change something now
    labels : what each command is called now
    waiting : what runs instead of the next action; "" if nothing
    """

    primary: Command
    secondary: tuple[Command, ...]
    possible: frozenset[Command]
    labels: dict[Command, str]
    waiting: str = ""


def offer(state: SessionState, *, plan_chosen: bool) -> Offer:
    """What is offered in a state; `plan_chosen`: whether a plan is selected in the list."""
    phase = state.phase
    shown = phase.before if isinstance(phase, Exporting) else phase
    primary, secondary = _shown(shown)
    return Offer(primary, secondary, _possible(state, plan_chosen), _labels(shown), _waiting(phase))


def has_unsaved(phase: Phase) -> bool:
    """Whether a Save would send something of this patient."""
    return bool(unsaved_uids(phase))


def would_be_lost(phase: Phase) -> bool:
    """Whether something would be gone if the patient were closed without a Save."""
    return bool(uids_lost_on_close(phase))


def _shown(phase: NoPatient | Loading | Resting | Acquiring | Matching | Saving) -> tuple[Command, tuple[Command, ...]]:
    match phase:
        case NoPatient() | Loading():
            return Command.OPEN, ()
        case Loaded():
            return Command.ACQUIRE, (Command.CLOSE,)
        case Acquiring():
            return Command.ACQUIRE, ()
        case Acquired():
            return Command.MATCH, (Command.ACQUIRE, Command.SAVE, Command.CLOSE)
        case Matching():
            return Command.MATCH, ()
        case Matched():
            return Command.ACCEPT, (Command.DISCARD, Command.MATCH, Command.ACQUIRE, Command.CLOSE)
        case Accepted(saved=False):
            return Command.SAVE, (Command.CLOSE,)
        case Accepted():
            return Command.ACQUIRE, (Command.CLOSE,)
        case Saving():
            return Command.SAVE, ()
        case _:
            assert_never(phase)


def _possible(state: SessionState, plan_chosen: bool) -> frozenset[Command]:
    phase = state.phase
    if isinstance(phase, Loading | Acquiring | Matching | Saving | Exporting):
        return frozenset() if phase.progress.stopping else frozenset({Command.STOP})
    possible = set[Command]()
    if state.outbox_pending > 0:
        possible.add(Command.SEND_PENDING)
    if isinstance(phase, NoPatient):
        possible |= {Command.REFRESH if state.plan_list.progress is None else Command.STOP, Command.OPEN_FILES}
        if state.file_check is not None and state.file_check.progress is not None:
            possible.add(Command.STOP)
        if plan_chosen:
            possible.add(Command.OPEN)
        return frozenset(possible)
    possible |= {Command.CLOSE, Command.EXPORT}
    if has_unsaved(phase):
        possible.add(Command.SAVE)
    if not (isinstance(phase, Accepted) and not phase.saved):
        possible.add(Command.ACQUIRE)
    if isinstance(phase, Acquired | Matched):
        possible.add(Command.MATCH)
    if isinstance(phase, Matched):
        possible |= {Command.ACCEPT, Command.DISCARD}
    return frozenset(possible)


def _labels(phase: Phase) -> dict[Command, str]:
    labels = dict(_LABELS)
    match phase:
        case Acquired() | Matched():
            labels[Command.ACQUIRE] = "Take again"
            labels[Command.SAVE] = "Save images"
        case Accepted(saved=True):
            labels[Command.ACQUIRE] = "Next images"
        case _:
            pass
    if isinstance(phase, Matched):
        labels[Command.MATCH] = "Match again"
    if isinstance(phase, Resting) and would_be_lost(phase):
        labels[Command.CLOSE] = "Save and close"
    return labels


def _waiting(phase: Phase) -> str:
    match phase:
        case Loading():
            return "Loading"
        case Acquiring():
            return "Taking images"
        case Matching():
            return "Matching"
        case Saving():
            return "Saving"
        case Exporting():
            return "Exporting"
        case _:
            return ""
