"""The corpus as a page of the manual: each fault, what becomes of the file, and what the user reads."""

from collections.abc import Iterable
from pathlib import Path

from tests.support.bad_input import corpus
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.bad_input.verdicts import Verdict, verdict_of

PAGE = Path(__file__).resolve().parents[3] / "resources" / "help" / "bad-input.md"
_HEAD = """\
# Bad input: what is refused, and what the program says

This page lists faults of files and what the program says to them. It was made by trying each fault on an otherwise good
small object: `python -m tests.support.bad_input --write` makes it again, and a test fails when it no longer fits.

- **refused**: nothing of the object is used.
- **refused, the rest is used**: the file with the fault is not used, the other files of the folder are.
- **used without that part**: a structure or a setup field is left out, the rest is used.
- **used with a warning**: all of it is used; read the warning.
- **used**: the fault does no harm to what is used.

The import list (`pti import-check PATH`) shows every complaint of a file; here stands the one that tells the fault.
"""
_OWN_NAME = "file.dcm: "


def page() -> str:
    """The whole page."""
    chapters: dict[str, list[BadCase]] = {}
    for case in corpus().values():
        chapters.setdefault(case.chapter, []).append(case)
    return "\n".join([_HEAD, *(_chapter(name, cases) for name, cases in chapters.items())])


def _chapter(name: str, cases: Iterable[BadCase]) -> str:
    """Faults of one subject with one message share a row."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for case in cases:
        verdict = verdict_of(case.name)
        told = _told(case, verdict)
        rows.setdefault((case.subject, verdict.outcome.value, told), []).append(case.fault)
    lines = [f"## {name}", "", "| what | fault | becomes | message |", "|---|---|---|---|"]
    lines += [
        f"| {_cell(subject)} | {_cell('; '.join(faults))} | {outcome} | {_cell(told)} |"
        for (subject, outcome, told), faults in rows.items()
    ]
    return "\n".join([*lines, ""])


def _told(case: BadCase, verdict: Verdict) -> str:
    """The line that tells the fault: the one that was looked for, else the first."""
    fitting = [line for line in verdict.messages if all(piece in line for piece in case.message)]
    line = next(iter(fitting or verdict.messages), "")
    if not line and verdict.outcome is Outcome.REFUSED:
        return "(nothing was found)"
    return line.removeprefix(_OWN_NAME)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
