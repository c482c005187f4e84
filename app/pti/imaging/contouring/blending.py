"""The shape between two neighbouring contour planes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.imaging.contouring._kernels import mark_changing, signed_distance
from pti.imaging.contouring.lines import thinned, zero_lines
from pti.imaging.contouring.nesting import parents
from pti.imaging.masks._kernels import fill_planes

#: The grid's step: so many to the longer side, within limits (mm); what is larger than any patient gets a coarser one.
_STEPS, _MOST_STEPS = 256, 1024
_FINEST_MM, _COARSEST_MM = 0.2, 1.0
#: Nodes round the contours, so that all lines close.
_MARGIN = 2
#: How far points that are left out may lie from the line without them.
_THINNING_MM = 0.02
_FEWEST_POINTS = 3
#: Ends of edges that are no further apart, in steps of the grid, are one point.
_SAME_POINT = 1e-4

Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Nodes (row, column) from `corner_mm` (x, y) on."""

    corner_mm: tuple[float, float]
    step_mm: float
    rows: int
    columns: int

    @classmethod
    def round(cls, points_mm: FloatArray) -> Self:
        low, high = points_mm.min(axis=0), points_mm.max(axis=0)
        extent_mm = float((high - low).max())
        step_mm = max(float(np.clip(extent_mm / _STEPS, _FINEST_MM, _COARSEST_MM)), extent_mm / _MOST_STEPS)
        columns, rows = (np.ceil((high - low) / step_mm).astype(int) + 1 + 2 * _MARGIN).tolist()
        x, y = (low - _MARGIN * step_mm).tolist()
        return cls((x, y), step_mm, rows, columns)

    def to_steps(self, points_mm: FloatArray) -> FloatArray:
        """(points, 2), x and y -> (column, row)."""
        return np.asarray((points_mm - self.corner_mm) / self.step_mm)

    def to_mm(self, points: FloatArray) -> FloatArray:
        """(points, 2), (row, column) -> x and y."""
        return np.asarray(points[:, ::-1] * self.step_mm + self.corner_mm)


@dataclass(frozen=True, slots=True, eq=False)
class PlanePair:
    """Two neighbouring contour planes, ready for the shapes between them.

    Where the planes' areas overlap, the shape follows the zero line of the signed distances to their outlines, blended linearly
    (Raya and Udupa). An area or a hole that meets no counterpart in the other plane would wane at once or be bent towards a
    stranger: it ends in the middle between the planes, as a structure ends half a step beyond its last contour.

    Parameters
    ----------
    grid : on which the distances stand
    distances : of the lower and the upper plane, (rows, columns), in steps, negative inside, true where their blend may
        change its sign; None where nothing overlaps
    alone_mm : contours of the lower and of the upper plane that meet no counterpart
    """

    grid: _Grid
    distances: tuple[FloatArray, FloatArray] | None
    alone_mm: tuple[tuple[FloatArray, ...], tuple[FloatArray, ...]]

    @classmethod
    def of(cls, lower_mm: Sequence[FloatArray], upper_mm: Sequence[FloatArray]) -> Self:
        """Prepare two planes, each of closed contours (points, 2), x and y, combined by the even-odd rule."""
        grid = _Grid.round(np.concatenate([*lower_mm, *upper_mm]))
        filled = _filled(lower_mm, grid), _filled(upper_mm, grid)
        areas = [np.bitwise_xor.reduce(bits, axis=0) for bits in filled]
        meets = (
            _meets_counterpart(lower_mm, filled[0], areas[0], areas[1]),
            _meets_counterpart(upper_mm, filled[1], areas[1], areas[0]),
        )
        lower, upper = (
            _Shape.of(contours, bits, known, grid)
            for contours, bits, known in zip((lower_mm, upper_mm), filled, meets, strict=True)
        )
        return cls(grid, _distances(lower, upper), (lower.alone_mm, upper.alone_mm))

    def at(self, share: float, *, nearer_upper: bool) -> list[FloatArray]:
        """Contours between the planes.

        Parameters
        ----------
        share : of the way from the lower to the upper plane, 0 to 1
        nearer_upper : whose areas and holes without counterpart are there

        Returns
        -------
        each (points, 2), x and y in mm
        """
        contours = list(self.alone_mm[nearer_upper])
        if self.distances is not None:
            lower, upper = self.distances
            for line in zero_lines(lower + share * (upper - lower)):
                points = thinned(self.grid.to_mm(line), _THINNING_MM)
                if len(points) >= _FEWEST_POINTS:
                    contours.append(points)
        return contours


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """What takes part in the blend on one plane: (edges, 4) outlines in steps, (rows, columns) inside; and what does not."""

    outline: FloatArray
    inside: Bits
    alone_mm: tuple[FloatArray, ...]

    @classmethod
    def of(cls, contours_mm: Sequence[FloatArray], filled: Bits, meets: list[bool], grid: _Grid) -> Self:
        packed = np.bitwise_xor.reduce(filled[meets], axis=0)
        taking_part = [grid.to_steps(points) for points, met in zip(contours_mm, meets, strict=True) if met]
        return cls(
            _outline(taking_part),
            np.unpackbits(packed, axis=1, count=grid.columns, bitorder="little"),
            tuple(points for points, met in zip(contours_mm, meets, strict=True) if not met),
        )


def _distances(lower: _Shape, upper: _Shape) -> tuple[FloatArray, FloatArray] | None:
    if not (len(lower.outline) and len(upper.outline)):
        return None
    changing = np.empty(lower.inside.shape, dtype=np.uint8)
    mark_changing(lower.inside, upper.inside, changing)
    distances = np.empty(changing.shape), np.empty(changing.shape)
    for shape, distance in zip((lower, upper), distances, strict=True):
        signed_distance(shape.outline, shape.inside, changing, distance)
    return distances


def _filled(contours_mm: Sequence[FloatArray], grid: _Grid) -> Bits:
    """(contours, rows, bytes): the nodes within each contour, eight to a byte."""
    points = grid.to_steps(np.concatenate(contours_mm))
    starts = np.cumsum([0, *(len(contour) for contour in contours_mm)], dtype=np.int64)
    count = len(contours_mm)
    packed = np.empty((count, grid.rows, -(-grid.columns // 8)), dtype=np.uint8)
    each = np.arange(count + 1, dtype=np.int64)
    fill_planes(points, starts, each, np.zeros(2, dtype=np.int64), grid.columns, packed, np.empty(count, dtype=np.bool_))
    return packed


def _meets_counterpart(contours_mm: Sequence[FloatArray], filled: Bits, area: Bits, other_area: Bits) -> list[bool]:
    """Whether an area overlaps one of the other plane, or a hole what lies outside there; what lies within follows."""
    meets = [False] * len(contours_mm)
    depth = {-1: -1}
    for contour, parent in parents(contours_mm):
        depth[contour] = depth[parent] + 1
        is_hole = depth[contour] % 2 == 1
        common = ~area & ~other_area if is_hole else area & other_area
        meets[contour] = (parent < 0 or meets[parent]) and bool((filled[contour] & common).any())
    return meets


def _outline(contours: Sequence[FloatArray]) -> FloatArray:
    """(edges, 4): all edges but those that run to and fro, as in keyholes: nothing changes across them."""
    if not contours:
        return np.empty((0, 4))
    edges = np.concatenate([np.hstack([points, np.roll(points, -1, axis=0)]) for points in contours])
    ends = np.rint(edges / _SAME_POINT)
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    _, first, counts = np.unique(ends, axis=0, return_index=True, return_counts=True)
    return np.asarray(edges[np.sort(first[counts % 2 == 1])])
