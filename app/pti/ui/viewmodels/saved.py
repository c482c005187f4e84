"""What became of the objects that were to be saved."""

from dataclasses import dataclass

from pti.session.model import Accepted, SessionState
from pti.ui.viewmodels.commands import has_unsaved


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One object."""

    kind: str
    stored: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The results and a line about them; `pending` objects wait in the outbox."""

    headline: str
    rows: tuple[SavedRow, ...]
    pending: int
    everything_stored: bool


def saved(state: SessionState) -> Saved:
    """What the save panel shows."""
    rows = tuple(SavedRow(r.kind, r.stored, "Stored" if r.stored else r.detail or "Not stored") for r in state.save_results)
    stored = sum(row.stored for row in rows)
    if isinstance(state.phase, Accepted) and state.phase.saved:
        headline = f"Everything is stored in {state.peer_title}"
    elif rows:
        headline = f"{stored} of {len(rows)} objects stored in {state.peer_title}"
    elif has_unsaved(state.phase):
        headline = "Not saved yet"
    else:
        headline = "Nothing to save"
    return Saved(headline, rows, state.outbox_pending, bool(rows) and stored == len(rows))
