"""What became of the objects that were to be saved or exported."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pti.dicom.importing.report import ObjectKind


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
