"""Compiled inner loops of imaging; nothing here knows of frames or files.

Index space: a point is (slice, row, column) in voxels, (0, 0, 0) the centre of the first voxel. All kernels work on a
band of rows or slices, so that threads can share an image, and release the GIL.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@njit(nogil=True, cache=True)
def levels_band(hounsfield: Any, table: Any, lowest: int, out: Any, first: int, end: int) -> None:
    """Look up ``table[hounsfield - lowest]`` for slices `first` to `end`; values outside the table take its ends."""
    last = table.shape[0] - 1
    for k in range(first, end):
        for j in range(hounsfield.shape[1]):
            for i in range(hounsfield.shape[2]):
                out[k, j, i] = table[min(max(np.int32(hounsfield[k, j, i]) - lowest, 0), last)]


@njit(nogil=True, cache=True)
def blend_slices_band(hounsfield: Any, lower: Any, share: Any, out: Any, first: int, end: int) -> None:
    """Slice k of `out` lies `share[k]` of the way from slice `lower[k]` to the next."""
    for k in range(first, end):
        for j in range(out.shape[1]):
            for i in range(out.shape[2]):
                a = np.float32(hounsfield[lower[k], j, i])
                b = np.float32(hounsfield[lower[k] + 1, j, i])
                out[k, j, i] = np.int16(np.rint(a + share[k] * (b - a)))


@njit(nogil=True, cache=True)
def reduce_band(levels: Any, factors: Any, out: Any, first: int, end: int) -> None:
    """Block means of `levels` for slices `first` to `end` of `out`; blocks are filled up with zero."""
    fk, fj, fi = factors[0], factors[1], factors[2]
    share = 1.0 / (fk * fj * fi)
    whole = levels.shape[2] // fi
    line = np.empty(out.shape[2], np.int64)
    for k in range(first, end):
        for j in range(out.shape[1]):
            line[:] = 0
            for kk in range(k * fk, min((k + 1) * fk, levels.shape[0])):
                for jj in range(j * fj, min((j + 1) * fj, levels.shape[1])):
                    for i in range(whole):
                        part = 0
                        for ii in range(i * fi, (i + 1) * fi):
                            part += levels[kk, jj, ii]
                        line[i] += part
                    for ii in range(whole * fi, levels.shape[2]):
                        line[whole] += levels[kk, jj, ii]
            for i in range(out.shape[2]):
                out[k, j, i] = np.uint16(line[i] * share + 0.5)


@njit(nogil=True, cache=True)
def clip_axis(start: float, direction: float, low: float, high: float, enter: float, leave: float) -> Any:
    """Cut the stretch [enter, leave] of ``start + t direction`` to low <= coordinate <= high; empty if enter > leave."""
    if direction == 0.0:
        if start < low or start > high:
            return 1.0, 0.0
        return enter, leave
    a = (low - start) / direction
    b = (high - start) / direction
    return max(enter, min(a, b)), min(leave, max(a, b))


@njit(nogil=True, cache=True)
def planes_of_ray(source: Any, d: Any, enter: float, leave: float) -> Any:
    """Which axis a ray crosses fastest, and from where to where.

    Parameters
    ----------
    source, d : three numbers each, index space: a point and the way on from it
    enter, leave : the stretch ``source + t d``

    Returns
    -------
    the axis, the other two in memory order, and the least and greatest coordinate along the axis
    """
    if abs(d[0]) >= abs(d[1]) and abs(d[0]) >= abs(d[2]):
        k, u, v = 0, 1, 2
    elif abs(d[1]) >= abs(d[2]):
        k, u, v = 1, 0, 2
    else:
        k, u, v = 2, 0, 1
    a = source[k] + enter * d[k]
    b = source[k] + leave * d[k]
    return k, u, v, min(a, b), max(a, b)


@njit(nogil=True, cache=True, fastmath=True)
def plane_sum(voxels: Any, at_u: Any, at_v: Any, slope_u: Any, slope_v: Any, planes: int, strides: Any, tops: Any) -> Any:
    """Sum bilinear samples on so many planes; the compiler makes wide instructions of it as long as all is 32 bits.

    Parameters
    ----------
    voxels : in one dimension, from the first plane on
    at_u, at_v, slope_u, slope_v : float32, place on the first plane, and what it changes by from plane to plane
    strides : of the planes' axis, u and v, in voxels
    tops : last voxel but one along u and v; rounding may put a sample of the last one a little beyond
    """
    k, u, v = np.int32(strides[0]), np.int32(strides[1]), np.int32(strides[2])
    top_u, top_v = np.int32(tops[0]), np.int32(tops[1])
    total = np.float32(0.0)
    for i in range(np.int32(planes)):
        x = at_u + np.float32(i) * slope_u
        y = at_v + np.float32(i) * slope_v
        iu = min(np.int32(x), top_u)
        iv = min(np.int32(y), top_v)
        fu = x - np.float32(iu)
        fv = y - np.float32(iv)
        at = np.uint32(np.int32(i) * k + iu * u + iv * v)
        v00 = np.float32(voxels[at])
        v01 = np.float32(voxels[at + np.uint32(v)])
        v10 = np.float32(voxels[at + np.uint32(u)])
        v11 = np.float32(voxels[at + np.uint32(u + v)])
        lower = v00 + fv * (v01 - v00)
        upper = v10 + fv * (v11 - v10)
        total += lower + fu * (upper - lower)
    return total


@njit(nogil=True, cache=True, fastmath=True)
def ray_sums_band(levels: Any, box: Any, ray: Any, spacing: Any, out: Any, first: int, end: int) -> None:
    """Sum `levels` along rays by planes of the axis that each ray crosses fastest (Joseph 1982), times mm.

    Parameters
    ----------
    levels : (slice, row, column), uint16, fewer than 2**31
    box : (2, 3), least and greatest coordinates that are looked at, within the outermost voxel centres
    ray : (4, 3) index space: source, first pixel, step from row to row, from column to column
    spacing : (3,) mm, times what one level is worth
    out : (rows, columns)
    """
    voxels = levels.reshape(-1)
    stride = (levels.shape[1] * levels.shape[2], levels.shape[2], 1)
    source = (ray[0, 0], ray[0, 1], ray[0, 2])
    for r in range(first, end):
        for c in range(out.shape[1]):
            out[r, c] = 0.0
            d = (
                ray[1, 0] + r * ray[2, 0] + c * ray[3, 0] - source[0],
                ray[1, 1] + r * ray[2, 1] + c * ray[3, 1] - source[1],
                ray[1, 2] + r * ray[2, 2] + c * ray[3, 2] - source[2],
            )
            enter, leave = 0.0, 1.0
            for axis in range(3):
                enter, leave = clip_axis(source[axis], d[axis], box[0, axis], box[1, axis], enter, leave)
            if enter >= leave:
                continue
            k, u, v, low, high = planes_of_ray(source, d, enter, leave)
            plane, last = int(np.ceil(low)), int(np.floor(high))
            if plane > last:
                continue
            strides, tops = (stride[k], stride[u], stride[v]), (levels.shape[u] - 2, levels.shape[v] - 2)
            slope_u, slope_v = np.float32(d[u] / d[k]), np.float32(d[v] / d[k])
            at_u = np.float32(source[u] + (plane - source[k]) * (d[u] / d[k]))
            at_v = np.float32(source[v] + (plane - source[k]) * (d[v] / d[k]))
            total = plane_sum(voxels[plane * stride[k] :], at_u, at_v, slope_u, slope_v, last - plane + 1, strides, tops)
            # Trapezoid rule; the first and the last plane answer for what the ray has beyond them, too.
            total += (plane - low - 0.5) * plane_sum(
                voxels[plane * stride[k] :], at_u, at_v, slope_u, slope_v, 1, strides, tops
            )
            at_u = np.float32(source[u] + (last - source[k]) * (d[u] / d[k]))
            at_v = np.float32(source[v] + (last - source[k]) * (d[v] / d[k]))
            total += (high - last - 0.5) * plane_sum(voxels[last * stride[k] :], at_u, at_v, slope_u, slope_v, 1, strides, tops)
            length = np.sqrt((d[0] * spacing[0]) ** 2 + (d[1] * spacing[1]) ** 2 + (d[2] * spacing[2]) ** 2)
            out[r, c] = total * length / abs(d[k])
