"""What became of the objects that were to be saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pti.session.found_pose import StoredMatch
from pti.session.model import SessionState
from pti.session.outcomes import ObjectResult
from pti.session.phases import Accepted, Acquiring, Exporting, Loading, NoPatient, Phase, Saving
from pti.session.selectors import shown_match


class Outcome(Enum):
    """What became of an object."""

    STORED = "stored"
    REFUSED = "not stored"
    WAITING = "to be sent"
    NOT_TO_SEND = "from a file"


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One object."""

    kind: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of each object, a line about all, and how many wait in the outbox."""

    headline: str
    rows: tuple[SavedRow, ...]
    pending: int


def saved(state: SessionState) -> Saved:
    """What the save panel shows."""
    results = tuple(_result(result) for result in state.save_results)
    told = frozenset(result.sop_instance_uid for result in state.save_results)
    waiting, from_files = tuple(_waiting(state.phase, told)), tuple(_from_files(state.phase))
    headline = _headline(state, results, bool(waiting), bool(from_files))
    return Saved(headline, (*results, *waiting, *from_files), state.outbox_pending)


def _headline(state: SessionState, results: tuple[SavedRow, ...], waiting: bool, from_files: bool) -> str:
    phase, peer = state.phase, state.peer_title
    if isinstance(phase, Accepted) and phase.saved:
        if isinstance(phase.matched.record.result, StoredMatch):
            return "Nothing to send: images and match came from files"
        return f"All that was made here is stored in {peer}" if from_files else f"Everything is stored in {peer}"
    stored = sum(row.outcome is Outcome.STORED for row in results)
    if results and (stored < len(results) or not waiting):
        return f"{stored} of {len(results)} objects stored in {peer}"
    return f"To be sent to {peer}" if waiting else "Nothing to save"


def shows_save(phase: Phase) -> bool:
    """Whether the results of Save matter more now than those of the match."""
    match phase:
        case Accepted() | Saving() | Acquiring(before=Accepted()) | Exporting(before=Accepted()):
            return True
        case _:
            return False


def _result(result: ObjectResult) -> SavedRow:
    if result.stored:
        return SavedRow(result.kind, Outcome.STORED, "Stored")
    return SavedRow(result.kind, Outcome.REFUSED, result.detail or "Not stored")


def _waiting(phase: Phase, told: frozenset[str]) -> Iterator[SavedRow]:
    """What the next Save sends, but for what the last one told about."""
    if isinstance(phase, Saving | Exporting):
        yield from _waiting(phase.before, told)
    elif not isinstance(phase, NoPatient | Loading):
        for image in phase.case.unsaved_images:
            if image.sop_instance_uid not in told:
                yield SavedRow(f"RT Image {image.label}", Outcome.WAITING, "")
        if isinstance(phase, Accepted) and not phase.saved and phase.matched.record.registration_uid not in told:
            yield SavedRow("Spatial Registration", Outcome.WAITING, "")


def _from_files(phase: Phase) -> Iterator[SavedRow]:
    """The images, and their match where it came from files too, that Save does not send."""
    if isinstance(phase, NoPatient | Loading):
        return
    came = {source.instance.sop_instance_uid for source in phase.case.sources}
    for pair in phase.case.taken:
        for image in pair.images:
            if image.sop_instance_uid in came:
                yield SavedRow(f"RT Image {image.label}", Outcome.NOT_TO_SEND, "From a file")
    match = shown_match(phase)
    if match is not None and isinstance(match.result, StoredMatch):
        yield SavedRow("Spatial Registration", Outcome.NOT_TO_SEND, "From a file")
