"""Compiled inner loops of the demo patient: distance fields, painting, noise.

A primitive is one row of numbers (:mod:`pti.simulator.phantom.shapes` writes it). A field holds signed distances in mm,
negative inside. All kernels work on a band of slices, so that threads can share a volume, and release the GIL.
"""

from typing import Any

import numpy as np
from numba import njit

ELLIPSOID, CONE, BOX, PLANE = 0, 1, 2, 3
UNION, SUBTRACT, INTERSECT = 0, 1, 2
#: Distance where nothing is near.
FAR = np.float32(1000.0)


@njit(nogil=True, cache=True)
def _ellipsoid(p: Any, x: float, y: float, z: float) -> Any:
    """First-order distance to a superellipsoid: (f - 1) / |grad f| with f the p-norm of the scaled point."""
    u = abs(p[6] * x + p[7] * y + p[8] * z) / p[15]
    v = abs(p[9] * x + p[10] * y + p[11] * z) / p[16]
    w = abs(p[12] * x + p[13] * y + p[14] * z) / p[17]
    smallest = min(p[15], p[16], p[17])
    if p[18] == 2.0:
        f = np.sqrt(u * u + v * v + w * w)
        if f < 1e-3:
            return -smallest
        slope = np.sqrt((u / p[15]) ** 2 + (v / p[16]) ** 2 + (w / p[17]) ** 2) / f
    else:
        # Exponent 4: rounded boxes without a call to pow.
        u3, v3, w3 = u * u * u, v * v * v, w * w * w
        f = np.sqrt(np.sqrt(u3 * u + v3 * v + w3 * w))
        if f < 1e-3:
            return -smallest
        slope = np.sqrt((u3 / p[15]) ** 2 + (v3 / p[16]) ** 2 + (w3 / p[17]) ** 2) / (f * f * f)
    return max((f - 1.0) / slope, -smallest)


@njit(nogil=True, cache=True)
def _cone(p: Any, x: float, y: float, z: float) -> Any:
    """Distance to a stretch of tube whose radius changes evenly; across `flat` it is 1 / scale times as wide."""
    ax, ay, az = p[6], p[7], p[8]
    along = x * ax + y * ay + z * az
    t = min(max(along / (ax * ax + ay * ay + az * az), 0.0), 1.0)
    qx, qy, qz = x - t * ax, y - t * ay, z - t * az
    radius = p[15] + t * (p[16] - p[15])
    if p[17] == 1.0:
        return np.sqrt(qx * qx + qy * qy + qz * qz) - radius
    shrink = (1.0 - p[17]) * (qx * p[9] + qy * p[10] + qz * p[11])
    sx, sy, sz = qx - shrink * p[9], qy - shrink * p[10], qz - shrink * p[11]
    length = np.sqrt(sx * sx + sy * sy + sz * sz)
    if length < 1e-6:
        return -radius
    across = (sx * p[9] + sy * p[10] + sz * p[11]) / length
    slope = np.sqrt(1.0 - (1.0 - p[17] * p[17]) * across * across)
    return (length - radius) / max(slope, p[17])


@njit(nogil=True, cache=True)
def _box(p: Any, x: float, y: float, z: float) -> Any:
    """Distance to a box with rounded edges of radius p[18]."""
    u = abs(p[6] * x + p[7] * y + p[8] * z) - p[15] + p[18]
    v = abs(p[9] * x + p[10] * y + p[11] * z) - p[16] + p[18]
    w = abs(p[12] * x + p[13] * y + p[14] * z) - p[17] + p[18]
    outside = np.sqrt(max(u, 0.0) ** 2 + max(v, 0.0) ** 2 + max(w, 0.0) ** 2)
    return outside + min(max(u, v, w), 0.0) - p[18]


@njit(nogil=True, cache=True)
def _distance(p: Any, x: float, y: float, z: float) -> Any:
    kind = int(p[0])
    dx, dy, dz = x - p[3], y - p[4], z - p[5]
    if kind == 0:
        return _ellipsoid(p, dx, dy, dz)
    if kind == 1:
        return _cone(p, dx, dy, dz)
    if kind == 2:
        return _box(p, dx, dy, dz)
    return p[6] * dx + p[7] * dy + p[8] * dz


@njit(nogil=True, cache=True)
def _smooth_min(a: float, b: float, blend: float) -> Any:
    if blend <= 0.0:
        return min(a, b)
    h = max(blend - abs(a - b), 0.0) / blend
    return min(a, b) - h * h * blend * 0.25


@njit(nogil=True, cache=True)
def combine_band(field: Any, origin: Any, step: Any, parts: Any, ranges: Any, first: int, end: int) -> None:
    """Combine primitives into a distance field, in order.

    Parameters
    ----------
    field : (slice, row, column), float32, holding `FAR` or what is to be combined with
    origin, step : (3,), x, y, z of the first voxel and of the steps, mm
    parts : (primitives, 19)
    ranges : (primitives, 6), slices, rows and columns that each primitive reaches: first, end, first, end, ...
    """
    for n in range(parts.shape[0]):
        p = parts[n]
        operation, blend = int(p[1]), p[2]
        for k in range(max(first, ranges[n, 0]), min(end, ranges[n, 1])):
            z = origin[2] + k * step[2]
            for j in range(ranges[n, 2], ranges[n, 3]):
                y = origin[1] + j * step[1]
                for i in range(ranges[n, 4], ranges[n, 5]):
                    d = _distance(p, origin[0] + i * step[0], y, z)
                    old = field[k, j, i]
                    if operation == 0:
                        field[k, j, i] = _smooth_min(old, d, blend)
                    elif operation == 1:
                        field[k, j, i] = -_smooth_min(-old, d, blend)
                    else:
                        field[k, j, i] = -_smooth_min(-old, -d, blend)


