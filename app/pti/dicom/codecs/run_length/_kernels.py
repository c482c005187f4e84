"""Run lengths, byte by byte."""

from typing import Any

from numba import njit


@njit(nogil=True, cache=True)
def unpack_bytes(data: Any, out: Any) -> Any:
    """Unpack one segment (PS3.5 G.3.2); False where it ends before `out` is full."""
    at, done = 0, 0
    while done < len(out):
        if at >= len(data):
            return False
        code = data[at]
        at += 1
        if code < 128:
            count = min(code + 1, len(out) - done)
            if at + count > len(data):
                return False
            out[done : done + count] = data[at : at + count]
            at += count
            done += count
        elif code > 128:
            if at >= len(data):
                return False
            count = min(257 - code, len(out) - done)
            out[done : done + count] = data[at]
            at += 1
            done += count
    return True
