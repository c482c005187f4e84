"""Compiled inner loops of the X-ray model.

Index space: a point is (x, y, z) in voxels, (0, 0, 0) the centre of the first voxel. The kernels work on a band of rows,
so that threads can share an image, and release the GIL.
"""

from typing import Any

import numpy as np
from numba import njit

_F = np.float32


@njit(nogil=True, cache=True, inline="always")
def _clip(start: float, direction: float, low: float, high: float, enter: float, leave: float) -> Any:
    """Cut the stretch [enter, leave] of ``start + t direction`` to low <= coordinate <= high; empty if enter >= leave."""
    if direction == 0.0:
        return (enter, leave) if low <= start <= high else (1.0, 0.0)
    a = (low - start) / direction
    b = (high - start) / direction
    return max(enter, min(a, b)), min(leave, max(a, b))


@njit(nogil=True, cache=True, inline="always", fastmath=True)
def _add(lower: Any, upper: Any, z_share: Any, weight: Any, knees: Any, metal_hu: Any, sums: Any) -> Any:
    """Add a chord of `weight` through the voxels `lower` and `upper` of two neighbouring slices."""
    of_upper = z_share * weight
    of_lower = weight - of_upper
    above_0, above_1, above_2, metal = sums
    if max(lower, upper) > knees[1]:  # few voxels are bone, fewer are metal
        if lower >= metal_hu:
            metal += of_lower
            of_lower = _F(0.0)
        if upper >= metal_hu:
            metal += of_upper
            of_upper = _F(0.0)
        above_1 += of_lower * max(lower - knees[1], _F(0.0)) + of_upper * max(upper - knees[1], _F(0.0))
        above_2 += of_lower * max(lower - knees[2], _F(0.0)) + of_upper * max(upper - knees[2], _F(0.0))
    above_0 += of_lower * max(lower - knees[0], _F(0.0)) + of_upper * max(upper - knees[0], _F(0.0))
    return above_0, above_1, above_2, metal


@njit(nogil=True, cache=True, fastmath=True)
def excess_sums_band(hounsfield: Any, shape: Any, grid: Any, rays: Any, limits: Any, out: Any, first: int, end: int) -> None:
    """Integrate what the CT numbers exceed the knees of the density model by, for the rays to rows `first` to `end`.

    In the slices the voxels are boxes and each chord through them is exact (R. L. Siddon, Med. Phys. 12 (1985) 252),
    walked layer by layer along the axis that the ray crosses faster. Between slices the excesses are interpolated at the
    chord's middle, so that thick slices do not show as steps.

    Parameters
    ----------
    hounsfield : int16, all voxels in one dimension, x running fastest
    shape : (x, y, z) numbers of voxels
    grid : (3, 3), borders between which there is anything but air, and the voxel's size in mm
    rays : (4, 3), source, first pixel, step to the next row, step to the next column
    limits : (4,), float32: three knees, and the least CT number that marks metal
    out : (4, rows, columns), float32: HU times cm above each knee, cm of metal
    """
    stride = (1, shape[0], shape[0] * shape[1])
    top_slice = shape[2] - 2
    knees = (limits[0], limits[1], limits[2])
    metal_hu = limits[3]
    for r in range(first, end):
        for c in range(out.shape[2]):
            dx = rays[1, 0] + r * rays[2, 0] + c * rays[3, 0] - rays[0, 0]
            dy = rays[1, 1] + r * rays[2, 1] + c * rays[3, 1] - rays[0, 1]
            dz = rays[1, 2] + r * rays[2, 2] + c * rays[3, 2] - rays[0, 2]
            enter, leave = 0.0, 1.0
            enter, leave = _clip(rays[0, 0], dx, grid[0, 0], grid[1, 0], enter, leave)
            enter, leave = _clip(rays[0, 1], dy, grid[0, 1], grid[1, 1], enter, leave)
            enter, leave = _clip(rays[0, 2], dz, grid[0, 2], grid[1, 2], enter, leave)
            sums = (_F(0.0), _F(0.0), _F(0.0), _F(0.0))
            chord_cm = 0.0
            if enter < leave:
                along, across, d_along, d_across = 1, 0, dy, dx
                if abs(dx) > abs(dy):
                    along, across, d_along, d_across = 0, 1, dx, dy
                near = rays[0, along] + min(enter * d_along, leave * d_along)
                far = rays[0, along] + max(enter * d_along, leave * d_along)
                layer = max(int(near + 0.5), int(grid[0, along] + 0.5))
                last_layer = min(int(far + 0.5), int(grid[1, along] - 0.5))
                # A ray nearly across the slices passes several in one layer.
                pieces = 1 + int(abs(dz / d_along))
                start = layer - 0.5 - rays[0, along]
                x_first = _F(rays[0, across] + start * d_across / d_along + 0.5)
                x_step = _F(d_across / d_along / pieces)
                z_first = _F(rays[0, 2] + (start + 0.5 / pieces) * dz / d_along)
                z_step = _F(dz / d_along / pieces)
                last_x = shape[across] - 1
                base, layer_stride, x_stride = layer * stride[along], stride[along], stride[across]
                for s in range((last_layer - layer + 1) * pieces):
                    x = x_first + s * x_step
                    z = z_first + s * z_step
                    i = min(max(int(x), 0), last_x)
                    i_next = min(max(int(x + x_step), 0), last_x)
                    k = min(max(int(z), 0), top_slice)
                    z_share = min(max(z - _F(k), _F(0.0)), _F(1.0))
                    at = base + (s if pieces == 1 else s // pieces) * layer_stride + k * stride[2] + i * x_stride
                    weight = _F(1.0)
                    if i != i_next:
                        weight = (_F(max(i, i_next)) - x) / x_step
                        beside = at + (i_next - i) * x_stride
                        lower, upper = _F(hounsfield[beside]), _F(hounsfield[beside + stride[2]])
                        sums = _add(lower, upper, z_share, _F(1.0) - weight, knees, metal_hu, sums)
                    lower, upper = _F(hounsfield[at]), _F(hounsfield[at + stride[2]])
                    sums = _add(lower, upper, z_share, weight, knees, metal_hu, sums)
                length_mm = ((dx * grid[2, 0]) ** 2 + (dy * grid[2, 1]) ** 2 + (dz * grid[2, 2]) ** 2) ** 0.5
                chord_cm = length_mm / (10.0 * abs(d_along) * pieces)
            out[0, r, c] = sums[0] * chord_cm
            out[1, r, c] = sums[1] * chord_cm
            out[2, r, c] = sums[2] * chord_cm
            out[3, r, c] = sums[3] * chord_cm


@njit(nogil=True, cache=True, fastmath=True)
def open_beam_share_band(sums: Any, attenuation: Any, weights: Any, out: Any, first: int, end: int) -> None:
    """Signal behind the patient as a share of the open beam's, for rows `first` to `end`.

    Parameters
    ----------
    sums : (terms, rows, columns)
    attenuation : (bins, terms), per unit of each term
    weights : (bins,)
    out : (rows, columns), float32
    """
    for r in range(first, end):
        for c in range(out.shape[1]):
            signal = _F(0.0)
            for b in range(weights.shape[0]):
                depth = _F(0.0)
                for m in range(sums.shape[0]):
                    depth += attenuation[b, m] * sums[m, r, c]
                signal += weights[b] * np.exp(-depth)
            out[r, c] = signal
