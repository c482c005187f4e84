"""Find small metal bodies (seeds, clips) in a CT.

A gold seed and a vessel full of contrast agent both saturate a CT scanner. The seed is small all round.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pti.imaging.volume import CtVolume
from pti.simulator.xray.materials import HIGHEST_HU, METAL_HU

_METAL_ABOVE_HU = 3000
#: A body reaches as far as the CT numbers stay above this; a greater one than that is none of ours.
_BODY_ABOVE_HU = 2000
_LARGEST_BODY_MM3 = 60.0
#: No smaller body reaches so far from its saturated voxels.
_REACH = 16


def mark_metal(ct: CtVolume) -> CtVolume:
    """The CT with METAL_HU in the voxels of small metal bodies, and nothing else above HIGHEST_HU."""
    first, end = _extent_of_metal(ct.hounsfield)
    if first is None or end is None:
        return ct
    hounsfield = np.minimum(ct.hounsfield, np.int16(HIGHEST_HU))
    part = tuple(slice(a, b) for a, b in zip(first, end, strict=True))
    found = ct.hounsfield[part]
    bodies, count = ndimage.label(found > _BODY_ABOVE_HU, structure=np.ones((3, 3, 3)))
    voxel_mm3 = ct.row_spacing_mm * ct.column_spacing_mm * ct.slice_step_mm
    small = np.bincount(bodies.ravel(), minlength=count + 1) * voxel_mm3 <= _LARGEST_BODY_MM3
    small[0] = False
    hounsfield[part][small[bodies] & (found > _METAL_ABOVE_HU)] = METAL_HU
    return replace(ct, hounsfield=hounsfield)


def _extent_of_metal(hounsfield: NDArray[np.int16]) -> tuple[NDArray[np.int64], NDArray[np.int64]] | tuple[None, None]:
    """First and end (slice, row, column) around all saturated voxels, with room for the bodies that they belong to."""
    slices = [k for k, image in enumerate(hounsfield) if image.max() > _METAL_ABOVE_HU]
    if not slices:
        return None, None
    flat = np.any([hounsfield[k] > _METAL_ABOVE_HU for k in slices], axis=0)
    rows, columns = (np.flatnonzero(flat.any(axis=axis)) for axis in (1, 0))
    low = np.array([slices[0], rows[0], columns[0]])
    high = np.array([slices[-1], rows[-1], columns[-1]])
    return np.maximum(low - _REACH, 0), np.minimum(high + _REACH + 1, hounsfield.shape)
