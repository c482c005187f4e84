"""Rays through pixels in the room: where two of them meet, and how one looks on another panel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray

#: Rays that enclose a smaller angle count as parallel: an error of 0.1 mm across them is one of 6 mm along them.
_LEAST_ANGLE_DEG = 1.0
_UNIT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Rays:
    """Rays in the room.

    Parameters
    ----------
    origins_mm : (..., 3) or (3,), fixed, mm; the focal spots
    directions : (..., 3), fixed, unit vectors within 1e-9, else ValueError
    """

    origins_mm: FloatArray
    directions: FloatArray

    def __post_init__(self) -> None:
        directions = np.array(self.directions, dtype=np.float64)
        origins = np.array(np.broadcast_to(np.asarray(self.origins_mm, dtype=np.float64), directions.shape))
        if not np.isfinite(origins).all():
            raise ValueError("the origin of a ray is not finite")
        if not (np.abs(np.linalg.norm(directions, axis=-1) - 1) <= _UNIT_TOLERANCE).all():
            raise ValueError("the direction of a ray is not a unit vector")
        origins.flags.writeable = False
        directions.flags.writeable = False
        object.__setattr__(self, "origins_mm", origins)
        object.__setattr__(self, "directions", directions)

    def at(self, distances_mm: ArrayLike) -> FloatArray:
        """Points (..., 3) at distances (...) from the origins."""
        return np.asarray(self.origins_mm + np.asarray(distances_mm, dtype=np.float64)[..., np.newaxis] * self.directions)


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """Where pairs of rays come nearest to each other.

    Parameters
    ----------
    points_mm : (..., 3), fixed, midway between the two nearest points
    gaps_mm : (...), how far the two nearest points are apart; 0 where the rays meet
    """

    points_mm: FloatArray
    gaps_mm: FloatArray


def rays_through_pixels(geometry: ImagerGeometry, pixels: ArrayLike) -> Rays:
    """The rays from the focal spot to pixels (..., 2), (row, column) as fractions."""
    source = geometry.source_fixed_mm
    to_panel = geometry.pixels_to_fixed(pixels) - source
    return Rays(source, to_panel / np.linalg.norm(to_panel, axis=-1, keepdims=True))


def meeting_of_rays(first: Rays, second: Rays) -> Meeting:
    """Triangulate: the nearest approach of each ray of `first` and the ray of `second` that goes with it.

    Parameters
    ----------
    first, second : rays whose shapes broadcast

    Raises
    ------
    ValueError
        If two rays are parallel within 1 degree, or come nearest to each other not after both their origins.
    """
    u, v = first.directions, second.directions
    across = np.cross(u, v)
    square = (across * across).sum(axis=-1)
    angles_deg = np.degrees(np.arctan2(np.sqrt(square), np.abs((u * v).sum(axis=-1))))
    if (angles_deg < _LEAST_ANGLE_DEG).any():
        raise ValueError(f"two rays are parallel within {angles_deg.min():.2g} degrees")
    between = second.origins_mm - first.origins_mm
    along_first = (np.cross(between, v) * across).sum(axis=-1) / square
    along_second = (np.cross(between, u) * across).sum(axis=-1) / square
    if (np.minimum(along_first, along_second) <= 0).any():
        raise ValueError("two rays part: they come nearest to each other at or behind a source")
    on_first, on_second = first.at(along_first), second.at(along_second)
    return Meeting((on_first + on_second) / 2, np.linalg.norm(on_first - on_second, axis=-1))


def epipolar_lines(geometry: ImagerGeometry, pixels: ArrayLike, other: ImagerGeometry, within_mm: float) -> FloatArray:
    """Where on another panel that may appear which one panel shows in a pixel.

    Parameters
    ----------
    geometry, pixels : a panel and (..., 2), (row, column) on it
    other : the other panel
    within_mm : half the stretch of the ray that is projected; its middle is the point nearest to the isocentre, and it
        begins at the focal spot at the earliest

    Returns
    -------
    (..., 2, 2): the end nearer to the source of `geometry` and the farther one, each (row, column) of `other`, maybe outside

    Raises
    ------
    ValueError
        If an end lies in or behind the source plane of `other`.
    """
    rays = rays_through_pixels(geometry, pixels)
    middle_mm = -(rays.origins_mm * rays.directions).sum(axis=-1)
    ends_mm = (np.maximum(middle_mm - within_mm, 0.0), middle_mm + within_mm)
    return np.stack([other.project(rays.at(end_mm)) for end_mm in ends_mm], axis=-2)
