"""Messages and progress as the bottom bar and the message list show them."""

from dataclasses import dataclass

from pti.session.model import Message, SessionState, Severity
from pti.session.phases import Progress
from pti.session.transitions import foreground


@dataclass(frozen=True, slots=True)
class Running:
    """A task that runs; `per_cent` is None where it cannot be told how far it is."""

    text: str
    per_cent: int | None
    stopping: bool


def newest(state: SessionState) -> Message | None:
    """The message for the bar: the newest one that was not acknowledged."""
    return next((message for message in reversed(state.messages) if not message.acknowledged), None)


def list_must_open(state: SessionState) -> bool:
    """Whether an error waits to be acknowledged."""
    return any(m.severity is Severity.ERROR and not m.acknowledged for m in state.messages)


def unread(state: SessionState) -> int:
    """How many messages wait to be acknowledged."""
    return sum(not message.acknowledged for message in state.messages)


def running(state: SessionState) -> Running | None:
    """What runs now."""
    checking = None if state.file_check is None else state.file_check.progress
    progress = foreground(state.phase) or checking or state.plan_list.progress
    return None if progress is None else _running(progress)


def _running(progress: Progress) -> Running:
    per_cent = None if progress.fraction is None else round(100 * min(max(progress.fraction, 0.0), 1.0))
    return Running(progress.text, per_cent, progress.stopping)
