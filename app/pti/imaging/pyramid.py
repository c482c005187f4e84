"""Smaller volumes and images for quick work, with everything in its place."""

import numpy as np
from numpy.typing import NDArray

from pti.imaging._kernels import levels_band, reduce_band
from pti.imaging.attenuation import LOWEST_HU, AttenuationCurve, AttenuationVolume
from pti.imaging.parallel import for_bands
from pti.imaging.resample import evenly_spaced
from pti.imaging.volume import CtVolume


def reduced(volume: AttenuationVolume, factor: int | tuple[int, int, int]) -> AttenuationVolume:
    """The volume by means over blocks of voxels.

    Blocks start at voxel (0, 0, 0), and each mean stands at its block's middle, so that nothing moves. Blocks that the
    volume does not fill are filled up with nothing, so that no attenuation is lost.

    Parameters
    ----------
    factor : voxels to one, the same on each axis or as (x, y, z)

    Raises
    ------
    ValueError
        If a factor is below 1, or fewer than two voxels would be left on an axis.
    """
    fx, fy, fz = (factor, factor, factor) if isinstance(factor, int) else factor
    if min(fx, fy, fz) < 1:
        raise ValueError("a reduction factor is at least 1")
    factors = np.array([fz, fy, fx])
    shape = -(-np.array(volume.levels.shape) // factors)
    levels = np.empty(shape, dtype=np.uint16)
    for_bands(lambda first, end: reduce_band(volume.levels, factors, levels, first, end), int(shape[0]))
    centre = [o + (f - 1) / 2 * s for o, f, s in zip(volume.origin_mm, (fx, fy, fz), volume.spacing_mm, strict=True)]
    spacing = (volume.spacing_mm[0] * fx, volume.spacing_mm[1] * fy, volume.spacing_mm[2] * fz)
    return AttenuationVolume(
        volume.frame, levels, volume.unit_per_mm, (centre[0], centre[1], centre[2]), spacing, volume.warnings
    )


def reduced_attenuation(ct: CtVolume, curve: AttenuationCurve, factor: tuple[int, int, int]) -> AttenuationVolume:
    """What ``reduced(attenuation_volume(ct, curve), factor)`` gives, without holding the whole attenuation volume.

    Slices at the upper end that do not fill a block are left out: the patient may go on beyond them.

    Parameters
    ----------
    factor : voxels to one as (x, y, z)
    """
    even, warnings = evenly_spaced(ct)
    fx, fy, fz = factor
    factors = np.array([fz, fy, fx])
    slices, rows, columns = even.hounsfield.shape
    table = curve.levels()
    levels = np.empty((slices // fz, -(-rows // fy), -(-columns // fx)), dtype=np.uint16)

    def band(first: int, end: int) -> None:
        block = np.empty((fz, rows, columns), dtype=np.uint16)
        for k in range(first, end):
            levels_band(even.hounsfield[k * fz : (k + 1) * fz], table, LOWEST_HU, block, 0, fz)
            reduce_band(block, factors, levels[k : k + 1], 0, 1)

    for_bands(band, len(levels))
    spacing = (even.column_spacing_mm, even.row_spacing_mm, even.slice_step_mm)
    x, y, z = (float(o + (f - 1) / 2 * s) for o, f, s in zip(even.origin_mm, factor, spacing, strict=True))
    larger = (spacing[0] * fx, spacing[1] * fy, spacing[2] * fz)
    return AttenuationVolume(ct.frame, levels, curve.unit_per_mm, (x, y, z), larger, warnings)


def binned(image: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Means over blocks of ``factor x factor`` pixels, as :meth:`ImagerGeometry.binned` places them."""
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    blocks = image[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)
