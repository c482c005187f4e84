"""Digitally reconstructed radiographs: line integrals of attenuation from the source to each pixel."""

import numpy as np
from numpy.typing import NDArray

from pti.geometry.frames import FIXED
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray, FrameMismatch, RigidTransform
from pti.imaging._kernels import ray_sums_band
from pti.imaging.attenuation import AttenuationVolume
from pti.imaging.parallel import for_bands


def render_drr(
    volume: AttenuationVolume, geometry: ImagerGeometry, patient_to_fixed: RigidTransform, *, threads: int | None = None
) -> NDArray[np.float32]:
    """Line integrals of attenuation from the source to the centre of each pixel.

    Parameters
    ----------
    volume : at full resolution, or reduced (:func:`pti.imaging.pyramid.reduced`) for quick images
    geometry : source and panel, any pose; for quick images ``geometry.binned(factor)``
    patient_to_fixed : from the volume's frame into the room
    threads : None for all cores; the result does not depend on it

    Returns
    -------
    (rows, columns), float32, no unit (1/mm times mm)

    Raises
    ------
    FrameMismatch
        If the transform does not lead from the volume's frame into the room.

    References
    ----------
    Joseph, "An improved algorithm for reprojecting rays through pixel images", IEEE Trans Med Imaging 1, 1982:
    along the axis that a ray crosses fastest, one bilinear sample on each plane of voxel centres.
    """
    ray = rays_in_voxels(volume, geometry, patient_to_fixed)
    image = np.empty((geometry.rows, geometry.columns), dtype=np.float32)
    box = np.array([np.zeros(3), np.array(volume.levels.shape) - 1.0])
    spacing = np.array(volume.spacing_mm[::-1]) * volume.unit_per_mm

    def band(first: int, end: int) -> None:
        ray_sums_band(volume.levels, box, ray, spacing, image, first, end)

    for_bands(band, geometry.rows, threads=threads, bands_per_thread=8)
    return image


def rays_in_voxels(volume: AttenuationVolume, geometry: ImagerGeometry, patient_to_fixed: RigidTransform) -> FloatArray:
    """Where a panel's rays run in a volume.

    Returns
    -------
    (4, 3) as (slice, row, column) of voxels: the source, the first pixel, the steps from row to row and from column to column

    Raises
    ------
    FrameMismatch
        If the transform does not lead from the volume's frame into the room.
    """
    if patient_to_fixed.source != volume.frame or patient_to_fixed.target != FIXED:
        way = f"{patient_to_fixed.source} -> {patient_to_fixed.target}"
        raise FrameMismatch(f"a volume in {volume.frame} cannot be placed by {way}")
    matrix, offset = volume.voxels_from_patient()
    to_patient = patient_to_fixed.inverse()
    points = np.array([geometry.source_fixed_mm, *geometry.pixels_to_fixed([(0, 0), (1, 0), (0, 1)])])
    source, pixel, below, right = to_patient(points) @ matrix.T + offset
    return np.array([source, pixel, below - pixel, right - pixel])
