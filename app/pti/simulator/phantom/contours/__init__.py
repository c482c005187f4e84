"""Axial contours of solids, cut from their distance fields."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.simulator.phantom._kernels import FAR
from pti.simulator.phantom.contours._kernels import thin_out, trace_zero
from pti.simulator.phantom.fields import Field

#: A contour is left alone below this: three corners of a voxel are no organ.
_FEWEST_POINTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class AxialContour:
    """One closed contour: slice of the volume, and (points, 2) x and y in mm; the last point joins the first."""

    slice_index: int
    points_xy_mm: FloatArray


def axial_contours(field: Field, tolerance_mm: float = 0.06) -> tuple[AxialContour, ...]:
    """Where a field is zero, slice by slice from below.

    Parameters
    ----------
    field : negative inside
    tolerance_mm : how far points that are left out may lie from the line without them
    """
    contours = []
    for k in range(field.grid.shape[0]):
        for line in _closed_lines(field.distance_mm[k]):
            points = _thinned(field.grid.origin_mm[:2] + line[:, ::-1] * field.grid.step_mm[:2], tolerance_mm)
            if len(points) >= _FEWEST_POINTS:
                contours.append(AxialContour(field.corner[0] + k, points))
    return tuple(contours)


def _closed_lines(distance_mm: NDArray[np.float32]) -> list[FloatArray]:
    """Lines as (points, 2) fractional (row, column)."""
    if not (distance_mm < 0).any():
        return []
    # A border outside everything closes what the volume's edge cuts open.
    framed = np.pad(distance_mm, 1, constant_values=FAR)
    points = np.empty((2 * framed.size, 2))
    starts = np.empty(framed.size, dtype=np.int64)
    count = trace_zero(framed, points, starts)
    limits = np.array(distance_mm.shape) - 1.0
    return [np.clip(points[a:b] - 1.0, 0.0, limits) for a, b in pairwise(starts[: count + 1])]


def _thinned(points: FloatArray, tolerance_mm: float) -> FloatArray:
    keep = np.empty(len(points), dtype=np.int64)
    return np.asarray(points[keep[: thin_out(points, tolerance_mm, keep)]])
