"""``pti import-check``: what a file or folder holds, what of it can be opened, and every complaint about the rest."""

import argparse
from pathlib import Path
from typing import Any

from pti.dicom.importing.checking import check_path
from pti.dicom.importing.report import CaseFiles, FoundObject, ImportReport, ObjectKind
from pti.main.options import add_only
from pti.main.output import print_json, print_lines

#: Exit code where what the path is about cannot be used.
UNUSABLE = 1


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    parser = commands.add_parser("import-check", help="tell what a file or folder holds, what loads, and why the rest does not")
    parser.add_argument("path", type=Path, metavar="PATH", help="a file, or a folder with all that is below it")
    add_only(parser, tuple(ObjectKind))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check and print; the exit code is 1 if the plan (else structure set, CT, image, registration) cannot be used."""
    report = check_path(arguments.path, wanted=arguments.only)
    if arguments.json:
        print_json(_as_json(report))
    else:
        print_lines(*_lines(report))
    return 0 if report.main_object_usable else UNUSABLE


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "path": str(report.root),
        "main_kind": None if report.main_kind is None else report.main_kind.value,
        "main_object_usable": report.main_object_usable,
        "objects": [_object_as_json(report, found) for found in report.objects],
        "cases": [_case_as_json(report, case) for case in report.cases],
        "passed_over": [{"file": report.name_of(passed.path), "reason": passed.reason} for passed in report.passed_over],
    }


def _object_as_json(report: ImportReport, found: FoundObject) -> dict[str, Any]:
    return {
        "kind": found.kind.value,
        "uid": found.uid,
        "label": found.label,
        "usable": found.usable,
        "complaints": list(found.complaints),
        "warnings": list(found.warnings),
        "files": [report.name_of(path) for path in found.paths],
    }


def _case_as_json(report: ImportReport, case: CaseFiles) -> dict[str, Any]:
    return {
        "plan_uid": case.plan.uid,
        "structure_set_uid": None if case.structure_set is None else case.structure_set.uid,
        "ct_files": [report.name_of(path) for path in case.ct_paths],
        "opens": case.opens,
        "complaints": list(case.complaints),
    }


def _lines(report: ImportReport) -> list[str]:
    lines = []
    for found in report.objects:
        where = report.name_of(found.paths[0]) if len(found.paths) == 1 else f"{len(found.paths)} files"
        lines.append(f"{found.kind.value} {found.label} ({where}): {'can be used' if found.usable else 'CANNOT BE USED'}")
        lines += [f"  - {complaint}" for complaint in found.complaints]
        lines += [f"  ! {warning}" for warning in found.warnings]
    for case in report.cases:
        lines.append(f"Plan {case.plan.label}: {'opens' if case.opens else 'DOES NOT OPEN'}")
        lines += [f"  - {complaint}" for complaint in case.complaints]
    if report.passed_over:
        lines.append(f"{len(report.passed_over)} files passed over:")
        lines += [f"  {report.name_of(passed.path)}: {passed.reason}" for passed in report.passed_over]
    return lines or [f"{report.root}: nothing found"]
