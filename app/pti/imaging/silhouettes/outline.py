"""The outline of the shadow that a structure of axial contours throws."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray, RigidTransform
from pti.imaging.silhouettes._kernels import fill_slabs, follow_edges

#: Free pixels round the panel, so that a shadow that leaves the panel is closed outside of what is seen.
_MARGIN = 4
#: Rounds of (1, 2, 1) / 4 along a line; they take the pixels' stairs away and move a curve by less than 0.1 pixel.
_SMOOTHING = 4
#: Every so many points of a smoothed line are kept.
_KEEP = 3
#: Shadows with fewer steps round them than this are dust.
_SHORTEST = 8


def project_silhouettes(
    contours_mm: Sequence[FloatArray], geometry: ImagerGeometry, patient_to_fixed: RigidTransform, slice_spacing_mm: float
) -> tuple[FloatArray, ...]:
    """Project a structure of axial contours.

    Each contour stands for a slab, half a slice spacing to either side of it along z; the silhouette is the outline of
    the shadows of all slabs together.

    Parameters
    ----------
    contours_mm : each (points, 3), patient frame, in a plane of equal z; with fewer than three points: left out
    geometry : the panel
    patient_to_fixed : where the patient is
    slice_spacing_mm : of the contours

    Returns
    -------
    lines, each (points, 2), (row, column) pixels of the panel, closed (the first point follows the last); holes too.
    Empty if nothing falls on the panel.

    Raises
    ------
    ValueError
        If a part of the structure lies in or behind the plane of the source.
    """
    planar = [contour for contour in contours_mm if len(contour) >= 3]
    if not planar:
        return ()
    points = np.concatenate(planar)
    half = np.array([0.0, 0.0, slice_spacing_mm / 2])
    lower = geometry.project(patient_to_fixed(points - half))
    upper = geometry.project(patient_to_fixed(points + half))
    low = np.minimum(lower.min(axis=0), upper.min(axis=0))
    high = np.maximum(lower.max(axis=0), upper.max(axis=0))
    size = np.array([geometry.rows, geometry.columns])
    first = np.maximum(np.floor(low) - 1, -_MARGIN).astype(np.int64)
    last = np.minimum(np.ceil(high) + 1, size - 1 + _MARGIN).astype(np.int64)
    if np.any(last <= first):
        return ()
    mask = np.zeros(tuple(last - first + 1), dtype=np.uint8)
    starts = np.cumsum([0, *(len(contour) for contour in planar)], dtype=np.int64)
    fill_slabs(lower - first, upper - first, starts, mask)
    return tuple(_smoothed(line) + first for line in _edges(mask))


def _edges(mask: NDArray[np.uint8]) -> list[FloatArray]:
    # A side between two pixels is passed at most once; count them exactly.
    padded = np.pad(mask, 1)
    sides = int(np.count_nonzero(np.diff(padded, axis=0))) + int(np.count_nonzero(np.diff(padded, axis=1)))
    points = np.empty((sides, 2), dtype=np.float64)
    starts = np.empty(sides // 4 + 2, dtype=np.int64)
    lines = follow_edges(mask, points, starts)
    return [points[starts[k] : starts[k + 1]] for k in range(lines) if starts[k + 1] - starts[k] >= _SHORTEST]


def _smoothed(line: FloatArray) -> FloatArray:
    for _ in range(_SMOOTHING):
        line = (np.roll(line, 1, axis=0) + 2 * line + np.roll(line, -1, axis=0)) / 4
    return np.asarray(line[::_KEEP] if len(line) >= 8 * _KEEP else line)
