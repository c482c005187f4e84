"""What was found in files, as the dialog lists it, and what would be opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from pti.dicom.importing.report import CaseFiles, FoundObject, ImportReport
from pti.session.files import MOST_IMAGES, matchable_images
from pti.ui.viewmodels import formats

#: More would keep the window busy for longer than a blink, and nobody reads them there.
_MOST_ROWS, _MOST_REASONS = 120, 40
_ALL_ARE_LISTED = "pti import-check lists all of them"


class RowState(Enum):
    """What becomes of a row; the words stand in the list."""

    USABLE = "can be used"
    WARNING = "can be used, with a warning"
    UNUSABLE = "cannot be used"
    INCOMPLETE = "cannot be opened"
    PASSED_OVER = "passed over"


class Choice(Enum):
    """What a person can choose in a row."""

    NOTHING = "nothing"
    PLAN = "plan"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One object, or all files that were passed over; `reasons` stand below it, each on a line."""

    uid: str
    kind: str
    label: str
    files: str
    state: RowState
    reasons: tuple[str, ...]
    choice: Choice = Choice.NOTHING


@dataclass(frozen=True, slots=True)
class Opening:
    """What Open would do, or why nothing can be opened."""

    text: str
    possible: bool


def import_rows(report: ImportReport, plan_uid: str | None) -> tuple[ImportRow, ...]:
    """All rows: objects by kind, then files that were passed over; `plan_uid` is the plan that is chosen."""
    cases = {case.plan.uid: case for case in report.cases}
    chosen = cases.get(plan_uid or "")
    images = set() if chosen is None else {image.uid for image in matchable_images(report, chosen)}
    rows = [_row(report, found, cases.get(found.uid), found.uid in images) for found in report.objects[:_MOST_ROWS]]
    further = len(report.objects) - len(rows)
    if further > 0:
        rows.append(ImportRow("", f"and {further} more objects", "", "", RowState.PASSED_OVER, (_ALL_ARE_LISTED,)))
    if report.passed_over:
        count = len(report.passed_over)
        lines = (f"{report.name_of(passed.path)}: {passed.reason}" for passed in report.passed_over)
        files = "1 file" if count == 1 else f"{count} files"
        rows.append(ImportRow("", "Other files", "", files, RowState.PASSED_OVER, _shortened(lines, count)))
    return tuple(rows)


def _shortened(reasons: Iterable[str], count: int) -> tuple[str, ...]:
    shown = tuple(islice(reasons, _MOST_REASONS))
    return shown if count <= _MOST_REASONS else (*shown, f"and {count - _MOST_REASONS} more", _ALL_ARE_LISTED)


def plan_to_choose(report: ImportReport) -> str | None:
    """The plan that is meant without asking: the only one that opens."""
    opening = [case.plan.uid for case in report.cases if case.opens]
    return opening[0] if len(opening) == 1 else None


def images_to_choose(report: ImportReport, plan_uid: str | None) -> frozenset[str]:
    """The images that are meant without asking: those of the plan's patient, if they are no more than are shown at a time."""
    case = _case(report, plan_uid)
    images = () if case is None else matchable_images(report, case)
    return frozenset(image.uid for image in images) if len(images) <= MOST_IMAGES else frozenset()


def opening(report: ImportReport, plan_uid: str | None, image_uids: frozenset[str]) -> Opening:
    """What Open would do with this choice."""
    case = _case(report, plan_uid)
    if case is None:
        return Opening(_why_nothing(report), False)
    if len(image_uids) > MOST_IMAGES:
        return Opening(f"Choose no more than {MOST_IMAGES} images to match.", False)
    parts = [f"{_whose(case.plan)}plan {case.plan.label}", "its structure set", f"{len(case.ct_paths)} CT images"]
    if image_uids:
        parts.append("1 image to match" if len(image_uids) == 1 else f"{len(image_uids)} images to match")
    return Opening(f"Opens {', '.join(parts[:-1])} and {parts[-1]}.", True)


def _whose(plan: FoundObject) -> str:
    """The patient, to be compared with the one on the couch before he is opened."""
    if plan.patient is None:
        return ""
    return f"{plan.patient.display_name} (ID {formats.or_not_known(plan.patient.patient_id)}): "


def _case(report: ImportReport, plan_uid: str | None) -> CaseFiles | None:
    return next((case for case in report.cases if case.plan.uid == plan_uid and case.opens), None)


def _why_nothing(report: ImportReport) -> str:
    if any(case.opens for case in report.cases):
        return "Several plans can be opened: choose one."
    if report.cases:
        return "No plan can be opened: see what is missing below it."
    return "Nothing can be opened: there is no RT Ion Plan that can be used."


def _row(report: ImportReport, found: FoundObject, case: CaseFiles | None, matchable: bool) -> ImportRow:
    files = report.name_of(found.paths[0]) if len(found.paths) == 1 else f"{len(found.paths)} files"
    missing = () if case is None else case.complaints
    reasons = (*found.complaints, *missing, *found.warnings)
    state = RowState.WARNING if found.warnings else RowState.USABLE
    if found.complaints or missing:
        state = RowState.UNUSABLE if found.complaints else RowState.INCOMPLETE
    choice = Choice.NOTHING
    if case is not None and case.opens:
        choice = Choice.PLAN
    elif matchable:
        choice = Choice.IMAGE
    return ImportRow(found.uid, found.kind.value, found.label, files, state, _shortened(reasons, len(reasons)), choice)
