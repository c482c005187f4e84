"""The benchmark runner: who is timed when, and what the figures mean."""

from collections.abc import Callable, Mapping

import pytest

from tests.benchmarks.runner import Benchmark, Report, Unavailable, measure, run_named, table


class Workshop:
    """Candidates that take a known time on a clock of their own, and note who ran."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.ran: list[str] = []

    def clock(self) -> float:
        return self.now_s

    def candidate(self, name: str, *seconds: float) -> Callable[[], object]:
        durations = iter(seconds)

        def run() -> str:
            self.ran.append(name)
            self.now_s += next(durations)
            return name

        return run


def test_rounds_are_interleaved_and_each_starts_with_another_candidate() -> None:
    shop = Workshop()
    names = ("a", "b", "c")
    work = Benchmark("work", {name: shop.candidate(name, 1, 1, 1, 1) for name in names}, reference="a")
    measure("work", work, rounds=3, clock=shop.clock)
    assert shop.ran == [*"abc", *"abc", *"bca", *"cab"], "one untimed round, then three"


def test_ratio_is_the_median_of_the_rounds_own_ratios_without_the_first_untimed_one() -> None:
    shop = Workshop()
    work = Benchmark(
        "work",
        {"ours": shop.candidate("ours", 99, 1, 4, 1), "theirs": shop.candidate("theirs", 99, 2, 4, 4)},
        reference="theirs",
    )
    ours, theirs = measure("work", work, rounds=3, clock=shop.clock).timings
    assert (ours.minimum_s, ours.median_s, ours.ratio) == (1, 1, 0.5)  # of 1/2, 4/4, 1/4
    assert (theirs.minimum_s, theirs.median_s, theirs.ratio) == (2, 4, 1)


def test_candidate_that_cannot_run_stands_in_the_table_with_its_reason() -> None:
    shop = Workshop()
    work = Benchmark("work", {"ours": shop.candidate("ours", 1, 1), "theirs": Unavailable("not installed")}, reference="theirs")
    report = measure("work", work, rounds=1, clock=shop.clock)
    assert [timing.ratio for timing in report.timings] == [None, None]
    assert "not measured: not installed" in table(report)


def test_check_sees_the_results_and_its_word_stands_below_the_table() -> None:
    shop = Workshop()

    def agree(results: Mapping[str, object]) -> str:
        assert dict(results) == {"ours": "ours"}
        return "they agree"

    work = Benchmark("work", {"ours": shop.candidate("ours", 1, 1)}, reference="ours", check=agree)
    assert table(measure("work", work, rounds=1, clock=shop.clock)).endswith("they agree")


def test_candidates_that_did_different_work_give_no_figures() -> None:
    def differ(results: Mapping[str, object]) -> str:
        raise AssertionError("0.3 off")

    work = Benchmark("work", {"ours": list}, reference="ours", check=differ)
    with pytest.raises(AssertionError, match=r"0\.3 off"):
        measure("work", work, rounds=1)


def test_reference_must_be_one_of_the_candidates() -> None:
    with pytest.raises(ValueError, match="not a candidate"):
        Benchmark("work", {"ours": list}, reference="theirs")


def test_benchmark_that_cannot_be_prepared_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def unprepared(name: str) -> Benchmark:
        raise Unavailable(f"no data for {name}")

    monkeypatch.setattr("tests.benchmarks.runner.prepare", unprepared)
    assert run_named("drr") == Report("drr", unavailable="no data for drr")
    assert table(run_named("drr")) == "drr: cannot run here: no data for drr"
