"""Evaluate a pose on all views, and improve it by Gauss-Newton steps."""

from dataclasses import dataclass

import numpy as np

from pti.geometry.rigid import FloatArray, RigidTransform, rotation_vector_to_matrix
from pti.imaging.drr import rays_in_voxels
from pti.imaging.parallel import for_bands
from pti.registration._kernels import ray_sums_and_derivatives_band
from pti.registration.metrics import NO_FIT, ViewFit, fit_view
from pti.registration.prepared import LevelVolume
from pti.registration.views import Images, Mask, ViewLevel


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """All views at one pose.

    Parameters
    ----------
    pose : planning CT -> fixed
    cost : mean of the views' costs
    views : each view's fit
    """

    pose: RigidTransform
    cost: float
    views: tuple[ViewFit, ...]


def render_with_derivatives(
    level: LevelVolume, view: ViewLevel, pose: RigidTransform, pivot_fixed_mm: FloatArray, *, threads: int | None = None
) -> tuple[Images, Mask]:
    """Ray sums and what moving the patient does to them.

    Parameters
    ----------
    pivot_fixed_mm : (3,), the point that rotations turn about

    Returns
    -------
    (7, rows, columns): the sum, then its derivatives by mm along and by rad about x, y, z of the fixed system;
    (rows, columns): False where a ray leaves the CT where the patient goes on
    """
    volume, geometry = level.attenuation, view.geometry
    ray = rays_in_voxels(volume, geometry, pose)
    corners = geometry.pixels_to_fixed([(0, 0), (1, 0), (0, 1)])
    source = geometry.source_fixed_mm - pivot_fixed_mm
    to_voxels, _ = volume.voxels_from_patient()
    room = np.array(
        [source, corners[0] - pivot_fixed_mm, corners[1] - corners[0], corners[2] - corners[0], *(pose.rotation @ to_voxels.T)]
    )
    out = np.empty((7, geometry.rows, geometry.columns), dtype=np.float32)
    usable = np.empty((geometry.rows, geometry.columns), dtype=np.bool_)

    def band(first: int, end: int) -> None:
        ray_sums_and_derivatives_band(
            volume.levels, volume.unit_per_mm, level.box, level.open_ends, ray, room, out, usable, first, end
        )

    for_bands(band, geometry.rows, threads=threads)
    return out, usable


def evaluate(
    level: LevelVolume, views: tuple[ViewLevel, ...], pose: RigidTransform, pivot_mm: FloatArray, *, threads: int | None = None
) -> Fit:
    """Compare all views with the CT at one pose.

    Parameters
    ----------
    pivot_mm : (3,), planning-CT frame
    threads : None for all cores
    """
    pivot_fixed_mm = pose(pivot_mm)
    rendered = [render_with_derivatives(level, view, pose, pivot_fixed_mm, threads=threads) for view in views]
    fits: list[ViewFit] = [NO_FIT] * len(views)

    def band(first: int, end: int) -> None:
        for n in range(first, end):
            fits[n] = fit_view(views[n], *rendered[n])

    for_bands(band, len(views), threads=threads)
    return Fit(pose, float(np.mean([fit.cost for fit in fits])), tuple(fits))


def step(fit: Fit, free: FloatArray, damping: float) -> FloatArray:
    """Gauss-Newton step.

    Parameters
    ----------
    free : (6, n), directions in which the pose may change
    damping : Levenberg's, as a part of the diagonal

    Returns
    -------
    (6,), mm along and rad about the axes of the fixed system
    """
    normal = free.T @ np.sum([view.normal for view in fit.views], axis=0) @ free
    gradient = free.T @ np.sum([view.gradient for view in fit.views], axis=0)
    diagonal = np.diag(normal)
    if not (np.isfinite(normal).all() and diagonal.min() > 0):
        return np.zeros(6)
    return np.asarray(free @ np.linalg.solve(normal + damping * np.diag(diagonal), gradient))


def moved(pose: RigidTransform, change: FloatArray, pivot_mm: FloatArray) -> RigidTransform:
    """Shift by `change[:3]` mm and turn by the vector `change[3:]` rad about the pivot's present place, in the fixed system."""
    centre = pose(pivot_mm)
    turn = rotation_vector_to_matrix(change[3:])
    shift = turn @ (pose.translation_mm - centre) + centre + change[:3]
    u, _, vt = np.linalg.svd(turn @ pose.rotation)  # many small products drift from a rotation otherwise
    return RigidTransform(pose.source, pose.target, u @ vt, shift)
