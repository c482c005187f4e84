"""``pti export``: open a patient from files as the window does, and write his objects to a folder."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pti.dicom.importing.report import CaseFiles, ImportReport, ObjectKind
from pti.foundation.errors import InvalidInput
from pti.main.options import add_only, add_settings, settings_of
from pti.main.output import print_json, print_lines
from pti.main.scripted_session import ScriptedSession
from pti.session import intents as it
from pti.session.exportable import EXPORTABLE_KINDS
from pti.session.files import MOST_IMAGES, matchable_images
from pti.session.model import Severity
from pti.session.outcomes import Exported, ExportOutcome
from pti.session.phases import Acquired
from pti.session.stored_match import misfits

#: Exit code where no patient can be opened, or an object of his was not written.
INCOMPLETE = 1


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    parser = commands.add_parser("export", help="write a patient's objects to a folder, in Implicit VR Little Endian")
    parser.add_argument("source", type=Path, metavar="FROM", help="a folder with plan, structure set, CT and images")
    parser.add_argument("target", type=Path, metavar="TO", help="the folder to write to; made if it is not there")
    parser.add_argument("--plan", metavar="UID", help="SOP Instance UID of the plan, where several open")
    parser.add_argument("--images", metavar="UID[,UID]", help=f"images to take, where there are more than {MOST_IMAGES}")
    add_only(parser, EXPORTABLE_KINDS)
    match = parser.add_mutually_exclusive_group()
    match.add_argument("--registration", metavar="UID", help="the images' match to take, where there are several")
    match.add_argument("--match", action="store_true", help="match the images to the CT, and export the registration too")
    add_settings(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Open, match if asked for, export, print; the exit code is 1 unless all of it is in the folder."""
    session = ScriptedSession(settings_of(arguments).export, operator="pti export")
    session.dispatch(it.CheckFiles(arguments.source))
    check = session.state.file_check
    assert check is not None
    assert check.report is not None
    case = _chosen_case(check.report, arguments.plan)
    if case is None:
        _tell(arguments, check.report, None, ())
        return INCOMPLETE
    images = _chosen_images(check.report, case, arguments.images)
    registration = None if arguments.match else _chosen_registration(check.report, case, images, arguments)
    session.dispatch(it.OpenFiles(case.plan.uid, images, registration))
    if arguments.match:
        _match(session)
    _make(arguments.target)
    session.dispatch(it.ExportObjects(arguments.target, arguments.only))
    exported = session.state.exported
    warnings = tuple(
        f"{m.title}: {m.detail}" for m in session.state.messages if m.severity is Severity.WARNING or exported is None
    )
    _tell(arguments, check.report, exported, warnings)
    return 0 if exported is not None and not _failed(exported) else INCOMPLETE


def _chosen_case(report: ImportReport, plan_uid: str | None) -> CaseFiles | None:
    """The plan that is meant; None where none opens, which the report explains."""
    opening = [case for case in report.cases if case.opens]
    if plan_uid is not None:
        named = [case for case in opening if case.plan.uid == plan_uid]
        if not named and opening:
            raise InvalidInput(f"no plan {plan_uid} can be opened; these can: {_uids(opening)}")
        return named[0] if named else None
    if len(opening) > 1:
        raise InvalidInput(f"several plans can be opened; choose one with --plan: {_uids(opening)}")
    return opening[0] if opening else None


def _uids(cases: list[CaseFiles]) -> str:
    return ", ".join(case.plan.uid for case in cases)


def _chosen_images(report: ImportReport, case: CaseFiles, named: str | None) -> tuple[str, ...]:
    found = [image.uid for image in matchable_images(report, case)]
    uids = found if named is None else [uid.strip() for uid in named.split(",")]
    unknown = [uid for uid in uids if uid not in found]
    if unknown:
        raise InvalidInput(f"{unknown[0]} is no image of the patient that can be used; these can: {', '.join(found) or 'none'}")
    if len(uids) > MOST_IMAGES:
        raise InvalidInput(f"{len(uids)} images of the patient; choose up to {MOST_IMAGES} with --images: {', '.join(found)}")
    return tuple(uids)


def _chosen_registration(
    report: ImportReport, case: CaseFiles, images: tuple[str, ...], arguments: argparse.Namespace
) -> str | None:
    """The match of the images that is meant; None where there is none, or registrations are left out."""
    if ObjectKind.REGISTRATION not in arguments.only:
        return None
    reasons = misfits(report, case, frozenset(images))
    fitting = [uid for uid, why_not in reasons.items() if not why_not]
    named: str | None = arguments.registration
    if named is not None and named not in fitting:
        raise InvalidInput(f"{named} is no match of the images ({reasons.get(named) or 'no registration that can be used'})")
    if named is None and len(fitting) > 1:
        raise InvalidInput(f"several registrations are a match of the images; choose with --registration: {', '.join(fitting)}")
    return named or next(iter(fitting), None)


def _match(session: ScriptedSession) -> None:
    if not isinstance(session.state.phase, Acquired):
        told = "; ".join(message.detail for message in session.state.messages)
        raise InvalidInput(f"there is no image that can be matched{f': {told}' if told else ''}")
    session.dispatch(it.StartMatch())
    session.dispatch(it.AcceptMatch())


def _make(target: Path) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{target} cannot be made: {error.strerror}") from error


def _failed(exported: Exported) -> int:
    return sum(result.outcome is ExportOutcome.NOT_EXPORTED for result in exported.results)


def _tell(arguments: argparse.Namespace, report: ImportReport, exported: Exported | None, warnings: tuple[str, ...]) -> None:
    complaints = () if any(case.opens for case in report.cases) else tuple(_complaints(report))
    if arguments.json:
        print_json(_as_json(arguments.target, exported, warnings, complaints))
    else:
        print_lines(*_lines(arguments.target, exported, warnings, complaints))


def _complaints(report: ImportReport) -> Iterator[str]:
    """Why nothing opens."""
    for case in report.cases:
        yield from (f"plan {case.plan.label}: {complaint}" for complaint in case.complaints)
    if not report.cases:
        yield "there is no RT Ion Plan that can be used; pti import-check tells more"


def _as_json(target: Path, exported: Exported | None, warnings: tuple[str, ...], complaints: tuple[str, ...]) -> dict[str, Any]:
    results = () if exported is None else exported.results
    return {
        "folder": str(target),
        "opened": not complaints,
        "complaints": list(complaints),
        "warnings": list(warnings),
        "objects": [
            {
                "kind": result.kind.value,
                "name": result.name,
                "sop_instance_uid": result.sop_instance_uid,
                "outcome": result.outcome.value,
                "detail": result.detail,
            }
            for result in results
        ],
    }


def _lines(target: Path, exported: Exported | None, warnings: tuple[str, ...], complaints: tuple[str, ...]) -> list[str]:
    lines = [f"! {warning}" for warning in warnings]
    lines += ["NOTHING CAN BE OPENED:", *(f"  - {complaint}" for complaint in complaints)] if complaints else []
    if exported is not None:
        failed = [result for result in exported.results if result.outcome is ExportOutcome.NOT_EXPORTED]
        lines += [f"NOT EXPORTED {result.name}: {result.detail}" for result in failed]
        already = sum(result.outcome is ExportOutcome.ALREADY_THERE for result in exported.results)
        there = len(exported.results) - len(failed)
        lines.append(f"{there} of {len(exported.results)} objects are in {target} ({already} were there already)")
    return lines
