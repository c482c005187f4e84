"""A CT made ready for matches, once for all images of a patient."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.frames import Frame
from pti.geometry.rigid import FloatArray
from pti.imaging.attenuation import BONE_ENHANCED, WATER_PER_MM, AttenuationCurve, AttenuationVolume
from pti.imaging.pyramid import reduced, reduced_attenuation
from pti.imaging.volume import CtVolume

#: Voxel size aimed at, from the finest level to the coarsest, mm.
_VOXELS_MM = (1.25, 2.5, 5.0)
#: A slice shows the patient cut off if more than this share of it is at least half as dense as water.
_CUT_SHARE = 0.02
#: The patient is taken to go on unchanged for so long beyond a cut end, which keeps false edges away, mm.
_EXTENSION_MM = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class LevelVolume:
    """One level of the pyramid.

    Parameters
    ----------
    attenuation : the volume, made longer at ends where the patient is cut off
    box : (2, 3), least and greatest index (slice, row, column) between which there is anything
    open_ends : (2,), slice indices below and above which the patient goes on though the CT does not; +-inf: nowhere
    """

    attenuation: AttenuationVolume
    box: FloatArray
    open_ends: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PreparedCt:
    """Levels of a CT from the finest to the coarsest."""

    frame: Frame
    levels: tuple[LevelVolume, ...]


def prepare(ct: CtVolume, curve: AttenuationCurve = BONE_ENHANCED) -> PreparedCt:
    """Make a CT ready for any number of matches.

    Parameters
    ----------
    ct : the planning CT
    curve : Hounsfield units to attenuation
    """
    spacing = (ct.column_spacing_mm, ct.row_spacing_mm, ct.slice_step_mm)
    fx, fy, fz = (max(1, round(_VOXELS_MM[0] / step)) for step in spacing)
    fine = reduced_attenuation(ct, curve, (fx, fy, fz))
    volumes = [fine]
    for aim in _VOXELS_MM[1:]:
        gx, gy, gz = (max(1, round(aim / step)) for step in volumes[-1].spacing_mm)
        volumes.append(reduced(volumes[-1], (gx, gy, gz)))
    return PreparedCt(ct.frame, tuple(_level(volume) for volume in volumes))


def _level(volume: AttenuationVolume) -> LevelVolume:
    dense = volume.levels > 0.5 * WATER_PER_MM / volume.unit_per_mm
    slices = len(dense)
    cut = [bool(np.count_nonzero(end) > _CUT_SHARE * end.size) for end in (dense[0], dense[-1])]
    extra = int(np.ceil(_EXTENSION_MM / volume.spacing_mm[2]))
    below, above = (extra if is_cut else 0 for is_cut in cut)
    levels = np.ascontiguousarray(np.pad(volume.levels, ((below, above), (0, 0), (0, 0)), mode="edge"))
    x, y, z = volume.origin_mm
    longer = AttenuationVolume(
        volume.frame, levels, volume.unit_per_mm, (x, y, z - below * volume.spacing_mm[2]), volume.spacing_mm, volume.warnings
    )
    open_ends = np.array([below if cut[0] else -np.inf, below + slices - 1 if cut[1] else np.inf])
    return LevelVolume(longer, _box(levels), open_ends)


def _box(levels: NDArray[np.uint16]) -> FloatArray:
    """(2, 3): the voxels that hold anything, and one more on each side."""
    box = np.array([np.zeros(3), np.array(levels.shape) - 1.0])
    for axis in range(3):
        filled = np.flatnonzero(levels.any(axis=tuple(other for other in range(3) if other != axis)))
        if len(filled):
            box[:, axis] = max(filled[0] - 1, 0), min(filled[-1] + 1, levels.shape[axis] - 1)
    return box
