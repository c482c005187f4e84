"""Ellipsoids: a phantom whose line integrals are known in closed form, and the same one in voxels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from pti.geometry.frames import Frame, patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.attenuation import AttenuationVolume
from pti.imaging.volume import CtVolume

FloatArray = NDArray[np.float64]

PHANTOM_FRAME = patient_frame("2.25.4711")

#: Where ellipsoids of bone overlap they get no denser than this.
_COMPACT_BONE_HU = 1400


@dataclass(frozen=True)
class Ellipsoid:
    """Attenuation (1/mm) that the ellipsoid adds to what is there; semi-axes turned by a rotation vector in degrees."""

    centre_mm: tuple[float, float, float]
    semi_axes_mm: tuple[float, float, float]
    per_mm: float
    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def to_unit_sphere(self, vectors: FloatArray, *, grown_mm: float = 0.0) -> FloatArray:
        """Turn and scale (..., 3) vectors so that the ellipsoid is a unit sphere."""
        turn = Rotation.from_rotvec(self.turn_deg, degrees=True).as_matrix()
        return np.asarray((vectors @ turn) / (np.array(self.semi_axes_mm) + grown_mm))

    def chords_mm(self, source: FloatArray, ends: FloatArray, *, grown_mm: float = 0.0) -> FloatArray:
        """Length of each stretch from `source` (3,) to `ends` (..., 3) that lies inside; patient frame."""
        d = self.to_unit_sphere(ends - source, grown_mm=grown_mm)
        s = self.to_unit_sphere(source - np.array(self.centre_mm), grown_mm=grown_mm)
        a, b, c = (d * d).sum(-1), d @ s, s @ s - 1
        root = np.sqrt(np.maximum(b * b - a * c, 0))
        enter, leave = np.clip((-b - root) / a, 0, 1), np.clip((-b + root) / a, 0, 1)
        return np.asarray((leave - enter) * np.linalg.norm(ends - source, axis=-1))

    def share_of_voxels(self, points: FloatArray, spacing_mm: FloatArray) -> FloatArray:
        """How much of the voxels about (..., 3) points lies inside: exact for a flat face along an axis, else nearly."""
        turn = Rotation.from_rotvec(self.turn_deg, degrees=True).as_matrix()
        q = self.to_unit_sphere(points - np.array(self.centre_mm))
        radius = np.sqrt((q * q).sum(-1)) + 1e-9
        gradient = (q / np.array(self.semi_axes_mm)) @ turn.T / radius[..., np.newaxis]
        steepness = np.sqrt((gradient * gradient).sum(-1)) + 1e-9
        voxel_mm = np.abs(gradient) @ spacing_mm / steepness
        return np.asarray(np.clip(0.5 - (radius - 1) / (steepness * voxel_mm), 0, 1))


@dataclass(frozen=True)
class AnalyticPhantom:
    """Some ellipsoids."""

    ellipsoids: tuple[Ellipsoid, ...]
    frame: Frame = PHANTOM_FRAME

    def line_integrals(self, geometry: ImagerGeometry, patient_to_fixed: RigidTransform) -> FloatArray:
        """Exact line integrals (rows, columns) from the source to each pixel's centre."""
        source, ends = _rays(geometry, patient_to_fixed)
        return np.asarray(sum(one.per_mm * one.chords_mm(source, ends) for one in self.ellipsoids))

    def grazed(self, geometry: ImagerGeometry, patient_to_fixed: RigidTransform, within_mm: float) -> NDArray[np.bool_]:
        """Rays that touch a surface within so many mm: there voxels cannot tell what the ray meets."""
        source, ends = _rays(geometry, patient_to_fixed)
        grazed = np.zeros(ends.shape[:-1], dtype=np.bool_)
        for one in self.ellipsoids:
            outside, inside = (one.chords_mm(source, ends, grown_mm=grown) > 0 for grown in (within_mm, -within_mm))
            grazed |= outside & ~inside
        return grazed

    def voxels(
        self, shape: tuple[int, int, int], spacing_mm: tuple[float, float, float], origin_mm: tuple[float, float, float]
    ) -> AttenuationVolume:
        """The phantom's mean in each voxel; shape (slice, row, column), the others (x, y, z)."""
        axes = [origin_mm[2 - n] + np.arange(count) * spacing_mm[2 - n] for n, count in enumerate(shape)]
        total = np.zeros(shape)
        for one in self.ellipsoids:
            reach = max(one.semi_axes_mm) + 2 * max(spacing_mm)
            near = [np.flatnonzero(np.abs(axis - c) <= reach) for axis, c in zip(axes, one.centre_mm[::-1], strict=True)]
            z, y, x = np.meshgrid(*(axis[part] for axis, part in zip(axes, near, strict=True)), indexing="ij")
            share = one.share_of_voxels(np.stack([x, y, z], axis=-1), np.array(spacing_mm))
            total[np.ix_(*near)] += one.per_mm * share
        unit = 0.1 / 65535
        return AttenuationVolume(
            self.frame, np.rint(np.maximum(total, 0) / unit).astype(np.uint16), unit, origin_mm, spacing_mm
        )


def ellipsoid_ct(
    ellipsoids: tuple[Ellipsoid, ...],
    shape: tuple[int, int, int],
    spacing_mm: tuple[float, float, float],
    origin_mm: tuple[float, float, float],
) -> CtVolume:
    """A CT in air of ellipsoids whose `per_mm` is the part of water's attenuation that they add."""
    volume = AnalyticPhantom(
        tuple(Ellipsoid(e.centre_mm, e.semi_axes_mm, e.per_mm * 0.02, e.turn_deg) for e in ellipsoids)
    ).voxels(shape, spacing_mm, origin_mm)
    hounsfield = np.rint(np.minimum(volume.per_mm / 0.02 * 1000 - 1000, _COMPACT_BONE_HU)).astype(np.int16)
    z = np.asarray(origin_mm[2] + np.arange(shape[0]) * spacing_mm[2], dtype=np.float64)
    return CtVolume(PHANTOM_FRAME, hounsfield, origin_mm[:2], spacing_mm[1], spacing_mm[0], z)


def small_head() -> CtVolume:
    """A head of 63 ellipsoids, left and right unlike, 134 x 160 x 160 voxels of 1.5 mm."""
    rng = np.random.default_rng(23)
    skull = [
        Ellipsoid((0, 0, 0), (78, 92, 88), 1.02),
        Ellipsoid((0, 0, 8), (70, 84, 76), 0.75),
        Ellipsoid((0, 0, 8), (65, 79, 71), -0.73),
    ]
    inside = []
    for n in range(60):
        x, y, z, a, b, c, u, v, w, dense = (float(value) for value in rng.uniform(-1, 1, 10))
        semi_axes = (6 + 4 * a, 6 + 4 * b, 6 + 4 * c)
        part = -0.9 if n % 5 == 0 else 0.7 + 0.4 * dense
        inside.append(Ellipsoid((42 * x, 50 * y, 48 * z), semi_axes, part, (90 * u, 90 * v, 90 * w)))
    return ellipsoid_ct((*skull, *inside), (134, 160, 160), (1.5, 1.5, 1.5), (-119.25, -119.25, -99.75))


def _rays(geometry: ImagerGeometry, patient_to_fixed: RigidTransform) -> tuple[FloatArray, FloatArray]:
    to_patient = patient_to_fixed.inverse()
    rows, columns = np.mgrid[: geometry.rows, : geometry.columns]
    return to_patient(geometry.source_fixed_mm), to_patient(geometry.pixels_to_fixed(np.stack([rows, columns], axis=-1)))
