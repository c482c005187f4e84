"""Runs benchmarks: each a few ways of doing the same work, timed side by side.

How to write one
----------------
Add a module ``tests/benchmarks/bench_<name>.py`` with one function::

    def benchmark() -> Benchmark:
        volume = ...                                 # prepare everything that is not to be timed here
        return Benchmark(
            title="One DRR, 512 x 512 x 177 voxels onto 768 x 1024 pixels",
            candidates={"pti": lambda: render_drr(volume, ...), "itk-rtk Joseph": run_rtk},
            reference="itk-rtk Joseph",
            check=agreement,
        )

Every candidate is a function without arguments that does the whole work once and returns its result. What cannot run
on this machine (a program that is not installed, data that is not at hand) stands in the table too: put
``Unavailable("itk-rtk is not installed")`` in the candidate's place, or raise :class:`Unavailable` from ``benchmark()``
if nothing of it can run. `check`, if given, gets the candidates' results of the untimed first round by name, raises
AssertionError if they did not do the same work, and returns one line on how well they agree.

How it is measured
------------------
One untimed round warms caches and compiles kernels. Then every round runs each candidate once, starting with another
one each time, so that a slow spell of the machine meets all alike. A candidate's ratio is the median over the rounds
of its time divided by the reference's time in the same round: below 1 is faster than the reference. Times alone say
little on a shared machine; compare ratios.

Run them with ``sh packaging/dev.sh bench [NAME]``, or ``python -m tests.benchmarks [NAME] [--rounds N] [--json]``.
"""

import importlib
import pkgutil
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import tests.benchmarks

Candidate = Callable[[], object]
_PREFIX = "bench_"


class Unavailable(Exception):
    """Why a benchmark or one of its candidates cannot run here."""


@dataclass(frozen=True)
class Benchmark:
    """One piece of work, done in several ways.

    Parameters
    ----------
    title : what is done, on how much data
    candidates : name -> function that does it once, or why it cannot run here
    reference : the candidate that the others are compared with
    check : gets name -> result of the first round; raises AssertionError, or says in one line how well they agree
    rounds : how often each candidate is timed
    """

    title: str
    candidates: Mapping[str, Candidate | Unavailable]
    reference: str
    check: Callable[[Mapping[str, object]], str] | None = None
    rounds: int = 5

    def __post_init__(self) -> None:
        if self.reference not in self.candidates:
            raise ValueError(f"the reference {self.reference!r} is not a candidate")
        if self.rounds < 1:
            raise ValueError("a benchmark needs at least one round")


@dataclass(frozen=True)
class Timing:
    """One candidate's times in seconds; `ratio` is None where the reference cannot run, all are where it itself cannot."""

    name: str
    minimum_s: float | None = None
    median_s: float | None = None
    ratio: float | None = None
    unavailable: str = ""


@dataclass(frozen=True)
class Report:
    """What one benchmark gave; `unavailable` says why, if it could not run at all."""

    name: str
    title: str = ""
    reference: str = ""
    timings: tuple[Timing, ...] = field(default=())
    agreement: str = ""
    unavailable: str = ""


def benchmark_names() -> list[str]:
    """Names of the benchmarks: modules ``bench_<name>`` beside this one."""
    modules = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    return sorted(name.removeprefix(_PREFIX) for name in modules if name.startswith(_PREFIX))


def prepare(name: str) -> Benchmark:
    """Import a benchmark's module and let it prepare its work; raises Unavailable if it cannot."""
    prepared: Benchmark = importlib.import_module(f"tests.benchmarks.{_PREFIX}{name}").benchmark()
    return prepared


def run_named(name: str, rounds: int | None = None) -> Report:
    """Import, prepare and measure one benchmark.

    Parameters
    ----------
    name : as :func:`benchmark_names` lists it
    rounds : instead of the benchmark's own number
    """
    try:
        prepared = prepare(name)
        return measure(name, prepared, rounds or prepared.rounds)
    except Unavailable as reason:
        return Report(name, unavailable=str(reason))


def measure(name: str, prepared: Benchmark, rounds: int, clock: Callable[[], float] = time.perf_counter) -> Report:
    """Time every candidate that can run, `rounds` times each, interleaved.

    Raises
    ------
    AssertionError
        If the benchmark's check finds that the candidates did not do the same work.
    """
    runnable = {key: run for key, run in prepared.candidates.items() if not isinstance(run, Unavailable)}
    first_results = {key: run() for key, run in runnable.items()}
    agreement = prepared.check(first_results) if prepared.check is not None else ""
    first_results.clear()
    seconds: dict[str, list[float]] = {key: [] for key in runnable}
    for order in _rotations(list(runnable), rounds):
        for key in order:
            started = clock()
            runnable[key]()
            seconds[key].append(clock() - started)
    timings = tuple(
        Timing(key, unavailable=str(run)) if isinstance(run, Unavailable) else _timing(key, seconds, prepared.reference)
        for key, run in prepared.candidates.items()
    )
    return Report(name, prepared.title, prepared.reference, timings, agreement)


def table(report: Report) -> str:
    """The report as text."""
    if report.unavailable:
        return f"{report.name}: cannot run here: {report.unavailable}"
    width = max(len(timing.name) for timing in report.timings) + 2
    lines = [f"{report.name}: {report.title}", f"  {'':{width}}{'min s':>10}{'median s':>10}{'ratio':>8}"]
    lines += [f"  {timing.name:{width}}{_columns(timing, report.reference)}" for timing in report.timings]
    return "\n".join([*lines, *([f"  {report.agreement}"] if report.agreement else [])])


def _rotations(names: list[str], rounds: int) -> Iterator[list[str]]:
    """Every round's order: each starts one name later than the one before."""
    for turn in range(rounds):
        start = turn % max(len(names), 1)
        yield names[start:] + names[:start]


def _timing(name: str, seconds: Mapping[str, list[float]], reference: str) -> Timing:
    own = seconds[name]
    others = seconds.get(reference)
    ratio = None if others is None else statistics.median(a / b for a, b in zip(own, others, strict=True))
    return Timing(name, min(own), statistics.median(own), ratio)


def _columns(timing: Timing, reference: str) -> str:
    if timing.minimum_s is None or timing.median_s is None:
        return f"  not measured: {timing.unavailable}"
    ratio = "" if timing.ratio is None else f"{timing.ratio:.2f}"
    mark = "  reference" if timing.name == reference else ""
    return f"{timing.minimum_s:10.4f}{timing.median_s:10.4f}{ratio:>8}{mark}"
