"""From Hounsfield units to linear attenuation on an even grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.frames import Frame
from pti.geometry.rigid import FloatArray
from pti.imaging._kernels import levels_band
from pti.imaging.parallel import for_bands
from pti.imaging.resample import evenly_spaced
from pti.imaging.volume import CtVolume

#: Linear attenuation of water at 60 keV, about the mean energy of a 120 kV beam behind a patient (NIST XCOM), 1/mm.
WATER_PER_MM = 0.0206

#: First value of :meth:`AttenuationCurve.levels`.
LOWEST_HU = -1024
_HIGHEST_HU = 4095
_TOP_LEVEL = 65535


@dataclass(frozen=True, slots=True)
class AttenuationCurve:
    """Linear attenuation as straight lines between nodes; outside the nodes the ends' values hold.

    Parameters
    ----------
    name : for the record
    nodes : (HU, 1/mm), ascending HU, attenuation not negative
    """

    name: str
    nodes: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        hounsfield, per_mm = np.array(self.nodes, dtype=np.float64).T
        if len(hounsfield) < 2 or np.any(np.diff(hounsfield) <= 0):
            raise ValueError("the nodes of an attenuation curve need ascending Hounsfield units")
        if not (np.isfinite(per_mm).all() and per_mm.min() >= 0 and per_mm.max() > 0):
            raise ValueError("attenuation must be finite and not negative")

    def __call__(self, hounsfield: FloatArray) -> FloatArray:
        """Attenuation in 1/mm for Hounsfield units of any shape."""
        nodes = np.array(self.nodes, dtype=np.float64)
        return np.asarray(np.interp(hounsfield, nodes[:, 0], nodes[:, 1]))

    @property
    def unit_per_mm(self) -> float:
        """What one level of an :class:`AttenuationVolume` made with this curve is worth, 1/mm."""
        return max(per_mm for _, per_mm in self.nodes) / _TOP_LEVEL

    def levels(self) -> NDArray[np.uint16]:
        """Attenuation in units of `unit_per_mm` for every Hounsfield value from -1024 to 4095."""
        return np.asarray(np.rint(self(np.arange(LOWEST_HU, _HIGHEST_HU + 1.0)) / self.unit_per_mm), dtype=np.uint16)


#: Everything as water of another density.
WATER = AttenuationCurve("water", ((-1000.0, 0.0), (4095.0, WATER_PER_MM * 5.095)))

#: Bone attenuates more at the imager's energy than the CT, scaled to water, says; air and foam count as nothing.
BONE_ENHANCED = AttenuationCurve(
    "bone-enhanced",
    (
        (-950.0, 0.0),
        (-900.0, 0.1 * WATER_PER_MM),
        (100.0, 1.1 * WATER_PER_MM),
        (1500.0, 3.0 * WATER_PER_MM),
        (4095.0, 6.5 * WATER_PER_MM),
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class AttenuationVolume:
    """Linear attenuation on an even grid along the axes of a patient frame.

    Between voxel centres it is trilinear; beyond the outermost centres there is nothing.

    Parameters
    ----------
    frame : the patient frame
    levels : (slice, row, column), uint16, read-only; attenuation is ``levels * unit_per_mm``
    unit_per_mm : 1/mm
    origin_mm : (x, y, z) of the centre of voxel (0, 0, 0)
    spacing_mm : steps along (x, y, z)
    warnings : what a user should know about how it was made
    """

    frame: Frame
    levels: NDArray[np.uint16]
    unit_per_mm: float
    origin_mm: tuple[float, float, float]
    spacing_mm: tuple[float, float, float]
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.levels.ndim != 3 or self.levels.dtype != np.uint16 or min(self.levels.shape) < 2:
            raise ValueError("the volume needs uint16 levels (slice, row, column), at least two on each axis")
        if not self.levels.flags.c_contiguous:
            raise ValueError("the levels must lie in memory slice by slice and row by row")
        numbers = (*self.origin_mm, *self.spacing_mm, self.unit_per_mm)
        if not np.isfinite(numbers).all() or min(*self.spacing_mm, self.unit_per_mm) <= 0:
            raise ValueError("origin, spacing and unit must be finite, spacing and unit positive")
        self.levels.flags.writeable = False

    @property
    def per_mm(self) -> NDArray[np.float32]:
        """Attenuation in 1/mm as a new (slice, row, column) array."""
        return self.levels * np.float32(self.unit_per_mm)

    def voxels_from_patient(self) -> tuple[FloatArray, FloatArray]:
        """(3, 3) matrix and (3,) offset that map (x, y, z) in mm to fractional (slice, row, column)."""
        matrix = np.fliplr(np.diag(1.0 / np.array(self.spacing_mm)[::-1]))
        return matrix, -matrix @ np.array(self.origin_mm)


def attenuation_volume(ct: CtVolume, curve: AttenuationCurve = BONE_ENHANCED) -> AttenuationVolume:
    """Linear attenuation of a CT on an even grid.

    Slices with uneven steps are resampled once along z; the volume's warnings say so.

    Parameters
    ----------
    ct : at its true slice positions
    curve : Hounsfield units to 1/mm
    """
    even, warnings = evenly_spaced(ct)
    levels = np.empty(even.hounsfield.shape, dtype=np.uint16)
    table = curve.levels()
    for_bands(lambda first, end: levels_band(even.hounsfield, table, LOWEST_HU, levels, first, end), len(levels))
    x, y, z = (float(value) for value in even.origin_mm)
    spacing = (even.column_spacing_mm, even.row_spacing_mm, even.slice_step_mm)
    return AttenuationVolume(ct.frame, levels, curve.unit_per_mm, (x, y, z), spacing, warnings)
