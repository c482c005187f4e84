"""Voxel grids, and the distance fields of solids on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.imaging.parallel import for_bands
from pti.simulator.phantom._kernels import FAR, INTERSECT, combine_band, roughen_band
from pti.simulator.phantom.shapes import Parts, Solid

#: Depth below a surface, and distance above it, up to which a field is exact enough.
REACH_MM = 5.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Voxels on axes parallel to the patient's.

    Parameters
    ----------
    shape : slices, rows, columns
    origin_mm, step_mm : x, y, z of the first voxel's centre and of the steps
    """

    shape: tuple[int, int, int]
    origin_mm: tuple[float, float, float]
    step_mm: tuple[float, float, float]

    def positions_mm(self, axis: int) -> FloatArray:
        """Centres along x (0), y (1) or z (2)."""
        return self.origin_mm[axis] + self.step_mm[axis] * np.arange(self.shape[2 - axis], dtype=np.float64)

    def part(self, first: tuple[int, int, int], shape: tuple[int, int, int]) -> "Grid":
        """The grid of the voxels from (slice, row, column) `first`."""
        k, j, i = first
        x, y, z = self.origin_mm
        dx, dy, dz = self.step_mm
        return Grid(shape, (x + i * dx, y + j * dy, z + k * dz), self.step_mm)

    def cut(self, bounds_mm: FloatArray, margin_mm: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First and end (slice, row, column) of the voxels within (2, 3) x, y, z bounds and a margin."""
        low = (bounds_mm[0] - margin_mm - self.origin_mm) / self.step_mm
        high = (bounds_mm[1] + margin_mm - self.origin_mm) / self.step_mm
        shape_xyz = np.array(self.shape[::-1])
        first = np.clip(np.ceil(low), 0, shape_xyz).astype(np.int64)
        end = np.clip(np.floor(high) + 1, first, shape_xyz).astype(np.int64)
        return first[::-1], end[::-1]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Signed distance to a solid in mm, negative inside, on part of a volume's voxels.

    Parameters
    ----------
    distance_mm : (slice, row, column), float32
    corner : (slice, row, column) of its first voxel in the volume
    grid : of its own voxels
    """

    distance_mm: NDArray[np.float32]
    corner: tuple[int, int, int]
    grid: Grid


def field_of(solid: Solid, grid: Grid) -> Field:
    """The distance field of a solid, on the voxels in its reach."""
    first, end = grid.cut(solid.bounds_mm(), REACH_MM)
    corner = (int(first[0]), int(first[1]), int(first[2]))
    slices, rows, columns = (int(n) for n in end - first)
    own = grid.part(corner, (slices, rows, columns))
    distance = _combined(solid.parts, own)
    if solid.cut:
        np.maximum(distance, -_combined(solid.cut, own), out=distance)
    if solid.inside:
        np.maximum(distance, _combined(solid.inside, own), out=distance)
    if solid.roughness_mm and distance.size:
        origin, step = np.array(own.origin_mm), np.array(own.step_mm)
        height, scale, seed = solid.roughness_mm, solid.roughness_scale_mm, solid.seed
        for_bands(lambda a, b: roughen_band(distance, origin, step, height, scale, seed, a, b), slices)
    return Field(distance, corner, own)


def _combined(parts: Parts, grid: Grid) -> NDArray[np.float32]:
    """Distance to the parts on every voxel of `grid`; `FAR` where nothing is within reach."""
    distance = np.full(grid.shape, FAR, dtype=np.float32)
    rows = np.array([part.row() for part in parts])
    # A blend takes what was there before into account as far as it reaches; hence the larger blends come first.
    ranges = np.array([_range(p.bounds_mm(), grid, REACH_MM + p.blend_mm, p.operation == INTERSECT) for p in parts])
    origin, step = np.array(grid.origin_mm), np.array(grid.step_mm)
    if distance.size:
        for_bands(lambda a, b: combine_band(distance, origin, step, rows, ranges, a, b), grid.shape[0])
    return distance


def _range(bounds_mm: FloatArray, grid: Grid, margin_mm: float, everywhere: bool) -> tuple[int, ...]:
    """First and end on each axis, as the kernel reads them."""
    if everywhere or not np.isfinite(bounds_mm).all():
        return (0, grid.shape[0], 0, grid.shape[1], 0, grid.shape[2])
    first, end = grid.cut(bounds_mm, margin_mm)
    return tuple(int(n) for pair in zip(first, end, strict=True) for n in pair)
