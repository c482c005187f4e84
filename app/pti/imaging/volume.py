"""The planning CT as one volume at its true slice positions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.frames import Frame
from pti.geometry.rigid import FloatArray

#: Slice steps that differ by no more count as even (mm).
EVEN_SPACING_TOLERANCE_MM = 1e-3
#: Larger volumes are not taken: a CT of 1000 slices of 512 x 512 has half of it.
LARGEST_VOLUME_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, eq=False)
class CtVolume:
    """Hounsfield units on axial slices; x to the left, y posterior, slices from inferior to superior.

    Parameters
    ----------
    frame : the patient frame
    hounsfield : (slice, row, column), int16, read-only
    first_voxel_mm : (x, y) of the centre of voxel (row 0, column 0)
    row_spacing_mm, column_spacing_mm : steps along +y and +x
    slice_positions_mm : (slices,), z of each slice, strictly ascending; the steps may differ
    """

    frame: Frame
    hounsfield: NDArray[np.int16]
    first_voxel_mm: tuple[float, float]
    row_spacing_mm: float
    column_spacing_mm: float
    slice_positions_mm: FloatArray

    def __post_init__(self) -> None:
        z = np.array(self.slice_positions_mm, dtype=np.float64)
        if self.hounsfield.ndim != 3 or self.hounsfield.dtype != np.int16 or z.shape != (self.hounsfield.shape[0],):
            raise ValueError("the volume needs int16 values (slice, row, column) and one position a slice")
        if len(z) < 2 or not np.isfinite(z).all() or np.any(np.diff(z) <= 0):
            raise ValueError("slice positions must be finite, ascending and at least two")
        if not (0 < self.row_spacing_mm < np.inf and 0 < self.column_spacing_mm < np.inf):
            raise ValueError("pixel spacing must be positive and finite")
        if not np.isfinite(self.first_voxel_mm).all():
            raise ValueError("the first voxel's position is not finite")
        self.hounsfield.flags.writeable = False
        z.flags.writeable = False
        object.__setattr__(self, "slice_positions_mm", z)

    @property
    def slice_step_mm(self) -> float:
        """Mean step between slices."""
        z = self.slice_positions_mm
        return float((z[-1] - z[0]) / (len(z) - 1))

    @property
    def evenly_spaced(self) -> bool:
        """Whether all slice steps are the same within 1e-3 mm."""
        steps = np.diff(self.slice_positions_mm)
        return bool(steps.max() - steps.min() <= EVEN_SPACING_TOLERANCE_MM)

    @property
    def origin_mm(self) -> FloatArray:
        """(3,), the centre of voxel (0, 0, 0) as (x, y, z)."""
        return np.array([*self.first_voxel_mm, self.slice_positions_mm[0]])

    @property
    def centre_mm(self) -> FloatArray:
        """(3,), the middle of the volume as (x, y, z)."""
        _, rows, columns = self.hounsfield.shape
        x = self.first_voxel_mm[0] + (columns - 1) / 2 * self.column_spacing_mm
        y = self.first_voxel_mm[1] + (rows - 1) / 2 * self.row_spacing_mm
        return np.array([x, y, (self.slice_positions_mm[0] + self.slice_positions_mm[-1]) / 2])
