"""Work in a child process with limited memory and time: what grabs or hangs must fail there, and not take the tests along."""

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

LIMIT_BYTES = 2 << 30


class Overdue(Exception):
    """The work did not end in its time, or its process died."""


def run_bounded(work: Callable[..., object], *arguments: object, seconds: float) -> tuple[object, int]:
    """The result of ``work(*arguments)`` in a new process of at most 2 GiB, and the memory it took at most, in MiB.

    Raises
    ------
    Overdue
        If it took longer than `seconds`, or its process was killed.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, work, arguments), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise Overdue(f"nothing came within {seconds:g} s")
        result, peak_mib = receiver.recv()
    except EOFError as error:
        raise Overdue("the process died") from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    return result, peak_mib


def limit_memory() -> None:
    """Let this process have 2 GiB of addresses and no more."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))


def peak_mib() -> int:
    """The most memory that this process held, in MiB; `ru_maxrss` would count what the process held that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) >> 10


def _run(sender: Connection, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    limit_memory()
    sender.send((work(*arguments), peak_mib()))
