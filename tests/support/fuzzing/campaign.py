"""Many mutated files through the import check, in worker processes of bounded memory that are watched from outside."""

import multiprocessing
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.support.bad_input.cases import Outcome
from tests.support.bad_input.verdicts import Verdict, check
from tests.support.bounded_process import limit_memory, peak_mib
from tests.support.fuzzing.mutations import Mutant, mutant

#: No file is waited for longer: it hangs.
HANGING_S = 30.0
#: A new process has this long to import the program and the bases.
_START_S = 60.0
#: A worker gets as many at a time.
_STRETCH = 50


@dataclass
class Tally:
    """What became of mutated files; `failures` name the seed."""

    files: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    slowest_seed: int = -1
    peak_mib: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add what another worker, or another stretch of files, gave."""
        self.files += other.files
        self.refused += other.refused
        if other.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest_seed = other.slowest_s, other.slowest_seed
        self.peak_mib = max(self.peak_mib, other.peak_mib)
        self.failures += other.failures

    def __str__(self) -> str:
        used = self.files - self.refused
        return (
            f"{self.files} files: {self.refused} refused, {used} used, {len(self.failures)} failures; "
            f"slowest {self.slowest_s:.2f} s (seed {self.slowest_seed}), peak {self.peak_mib} MiB"
        )


def write(file: Mutant, folder: Path) -> None:
    """Put the file, and what must lie beside it, in the place of the one before."""
    (folder / "mutant.dcm").write_bytes(file.content)
    for number in range(2):
        path = folder / f"beside{number}.dcm"
        path.unlink(missing_ok=True)
        if number < len(file.base.beside):
            path.write_bytes(file.base.beside[number])


def try_one(file: Mutant, folder: Path) -> tuple[Verdict | None, str]:
    """What the import check says, or else how it failed."""
    write(file, folder)
    try:
        verdict = check(folder)
    except Exception as error:  # noqa: BLE001 - any other exception than the program's own is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        return None, f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
    if any("MemoryError" in line for line in verdict.messages):
        return verdict, "MemoryError"
    if verdict.outcome is Outcome.REFUSED and not verdict.messages:
        return verdict, "refused without a reason"
    return verdict, ""


def try_seeds(seeds: Sequence[int], folder: Path) -> Tally:
    """Try files in this process."""
    tally = Tally()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in seeds:
            file = mutant(seed)
            started = time.perf_counter()
            verdict, failure = try_one(file, folder)
            took_s = time.perf_counter() - started
            mutant_refused = verdict is not None and verdict.outcome in (Outcome.REFUSED, Outcome.APART)
            tally.add(Tally(1, int(mutant_refused), took_s, seed))
            if failure:
                tally.failures.append(f"seed {seed} ({file.base.name}; {', '.join(file.mutations)}): {failure}")
    tally.peak_mib = peak_mib()
    return tally


Work = Callable[[Sequence[int], Path], Tally]


def run_campaign(seeds: range, workers: int, work: Work = try_seeds, hanging_s: float = HANGING_S) -> Tally:
    """Try all files; a worker that dies or hangs is a failure of the file it was at, and another one goes on behind it."""
    total = Tally()
    waiting = [range(start, min(start + _STRETCH, seeds.stop)) for start in range(seeds.start, seeds.stop, _STRETCH)]
    running = [_Worker(work) for _ in range(workers)]
    try:
        while waiting or any(worker.seeds for worker in running):
            for index, worker in enumerate(running):
                if not worker.seeds and waiting:
                    worker.give(waiting.pop())
                answer = worker.look(hanging_s)
                if isinstance(answer, Tally):
                    total.add(answer)
                elif answer is not None:
                    total.failures.append(answer)
                    if rest := worker.rest():
                        waiting.append(rest)
                    worker.end()
                    running[index] = _Worker(work)
    finally:
        for worker in running:
            worker.end()
    return total


class _Worker:
    """A child process that tries one stretch of files after another and says at which it is."""

    def __init__(self, work: Work) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, child = context.Pipe()
        self._process: BaseProcess = context.Process(target=_work, args=(child, work), daemon=True)
        self._process.start()
        child.close()
        self.seeds = range(0)
        self._at, self._has_started = -1, False
        self._since_s = time.monotonic()

    def give(self, seeds: range) -> None:
        """Have it try these."""
        self.seeds, self._at, self._since_s = seeds, seeds.start, time.monotonic()
        self._connection.send(seeds)

    def look(self, hanging_s: float) -> Tally | str | None:
        """What was found for the whole stretch, or how the worker was lost; None while it goes on."""
        try:
            if not self._connection.poll(0.02):
                patience_s = hanging_s if self._has_started else hanging_s + _START_S
                hangs = bool(self.seeds) and time.monotonic() - self._since_s > patience_s
                return f"seed {self._at} hangs" if hangs else None
            answer = self._connection.recv()
        except (EOFError, ConnectionError):
            return f"seed {self._at} ends the process"
        if isinstance(answer, int):
            self._at, self._since_s, self._has_started = answer, time.monotonic(), True
            return None
        self.seeds = range(0)
        assert isinstance(answer, Tally)
        return answer

    def rest(self) -> range:
        """What is left behind the file at which the worker was lost; the ones before it are known to be good."""
        return range(self._at + 1, self.seeds.stop)

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._connection.close()


def _work(connection: Connection, work: Work) -> None:
    limit_memory()
    with tempfile.TemporaryDirectory(prefix="pti-fuzz-") as name:
        while True:
            try:
                seeds = connection.recv()
            except EOFError:
                return
            tally = Tally()
            for seed in seeds:
                connection.send(seed)
                tally.add(work([seed], Path(name)))
            connection.send(tally)
