"""Compiled inner loops of contour tracing (marching squares) and thinning; they release the GIL."""

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def _join_edges(field: Any, follower: Any) -> None:
    """Which edge of the voxel grid a line of zeros comes to after which: -1 where none passes.

    Edge e below rows * columns joins (j, i) and (j, i + 1); edge rows * columns + e joins (j, i) and (j + 1, i).
    """
    rows, columns = field.shape
    across = rows * columns
    for j in range(rows - 1):
        for i in range(columns - 1):
            a, b = field[j, i] < 0, field[j, i + 1] < 0
            c, d = field[j + 1, i] < 0, field[j + 1, i + 1] < 0
            top, bottom = j * columns + i, (j + 1) * columns + i
            left, right = across + top, across + top + 1
            # Each side of the cell that the line enters leads to the side that it leaves by; touching corners stay apart.
            if a and not b:
                follower[top] = left if not c else (bottom if not d else right)
            if b and not d:
                follower[right] = top if not a else (left if not c else bottom)
            if d and not c:
                follower[bottom] = right if not b else (top if not a else left)
            if c and not a:
                follower[left] = bottom if not d else (right if not b else top)


@njit(nogil=True, cache=True)
def _crossing(field: Any, edge: int) -> Any:
    """Fractional (row, column) at which a field is zero on an edge."""
    rows, columns = field.shape
    if edge < rows * columns:
        j, i = edge // columns, edge % columns
        return float(j), i + field[j, i] / (field[j, i] - field[j, i + 1])
    edge -= rows * columns
    j, i = edge // columns, edge % columns
    return j + field[j, i] / (field[j, i] - field[j + 1, i]), float(i)


@njit(nogil=True, cache=True)
def trace_zero(field: Any, points: Any, starts: Any) -> Any:
    """Closed lines where a slice of a field changes sign; linear between voxels.

    Parameters
    ----------
    field : (row, column), positive along the whole border
    points : (room, 2), receives (row, column) of the corners
    starts : (room + 1,), receives where each line begins, and the end of the last

    Returns
    -------
    number of lines
    """
    follower = np.full(2 * field.size, -1, np.int64)
    _join_edges(field, follower)
    lines = 0
    filled = 0
    starts[0] = 0
    for edge in range(follower.size):
        at = edge
        while follower[at] >= 0:
            points[filled, 0], points[filled, 1] = _crossing(field, at)
            filled += 1
            following = follower[at]
            follower[at] = -1
            at = following
        if filled > starts[lines]:
            lines += 1
            starts[lines] = filled
    return lines


@njit(nogil=True, cache=True)
def thin_out(points: Any, tolerance: float, keep: Any) -> Any:
    """Choose points of an open line so that those left out lie within `tolerance` of the chord; the first stays."""
    count = points.shape[0]
    keep[0] = 0
    kept = 1
    anchor = 0
    for candidate in range(2, count):
        ax, ay = points[anchor, 0], points[anchor, 1]
        dx, dy = points[candidate, 0] - ax, points[candidate, 1] - ay
        length = max(np.sqrt(dx * dx + dy * dy), 1e-9)
        for between in range(anchor + 1, candidate):
            away = abs((points[between, 0] - ax) * dy - (points[between, 1] - ay) * dx) / length
            if away > tolerance:
                anchor = candidate - 1
                keep[kept] = anchor
                kept += 1
                break
    if anchor != count - 1:
        keep[kept] = count - 1
        kept += 1
    return kept
