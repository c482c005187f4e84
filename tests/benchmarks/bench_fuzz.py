"""The import check on 50,000 mutated files of every kind and transfer syntax, and its time against pydicom's plain dcmread.

The campaign runs once, before anything is timed, in two workers of 2 GiB: a crash, a hang, another exception than the
program's own or a file that fills the memory fails the benchmark and is named by its seed
(``tests.support.fuzzing.mutations.mutant(seed)`` makes the file again). Then a small part of the files is timed.
"""

import atexit
import contextlib
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pydicom

from tests.benchmarks.runner import Benchmark
from tests.support.bad_input.verdicts import check
from tests.support.fuzzing.campaign import run_campaign, write
from tests.support.fuzzing.mutations import mutant

FILES = 50_000
_WORKERS = 2
_TIMED = range(FILES, FILES + 320)


def benchmark() -> Benchmark:
    """Runs the campaign, and lays out the files that are timed.

    Raises
    ------
    AssertionError
        If a file did more than being read or refused.
    """
    tally = run_campaign(range(FILES), _WORKERS)
    assert not tally.failures, f"{tally}\n" + "\n".join(tally.failures)
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    folders = lay_out(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pti-bench-"))))
    return Benchmark(
        title=f"{len(folders)} mutated files of {FILES} others like them",
        candidates={"pti: import check": lambda: check_all(folders), "pydicom: dcmread": lambda: read_all(folders)},
        reference="pydicom: dcmread",
        check=lambda results: counted(results, str(tally)),
    )


def lay_out(root: Path) -> list[Path]:
    """One folder for each file, with what must lie beside it."""
    folders = []
    for seed in _TIMED:
        folder = root / str(seed)
        folder.mkdir()
        write(mutant(seed), folder)
        folders.append(folder)
    return folders


def check_all(folders: Sequence[Path]) -> int:
    """How many folders were looked at: found, read, checked, with pixels and volumes."""
    with _without_warnings():
        return len([check(folder) for folder in folders])


def read_all(folders: Sequence[Path]) -> int:
    """How many folders were looked at: each file parsed, nothing checked, no value converted; what fails is left."""
    with _without_warnings():
        for folder in folders:
            for path in folder.iterdir():
                with contextlib.suppress(Exception):
                    pydicom.dcmread(path, force=True)
    return len(folders)


def counted(results: Mapping[str, object], campaign: str) -> str:
    """Says what the campaign gave; both candidates must have seen the same files."""
    assert len(set(results.values())) == 1, f"not the same number of files: {results}"
    return campaign


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
