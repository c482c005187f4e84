"""Solids of which the demo patient is made: ellipsoids, rounded boxes and tubes, joined, cut and blended.

Anatomical axes are the DICOM patient axes: x left, y posterior, z superior, mm; the origin lies between the ear canals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pti.geometry.rigid import FloatArray, rotation_x, rotation_y, rotation_z
from pti.simulator.phantom._kernels import BOX, CONE, ELLIPSOID, INTERSECT, PLANE, SUBTRACT, UNION

Point = tuple[float, float, float]
MIRROR = np.diag([-1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One primitive and how it joins what comes before it.

    Parameters
    ----------
    kind : ELLIPSOID, CONE, BOX or PLANE
    place : (3,), its centre; of a cone its first end; of a plane a point on it
    axes : (3, 3), rows are its own axes; of a cone: way to the other end, direction in which it is wide, unused;
        of a plane: normal to the outside, unused, unused
    sizes : (3,), half lengths along its axes; of a cone: radius at both ends, 1 / (times it is as wide as thick)
    shape : exponent of an ellipsoid (2 or 4), edge radius of a box
    operation : UNION, SUBTRACT or INTERSECT
    blend_mm : how far the joint is rounded
    """

    kind: int
    place: FloatArray
    axes: FloatArray
    sizes: FloatArray
    shape: float = 2.0
    operation: int = UNION
    blend_mm: float = 0.0

    def row(self) -> FloatArray:
        """(19,), as the kernels read it."""
        head = [self.kind, self.operation, self.blend_mm]
        return np.array([*head, *self.place, *self.axes.ravel(), *self.sizes, self.shape], dtype=np.float64)

    def bounds_mm(self) -> FloatArray:
        """(2, 3), lowest and highest x, y, z; a plane has none."""
        if self.kind == PLANE:
            return np.array([[-np.inf] * 3, [np.inf] * 3])
        if self.kind == CONE:
            ends = np.array([self.place, self.place + self.axes[0]])
            thick = self.sizes[:2].max()
            reach = thick + np.abs(self.axes[1]) * thick * (1.0 / self.sizes[2] - 1.0)
            return np.array([ends.min(axis=0) - reach, ends.max(axis=0) + reach])
        reach_xyz = np.abs(self.axes.T) @ self.sizes
        return np.array([self.place - reach_xyz, self.place + reach_xyz])

    def moved(self, turn: FloatArray, shift: Sequence[float] = (0.0, 0.0, 0.0)) -> "Part":
        """The part after ``p -> turn @ p + shift``; `turn` may be a reflection."""
        return replace(self, place=turn @ self.place + np.asarray(shift, dtype=np.float64), axes=self.axes @ turn.T)


Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """Parts in the order in which they are combined; then cut, confined and made rough as wholes.

    Parameters
    ----------
    parts : those with the larger blends first
    cut : what is taken away, itself joined first
    inside : nothing sticks out of this, itself joined first
    roughness_mm, roughness_scale_mm, seed : height and size of the bumps of the surface
    """

    parts: Parts
    cut: Parts = ()
    inside: Parts = ()
    roughness_mm: float = 0.0
    roughness_scale_mm: float = 8.0
    seed: int = 1

    def bounds_mm(self) -> FloatArray:
        """(2, 3), lowest and highest x, y, z of what the parts add."""
        boxes = np.array([part.bounds_mm() for part in self.parts if part.operation == UNION])
        return np.array([boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)])


def turned(pitch_deg: float = 0.0, roll_deg: float = 0.0, yaw_deg: float = 0.0) -> FloatArray:
    """(3, 3): turn about x, then y, then z."""
    return rotation_z(yaw_deg) @ rotation_y(roll_deg) @ rotation_x(pitch_deg)


def ellipsoid(centre: Point, radii: Point, turn: FloatArray | None = None, *, blend: float = 0.0, square: bool = False) -> Part:
    """An ellipsoid, or with `square` a superellipsoid of exponent 4; `turn` brings its axes into place."""
    axes = np.eye(3) if turn is None else turn.T
    return Part(ELLIPSOID, np.array(centre, float), axes, np.array(radii, float), 4.0 if square else 2.0, blend_mm=blend)


def ball(centre: Point, radius: float, *, blend: float = 0.0) -> Part:
    """A sphere."""
    return ellipsoid(centre, (radius, radius, radius), blend=blend)


def box(centre: Point, half_sizes: Point, turn: FloatArray | None = None, *, edge: float = 0.5, blend: float = 0.0) -> Part:
    """A box with edges of radius `edge`."""
    axes = np.eye(3) if turn is None else turn.T
    return Part(BOX, np.array(centre, float), axes, np.array(half_sizes, float), edge, blend_mm=blend)


