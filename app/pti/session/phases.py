"""The phases that a session goes through; each holds what is there in it, and nothing that is not."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pti.network.queries import PlanSummary
from pti.session.case import AcquiredPair, MatchRecord, OpenCase, ViewRendering


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the task is; `fraction` is None where it cannot be told."""

    task: int
    text: str
    fraction: float | None = None
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class NoPatient:
    """Nothing is open; a plan can be chosen."""


@dataclass(frozen=True, slots=True)
class Loading:
    """A plan, its structure set and its CT are on their way."""

    plan: PlanSummary
    progress: Progress


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """The patient is open, no image was taken yet."""

    case: OpenCase


@dataclass(frozen=True, slots=True, eq=False)
class Acquiring:
    """The imagers are taking a pair; when it is stopped the session goes back to `before`."""

    before: "Resting"
    progress: Progress

    @property
    def case(self) -> OpenCase:
        """The open patient."""
        return self.before.case


@dataclass(frozen=True, slots=True, eq=False)
class Acquired:
    """A pair is there and can be matched."""

    case: OpenCase
    pair: AcquiredPair
    planned_views: tuple[ViewRendering, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """The match runs; when it is stopped the session goes back to `before`."""

    before: "Acquired | Matched"
    progress: Progress

    @property
    def acquired(self) -> Acquired:
        """The images that are being matched."""
        return self.before if isinstance(self.before, Acquired) else self.before.acquired

    @property
    def case(self) -> OpenCase:
        """The open patient."""
        return self.before.case


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """A match was found and waits for a person's judgement."""

    acquired: Acquired
    record: MatchRecord
    matched_views: tuple[ViewRendering, ...] | None = None

    @property
    def case(self) -> OpenCase:
        """The open patient."""
        return self.acquired.case


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """A person accepted the match; images and match are locked."""

    matched: Matched
    operator: str
    at: datetime
    saved: bool = False

    @property
    def case(self) -> OpenCase:
        """The open patient."""
        return self.matched.case


@dataclass(frozen=True, slots=True, eq=False)
class Saving:
    """Objects are being sent; on failure the session goes back to `before`."""

    before: "Resting"
    progress: Progress
    then_close: bool

    @property
    def case(self) -> OpenCase:
        """The open patient."""
        return self.before.case


@dataclass(frozen=True, slots=True, eq=False)
class Exporting:
    """Objects are being written to `folder`; the session goes back to `before`."""

    before: "Resting"
    progress: Progress
    folder: Path

    @property
    def case(self) -> OpenCase:
        """The open patient."""
        return self.before.case


Resting = Loaded | Acquired | Matched | Accepted

Phase = NoPatient | Loading | Loaded | Acquiring | Acquired | Matching | Matched | Accepted | Saving | Exporting
