"""What the session knows. Everything here is frozen; large arrays stand by reference and are read-only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from pti.dicom.importing.report import ImportReport
from pti.imaging.structure_models import StructureModels
from pti.network.queries import PlanSummary
from pti.session.case import OpenCase
from pti.session.outcomes import Exported, ObjectResult
from pti.session.phases import Loading, NoPatient, Phase, Progress


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
    phase: Phase = field(default_factory=NoPatient)
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