def half_space(point: Point, outward: Point) -> Part:
    """Everything behind a plane."""
    normal = np.array(outward, float) / np.linalg.norm(outward)
    return Part(PLANE, np.array(point, float), np.array([normal, [0, 0, 0], [0, 0, 0]]), np.ones(3))


def tube(
    points: Sequence[Point],
    radii: Sequence[float] | float,
    *,
    wide: Point = (0.0, 0.0, 1.0),
    times: float = 1.0,
    steps: int = 4,
    blend: float = 0.0,
) -> Parts:
    """A tube along a Catmull-Rom spline.

    Parameters
    ----------
    points : the spline goes through them
    radii : one for each point, or one for all
    wide, times : in this direction it is `times` as wide
    steps : straight stretches between two points
    """
    nodes = np.array(points, dtype=np.float64)
    thickness = np.broadcast_to(np.asarray(radii, dtype=np.float64), (len(nodes),))
    path = _spline(np.column_stack([nodes, thickness]), steps if len(nodes) > 2 else 1)
    direction = np.array(wide, float) / np.linalg.norm(wide)
    return tuple(
        Part(
            CONE,
            a[:3],
            np.array([b[:3] - a[:3], direction, [0, 0, 0]]),
            np.array([a[3], b[3], 1.0 / times]),
            blend_mm=blend,
        )
        for a, b in pairwise(path)
    )


def _spline(nodes: FloatArray, steps: int) -> FloatArray:
    """(points, n): Catmull-Rom through (nodes, n)."""
    padded = np.vstack([2 * nodes[0] - nodes[1], nodes, 2 * nodes[-1] - nodes[-2]])
    t = np.arange(steps)[:, np.newaxis] / steps
    pieces = []
    for p0, p1, p2, p3 in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.vstack([*pieces, nodes[-1:]])


def joined(*parts: Part | Parts, blend: float | None = None) -> Parts:
    """One sequence of parts; with `blend`, all joined with it."""
    flat = tuple(p for part in parts for p in ((part,) if isinstance(part, Part) else part))
    return flat if blend is None else tuple(replace(p, blend_mm=blend) for p in flat)


def without(*parts: Part | Parts, blend: float = 0.0) -> Parts:
    """The parts, to be taken away."""
    return tuple(replace(p, operation=SUBTRACT, blend_mm=blend) for p in joined(*parts))


def within(*parts: Part | Parts, blend: float = 0.0) -> Parts:
    """The parts, each to cut off what is outside it."""
    return tuple(replace(p, operation=INTERSECT, blend_mm=blend) for p in joined(*parts))


def moved(parts: Iterable[Part], turn: FloatArray, shift: Sequence[float] = (0.0, 0.0, 0.0)) -> Parts:
    """All parts after ``p -> turn @ p + shift``."""
    return tuple(part.moved(turn, shift) for part in parts)


def mirrored(parts: Iterable[Part], shift: Sequence[float] = (0.0, 0.0, 0.0)) -> Parts:
    """The parts on the other side of the median plane, then shifted."""
    return moved(parts, MIRROR, shift)


def both(*parts: Part | Parts, right_shift: Sequence[float] = (0.0, 0.0, 0.0)) -> Parts:
    """The parts, given for the left side, and their mirror images."""
    left = joined(*parts)
    return left + mirrored(left, right_shift)


def grown(parts: Iterable[Part], by_mm: float) -> Parts:
    """The parts, larger by `by_mm` on every side (thinner where negative)."""
    result = []
    for part in parts:
        extra = np.array([by_mm, by_mm, 0.0]) if part.kind == CONE else np.full(3, by_mm)
        result.append(replace(part, sizes=part.sizes + extra))
    return tuple(result)


def strewn(seed: int, count: int, centre: Point, spread: Point, radii: tuple[float, float]) -> Parts:
    """Up to `count` small ellipsoids strewn in a large one, each clear of the others; the same for the same seed."""
    rng = np.random.default_rng(seed)
    places, taken = np.empty((count, 3)), np.empty(count)
    filled = 0
    for offset, radius in zip(rng.uniform(-1, 1, (30 * count, 3)), rng.uniform(*radii, 30 * count), strict=True):
        place = centre + offset * spread
        clear = ((places[:filled] - place) ** 2).sum(axis=1) > (taken[:filled] + radius + 0.5) ** 2
        if filled < count and offset @ offset < 1 and clear.all():
            places[filled], taken[filled] = place, radius
            filled += 1
    # Cells are longer than wide.
    return tuple(
        ellipsoid((float(x), float(y), float(z)), (float(r), float(r) * 1.15, float(r) * 1.3))
        for (x, y, z), r in zip(places[:filled], taken[:filled], strict=True)
    )
