"""Compiled loops that fill projected slabs into a mask and follow the mask's edge.

Coordinates are (row, column) of mask pixels, whole numbers at pixel centres; a pixel is set if its centre is covered.
"""

from typing import Any

import numpy as np
from numba import njit

#: Pixel centres this near to an edge count as covered, so that neighbouring faces leave no seam.
_SEAM = 1e-6

#: Steps of the headings right, down, left, up.
_DOWN = (0, 1, 0, -1)
_RIGHT = (1, 0, -1, 0)


@njit(nogil=True, cache=True)
def fill_polygon(points: Any, mask: Any, flips: Any) -> None:
    """Set the pixels inside a closed polygon (even-odd rule).

    Every edge turns inside to outside, or back, at one column of each row that it crosses.

    Parameters
    ----------
    points : (points, 2)
    flips : of the mask's shape and one column more, all zero; scratch space, left all zero
    """
    count = points.shape[0]
    rows, columns = mask.shape
    top, bottom, left, right = rows, -1, columns, 0
    for i in range(count):
        r0, c0 = points[i, 0], points[i, 1]
        j = i + 1 if i + 1 < count else 0
        r1, c1 = points[j, 0], points[j, 1]
        if r1 < r0:
            r0, c0, r1, c1 = r1, c1, r0, c0
        first, last = max(int(np.floor(r0)) + 1, 0), min(int(np.floor(r1)), rows - 1)
        if first > last:
            continue
        slope = (c1 - c0) / (r1 - r0)
        top, bottom = min(top, first), max(bottom, last)
        for row in range(first, last + 1):
            column = min(max(int(np.ceil(c0 + (row - r0) * slope)), 0), columns)
            flips[row, column] ^= 1
            left, right = min(left, column), max(right, column)
    for row in range(top, bottom + 1):
        inside = 0
        for column in range(left, right):
            inside ^= flips[row, column]
            flips[row, column] = 0
            mask[row, column] |= inside
        flips[row, right] = 0


@njit(nogil=True, cache=True)
def fill_convex(corners: Any, mask: Any) -> None:
    """Set the pixels inside the hull of four corners that follow one another round it or cross; a quadrilateral side face."""
    low = min(min(corners[0, 0], corners[1, 0]), min(corners[2, 0], corners[3, 0]))
    high = max(max(corners[0, 0], corners[1, 0]), max(corners[2, 0], corners[3, 0]))
    for row in range(max(int(np.ceil(low - _SEAM)), 0), min(int(np.floor(high + _SEAM)), mask.shape[0] - 1) + 1):
        left, right = np.inf, -np.inf
        for i in range(4):
            j = (i + 1) % 4
            r0, c0, r1, c1 = corners[i, 0], corners[i, 1], corners[j, 0], corners[j, 1]
            if abs(r0 - row) <= _SEAM:
                left, right = min(left, c0), max(right, c0)
            if (r0 < row) != (r1 < row):
                c = c0 + (row - r0) * (c1 - c0) / (r1 - r0)
                left, right = min(left, c), max(right, c)
        if left <= right:
            first = max(int(np.ceil(left - _SEAM)), 0)
            last = min(int(np.floor(right + _SEAM)), mask.shape[1] - 1)
            for column in range(first, last + 1):
                mask[row, column] = 1


@njit(nogil=True, cache=True)
def fill_slabs(lower: Any, upper: Any, starts: Any, mask: Any) -> None:
    """Fill the shadow of slabs: both faces of each contour, and the side faces between them.

    Parameters
    ----------
    lower, upper : (points, 2), all contours' points on either face of their slab
    starts : (contours + 1,), where each contour begins
    """
    flips = np.zeros((mask.shape[0], mask.shape[1] + 1), np.uint8)
    corners = np.empty((4, 2), np.float64)
    for k in range(starts.shape[0] - 1):
        begin, end = starts[k], starts[k + 1]
        fill_polygon(lower[begin:end], mask, flips)
        fill_polygon(upper[begin:end], mask, flips)
        for i in range(begin, end):
            j = i + 1 if i + 1 < end else begin
            corners[0] = lower[i]
            corners[1] = lower[j]
            corners[2] = upper[j]
            corners[3] = upper[i]
            fill_convex(corners, mask)


@njit(nogil=True, cache=True)
def _covered(mask: Any, row: int, column: int) -> bool:
    return bool(0 <= row < mask.shape[0] and 0 <= column < mask.shape[1] and mask[row, column] != 0)


@njit(nogil=True, cache=True)
def _step(mask: Any, row: int, column: int, heading: int) -> Any:
    """The next pixel side: right turns where the way is free, left turns round covered corners."""
    down, right = _DOWN[heading], _RIGHT[heading]
    if not _covered(mask, row + down, column + right):
        return row, column, (heading + 1) % 4
    left_row, left_column = row + down - right, column + right + down
    if _covered(mask, left_row, left_column):
        return left_row, left_column, (heading + 3) % 4
    return row + down, column + right, heading


@njit(nogil=True, cache=True)
def _follow(mask: Any, seen: Any, row: int, column: int, points: Any) -> int:
    """Follow one edge from the upper side of a pixel until it closes; how many points it has."""
    used, heading = 0, 0
    while not (heading == 0 and seen[row, column]):
        if heading == 0:
            seen[row, column] = 1
        # The middle of the side to the left of the way.
        points[used, 0] = row - 0.5 * _RIGHT[heading]
        points[used, 1] = column + 0.5 * _DOWN[heading]
        used += 1
        row, column, heading = _step(mask, row, column, heading)
    return used


@njit(nogil=True, cache=True)
def follow_edges(mask: Any, points: Any, starts: Any) -> Any:
    """Follow every edge between covered and free pixels, the covered ones to the right.

    Each step is one pixel side; its middle is a point. These are the points that marching squares gives at half the height.

    Parameters
    ----------
    points : (sides, 2), room for all sides; filled with (row, column)
    starts : (sides // 4 + 2,), filled with where each line begins

    Returns
    -------
    number of lines
    """
    seen = np.zeros(mask.shape, np.uint8)  # whether the upper side of a pixel was passed
    lines, used = 0, 0
    starts[0] = 0
    for row in range(mask.shape[0]):
        for column in range(mask.shape[1]):
            if mask[row, column] and not seen[row, column] and not _covered(mask, row - 1, column):
                used += _follow(mask, seen, row, column, points[used:])
                lines += 1
                starts[lines] = used
    return lines