@njit(nogil=True, cache=True)
def _lattice(i: int, j: int, k: int, seed: int) -> Any:
    """A number in [-1, 1) for each lattice point, the same on every machine."""
    h = np.uint32(i) * np.uint32(374761393) + np.uint32(j) * np.uint32(668265263)
    h += np.uint32(k) * np.uint32(2147483647) + np.uint32(seed) * np.uint32(3266489917)
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(1274126177))
    h = np.uint32((h ^ (h >> np.uint32(15))) * np.uint32(2246822519))
    h = h ^ (h >> np.uint32(16))
    return np.float64(h) * (2.0 / 4294967296.0) - 1.0


@njit(nogil=True, cache=True)
def value_noise(x: float, y: float, z: float, seed: int) -> Any:
    """Smooth noise in [-1, 1] with one lattice point a unit."""
    i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    u, v, w = x - i, y - j, z - k
    u, v, w = u * u * (3 - 2 * u), v * v * (3 - 2 * v), w * w * (3 - 2 * w)
    lower = 0.0
    upper = 0.0
    for level in range(2):
        a = _lattice(i, j, k + level, seed)
        b = _lattice(i + 1, j, k + level, seed)
        c = _lattice(i, j + 1, k + level, seed)
        d = _lattice(i + 1, j + 1, k + level, seed)
        value = (a + u * (b - a)) * (1 - v) + (c + u * (d - c)) * v
        if level == 0:
            lower = value
        else:
            upper = value
    return lower + w * (upper - lower)


@njit(nogil=True, cache=True)
def roughen_band(
    field: Any, origin: Any, step: Any, height_mm: float, scale_mm: float, seed: int, first: int, end: int
) -> None:
    """Move the surface in and out by up to `height_mm`, with bumps of about `scale_mm`."""
    for k in range(first, end):
        z = (origin[2] + k * step[2]) / scale_mm
        for j in range(field.shape[1]):
            y = (origin[1] + j * step[1]) / scale_mm
            for i in range(field.shape[2]):
                if abs(field[k, j, i]) < 6.0 * height_mm + 2.0:
                    x = (origin[0] + i * step[0]) / scale_mm
                    field[k, j, i] += height_mm * value_noise(x, y, z, seed)


@njit(nogil=True, cache=True)
def paint_band(
    hounsfield: Any, field: Any, place: Any, profile: Any, soft_mm: float, texture: Any, first: int, end: int
) -> None:
    """Lay a tissue over what is there, where the field says that it is; its edge is `soft_mm` wide.

    Parameters
    ----------
    hounsfield : (slice, row, column), float32, the whole volume
    field : (slice, row, column), distances
    place : (3, 3): x, y, z of the field's first voxel and of the steps, mm; its (column, row, slice) in the volume
    profile : (nodes, 3), depth below the surface in mm ascending, HU, texture in HU
    texture : (3,), scale in mm, seed, 1 where the texture is ridged like the furrows of the brain
    first, end : slices of the field
    """
    last = profile.shape[0] - 1
    seed = int(texture[1])
    origin, step = place[0], place[1]
    column, row, plane = int(place[2, 0]), int(place[2, 1]), int(place[2, 2])
    for k in range(first, end):
        z = (origin[2] + k * step[2]) / texture[0]
        for j in range(field.shape[1]):
            y = (origin[1] + j * step[1]) / texture[0]
            for i in range(field.shape[2]):
                depth = -field[k, j, i]
                cover = 0.5 + depth / soft_mm
                if cover <= 0.0:
                    continue
                n = 0
                while n < last and profile[n + 1, 0] < depth:
                    n += 1
                value, rough = profile[n, 1], profile[n, 2]
                if n < last and depth > profile[n, 0]:
                    share = (depth - profile[n, 0]) / (profile[n + 1, 0] - profile[n, 0])
                    value += share * (profile[n + 1, 1] - value)
                    rough += share * (profile[n + 1, 2] - rough)
                if rough != 0.0:
                    x = (origin[0] + i * step[0]) / texture[0]
                    noise = value_noise(x, y, z, seed)
                    if texture[2] == 1.0:
                        # Folded noise: narrow valleys where it crosses zero.
                        bent = noise + 0.5 * value_noise(2.1 * x, 2.1 * y, 2.1 * z, seed + 1)
                        noise = -max(1.0 - abs(bent) / 0.2, 0.0)
                    else:
                        noise = 0.65 * noise + 0.55 * value_noise(1.9 * x, 1.9 * y, 1.9 * z, seed + 1)
                    value += rough * noise
                at = (k + plane, j + row, i + column)
                hounsfield[at] += min(cover, 1.0) * (value - hounsfield[at])


@njit(nogil=True, cache=True)
def finish_slice(hounsfield: Any, noise: Any, sigma: Any, lowest: int, highest: int, out: Any) -> None:
    """One slice of HU with noise, rounded and cut to what the file format holds."""
    for j in range(out.shape[0]):
        for i in range(out.shape[1]):
            value = np.rint(hounsfield[j, i] + sigma[j, i] * noise[j, i])
            out[j, i] = np.int16(min(max(value, lowest), highest))
