"""Lines along which a field on a grid is zero."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.imaging.contouring._kernels import thin_out, trace_zero


def zero_lines(field: NDArray[Any]) -> list[FloatArray]:
    """Closed lines round what is negative, linear between the nodes of the grid (marching squares).

    Parameters
    ----------
    field : (rows, columns); what is negative on its border is closed along the border

    Returns
    -------
    each (points, 2), fractional (row, column); the last point joins the first
    """
    if not (field < 0).any():
        return []
    framed = np.pad(field, 1, constant_values=1.0)
    points = np.empty((2 * framed.size, 2))
    starts = np.empty(framed.size, dtype=np.int64)
    count = trace_zero(framed, points, starts)
    limits = np.array(field.shape) - 1.0
    return [np.clip(points[a:b] - 1.0, 0.0, limits) for a, b in pairwise(starts[: count + 1])]


def thinned(points: FloatArray, tolerance: float) -> FloatArray:
    """A line without the points that lie within `tolerance` of the line without them: (points, 2) -> (fewer, 2)."""
    keep = np.empty(len(points), dtype=np.int64)
    return np.asarray(points[keep[: thin_out(points, tolerance, keep)]])
