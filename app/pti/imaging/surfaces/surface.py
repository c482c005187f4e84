"""The surface of a structure as a closed triangle mesh."""

import math
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.imaging.masks import StructureMask
from pti.imaging.masks.planes import slice_edges_mm, slice_thicknesses_mm
from pti.imaging.surfaces._kernels import (
    build_mesh,
    count_mesh,
    cut_mesh,
    longest_extent,
    smooth_mesh,
    sort_triangles,
    swell_mesh,
)
from pti.imaging.surfaces.cubes import EDGE_CORNERS, cube_table
from pti.imaging.volume import CtVolume

#: Rounds of smoothing; they take the stairs of voxels away.
_ROUNDS = 8
#: Rounds of giving the volume back that smoothing takes from what is only a few voxels across.
_SWELLING = 6
#: Of a step inwards and the step outwards after it; the pass band ends at 1 / 0.5 - 1 / 0.53 (Taubin 1995).
_SHARES = (0.5, -0.53)
#: Smoothing moves no vertex from its place between two voxel centres by more than this part of their distance.
_ROOM = 0.5
#: Bins are a little wider than the longest triangle, so that rounding never leaves one out.
_ROUNDING = 1.0001
_NO_SEGMENTS: FloatArray = np.empty((0, 4))


@dataclass(frozen=True, slots=True, eq=False)
class _Bins:
    """Triangles sorted by where they begin along one axis; each bin is as wide as the longest triangle."""

    low_mm: float
    width_mm: float
    starts: NDArray[np.int64]
    order: NDArray[np.int32]

    @classmethod
    def along(cls, axis: int, vertices_mm: NDArray[np.float32], triangles: NDArray[np.int32]) -> "_Bins":
        low_mm, high_mm = float(vertices_mm[:, axis].min()), float(vertices_mm[:, axis].max())
        width_mm = longest_extent(vertices_mm, triangles, axis) * _ROUNDING
        starts = np.empty(int((high_mm - low_mm) / width_mm) + 2, dtype=np.int64)
        order = np.empty(len(triangles), dtype=np.int32)
        sort_triangles(vertices_mm, triangles, axis, low_mm, width_mm, starts, order)
        order.flags.writeable = False
        return cls(low_mm, width_mm, starts, order)

    def reaching(self, position_mm: float) -> NDArray[np.int32]:
        """All triangles that a plane can cut, and some beside them: of the plane's bin and the one before."""
        last = len(self.starts) - 1
        at = math.floor((position_mm - self.low_mm) / self.width_mm)
        if not 0 <= at <= last:
            return self.order[:0]
        return self.order[self.starts[max(at - 1, 0)] : self.starts[min(at + 1, last)]]


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A closed triangle mesh, patient frame.

    Parameters
    ----------
    vertices_mm : (vertices, 3), x, y, z, float32, read-only
    triangles : (triangles, 3), int32, vertices counter-clockwise for who looks from outside, read-only
    """

    vertices_mm: NDArray[np.float32]
    triangles: NDArray[np.int32]
    _bins: tuple[_Bins, _Bins] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.vertices_mm.flags.writeable = self.triangles.flags.writeable = False
        x, y = (_Bins.along(axis, self.vertices_mm, self.triangles) for axis in (0, 1))
        object.__setattr__(self, "_bins", (x, y))

    def cut(self, axis: int, position_mm: float) -> FloatArray:
        """Where a sagittal or coronal plane cuts the surface.

        Parameters
        ----------
        axis : 0 or 1: x or y is `position_mm` all over the plane

        Returns
        -------
        (segments, 4): the other of x and y, and z, of both ends, mm; together the segments are closed lines
        """
        chosen = self._bins[axis].reaching(position_mm)
        if len(chosen) == 0:
            return _NO_SEGMENTS
        segments: FloatArray = cut_mesh(self.vertices_mm, self.triangles, chosen, axis, position_mm)
        return segments


def make_surface(mask: StructureMask, ct: CtVolume) -> Surface:
    """The surface round the voxels of a mask.

    Marching cubes half-way between voxel centres, then smoothed for the eye by at most half a voxel and brought back to the
    volume of the voxels, so that small structures do not fade. Holes, cavities and parts are those of the voxels; voxels that
    touch only along an edge or in a corner are apart. Every mask is taken at full resolution.

    Parameters
    ----------
    ct : the grid that the mask was made on
    """
    voxels = np.pad(mask.voxels(), 1)
    counts, edges, corners = _table()
    vertex_count, triangle_count = count_mesh(voxels, counts)
    vertices = np.empty((vertex_count, 3), dtype=np.float32)
    triangles = np.empty((triangle_count, 3), dtype=np.int32)
    places = _places(mask, ct)
    build_mesh(voxels, tuple(along.astype(np.float32) for along in places), counts, edges, corners, vertices, triangles)
    first = mask.first[0]
    thinnest_mm = slice_thicknesses_mm(ct.slice_positions_mm)[first : first + mask.shape[0]].min()
    room_mm = _ROOM * np.array([ct.column_spacing_mm, ct.row_spacing_mm, thinnest_mm])
    smooth_mesh(vertices, triangles, _ROUNDS, np.array(_SHARES), room_mm)
    swell_mesh(vertices, triangles, 1000 * mask.volume_cm3, float(room_mm.min()), _SWELLING)
    return Surface(vertices, triangles)


@cache
def _table() -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return (*cube_table(), np.array(EDGE_CORNERS, dtype=np.int64))


def _places(mask: StructureMask, ct: CtVolume) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centres of the padded box's columns, rows and slices and the borders between them, mm, from the first centre on."""
    first_slice, first_row, first_column = mask.first
    slices, rows, columns = mask.shape
    x = ct.first_voxel_mm[0] + ct.column_spacing_mm * (first_column - 1 + np.arange(2 * columns + 3) / 2)
    y = ct.first_voxel_mm[1] + ct.row_spacing_mm * (first_row - 1 + np.arange(2 * rows + 3) / 2)
    edges, centres = slice_edges_mm(ct.slice_positions_mm), ct.slice_positions_mm
    outer = np.concatenate([[2 * edges[0] - centres[0]], centres, [2 * edges[-1] - centres[-1]]])
    z = np.empty(2 * slices + 3)
    z[::2] = outer[first_slice : first_slice + slices + 2]
    z[1:-1:2] = edges[first_slice : first_slice + slices + 1]
    return x, y, z
