"""Closed contours of a structure brought onto other planes (statement 2.2.3.1, RTSS-01)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pti.geometry.rigid import FloatArray
from pti.imaging.contouring.blending import PlanePair
from pti.imaging.masks.planes import (
    SAME_PLANE_MM,
    Indices,
    contours_by_plane,
    planes_of_slices,
    slice_edges_mm,
    usual_step_mm,
    without_repeats,
)
from pti.imaging.parallel import for_bands

#: A polygon has at least so many corners.
_FEWEST_POINTS = 3
#: Where planes are further apart than so many usual steps, one between them was left empty.
_GAP_STEPS = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class ResampledContours:
    """Contours on slices.

    Parameters
    ----------
    slice_indices : of each contour, ascending
    contours_mm : each (points, 3), patient frame, closed, all z exactly that of its slice
    beyond_mm : z of the planes beyond the outer edges of the outermost slices, whose contours are not used
    """

    slice_indices: tuple[int, ...]
    contours_mm: tuple[FloatArray, ...]
    beyond_mm: tuple[float, ...]


def resample_contours(contours_mm: Sequence[FloatArray], slices_mm: FloatArray) -> ResampledContours:
    """Bring the contours of one structure onto slices.

    Which slices belong to the structure, and to which of its planes, is what :func:`planes_of_slices` says, as for its voxels:
    gaps stay, and nothing goes further than half a step beyond the ends. A plane that is a slice keeps its points. Between
    two neighbouring planes the shape is interpolated (:class:`PlanePair`); beyond the ends, next to a gap and for a
    single plane a slice has the contours of its plane.

    Parameters
    ----------
    contours_mm : each (points, 3), patient frame, in a plane of equal z; with fewer than three points: no area. All contours of
        a plane are combined by the even-odd rule
    slices_mm : z, strictly ascending; at least two

    References
    ----------
    S. P. Raya, J. K. Udupa: Shape-based interpolation of multidimensional objects. IEEE Trans. Med. Imaging 9 (1990) 32
    """
    drawn = [points for points in contours_mm if len(points) >= _FEWEST_POINTS]
    if not drawn:
        return ResampledContours((), (), ())
    planes_mm, of_plane = contours_by_plane(drawn)
    planes = [[points[:, :2] for points in without_repeats(contours)] for contours in of_plane]
    edges_mm = slice_edges_mm(slices_mm)
    beyond = planes_mm[(planes_mm < edges_mm[0]) | (planes_mm > edges_mm[-1])]
    shapes = _shapes_of_slices(planes, planes_mm, slices_mm)
    indices = tuple(k for k, found in enumerate(shapes) for _ in found)
    lifted = tuple(_lifted(points, z) for found, z in zip(shapes, slices_mm.tolist(), strict=True) for points in found)
    return ResampledContours(indices, lifted, tuple(beyond.tolist()))


def _shapes_of_slices(
    planes: list[list[FloatArray]], planes_mm: FloatArray, slices_mm: FloatArray
) -> list[Sequence[FloatArray]]:
    """For each slice its contours, (points, 2)."""
    owner = planes_of_slices(planes_mm, slices_mm)
    lower_of = _planes_below(owner, planes_mm, slices_mm)
    shapes: list[Sequence[FloatArray]] = [planes[plane] if plane >= 0 else () for plane in owner.tolist()]
    lowers = np.unique(lower_of[lower_of >= 0]).tolist()

    def blend(first: int, end: int) -> None:
        for lower in lowers[first:end]:
            pair = PlanePair.of(planes[lower], planes[lower + 1])
            step_mm = planes_mm[lower + 1] - planes_mm[lower]
            for k in np.flatnonzero(lower_of == lower).tolist():
                share = float((slices_mm[k] - planes_mm[lower]) / step_mm)
                shapes[k] = pair.at(share, nearer_upper=bool(owner[k] > lower))

    for_bands(blend, len(lowers))
    return shapes


def _planes_below(owner: Indices, planes_mm: FloatArray, slices_mm: FloatArray) -> Indices:
    """(slices,): for a slice between two planes that are interpolated the lower one's index, else -1."""
    lower = np.searchsorted(planes_mm, slices_mm, side="right") - 1
    widest_mm = _GAP_STEPS * usual_step_mm(planes_mm, 0.0)
    between = (owner >= 0) & (lower >= 0) & (lower < len(planes_mm) - 1)
    at = np.where(between, lower, 0)
    off_mm = np.abs(slices_mm - planes_mm[np.maximum(owner, 0)])
    upper = np.minimum(at + 1, len(planes_mm) - 1)
    between &= (off_mm > SAME_PLANE_MM) & (planes_mm[upper] - planes_mm[at] < widest_mm)
    return np.where(between, lower, -1)


def _lifted(points_xy_mm: FloatArray, z_mm: float) -> FloatArray:
    points = np.column_stack([points_xy_mm, np.full(len(points_xy_mm), z_mm)])
    points.flags.writeable = False
    return points
