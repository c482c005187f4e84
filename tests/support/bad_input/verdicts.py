"""What the program says to files: the same import check that the user's own files go through."""

import tempfile
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pti.dicom.importing.checking import check_path
from pti.dicom.importing.report import ImportReport, ObjectKind
from pti.foundation.errors import PtiError
from tests.support.bad_input import corpus
from tests.support.bad_input.cases import BadCase, Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of files, and every line that the user sees about them."""

    outcome: Outcome
    messages: tuple[str, ...]

    def faults(self, case: BadCase) -> list[str]:
        """What differs from what the case expects."""
        faults = []
        if self.outcome is not case.outcome:
            faults.append(f"{case.outcome.value} was expected, it was {self.outcome.value}")
        if case.message and not any(all(piece in line for piece in case.message) for line in self.messages):
            faults.append(f"no line says {' ... '.join(case.message)}")
        if case.outcome in (Outcome.REFUSED, Outcome.APART) and case.fault != "is empty" and not self.messages:
            faults.append("nothing tells why")
        return faults


@cache
def verdict_of(name: str) -> Verdict:
    """What becomes of a case of the corpus; tried once a run, however many tests ask."""
    with tempfile.TemporaryDirectory(prefix="pti-bad-input-") as folder:
        return judge(corpus()[name], Path(folder))


def judge(case: BadCase, folder: Path) -> Verdict:
    """Write the case's files into the folder, which must be empty, and check them.

    pydicom's warnings are not errors here, as they are none for a user.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case.write(folder)
        return check(folder)


def check(path: Path) -> Verdict:
    """Check a file or a folder; any other exception than the program's own goes on."""
    try:
        report = check_path(path)
    except PtiError as error:
        return Verdict(Outcome.REFUSED, (error.detail or error.title,))
    return Verdict(_outcome(report), _messages(report))


def _outcome(report: ImportReport) -> Outcome:
    usable = [thing for thing in report.objects if thing.usable]
    if not usable or not _opens(report):
        return Outcome.REFUSED
    if len(usable) < len(report.objects) or report.passed_over:
        return Outcome.APART
    told = [warning for thing in usable for warning in thing.warnings]
    if any("left out" in warning for warning in told):
        return Outcome.LEFT_OUT
    return Outcome.WARNED if told else Outcome.USED


def _opens(report: ImportReport) -> bool:
    """Whether a plan that lies with a structure set leads to all that it needs; a plan alone is judged as an object."""
    has_structures = any(thing.kind is ObjectKind.STRUCTURE_SET and thing.usable for thing in report.objects)
    return not (report.cases and has_structures) or any(case.opens for case in report.cases)


def _messages(report: ImportReport) -> tuple[str, ...]:
    objects = [line for thing in report.objects for line in (*thing.complaints, *thing.warnings)]
    cases = [] if _opens(report) else [line for case in report.cases for line in case.complaints]
    return (*objects, *cases, *(f"{passed.path.name}: {passed.reason}" for passed in report.passed_over))
