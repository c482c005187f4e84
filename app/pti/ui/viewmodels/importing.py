"""What was found in files, as the dialog lists it, and what would be opened."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from pti.dicom.importing.report import CaseFiles, FoundObject, ImportReport
from pti.session.files import MOST_IMAGES, matchable_images
from pti.session.stored_match import misfits
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
    NOT_FITTING = "does not fit"
    PASSED_OVER = "passed over"


class Choice(Enum):
    """What a person can choose in a row."""

    NOTHING = "nothing"
    PLAN = "plan"
    IMAGE = "image"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One object, or all files that were passed over; `reasons` stand below it, each on a line.

    `misfit` says in a few words why a registration cannot be opened with the plan and the images that are chosen.
    """

    uid: str
    kind: str
    label: str
    files: str
    state: RowState
    reasons: tuple[str, ...]
    choice: Choice = Choice.NOTHING
    misfit: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What Open would do, or why nothing can be opened."""

    text: str
    possible: bool


def import_rows(report: ImportReport, plan_uid: str | None, image_uids: frozenset[str] = frozenset()) -> tuple[ImportRow, ...]:
    """All rows: objects by kind, then files that were passed over; `plan_uid` and `image_uids` are what is chosen."""
    cases = {case.plan.uid: case for case in report.cases}
    chosen = _case(report, plan_uid)
    images = set() if chosen is None else {image.uid for image in matchable_images(report, chosen)}
    unfit = {} if chosen is None else misfits(report, chosen, image_uids)
    rows = []
    for found in report.objects[:_MOST_ROWS]:
        row = _row(report, found, cases.get(found.uid), found.uid in images)
        rows.append(_with_fit(row, unfit[found.uid]) if found.uid in unfit else row)
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


def registration_to_choose(report: ImportReport, plan_uid: str | None, image_uids: frozenset[str]) -> str | None:
    """The registration that is meant without asking: the only one that is the match of these images to this plan."""
    fitting = _fitting(report, plan_uid, image_uids)
    return fitting[0] if len(fitting) == 1 else None


def opening(
    report: ImportReport, plan_uid: str | None, image_uids: frozenset[str], registration_uid: str | None = None
) -> Opening:
    """What Open would do with this choice."""
    case = _case(report, plan_uid)
    if case is None:
        return Opening(_why_nothing(report), False)
    if len(image_uids) > MOST_IMAGES:
        return Opening(f"Choose no more than {MOST_IMAGES} images to match.", False)
    parts = [f"{_whose(case.plan)}plan {case.plan.label}", "its structure set", f"{len(case.ct_paths)} CT images"]
    if image_uids:
        parts.append("1 image to match" if len(image_uids) == 1 else f"{len(image_uids)} images to match")
    match = next((found for found in report.objects if found.uid == registration_uid), None)
    if match is not None and match.link is not None:
        parts.append(f"{'its' if len(image_uids) == 1 else 'their'} match of {formats.date_time(match.link.created_at)}")
    text = f"Opens {', '.join(parts[:-1])} and {parts[-1]}."
    fitting = _fitting(report, plan_uid, image_uids)
    if match is None and len(fitting) > 1:
        which = "this image" if len(image_uids) == 1 else "these images"
        text += f" {len(fitting)} registrations are matches of {which}: choose one, or none."
    return Opening(text, True)


def _fitting(report: ImportReport, plan_uid: str | None, image_uids: frozenset[str]) -> list[str]:
    case = _case(report, plan_uid)
    return [] if case is None else [uid for uid, why_not in misfits(report, case, image_uids).items() if not why_not]


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
    label = found.label if found.link is None else f"{found.label}, {formats.date_time(found.link.created_at)}"
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
    return ImportRow(found.uid, found.kind.value, label, files, state, _shortened(reasons, len(reasons)), choice)


def _with_fit(row: ImportRow, why_not: str) -> ImportRow:
    """A registration that fits can be chosen; of another the row says why not."""
    if why_not:
        return replace(row, state=RowState.NOT_FITTING, misfit=why_not)
    return replace(row, choice=Choice.REGISTRATION)
