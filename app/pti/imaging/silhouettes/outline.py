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
    lower, upper = _project_faces(np.concatenate(planar), geometry, patient_to_fixed, slice_spacing_mm / 2)
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


def _project_faces(
    points_mm: FloatArray, geometry: ImagerGeometry, patient_to_fixed: RigidTransform, half_mm: float
) -> tuple[FloatArray, FloatArray]:
    """(row, column) of points moved by -/+ `half_mm` along z; one matrix, because a body has 100,000 points and more."""
    matrix = _projection_matrix(geometry, patient_to_fixed)
    middle = points_mm @ matrix[:, :3].T + matrix[:, 3]
    shift = matrix[:, 2] * half_mm
    faces = (middle - shift, middle + shift)
    if min(float(face[:, 2].min()) for face in faces) <= 0:
        raise ValueError("a part of the structure lies in or behind the plane of the source")
    lower, upper = (face[:, :2] / face[:, 2:] for face in faces)
    return lower, upper


def _projection_matrix(geometry: ImagerGeometry, patient_to_fixed: RigidTransform) -> FloatArray:
    """(3, 4): ``(row w, column w, w) = M (x, y, z, 1)`` of a patient point; w is 1 on the panel and 0 at the source."""
    to_panel = geometry.panel_to_fixed().inverse()
    source = to_panel(geometry.source_fixed_mm)
    rigid = (to_panel @ patient_to_fixed).matrix
    depth = np.array([0.0, 0.0, 0.0, 1.0]) - rigid[2] / source[2]
    x_mm, y_mm = (source[axis] * depth + rigid[axis] - source[axis] * np.array([0.0, 0.0, 0.0, 1.0]) for axis in (0, 1))
    row = (geometry.first_pixel_mm[1] * depth - y_mm) / geometry.row_spacing_mm
    column = (x_mm - geometry.first_pixel_mm[0] * depth) / geometry.column_spacing_mm
    return np.stack([row, column, depth])


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
