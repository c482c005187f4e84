"""What people and workers ask of the session. Frozen; the store stamps each with the time."""

from dataclasses import dataclass
from pathlib import Path

from pti.dicom.ct import CtSeries
from pti.dicom.importing.report import ImportReport, ObjectKind
from pti.dicom.plan import IonPlan
from pti.dicom.structures import StructureSet
from pti.imaging.structure_models import StructureModels
from pti.network.queries import PlanSummary
from pti.session.case import AcquiredPair, MatchRecord, ReferenceImage, SourceFile, ViewRendering
from pti.session.model import Severity
from pti.session.outcomes import ExportResult, ObjectResult


@dataclass(frozen=True, slots=True)
class RefreshPlans:
    """Ask the treatment management system for its plans."""


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """Load this plan with its structure set and CT."""

    plan: PlanSummary


@dataclass(frozen=True, slots=True)
class CheckFiles:
    """Look at what a file or folder holds, so that it can be opened without the network (FILE-01, FILE-02)."""

    path: Path
    wanted: frozenset[ObjectKind] = frozenset(ObjectKind)


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """Open one of the plans that were found, with what it refers to, these acquired images and their match."""

    plan_uid: str
    image_uids: tuple[str, ...] = ()
    registration_uid: str | None = None


@dataclass(frozen=True, slots=True)
class DismissFiles:
    """Do without the files that were looked at."""


@dataclass(frozen=True, slots=True)
class SelectBeam:
    """Make another treatment beam the active one; not while images wait to be matched."""

    beam_number: int


@dataclass(frozen=True, slots=True)
class AcquirePair:
    """Take one image with each kV system."""


@dataclass(frozen=True, slots=True)
class StartMatch:
    """Match the newest pair to the planning CT."""


@dataclass(frozen=True, slots=True)
class StopTask:
    """Stop what is running in the foreground."""


@dataclass(frozen=True, slots=True)
class AcceptMatch:
    """The operator accepts the match that is shown."""


@dataclass(frozen=True, slots=True)
class DiscardMatch:
    """The operator does not accept the match; the images stay."""


@dataclass(frozen=True, slots=True)
class Save:
    """Send what was taken and accepted to the treatment management system."""


@dataclass(frozen=True, slots=True)
class ExportObjects:
    """Write the patient's objects of these kinds to a folder, as DICOM files (FILE-01, FILE-02)."""

    folder: Path
    kinds: frozenset[ObjectKind]


@dataclass(frozen=True, slots=True)
class SendPending:
    """Try again to send what an earlier session could not."""


@dataclass(frozen=True, slots=True)
class ClosePatient:
    """End the session; what is unsaved is sent first (SCU-01)."""


@dataclass(frozen=True, slots=True)
class AcknowledgeMessages:
    """The operator has read all messages."""


@dataclass(frozen=True, slots=True)
class PlansListed:
    """Answer of a worker: the plans."""

    task: int
    plans: tuple[PlanSummary, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CaseLoaded:
    """Answer of a worker: plan, structure set and CT, checked to belong together.

    Parameters
    ----------
    reference_images : that the plan refers to, as far as they can be used
    pair : acquired images that came from files with the plan
    match : of the pair, that came with them
    sources : the files of all that was loaded but the plan
    from_files : whether a person opened files, instead of a plan of the treatment management system
    """

    task: int
    plan: IonPlan
    structure_set: StructureSet
    ct: CtSeries
    warnings: tuple[str, ...]
    reference_images: tuple[ReferenceImage, ...] = ()
    pair: AcquiredPair | None = None
    match: MatchRecord | None = None
    sources: tuple[SourceFile, ...] = ()
    from_files: bool = False


@dataclass(frozen=True, slots=True)
class FilesChecked:
    """Answer of a worker: what the files hold."""

    task: int
    report: ImportReport


@dataclass(frozen=True, slots=True, eq=False)
class StructuresModelled:
    """Answer of a worker: voxels and surfaces of the structures, and what was odd about their contours."""

    task: int
    models: StructureModels
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PairAcquired:
    """Answer of a worker: the images of one acquisition."""

    task: int
    pair: AcquiredPair


@dataclass(frozen=True, slots=True, eq=False)
class ViewsRendered:
    """Answer of a worker: what the CT looks like to the imagers, at the planned or at the matched pose."""

    task: int
    pair: AcquiredPair
    record: MatchRecord | None  # None: the planned pose
    views: tuple[ViewRendering, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MatchFinished:
    """Answer of a worker: a match."""

    task: int
    record: MatchRecord


@dataclass(frozen=True, slots=True)
class ObjectsSaved:
    """Answer of a worker: what became of each object, and how many wait in the outbox."""

    task: int
    results: tuple[ObjectResult, ...]
    outbox_pending: int


@dataclass(frozen=True, slots=True)
class ObjectsExported:
    """Answer of a worker: what became of each object; `stopped`: not all were tried."""

    task: int
    results: tuple[ExportResult, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class TaskProgressed:
    """A worker tells how far it is."""

    task: int
    text: str
    fraction: float | None


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """A worker could not finish; `results` and `outbox_pending` where it was saving."""

    task: int
    code: str
    title: str
    detail: str
    remedy: str
    severity: Severity = Severity.ERROR
    results: tuple[ObjectResult, ...] = ()
    outbox_pending: int | None = None


@dataclass(frozen=True, slots=True)
class TaskStopped:
    """A worker stopped because the user wished it."""

    task: int
    outbox_pending: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the user should know and that belongs to no task."""

    severity: Severity
    code: str
    title: str
    detail: str
    remedy: str
    outbox_pending: int | None = None


UserIntent = (
    RefreshPlans
    | OpenPlan
    | CheckFiles
    | OpenFiles
    | DismissFiles
    | SelectBeam
    | AcquirePair
    | StartMatch
    | StopTask
    | AcceptMatch
    | DiscardMatch
    | Save
    | ExportObjects
    | SendPending
    | ClosePatient
    | AcknowledgeMessages
)
WorkerIntent = (
    PlansListed
    | CaseLoaded
    | FilesChecked
    | StructuresModelled
    | PairAcquired
    | ViewsRendered
    | MatchFinished
    | ObjectsSaved
    | ObjectsExported
    | TaskProgressed
    | TaskFailed
    | TaskStopped
    | Notice
)
Intent = UserIntent | WorkerIntent
