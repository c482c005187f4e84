"""A structure's voxels on the grid of a CT, packed into bits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.imaging.masks._kernels import fill_planes
from pti.imaging.masks.planes import (
    Indices,
    contours_by_plane,
    planes_of_slices,
    slice_edges_mm,
    slice_thicknesses_mm,
    without_repeats,
)
from pti.imaging.volume import CtVolume

#: A polygon has at least so many corners.
_FEWEST_POINTS = 3
#: A point this far beyond the CT's edge is on it, with rounded decimals.
_ROUNDING_MM = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One plane of a mask: `cells` (rows, columns), 1 inside, from `first_row` and `first_column` of the CT's plane on."""

    first_row: int
    first_column: int
    cells: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class StructureMask:
    """Voxels of a CT whose centres lie inside a structure; never empty.

    Parameters
    ----------
    first : (slice, row, column) of the box's first voxel in the CT
    columns : of the box
    packed : (slices, rows, bytes) of the box, uint8, read-only; eight columns to a byte, the first in the lowest bit
    volume_cm3 : voxels inside, each as large as its pixel and as thick as its slice
    """

    first: tuple[int, int, int]
    columns: int
    packed: NDArray[np.uint8]
    volume_cm3: float

    def __post_init__(self) -> None:
        if self.packed.ndim != 3 or self.packed.dtype != np.uint8 or self.packed.shape[2] != -(-self.columns // 8):
            raise ValueError("a mask is (slices, rows, bytes) of uint8, and has a byte for each eight columns")
        self.packed.flags.writeable = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices, rows, columns) of the box."""
        return self.packed.shape[0], self.packed.shape[1], self.columns

    def voxels(self) -> NDArray[np.uint8]:
        """(slices, rows, columns) of the box: 1 inside, 0 outside."""
        return np.unpackbits(self.packed, axis=2, count=self.columns, bitorder="little")

    def section(self, axis: int, index: int) -> Section | None:
        """One plane of the mask.

        Parameters
        ----------
        axis : 0 for a slice, 1 for a row of all slices, 2 for a column of all slices
        index : of the CT's slice, row or column

        Returns
        -------
        rows and columns are those of the two other axes, in this order; None if the plane misses the box
        """
        at = index - self.first[axis]
        if not 0 <= at < self.shape[axis]:
            return None
        if axis == 2:
            cells = np.asarray(self.packed[:, :, at // 8] >> (at % 8) & 1, dtype=np.uint8)
        else:
            cells = np.unpackbits(self.packed.take(at, axis=axis), axis=1, count=self.columns, bitorder="little")
        rows, columns = (first for a, first in enumerate(self.first) if a != axis)
        return Section(rows, columns, cells)


@dataclass(frozen=True, slots=True, eq=False)
class MadeMask:
    """A mask and what was odd about its contours.

    Parameters
    ----------
    mask : None if no voxel centre lies inside
    overlapping_mm : z of planes with contours that overlap in part, which even-odd makes holes of
    repeated_mm : z of planes where one contour stands twice; it counts once
    leaves_ct : part of it lies outside the CT and is not in the mask
    """

    mask: StructureMask | None
    overlapping_mm: tuple[float, ...] = ()
    repeated_mm: tuple[float, ...] = ()
    leaves_ct: bool = False


def make_mask(contours_mm: Sequence[FloatArray], ct: CtVolume) -> MadeMask:
    """Which voxels of a CT lie inside a structure.

    All contours of a plane are combined by the even-odd rule: one inside another is a hole, and so is what a keyhole contour
    goes round. Slices stand where they truly are; :func:`planes_of_slices` says which plane a slice belongs to.

    Parameters
    ----------
    contours_mm : each (points, 3), patient frame, in a plane of equal z, closed; with fewer than three points: no area
    ct : the grid

    Returns
    -------
    what lies outside the CT is left out
    """
    drawn = [points for points in contours_mm if len(points) >= _FEWEST_POINTS]
    if not drawn:
        return MadeMask(None)
    leaves_ct = _leaves(drawn, ct)
    planes_mm, of_plane = contours_by_plane(drawn)
    single = [without_repeats(contours) for contours in of_plane]
    repeated = [z for z, all_of, kept in zip(planes_mm.tolist(), of_plane, single, strict=True) if len(kept) < len(all_of)]
    owner = planes_of_slices(planes_mm, ct.slice_positions_mm)
    slices = np.flatnonzero(owner >= 0)
    used, row_of_slice = np.unique(owner[slices], return_inverse=True)
    filled = _fill([single[plane] for plane in used.tolist()], ct) if len(used) else None
    if filled is None:
        return MadeMask(None, (), tuple(repeated), leaves_ct)
    packed, overlapping, first, columns = filled
    box = np.zeros((int(slices[-1] - slices[0]) + 1, *packed.shape[1:]), dtype=np.uint8)
    box[slices - slices[0]] = packed[row_of_slice]
    mask = _cropped((int(slices[0]), first[0], first[1]), columns, box, ct)
    return MadeMask(mask, tuple(planes_mm[used[overlapping]].tolist()), tuple(repeated), leaves_ct)


def outer_edges_mm(ct: CtVolume) -> tuple[FloatArray, FloatArray]:
    """Least and greatest (x, y, z) of the outer edges of the outermost voxels."""
    pitch_mm = np.array([ct.column_spacing_mm, ct.row_spacing_mm])
    first_mm = ct.first_voxel_mm - pitch_mm / 2
    last_mm = first_mm + pitch_mm * ct.hounsfield.shape[:0:-1]
    z_mm = slice_edges_mm(ct.slice_positions_mm)[[0, -1]]
    return np.array([*first_mm, z_mm[0]]), np.array([*last_mm, z_mm[1]])


def _leaves(contours_mm: list[FloatArray], ct: CtVolume) -> bool:
    """Whether a point lies beyond the outer edges of the outermost voxels."""
    points = np.concatenate(contours_mm)
    low, high = outer_edges_mm(ct)
    return bool((points.min(axis=0) < low - _ROUNDING_MM).any() or (points.max(axis=0) > high + _ROUNDING_MM).any())


def _fill(
    planes: Sequence[Sequence[FloatArray]], ct: CtVolume
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], tuple[int, int], int] | None:
    """Fill planes within the smallest box of rows and columns; None if it misses the CT.

    Returns
    -------
    (planes, rows, bytes) packed; (planes,) whether contours overlap; first row and column of the box; its columns
    """
    contours = [points for plane in planes for points in plane]
    points = np.concatenate(contours)[:, :2]
    points = (points - ct.first_voxel_mm) / (ct.column_spacing_mm, ct.row_spacing_mm)
    _, rows, columns = ct.hounsfield.shape
    left, top = np.maximum(np.ceil(points.min(axis=0)), 0).astype(int).tolist()
    right, bottom = np.minimum(np.floor(points.max(axis=0)), (columns - 1, rows - 1)).astype(int).tolist()
    if right < left or bottom < top:
        return None
    starts: Indices = np.cumsum([0, *(len(contour) for contour in contours)], dtype=np.int64)
    begins: Indices = np.cumsum([0, *(len(plane) for plane in planes)], dtype=np.int64)
    width = right - left + 1
    packed = np.empty((len(planes), bottom - top + 1, -(-width // 8)), dtype=np.uint8)
    overlapping = np.empty(len(planes), dtype=np.bool_)
    fill_planes(points, starts, begins, np.array([left, top]), width, packed, overlapping)
    return packed, overlapping, (top, left), width


def _cropped(first: tuple[int, int, int], columns: int, packed: NDArray[np.uint8], ct: CtVolume) -> StructureMask | None:
    counts = np.bitwise_count(packed).sum(axis=(1, 2), dtype=np.int64)
    slices = np.flatnonzero(counts)
    if len(slices) == 0:
        return None
    low, end = int(slices[0]), int(slices[-1]) + 1
    thick_mm = slice_thicknesses_mm(ct.slice_positions_mm)[first[0] + low : first[0] + end]
    volume_mm3 = float(counts[low:end] @ thick_mm) * ct.row_spacing_mm * ct.column_spacing_mm
    return StructureMask((first[0] + low, first[1], first[2]), columns, packed[low:end], volume_mm3 / 1000)
