"""What became of the objects that were to be saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pti.session.found_pose import StoredMatch
from pti.session.model import SessionState
from pti.session.outcomes import ObjectResult
from pti.session.phases import Accepted, Acquiring, Exporting, Loading, NoPatient, Phase, Saving
from pti.ui.viewmodels.commands import has_unsaved


class Outcome(Enum):
    """What became of an object."""

    STORED = "stored"
    REFUSED = "not stored"
    WAITING = "to be sent"


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One object."""

    kind: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The results and a line about them; `pending` objects wait in the outbox."""

    headline: str
    rows: tuple[SavedRow, ...]
    pending: int
    everything_stored: bool


def saved(state: SessionState) -> Saved:
    """What the save panel shows."""
    rows = tuple(_result(result) for result in state.save_results)
    stored = sum(row.outcome is Outcome.STORED for row in rows)
    if isinstance(state.phase, Accepted) and state.phase.saved and _is_from_file(state.phase):
        headline = "Nothing to send: images and match came from files"
    elif isinstance(state.phase, Accepted) and state.phase.saved:
        headline = f"Everything is stored in {state.peer_title}"
    elif rows:
        headline = f"{stored} of {len(rows)} objects stored in {state.peer_title}"
    elif has_unsaved(state.phase):
        headline = f"To be sent to {state.peer_title}"
        rows = tuple(_waiting(state.phase))
    else:
        headline = "Nothing to save"
    return Saved(headline, rows, state.outbox_pending, bool(rows) and stored == len(rows))


def shows_save(phase: Phase) -> bool:
    """Whether the results of Save matter more now than those of the match."""
    match phase:
        case Accepted() | Saving() | Acquiring(before=Accepted()) | Exporting(before=Accepted()):
            return True
        case _:
            return False


def _is_from_file(phase: Accepted) -> bool:
    return isinstance(phase.matched.record.result, StoredMatch)


def _result(result: ObjectResult) -> SavedRow:
    if result.stored:
        return SavedRow(result.kind, Outcome.STORED, "Stored")
    return SavedRow(result.kind, Outcome.REFUSED, result.detail or "Not stored")


def _waiting(phase: Phase) -> Iterator[SavedRow]:
    """What the next Save sends."""
    if isinstance(phase, Saving | Exporting):
        yield from _waiting(phase.before)
    elif not isinstance(phase, NoPatient | Loading):
        for image in phase.case.unsaved_images:
            yield SavedRow(f"RT Image {image.label}", Outcome.WAITING, "")
        if isinstance(phase, Accepted) and not phase.saved:
            yield SavedRow("Spatial Registration", Outcome.WAITING, "")
