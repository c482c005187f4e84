"""Mutated files: a short run of what `dev.sh bench fuzz` does at length, and that the campaign sees what it looks for."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.bad_input.cases import Outcome
from tests.support.bad_input.verdicts import Verdict
from tests.support.fuzzing import campaign
from tests.support.fuzzing.bases import Base, bases
from tests.support.fuzzing.campaign import Tally, run_campaign, try_one, try_seeds
from tests.support.fuzzing.mutations import Mutant, mutant

_SOUND = (Outcome.USED, Outcome.WARNED)


@pytest.mark.parametrize("base", bases(), ids=lambda base: base.name)
def test_an_unmutated_file_is_used(base: Base, tmp_path: Path) -> None:
    verdict, failure = try_one(Mutant(0, base, (), base.content), tmp_path)
    assert failure == ""
    assert verdict is not None
    assert verdict.outcome in _SOUND, verdict.messages


def test_a_seed_always_makes_the_same_file_and_nearly_all_differ_from_their_base() -> None:
    assert [mutant(seed).content for seed in range(50)] == [mutant(seed).content for seed in range(50)]
    changed = [seed for seed in range(200) if mutant(seed).content != mutant(seed).base.content]
    assert len(changed) > 190  # a swap of equal bytes, or a field set to what it was, changes nothing


@pytest.mark.requirement("FILE-02")
def test_mutated_files_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    tally = try_seeds(range(640), tmp_path)
    assert tally.failures == []
    assert (tally.files, tally.refused > 0, tally.refused < tally.files) == (640, True, True)


def test_another_exception_is_a_failure_that_names_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_folder: Path) -> Verdict:
        raise KeyError("nothing the program raises on purpose")

    monkeypatch.setattr(campaign, "check", break_down)
    failures = try_seeds([7], tmp_path).failures
    assert len(failures) == 1
    assert failures[0].startswith("seed 7 (")
    assert "KeyError in test_fuzzing.py" in failures[0]


def test_a_refusal_without_a_reason_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "check", lambda folder: Verdict(Outcome.REFUSED, ()))
    assert "without a reason" in try_seeds([7], tmp_path).failures[0]


def hang_or_die(seeds: Sequence[int], _folder: Path) -> Tally:
    """Stands in for the trying of files: one hangs and one ends the process."""
    if seeds[0] == 3:
        time.sleep(3600)
    if seeds[0] == 5:
        os._exit(11)
    return Tally(files=1)


def test_a_file_that_hangs_or_ends_the_process_is_named_and_the_others_are_tried() -> None:
    tally = run_campaign(range(9), 1, work=hang_or_die, hanging_s=2.0)
    assert sorted(tally.failures) == ["seed 3 hangs", "seed 5 ends the process"]
    assert tally.files == 3, "those behind the last failure; the ones before it were in a lost worker"
