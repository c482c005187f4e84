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


@njit(nogil=True, cache=True, inline="always")
def clip_axis(start: float, direction: float, low: float, high: float, enter: float, leave: float) -> Any:
    """Cut the stretch [enter, leave] of ``start + t direction`` to low <= coordinate <= high; empty if enter > leave."""
    if direction == 0.0:
        if start < low or start > high:
            return 1.0, 0.0
        return enter, leave
    a = (low - start) / direction
    b = (high - start) / direction
    return max(enter, min(a, b)), min(leave, max(a, b))


@njit(nogil=True, cache=True, fastmath=True)
def ray_sums_band(levels: Any, box: Any, ray: Any, spacing: Any, out: Any, first: int, end: int) -> None:
    """Sum `levels` along rays by planes of the axis that each ray crosses fastest (Joseph 1982), times mm.

    Parameters
    ----------
    levels : (slice, row, column), uint16
    box : (2, 3), the first and last index on each axis between which there is anything
    ray : (4, 3) index space: source, first pixel, step from row to row, from column to column
    spacing : (3,) mm, times what one level is worth
    out : (rows, columns)
    """
    shape = levels.shape
    values = levels.reshape(-1)
    stride = (shape[1] * shape[2], shape[2], 1)
    source, pixel, row_step, column_step = ray[0], ray[1], ray[2], ray[3]
    for r in range(first, end):
        for c in range(out.shape[1]):
            d0 = pixel[0] + r * row_step[0] + c * column_step[0] - source[0]
            d1 = pixel[1] + r * row_step[1] + c * column_step[1] - source[1]
            d2 = pixel[2] + r * row_step[2] + c * column_step[2] - source[2]
            enter, leave = 0.0, 1.0
            enter, leave = clip_axis(source[0], d0, box[0, 0], box[1, 0], enter, leave)
            enter, leave = clip_axis(source[1], d1, box[0, 1], box[1, 1], enter, leave)
            enter, leave = clip_axis(source[2], d2, box[0, 2], box[1, 2], enter, leave)
            out[r, c] = 0.0
            if enter >= leave:
                continue
            if abs(d0) >= abs(d1) and abs(d0) >= abs(d2):
                k, u, v = 0, 1, 2
                dk, du, dv = d0, d1, d2
            elif abs(d1) >= abs(d2):
                k, u, v = 1, 0, 2
                dk, du, dv = d1, d0, d2
            else:
                k, u, v = 2, 0, 1
                dk, du, dv = d2, d0, d1
            a = source[k] + enter * dk
            b = source[k] + leave * dk
            low, high = min(a, b), max(a, b)
            plane, last = int(np.ceil(low)), int(np.floor(high))
            if plane > last:
                continue
            length = np.sqrt((d0 * spacing[0]) ** 2 + (d1 * spacing[1]) ** 2 + (d2 * spacing[2]) ** 2) / abs(dk)
            slope_u, slope_v = np.float32(du / dk), np.float32(dv / dk)
            at_u = np.float32(source[u] + (plane - source[k]) * (du / dk))
            at_v = np.float32(source[v] + (plane - source[k]) * (dv / dk))
            sk, su, sv = stride[k], stride[u], stride[v]
            base = plane * sk
            top_u, top_v = shape[u] - 2, shape[v] - 2
            # Weights of the trapezoid rule; the first and the last plane answer for the rest of the ray too.
            first_weight = np.float32(0.5 + plane - low)
            last_weight = np.float32(0.5 + high - last)
            total = np.float32(0.0)
            value = np.float32(0.0)
            for i in range(last - plane + 1):
                x = at_u + i * slope_u
                y = at_v + i * slope_v
                iu = min(max(int(x), 0), top_u)
                iv = min(max(int(y), 0), top_v)
                fu = x - np.float32(iu)
                fv = y - np.float32(iv)
                at = base + i * sk + iu * su + iv * sv
                v00 = np.float32(values[at])
                v01 = np.float32(values[at + sv])
                v10 = np.float32(values[at + su])
                v11 = np.float32(values[at + su + sv])
                lower = v00 + fv * (v01 - v00)
                upper = v10 + fv * (v11 - v10)
                value = lower + fu * (upper - lower)
                total += value
                if i == 0:
                    total *= first_weight
            out[r, c] = (total + (last_weight - np.float32(1.0)) * value) * length
