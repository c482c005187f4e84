"""What can be exported, as the dialog lists it, and what became of it."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pti.dicom.importing.report import ObjectKind
from pti.session.case import OpenCase, SourceFile
from pti.session.exportable import EXPORTABLE_KINDS, Exportable, exportables
from pti.session.model import SessionState
from pti.session.outcomes import ExportOutcome, ExportResult
from pti.session.phases import Exporting, Resting
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.commands import has_unsaved

#: More would keep the window busy for longer than a blink, and nobody reads them there.
_MOST_REASONS, _MOST_NAMES = 40, 3
_NAMES = {
    ObjectKind.CT: "CT images",
    ObjectKind.STRUCTURE_SET: "Structure sets",
    ObjectKind.RT_IMAGE: "RT Images",
    ObjectKind.REGISTRATION: "Registrations",
}


class ExportState(Enum):
    """Where a row stands; the words stand in the list."""

    CHOSEN = "will be written"
    LEFT_OUT = "left out"
    THERE = "written"
    WAS_THERE = "was there already"
    IN_PART = "written in part"
    NOT_THERE = "not written"


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind that can be chosen, and how many files it makes."""

    kind: ObjectKind
    count: int

    @property
    def text(self) -> str:
        """What stands at its check box."""
        return f"{_NAMES[self.kind]} ({self.count})"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One object, or all images of the CT; `reasons` stand below it, each on a line."""

    name: str
    origin: str
    files: str
    state: ExportState
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportView:
    """All that the dialog shows, for the folder and the kinds that are chosen in it.

    `verdict` says what Export would do, why it cannot, or what it has done; `done`: all of it is in the folder.
    """

    choices: tuple[KindChoice, ...]
    rows: tuple[ExportRow, ...]
    verdict: str
    possible: bool
    done: bool = False


def export_view(state: SessionState, folder: Path | None, kinds: frozenset[ObjectKind]) -> ExportView:
    """What the dialog shows; nothing where no patient is open or something else is running."""
    before = state.phase.before if isinstance(state.phase, Exporting) else state.phase
    if not isinstance(before, Resting):
        return ExportView((), (), "", False)
    things = exportables(before)
    choices = _choices(things)
    results = _results(state, folder)
    rows = tuple(_row(group, group[0].kind in kinds, results) for group in _groups(things))
    count = sum(choice.count for choice in choices if choice.kind in kinds)
    tried = bool(results) and all(row.state is not ExportState.CHOSEN for row in rows)
    verdict = _what_was_done(state, results) if tried else _what_would_be_done(before.case, folder, count)
    failed = any(row.state in (ExportState.IN_PART, ExportState.NOT_THERE) for row in rows)
    if folder is not None and count > 0 and not failed and has_unsaved(before):
        verdict = f"{verdict} Export does not send; Save does."
    possible = isinstance(state.phase, Resting) and folder is not None and count > 0
    return ExportView(choices, rows, verdict, possible, tried and not failed)


def _choices(things: tuple[Exportable, ...]) -> tuple[KindChoice, ...]:
    counts = Counter[ObjectKind]()
    for thing in things:
        counts[thing.kind] += len(thing.uids)
    return tuple(KindChoice(kind, counts[kind]) for kind in EXPORTABLE_KINDS)


def _groups(things: tuple[Exportable, ...]) -> list[list[Exportable]]:
    """What stands in one row: the images of the CT together, anything else for itself."""
    ct = [thing for thing in things if thing.kind is ObjectKind.CT]
    return [*([ct] if ct else []), *([thing] for thing in things if thing.kind is not ObjectKind.CT)]


def _results(state: SessionState, folder: Path | None) -> dict[str, ExportResult]:
    """What the last export did, as long as its folder is the one that is shown."""
    if state.exported is None or state.exported.folder != folder:
        return {}
    return {result.sop_instance_uid: result for result in state.exported.results}


def _row(group: list[Exportable], chosen: bool, results: dict[str, ExportResult]) -> ExportRow:
    count = sum(len(thing.uids) for thing in group)
    name = f"{count} CT images" if len(group) > 1 else group[0].name
    origin = "as it was loaded" if isinstance(group[0].content, SourceFile) else "made here"
    files = _files(count)
    found = [results[uid] for thing in group for uid in thing.uids if uid in results]
    if not found:
        return ExportRow(name, origin, files, ExportState.CHOSEN if chosen else ExportState.LEFT_OUT)
    failed = [result for result in found if result.outcome is ExportOutcome.NOT_EXPORTED]
    already = sum(result.outcome is ExportOutcome.ALREADY_THERE for result in found)
    reasons = _reasons(failed)
    if already == len(found):
        return ExportRow(name, origin, files, ExportState.WAS_THERE)
    if already:
        reasons = (f"{already} {'was' if already == 1 else 'were'} there already, with the same content", *reasons)
    if not failed:
        return ExportRow(name, origin, files, ExportState.THERE, reasons)
    return ExportRow(name, origin, files, ExportState.NOT_THERE if len(failed) == len(found) else ExportState.IN_PART, reasons)


def _reasons(failed: list[ExportResult]) -> tuple[str, ...]:
    """Why files were not written: first the reason, which must be seen, then which ones; what is common is said once."""
    if len(failed) == 1:
        return (failed[0].detail,)
    names: dict[str, list[str]] = {}
    for result in failed:
        names.setdefault(result.detail, []).append(result.name)
    lines = [f"{_files(len(which))}: {why} ({_some(which)})" for why, which in names.items()]
    more = len(lines) - _MOST_REASONS
    return (*lines[:_MOST_REASONS], f"and {more} more reasons") if more > 0 else tuple(lines)


def _some(names: list[str]) -> str:
    """The first of these names, and how many there are more."""
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _what_would_be_done(case: OpenCase, folder: Path | None, count: int) -> str:
    patient = case.plan.patient
    whose = f"{patient.display_name} (ID {formats.or_not_known(patient.patient_id)})"
    if folder is None:
        return f"Choose the folder that the files of {whose} are to be written to."
    if count == 0:
        return "Choose what to write."
    return f"Writes {_files(count)} of {whose} to this folder."


def _what_was_done(state: SessionState, results: dict[str, ExportResult]) -> str:
    there = sum(result.outcome is not ExportOutcome.NOT_EXPORTED for result in results.values())
    if there == len(results):
        return "1 file is in the folder." if there == 1 else f"All {there} files are in the folder."
    ended = "Stopped: " if state.exported is not None and state.exported.stopped else ""
    return f"{ended}{len(results) - there} of {len(results)} files are NOT in the folder; the list says why."
