"""Planes of contours, and which of them each slice of a CT belongs to."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray

Indices = NDArray[np.int64]

#: Contours that are no further apart along z lie in one plane: they are one plane's contours, written with rounded decimals.
SAME_PLANE_MM = 0.01
#: Rounded decimals must not decide on which side of the middle between two planes a slice lies.
_ROUNDING_MM = 1e-3


def heights_of(contours_mm: Sequence[FloatArray]) -> FloatArray:
    """Heights z of contours, (contours,); each is (points, 3) in a plane of equal z."""
    return np.array([points[0, 2] for points in contours_mm], dtype=np.float64)


def group_planes(heights_mm: FloatArray) -> tuple[FloatArray, Indices]:
    """Put contours of one plane together.

    Parameters
    ----------
    heights_mm : (contours,), z of each contour

    Returns
    -------
    (planes,) z of each plane, ascending; (contours,) which plane each contour lies in
    """
    order = np.argsort(heights_mm, kind="stable")
    ascending = heights_mm[order]
    begins = np.ones(len(ascending), dtype=bool)
    begins[1:] = np.diff(ascending) > SAME_PLANE_MM
    plane_of = np.empty(len(ascending), dtype=np.int64)
    plane_of[order] = np.cumsum(begins) - 1
    return ascending[begins], plane_of


def contours_by_plane(contours_mm: Sequence[FloatArray]) -> tuple[FloatArray, list[list[FloatArray]]]:
    """The planes' z, ascending, and the contours of each; contours are (points, 3), each in a plane of equal z."""
    planes_mm, plane_of = group_planes(heights_of(contours_mm))
    of_plane: list[list[FloatArray]] = [[] for _ in planes_mm]
    for plane, points in zip(plane_of.tolist(), contours_mm, strict=True):
        of_plane[plane].append(points)
    return planes_mm, of_plane


def without_repeats(contours: list[FloatArray]) -> list[FloatArray]:
    """The contours, those that have the same points as another one once: twice, even-odd would make nothing of them."""
    if len(contours) < 2:
        return contours
    different = {points[np.lexsort(points.T)].tobytes(): points for points in contours}
    return list(different.values())


def planes_of_slices(planes_mm: FloatArray, slices_mm: FloatArray) -> Indices:
    """The contour plane that each slice belongs to.

    A slice belongs to its nearest plane if that is nearer than half the planes' usual step (their median step), so a structure
    that was drawn on every second slice has no empty slices in between, goes no further than half a step beyond its first
    and last contour, and keeps a gap where contours are missing. In the middle between two planes a slice belongs to the
    upper one, and one half a step below the lowest plane to that one: each plane stands for a whole step.

    Where planes lie on slices and usually on neighbouring ones, a slice without a plane was left empty on purpose, however
    near the next one is. A single plane belongs to the slice nearest to it.

    Parameters
    ----------
    planes_mm, slices_mm : z, strictly ascending; at least two slices

    Returns
    -------
    (slices,), index of a plane; -1 where there is none
    """
    owner = np.full(len(slices_mm), -1, dtype=np.int64)
    if len(planes_mm) == 0:
        return owner
    edges_mm = slice_edges_mm(slices_mm)
    own_slice = np.searchsorted(edges_mm, planes_mm, side="right") - 1
    within = (own_slice >= 0) & (own_slice < len(slices_mm))
    if len(planes_mm) == 1 or _on_every_slice(planes_mm, slices_mm, own_slice, within):
        owner[own_slice[within]] = np.flatnonzero(within)
        return owner
    half_mm = _median_step(np.diff(planes_mm)) / 2
    upper = np.searchsorted(planes_mm, slices_mm, side="left")
    lower = upper - 1
    above_mm = np.where(upper < len(planes_mm), planes_mm[np.minimum(upper, len(planes_mm) - 1)] - slices_mm, np.inf)
    below_mm = np.where(lower >= 0, slices_mm - planes_mm[np.maximum(lower, 0)], np.inf)
    by_upper = (above_mm <= half_mm + _ROUNDING_MM) & (above_mm <= below_mm + _ROUNDING_MM)
    by_lower = (below_mm < half_mm - _ROUNDING_MM) & ~by_upper
    owner[by_upper] = upper[by_upper]
    owner[by_lower] = lower[by_lower]
    return owner


def usual_step_mm(planes_mm: FloatArray, of_one_mm: float) -> float:
    """What each contour plane stands for along z: the median step between planes, or `of_one_mm` where there is one plane."""
    return _median_step(np.diff(planes_mm)) if len(planes_mm) > 1 else of_one_mm


def _on_every_slice(planes_mm: FloatArray, slices_mm: FloatArray, own_slice: Indices, within: NDArray[np.bool_]) -> bool:
    if not within.all():
        return False
    off_mm = np.abs(slices_mm[own_slice] - planes_mm)
    return bool(off_mm.max() <= SAME_PLANE_MM and _median_step(np.diff(own_slice)) <= 1)


def _median_step(steps: NDArray[Any]) -> float:
    """The median; of two in the middle the larger."""
    return float(np.sort(steps)[len(steps) // 2])


def slice_thicknesses_mm(slices_mm: FloatArray) -> FloatArray:
    """What each slice stands for along z: up to the middle between it and its neighbours; outermost ones both ways alike."""
    edges = slice_edges_mm(slices_mm)
    return np.asarray(np.diff(edges))


def slice_edges_mm(slices_mm: FloatArray) -> FloatArray:
    """(slices + 1,): the borders between slices, and the outer ones as far out as the nearest is in."""
    middles = (slices_mm[1:] + slices_mm[:-1]) / 2
    return np.concatenate([[2 * slices_mm[0] - middles[0]], middles, [2 * slices_mm[-1] - middles[-1]]])
