"""Which contours of one plane lie within which."""

from collections.abc import Sequence

import numpy as np

from pti.geometry.rigid import FloatArray


def parents(contours: Sequence[FloatArray]) -> list[tuple[int, int]]:
    """For each contour the one that it lies in directly, outer ones first.

    Parameters
    ----------
    contours : each (points, 2), closed; no two cross each other

    Returns
    -------
    (contour, parent) indices; the parent is -1 where there is none
    """
    if len(contours) == 1:
        return [(0, -1)]
    around = [
        [n for n in near if _contains(contours[n], c[0])] for near, c in zip(_boxes_round(contours), contours, strict=True)
    ]
    order = sorted(range(len(contours)), key=lambda k: len(around[k]))
    return [(k, max(around[k], key=lambda n: len(around[n]), default=-1)) for k in order]


def _boxes_round(contours: Sequence[FloatArray]) -> list[list[int]]:
    """For each contour the others whose box holds its first point: no other can go round it."""
    low = np.array([contour.min(axis=0) for contour in contours])
    high = np.array([contour.max(axis=0) for contour in contours])
    first = np.array([contour[0] for contour in contours])[:, np.newaxis]
    holds = np.all((low <= first) & (first <= high), axis=2)
    np.fill_diagonal(holds, False)
    return [np.flatnonzero(row).tolist() for row in holds]


def _contains(polygon: FloatArray, point: FloatArray) -> bool:
    """Whether a polygon goes round a point an odd number of times."""
    a, b = polygon - point, np.roll(polygon, -1, axis=0) - point
    crosses = (a[:, 1] > 0) != (b[:, 1] > 0)
    a, b = a[crosses], b[crosses]
    beyond = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return bool(np.count_nonzero((beyond > 0) == (b[:, 1] > a[:, 1])) % 2)
