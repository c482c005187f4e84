"""Compiled loops that fill contours; they release the GIL.

Points are (column, row) of the CT's voxels, whole numbers at voxel centres; what is filled is a box of them. A voxel is inside
if its centre is. A centre on an edge belongs to one side only: polygons that share an edge neither overlap there nor leave a
gap. Where an edge crosses a row is worked out before the box is looked at, so it does not depend on the box.
"""

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def _area(points: Any) -> float:
    """Area within a polygon, whichever way round it runs."""
    total = 0.0
    count = points.shape[0]
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        total += points[i, 0] * points[j, 1] - points[j, 0] * points[i, 1]
    return abs(total) / 2


@njit(nogil=True, cache=True)
def _mark_crossings(points: Any, corner: Any, flips: Any) -> Any:
    """Flip ``flips[row, column]`` of the box that begins at `corner`, at the first column beyond each edge of the polygon.

    Both runs along one edge, to and fro, meet the same column: so keyholes and shared edges cancel exactly.

    Returns
    -------
    first and last row and column that were touched; the first row is greater than the last if none was
    """
    count = points.shape[0]
    rows, columns = flips.shape[0], flips.shape[1] - 1
    top, bottom, left, right = rows, -1, columns, 0
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        c0, r0, c1, r1 = points[i, 0], points[i, 1], points[j, 0], points[j, 1]
        if r1 < r0 or (r1 == r0 and c1 < c0):
            c0, r0, c1, r1 = c1, r1, c0, r0
        first, last = max(int(np.floor(r0)) + 1 - corner[1], 0), min(int(np.floor(r1)) - corner[1], rows - 1)
        if first > last:
            continue
        slope = (c1 - c0) / (r1 - r0)
        top, bottom = min(top, first), max(bottom, last)
        for row in range(first, last + 1):
            crossing = c0 + (corner[1] + row - r0) * slope
            column = min(max(int(np.ceil(crossing)) - corner[0], 0), columns)
            flips[row, column] ^= 1
            left, right = min(left, column), max(right, column)
    return top, bottom, left, right


@njit(nogil=True, cache=True)
def _fill_contour(points: Any, corner: Any, flips: Any, inside: Any, labels: Any, label: int) -> bool:
    """Turn the voxels within a contour; whether they were not all within the same contours before.

    Parameters
    ----------
    flips : (rows, columns + 1), all zero before and after
    inside : (rows, columns), 1 in voxels within an odd number of contours so far
    labels : (rows, columns), the last contour that covered a voxel; 0 for none
    label : of this contour
    """
    top, bottom, left, right = _mark_crossings(points, corner, flips)
    before, mixed = -1, False
    for row in range(top, bottom + 1):
        within = 0
        for column in range(left, right):
            within ^= flips[row, column]
            flips[row, column] = 0
            if within:
                inside[row, column] ^= 1
                if before < 0:
                    before = labels[row, column]
                elif labels[row, column] != before:
                    mixed = True
                labels[row, column] = label
        flips[row, right] = 0
    return mixed


@njit(nogil=True, cache=True)
def _pack(inside: Any, packed: Any) -> None:
    """Eight voxels of a row to a byte, the first in the lowest bit; clears `inside`."""
    for row in range(inside.shape[0]):
        for byte in range(packed.shape[1]):
            value = 0
            for bit in range(min(8, inside.shape[1] - 8 * byte)):
                value |= inside[row, 8 * byte + bit] << bit
                inside[row, 8 * byte + bit] = 0
            packed[row, byte] = value


@njit(nogil=True, cache=True)
def fill_planes(points: Any, starts: Any, planes: Any, corner: Any, columns: int, packed: Any, overlapping: Any) -> None:
    """Fill planes of contours by the even-odd rule.

    The largest contour of a plane comes first. As long as contours are nested or apart, all that a later one covers was covered
    by the same contours before: where it was not, two of them overlap in part.

    Parameters
    ----------
    points : (points, 2), (column, row), of all contours one after the other
    starts : (contours + 1,), where each contour begins
    planes : (planes + 1,), which contour each plane begins with
    corner : (column, row) of the box's first voxel
    columns : of the box
    packed : (planes, rows, bytes), receives the voxels inside, eight to a byte
    overlapping : (planes,), receives whether contours of the plane overlap in part
    """
    rows = packed.shape[1]
    flips = np.zeros((rows, columns + 1), np.uint8)
    inside = np.zeros((rows, columns), np.uint8)
    labels = np.zeros((rows, columns), np.int32)
    for plane in range(planes.shape[0] - 1):
        first, end = planes[plane], planes[plane + 1]
        areas = np.empty(end - first, np.float64)
        for contour in range(first, end):
            areas[contour - first] = -_area(points[starts[contour] : starts[contour + 1]])
        overlapping[plane] = False
        labels[:] = 0
        for rank, index in enumerate(np.argsort(areas)):
            contour = first + index
            if _fill_contour(points[starts[contour] : starts[contour + 1]], corner, flips, inside, labels, rank + 1):
                overlapping[plane] = True
        _pack(inside, packed[plane])
