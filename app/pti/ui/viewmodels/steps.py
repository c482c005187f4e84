"""The steps of a session, and which of them is done, current or to come."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

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
    Saving,
)


class Step(Enum):
    """What a person does, in this order."""

    LOAD = "Load"
    ACQUIRE = "Acquire"
    MATCH = "Match"
    REVIEW = "Review"
    SAVE = "Save"


class Status(Enum):
    """Where a step stands."""

    DONE = "done"
    CURRENT = "current"
    TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class StepItem:
    """One step of the rail."""

    step: Step
    status: Status


def current_step(phase: Phase) -> Step | None:
    """The step that waits for the person or is running; None: everything is done."""
    match phase:
        case NoPatient() | Loading():
            return Step.LOAD
        case Loaded() | Acquiring():
            return Step.ACQUIRE
        case Acquired() | Matching():
            return Step.MATCH
        case Matched():
            return Step.REVIEW
        case Accepted(saved=saved):
            return None if saved else Step.SAVE
        case Saving():
            return Step.SAVE
        case Exporting(before=before):
            return current_step(before)
        case _:
            assert_never(phase)


def steps(phase: Phase) -> tuple[StepItem, ...]:
    """All steps with their status."""
    order = tuple(Step)
    current = current_step(phase)
    at = len(order) if current is None else order.index(current)
    # What is saved before it was matched leaves Match and Review undone.
    reached = _reached(phase) if isinstance(phase, Saving) else at
    return tuple(StepItem(step, _status(index, at, reached)) for index, step in enumerate(order))


def _status(index: int, current: int, reached: int) -> Status:
    if index == current:
        return Status.CURRENT
    return Status.DONE if index < min(current, reached) else Status.TO_COME


def _reached(phase: Saving) -> int:
    before = current_step(phase.before)
    return len(Step) if before is None else tuple(Step).index(before)
