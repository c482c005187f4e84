"""Spread the rows of a result over the processor's cores.

Numba's own parallel loops are not used: their fallback layer ends the process when two threads start a loop at the same
time, and a match and a dragged DRR do just that. Kernels release the GIL, so plain threads do.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

Band = Callable[[int, int], None]


def core_count() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def for_bands(work: Band, count: int, *, threads: int | None = None, bands_per_thread: int = 4) -> None:
    """Call ``work(first, end)`` until ``range(count)`` is covered, on several cores.

    Each index belongs to exactly one call, so what a kernel writes for it does not depend on the number of threads.

    Parameters
    ----------
    work : releases the GIL for most of its time, and starts no bands itself
    threads : None for all cores
    bands_per_thread : more even out rows that differ in work
    """
    threads = core_count() if threads is None else threads
    if threads <= 1 or count < 2:
        work(0, count)
        return
    bands = min(count, threads * bands_per_thread)
    edges = [count * i // bands for i in range(bands + 1)]
    waiting = [_pool(threads).submit(work, first, end) for first, end in pairwise(edges)]
    for future in waiting:
        future.result()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="kernel")
