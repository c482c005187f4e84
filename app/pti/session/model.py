"""What the session knows. Everything here is frozen; large arrays stand by reference and are read-only."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pti.dicom.ct import CtSeries
from pti.dicom.importing.report import ImportReport, ObjectKind
from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.rt_image import RtImage
from pti.dicom.structures import StructureSet
from pti.foundation.instances import InstanceReference
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray
from pti.imaging.structure_models import StructureModels
from pti.network.queries import PlanSummary
from pti.session.found_pose import FoundPose


class Severity(Enum):
    """How loudly a message speaks; ERROR opens the message view by itself."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """One line for the user: what happened, where, and what to do."""

    number: int
    at: datetime
    severity: Severity
    code: str
    title: str
    detail: str
    remedy: str
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the task is; `fraction` is None where it cannot be told."""

    task: int
    text: str
    fraction: float | None = None
    stopping: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StructureOutline:
    """The silhouette of one structure on a panel: closed lines of (row, column) pixels of the acquired image."""

    name: str
    colour: tuple[int, int, int]
    lines: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ViewRendering:
    """What the planning CT looks like to one imager at one pose.

    Parameters
    ----------
    drr : (row, column), float32 line integrals, on `geometry` (the acquired panel, binned)
    geometry : of the DRR
    outlines : silhouettes of the structures, in pixels of the acquired image
    isocentre_pixel : (row, column) of the planned isocentre, in pixels of the acquired image
    """

    drr: NDArray[np.float32]
    geometry: ImagerGeometry
    outlines: tuple[StructureOutline, ...]
    isocentre_pixel: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class AcquiredPair:
    """The images of one acquisition, with line integrals (row, column), float32, for display; brighter absorbs more."""

    images: tuple[RtImage, ...]
    displays: tuple[NDArray[np.float32], ...]
    checks: tuple["ImageCheck", ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceImage:
    """An RT Image that the plan refers to; `display` (row, column), float32, brighter absorbs more where the image says so."""

    image: RtImage
    display: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ImageCheck:
    """One check of acquired images against the plan and the machine, with its reason."""

    name: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class MatchRecord:
    """A finished match with the UIDs under which its registration is stored, so that a second Save sends the same."""

    result: FoundPose
    registration_uid: str
    series_uid: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that an instance of the open patient was read from; size and time of change tell whether it still is."""

    instance: InstanceReference
    path: Path
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class OpenCase:
    """The loaded patient and what was taken in this session.

    `reference_images` are the RT Images that the plan refers to (LOAD-08). `saved_uids` are the images and registrations
    that need not be sent: the treatment management system confirmed them, or they came from files. `sources` are the files
    of all that was loaded but the plan. `exported_uids` are in a folder that a person chose.
    """

    plan: IonPlan
    structure_set: StructureSet
    ct: CtSeries
    active_beam: IonBeam
    opened_at: datetime
    taken: tuple[AcquiredPair, ...] = ()
    saved_uids: frozenset[str] = frozenset()
    series_count: int = 0  # series numbers given so far in this session (ACQ-04)
    reference_images: tuple[ReferenceImage, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    from_files: bool = False
    exported_uids: frozenset[str] = frozenset()

    @property
    def unsaved_images(self) -> tuple[RtImage, ...]:
        """Acquired images that have not been sent yet."""
        return tuple(i for pair in self.taken for i in pair.images if i.sop_instance_uid not in self.saved_uids)


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


@dataclass(frozen=True, slots=True)
class ObjectResult:
    """What became of one object that was to be saved."""

    sop_instance_uid: str
    kind: str  # "RT Image kV A", "Spatial Registration"
    stored: bool
    detail: str


class ExportOutcome(Enum):
    """What became of an object that was to be exported."""

    EXPORTED = "exported"
    ALREADY_THERE = "already there"
    NOT_EXPORTED = "not exported"


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What became of one object that was to be exported, and why."""

    sop_instance_uid: str
    kind: ObjectKind
    name: str
    outcome: ExportOutcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What the last export did; `stopped`: a person ended it early."""

    folder: Path
    results: tuple[ExportResult, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Who did what, and when."""

    at: datetime
    operator: str
    event: str


@dataclass(frozen=True, slots=True)
class PlanList:
    """The plans that the treatment management system offers; `plans` is None until it was asked."""

    plans: tuple[PlanSummary, ...] | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FileCheck:
    """Files that a person wants to open: what is in them, once they have been looked at (FILE-01).

    `progress` is None when `report` is there.
    """

    path: Path
    progress: Progress | None
    report: ImportReport | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ModelledStructures:
    """Voxels and surfaces of the open patient's structures; `models` is None as long as `task` makes them.

    There is none where that failed.
    """

    task: int
    models: StructureModels | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SessionState:
    """All that another workstation or the record would need.

    `isocentre_distance_mm`: beams whose isocentre is further from the active beam's do not get its shift (LOAD-07).
    """

    operator: str
    peer_title: str
    phase: Phase = NoPatient()
    plan_list: PlanList = PlanList()
    modelled: ModelledStructures | None = None
    file_check: FileCheck | None = None
    isocentre_distance_mm: float = 0.0
    messages: tuple[Message, ...] = ()
    save_results: tuple[ObjectResult, ...] = ()
    exported: Exported | None = None
    outbox_pending: int = 0
    journal: tuple[JournalEntry, ...] = ()
    tasks_started: int = 0
    messages_made: int = 0

    @property
    def case(self) -> OpenCase | None:
        """The open patient, if any."""
        match self.phase:
            case NoPatient() | Loading():
                return None
            case phase:
                return phase.case
