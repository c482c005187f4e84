"""What the reducer wants done outside: jobs for the workers. Frozen; answers come back as intents with the task's number."""

from dataclasses import dataclass
from pathlib import Path

from pti.dicom.identity import PatientIdentity
from pti.dicom.importing.report import CaseFiles, ObjectKind
from pti.network.queries import PlanSummary
from pti.session.case import AcquiredPair, MatchRecord, OpenCase
from pti.session.exportable import Exportable
from pti.session.phases import Acquired, Resting


@dataclass(frozen=True, slots=True)
class ListPlans:
    """Ask the treatment management system for its plans."""

    task: int


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Fetch plan, structure set and CT."""

    task: int
    plan: PlanSummary


@dataclass(frozen=True, slots=True)
class CheckFiles:
    """Find out what a file or folder holds."""

    task: int
    path: Path
    wanted: frozenset[ObjectKind]


@dataclass(frozen=True, slots=True)
class LoadFiles:
    """Read plan, structure set and CT from files, acquired images that are to be matched to them, and the images' match."""

    task: int
    case: CaseFiles
    images: tuple[Path, ...]
    registration: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TakePair:
    """Take one image with each kV system; `series_number` is the number of the series that they form."""

    task: int
    case: OpenCase
    operator: str
    series_number: int


@dataclass(frozen=True, slots=True, eq=False)
class RenderViews:
    """Render the CT to the imagers of `pair`: at the match's pose, or at the planned one where `record` is None."""

    task: int
    case: OpenCase
    pair: AcquiredPair
    record: MatchRecord | None


@dataclass(frozen=True, slots=True, eq=False)
class PrepareMatch:
    """Make ready what a match of this CT needs, so that the match itself is quick; nothing is answered."""

    task: int
    case: OpenCase


@dataclass(frozen=True, slots=True, eq=False)
class ModelStructures:
    """Make voxels and surfaces of the patient's structures, for display."""

    task: int
    case: OpenCase


@dataclass(frozen=True, slots=True, eq=False)
class RunMatch:
    """Match the pair to the planning CT."""

    task: int
    acquired: Acquired


@dataclass(frozen=True, slots=True, eq=False)
class SendObjects:
    """Write what is unsaved in `before` to the outbox and send the outbox; None: only what waits there."""

    task: int
    before: Resting | None


@dataclass(frozen=True, slots=True, eq=False)
class ExportObjects:
    """Write objects of this patient to a folder."""

    task: int
    patient: PatientIdentity
    items: tuple[Exportable, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class CancelTask:
    """Stop this task as soon as can be."""

    task: int


@dataclass(frozen=True, slots=True)
class ForgetCase:
    """The patient was closed: drop what workers hold of it."""


Effect = (
    ListPlans
    | LoadPlan
    | CheckFiles
    | LoadFiles
    | TakePair
    | RenderViews
    | PrepareMatch
    | ModelStructures
    | RunMatch
    | SendObjects
    | ExportObjects
    | CancelTask
    | ForgetCase
)
