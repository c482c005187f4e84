"""Solids in closed form, cut by axial planes: contours to resample, and how far any point lies from their surface."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pti.geometry.rigid import FloatArray

_TURN = np.linspace(0, 2 * np.pi, 400, endpoint=False)


@dataclass(frozen=True)
class Ellipsoid:
    """Points x with ``|scale @ (x - centre)| <= 1``; `axes_mm` are the half axes along the columns of `rotation`."""

    centre_mm: tuple[float, float, float]
    axes_mm: tuple[float, float, float]
    rotation: FloatArray

    @property
    def volume_mm3(self) -> float:
        return float(4 / 3 * np.pi * np.prod(self.axes_mm))

    @property
    def half_height_mm(self) -> float:
        """How far it reaches along z, from its centre."""
        return float(np.linalg.norm(self.rotation[2] * self.axes_mm))

    @property
    def _quadric(self) -> FloatArray:
        return np.asarray(self.rotation @ np.diag(1 / np.array(self.axes_mm) ** 2) @ self.rotation.T)

    def section(self, z_mm: float) -> list[FloatArray]:
        """The ellipse at z, (400, 3); none where the plane misses it."""
        a, h = self._quadric, z_mm - self.centre_mm[2]
        middle = -np.linalg.solve(a[:2, :2], a[:2, 2]) * h
        left = 1 - h * h * (a[2, 2] - a[2, :2] @ np.linalg.solve(a[:2, :2], a[:2, 2]))
        if left <= 0:
            return []
        factor = np.linalg.cholesky(np.linalg.inv(a[:2, :2]) * left)
        flat = middle + self.centre_mm[:2] + np.column_stack([np.cos(_TURN), np.sin(_TURN)]) @ factor.T
        return [at_height(flat, z_mm)]

    def area_mm2(self, z_mm: float) -> float:
        a, h = self._quadric, z_mm - self.centre_mm[2]
        left = 1 - h * h * (a[2, 2] - a[2, :2] @ np.linalg.solve(a[:2, :2], a[:2, 2]))
        return float(max(left, 0.0) * np.pi / np.sqrt(np.linalg.det(a[:2, :2])))

    def distance_mm(self, points_mm: FloatArray) -> FloatArray:
        """From the surface, to first order: exact on it, and by far enough near it."""
        away = points_mm - self.centre_mm
        gradient = away @ self._quadric
        value = (away * gradient).sum(axis=1)
        return np.asarray((value - 1) / (2 * np.linalg.norm(gradient, axis=1)))


@dataclass(frozen=True)
class Torus:
    """A tube of radius `tube_mm` round a circle of radius `ring_mm`, about the z axis, or `lying` about the y axis."""

    ring_mm: float
    tube_mm: float
    lying: bool

    def section(self, z_mm: float) -> list[FloatArray]:
        """Upright: the outer circle and the hole. Lying: two islands near the middle, one beyond."""
        if not self.lying:
            if abs(z_mm) >= self.tube_mm:
                return []
            half = np.sqrt(self.tube_mm**2 - z_mm**2)
            circle = np.column_stack([np.cos(_TURN), np.sin(_TURN)])
            return [at_height((self.ring_mm + side * half) * circle, z_mm) for side in (1, -1)]
        if abs(z_mm) >= self.ring_mm + self.tube_mm:
            return []
        right = self._right_half(z_mm)
        if abs(z_mm) < self.ring_mm - self.tube_mm:
            return [at_height(side * right, z_mm) for side in (1, -1)]
        return [at_height(np.concatenate([right, -right]), z_mm)]

    def _right_half(self, z_mm: float) -> FloatArray:
        """What lies at x > 0 of a lying torus: a closed line, or an open one from above to below."""
        reach = np.arccos(np.clip((abs(z_mm) - self.ring_mm) / self.tube_mm, -1, 1))
        angle = np.linspace(reach, -reach, 400, endpoint=reach < np.pi)
        radius = self.ring_mm + self.tube_mm * np.cos(angle)
        x = np.sqrt(np.maximum(radius**2 - z_mm**2, 0))
        return np.column_stack([x, self.tube_mm * np.sin(angle)])

    def distance_mm(self, points_mm: FloatArray) -> FloatArray:
        """From the surface, positive outside."""
        x, y, z = points_mm.T
        in_plane, along = (np.hypot(x, z), y) if self.lying else (np.hypot(x, y), z)
        return np.asarray(np.hypot(in_plane - self.ring_mm, along) - self.tube_mm)


def at_height(points_xy: FloatArray, z_mm: float) -> FloatArray:
    """(points, 2) -> (points, 3)."""
    return np.column_stack([points_xy, np.full(len(points_xy), z_mm)])


def area_mm2(polygon: FloatArray) -> float:
    """Area within a polygon (points, 2 or more), by the shoelace formula."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def sections(solid: Ellipsoid | Torus, planes_mm: Sequence[float] | FloatArray) -> list[FloatArray]:
    """The contours of a solid on planes."""
    return [contour for z in np.asarray(planes_mm).tolist() for contour in solid.section(z)]
