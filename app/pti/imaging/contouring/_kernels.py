"""Compiled inner loops of contouring: tracing (marching squares), thinning, distances; they release the GIL."""

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


@njit(nogil=True, cache=True)
def mark_changing(lower: Any, upper: Any, changing: Any) -> None:
    """Mark the nodes near which a blend of two shapes may change its sign.

    They are those within one of the shapes alone, and those beside a node that lies otherwise in one of them.

    Parameters
    ----------
    lower, upper : (rows, columns), 1 within the shape
    changing : (rows, columns), receives 1
    """
    rows, columns = lower.shape
    for row in range(rows):
        for column in range(columns):
            a, b = lower[row, column], upper[row, column]
            changing[row, column] = a != b
            for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                j, i = row + down, column + right
                if 0 <= j < rows and 0 <= i < columns and (lower[j, i] != a or upper[j, i] != b):
                    changing[row, column] = 1


@njit(nogil=True, cache=True)
def _squared_distance(edges: Any, n: int, column: int, row: int) -> Any:
    """From a node of the grid to an edge."""
    dx, dy = edges[n, 2] - edges[n, 0], edges[n, 3] - edges[n, 1]
    along = (column - edges[n, 0]) * dx + (row - edges[n, 1]) * dy
    squared = dx * dx + dy * dy
    share = min(max(along / squared, 0.0), 1.0) if squared > 0.0 else 0.0
    away_x, away_y = edges[n, 0] + share * dx - column, edges[n, 1] + share * dy - row
    return away_x * away_x + away_y * away_y


@njit(nogil=True, cache=True)
def _boxes(edges: Any, run: int) -> Any:
    """(runs, 4): least and greatest column and row of each `run` edges."""
    count = (edges.shape[0] + run - 1) // run
    boxes = np.empty((count, 4))
    for n in range(count):
        part = edges[n * run : (n + 1) * run]
        boxes[n, 0], boxes[n, 1] = min(part[:, 0].min(), part[:, 2].min()), max(part[:, 0].max(), part[:, 2].max())
        boxes[n, 2], boxes[n, 3] = min(part[:, 1].min(), part[:, 3].min()), max(part[:, 1].max(), part[:, 3].max())
    return boxes


@njit(nogil=True, cache=True)
def signed_distance(edges: Any, inside: Any, wanted: Any, distance: Any) -> None:
    """Distance to the nearest of some edges, negative inside, on the wanted nodes of a grid; the others get the sign alone.

    Parameters
    ----------
    edges : (edges, 4), column and row of both ends, in steps of the grid; at least one; neighbours lie near each other
    inside, wanted : (rows, columns), 1 or 0
    distance : (rows, columns), receives the distance in steps
    """
    rows, columns = distance.shape
    run = 16
    boxes = _boxes(edges, run)
    last = 0  # the edge that was nearest to the node before is a good first guess
    for row in range(rows):
        for column in range(columns):
            squared = 1.0
            if wanted[row, column]:
                squared = _squared_distance(edges, last, column, row)
                for box in range(boxes.shape[0]):
                    away_x = max(boxes[box, 0] - column, column - boxes[box, 1], 0.0)
                    away_y = max(boxes[box, 2] - row, row - boxes[box, 3], 0.0)
                    if away_x * away_x + away_y * away_y >= squared:
                        continue
                    for n in range(box * run, min((box + 1) * run, edges.shape[0])):
                        found = _squared_distance(edges, n, column, row)
                        if found < squared:
                            squared, last = found, n
            away = np.sqrt(squared)
            distance[row, column] = -away if inside[row, column] else away
