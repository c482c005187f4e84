"""Compiled loops that fill projected slabs into a mask and follow the mask's edge.

Coordinates are (row, column) of mask pixels, whole numbers at pixel centres; a pixel is set if its centre is covered.
"""

from typing import Any

import numpy as np
from numba import njit

#: Pixel centres this near to an edge count as covered, so that neighbouring faces leave no seam.
_SEAM = 1e-6


@njit(nogil=True, cache=True)
def fill_polygon(points: Any, mask: Any, crossings: Any) -> None:
    """Set the pixels inside a closed polygon (even-odd rule); `crossings` is scratch space for one row."""
    count = points.shape[0]
    low, high = points[0, 0], points[0, 0]
    for i in range(1, count):
        low, high = min(low, points[i, 0]), max(high, points[i, 0])
    for row in range(max(int(np.ceil(low)), 0), min(int(np.floor(high)), mask.shape[0] - 1) + 1):
        found = 0
        for i in range(count):
            r0, c0 = points[i, 0], points[i, 1]
            r1, c1 = points[(i + 1) % count, 0], points[(i + 1) % count, 1]
            if (r0 <= row) != (r1 <= row) and found < crossings.shape[0]:
                crossings[found] = c0 + (row - r0) * (c1 - c0) / (r1 - r0)
                found += 1
        inside = np.sort(crossings[:found])
        for k in range(0, found - 1, 2):
            first = max(int(np.ceil(inside[k] - _SEAM)), 0)
            last = min(int(np.floor(inside[k + 1] + _SEAM)), mask.shape[1] - 1)
            for column in range(first, last + 1):
                mask[row, column] = 1


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
    longest = 0
    for k in range(starts.shape[0] - 1):
        longest = max(longest, starts[k + 1] - starts[k])
    crossings = np.empty(longest, np.float64)
    corners = np.empty((4, 2), np.float64)
    for k in range(starts.shape[0] - 1):
        begin, end = starts[k], starts[k + 1]
        fill_polygon(lower[begin:end], mask, crossings)
        fill_polygon(upper[begin:end], mask, crossings)
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
def follow_edges(mask: Any, points: Any, starts: Any) -> Any:
    """Follow every edge between covered and free pixels, the covered ones to the right.

    Each step is one pixel side; its middle is a point. These are the points that marching squares gives at half the height.

    Parameters
    ----------
    points : (most, 2), filled with (row, column)
    starts : (most lines + 1,), filled with where each line begins

    Returns
    -------
    number of lines; points and starts hold what fits
    """
    seen = np.zeros(mask.shape, np.uint8)  # whether the upper side of a pixel was passed
    down_of = (0, 1, 0, -1)  # heading right, down, left, up
    right_of = (1, 0, -1, 0)
    lines, used = 0, 0
    starts[0] = 0
    for first_row in range(mask.shape[0]):
        for first_column in range(mask.shape[1]):
            if mask[first_row, first_column] == 0 or seen[first_row, first_column]:
                continue
            if _covered(mask, first_row - 1, first_column):
                continue
            row, column, heading = first_row, first_column, 0
            while True:
                if heading == 0:
                    if seen[row, column]:
                        break
                    seen[row, column] = 1
                if used == points.shape[0]:
                    return lines
                # The side of pixel (row, column) that lies to the left of the way.
                points[used, 0] = row - 0.5 * right_of[heading]
                points[used, 1] = column + 0.5 * down_of[heading]
                used += 1
                ahead_row, ahead_column = row + down_of[heading], column + right_of[heading]
                left_row, left_column = ahead_row - right_of[heading], ahead_column + down_of[heading]
                if not _covered(mask, ahead_row, ahead_column):
                    heading = (heading + 1) % 4
                elif _covered(mask, left_row, left_column):
                    row, column = left_row, left_column
                    heading = (heading + 3) % 4
                else:
                    row, column = ahead_row, ahead_column
            if lines + 1 == starts.shape[0]:
                return lines
            lines += 1
            starts[lines] = used
    return lines
