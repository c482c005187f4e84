"""The three slices of a CT through one point."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from pti.imaging.display.sampling import Grey, Positions, windowed_samples
from pti.imaging.display.window import Window
from pti.imaging.volume import CtVolume

Point = tuple[float, float, float]


class SlicePlane(Enum):
    """A plane of the patient; seen as radiology does: axial from the feet, coronal from the front, sagittal from the left."""

    AXIAL = "Axial"
    CORONAL = "Coronal"
    SAGITTAL = "Sagittal"

    @property
    def right_axis(self) -> int:
        """Which of (x, y, z) runs to the right on the screen."""
        return 1 if self is SlicePlane.SAGITTAL else 0

    @property
    def down_axis(self) -> int:
        """Which of (x, y, z) runs along the screen's vertical."""
        return 1 if self is SlicePlane.AXIAL else 2

    @property
    def through_axis(self) -> int:
        """Which of (x, y, z) is the same all over the slice."""
        return 3 - self.right_axis - self.down_axis

    @property
    def down_sign(self) -> int:
        """+1 if the vertical axis grows downwards on the screen, -1 if upwards (superior is up)."""
        return 1 if self is SlicePlane.AXIAL else -1

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """Patient directions at the left, right, top and bottom edge."""
        match self:
            case SlicePlane.AXIAL:
                return ("R", "L", "A", "P")
            case SlicePlane.CORONAL:
                return ("R", "L", "H", "F")
            case SlicePlane.SAGITTAL:
                return ("A", "P", "H", "F")

    def to_plane(self, point_mm: Point) -> tuple[float, float]:
        """(right, down) in mm of the screen's axes."""
        return point_mm[self.right_axis], point_mm[self.down_axis] * self.down_sign

    def to_patient(self, right_mm: float, down_mm: float, through_mm: float) -> Point:
        """The patient's point at a place of the slice."""
        point = [0.0, 0.0, 0.0]
        point[self.right_axis] = right_mm
        point[self.down_axis] = down_mm * self.down_sign
        point[self.through_axis] = through_mm
        return (point[0], point[1], point[2])


@dataclass(frozen=True, slots=True)
class Extent:
    """What a volume covers on one axis, mm, outer edges of the outermost voxels."""

    low_mm: float
    high_mm: float


def extent(ct: CtVolume, axis: int) -> Extent:
    """Outer edges of the volume along x (0), y (1) or z (2)."""
    _, rows, columns = ct.hounsfield.shape
    if axis == 2:
        z, half = ct.slice_positions_mm, ct.slice_step_mm / 2
        return Extent(float(z[0]) - half, float(z[-1]) + half)
    count, step = (columns, ct.column_spacing_mm) if axis == 0 else (rows, ct.row_spacing_mm)
    first = ct.first_voxel_mm[axis] - step / 2
    return Extent(first, first + count * step)


def index_of(ct: CtVolume, axis: int, position_mm: float) -> int:
    """The voxel next to a position on one axis, within the volume."""
    count = ct.hounsfield.shape[2 - axis]
    at = float(_indices(ct, axis, np.array([position_mm]))[0])
    return int(min(max(round(at), 0), count - 1))


def position_of(ct: CtVolume, axis: int, index: int) -> float:
    """Where the centres of voxels with this index lie on one axis, mm."""
    if axis == 2:
        return float(ct.slice_positions_mm[index])
    step = ct.column_spacing_mm if axis == 0 else ct.row_spacing_mm
    return ct.first_voxel_mm[axis] + index * step


def slice_samples(
    ct: CtVolume, plane: SlicePlane, through_mm: float, right_mm: Positions, down_mm: Positions, window: Window
) -> Grey:
    """One slice as grey levels at screen positions; slices stand where they truly are, evenly spaced or not.

    Parameters
    ----------
    through_mm : where the slice lies; the nearest voxels are shown
    right_mm, down_mm : positions of the result's columns and rows on the screen's axes

    Returns
    -------
    (len(down_mm), len(right_mm)), 1 to 255; 0 outside the volume
    """
    k = index_of(ct, plane.through_axis, through_mm)
    image = np.take(ct.hounsfield, k, axis=2 - plane.through_axis)
    rows, columns = voxel_positions(ct, plane, right_mm, down_mm)
    return windowed_samples(image, rows, columns, window)


def voxel_positions(ct: CtVolume, plane: SlicePlane, right_mm: Positions, down_mm: Positions) -> tuple[Positions, Positions]:
    """Rows and columns, with fractions, of the plane's voxels at screen positions; they may lie outside."""
    rows = _indices(ct, plane.down_axis, np.asarray(down_mm, dtype=np.float64) * plane.down_sign)
    return rows, _indices(ct, plane.right_axis, np.asarray(right_mm, dtype=np.float64))


def _indices(ct: CtVolume, axis: int, positions_mm: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Positions:
    """Voxel indices, with fractions, of positions on one axis; z by the slices' true positions."""
    if axis < 2:
        step = ct.column_spacing_mm if axis == 0 else ct.row_spacing_mm
        return np.asarray((positions_mm - ct.first_voxel_mm[axis]) / step, dtype=np.float32)
    z, step = ct.slice_positions_mm, ct.slice_step_mm
    at = np.interp(positions_mm, z, np.arange(len(z)))
    at += np.minimum(positions_mm - z[0], 0.0) / step + np.maximum(positions_mm - z[-1], 0.0) / step
    return np.asarray(at, dtype=np.float32)
