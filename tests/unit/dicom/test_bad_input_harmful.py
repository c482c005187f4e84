"""Harmful files: refused within bounded memory and time, in a process that has no more."""

from pathlib import Path

import pytest

from tests.support.bad_input import corpus
from tests.support.bad_input.verdicts import judge
from tests.support.bounded_process import run_bounded

_HEAVY = [name for name, case in corpus().items() if case.heavy]
#: None takes two seconds on an idle core; a hang takes for ever.
_HANGING_S = 120.0


def judge_all(folder: Path) -> dict[str, list[str]]:
    """What differs from what is expected, for each heavy case."""
    found = {}
    for number, name in enumerate(_HEAVY):
        own = folder / str(number)
        own.mkdir()
        verdict = judge(corpus()[name], own)
        found[name] = [*verdict.faults(corpus()[name]), *(line for line in verdict.messages if "MemoryError" in line)]
    return found


@pytest.mark.requirement("FILE-02")
def test_harmful_files_are_refused_within_two_gigabytes(tmp_path: Path) -> None:
    found, peak_mib = run_bounded(judge_all, tmp_path, seconds=_HANGING_S)
    assert found == {name: [] for name in _HEAVY}
    assert peak_mib < 1024  # the inflated gigabyte is never held; the largest file has 100 MB
