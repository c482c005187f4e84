"""Compiled inner loops of the matches: ray sums with their pose derivatives, and the features' filters."""
# ruff: noqa: PLR0913  # compiled loops take numbers and arrays, not objects

from typing import Any

import numpy as np
from numba import njit

from pti.imaging._kernels import clip_axis, planes_of_ray


@njit(nogil=True, cache=True, fastmath=True)
def plane_moments(voxels: Any, at_u: Any, at_v: Any, slope_u: Any, slope_v: Any, planes: int, strides: Any, tops: Any) -> Any:
    """As :func:`pti.imaging._kernels.plane_sum`, with the gradient in the plane.

    Returns
    -------
    sums over the planes of the value, of its derivatives by u and by v, and of these times the plane's number
    """
    k, u, v = np.int32(strides[0]), np.int32(strides[1]), np.int32(strides[2])
    top_u, top_v = np.int32(tops[0]), np.int32(tops[1])
    zero = np.float32(0.0)
    total, gu, gv, hu, hv = zero, zero, zero, zero, zero
    for i in range(np.int32(planes)):
        number = np.float32(i)
        x = at_u + number * slope_u
        y = at_v + number * slope_v
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
        by_u = v10 + fv * (v11 - v10) - lower
        by_v = (v01 - v00) + fu * ((v11 - v10) - (v01 - v00))
        total += lower + fu * by_u
        gu += by_u
        gv += by_v
        hu += number * by_u
        hv += number * by_v
    return total, gu, gv, hu, hv


@njit(nogil=True, cache=True, fastmath=True)
def ray_sums_and_derivatives_band(
    levels: Any, unit: float, box: Any, open_ends: Any, ray: Any, room: Any, out: Any, usable: Any, first: int, end: int
) -> None:
    """Ray sums (Joseph 1982) and how they change when the patient moves.

    On each plane of the axis that a ray crosses fastest, the bilinear sample gives the attenuation and its gradient in the
    plane. The gradient along the ray follows from what its integral must be, so nothing more has to be read.

    Parameters
    ----------
    levels : (slice, row, column), uint16
    unit : attenuation of one level, 1/mm
    box : (2, 3), first and last index on each axis between which there is anything
    open_ends : (2,) slice index beyond which the patient goes on though the volume does not
    ray : (4, 3) voxels: source, first pixel, step from row to row, from column to column
    room : (7, 3) mm: the same four in the fixed system, minus the pivot (the source and the first pixel); then the
        matrix that turns a gradient by voxels into one by mm of the fixed system
    out : (7, rows, columns): the sum, its derivatives by mm along x, y, z and by rad about x, y, z of the fixed system
    usable : (rows, columns), False where the ray crosses an open end
    """
    voxels = levels.reshape(-1)
    stride = (levels.shape[1] * levels.shape[2], levels.shape[2], 1)
    source = (ray[0, 0], ray[0, 1], ray[0, 2])
    g = np.empty(3)
    h = np.empty(3)
    for r in range(first, end):
        for c in range(out.shape[2]):
            for p in range(7):
                out[p, r, c] = 0.0
            usable[r, c] = True
            d = (
                ray[1, 0] + r * ray[2, 0] + c * ray[3, 0] - source[0],
                ray[1, 1] + r * ray[2, 1] + c * ray[3, 1] - source[1],
                ray[1, 2] + r * ray[2, 2] + c * ray[3, 2] - source[2],
            )
            enter, leave = clip_axis(source[1], d[1], box[0, 1], box[1, 1], 0.0, 1.0)
            enter, leave = clip_axis(source[2], d[2], box[0, 2], box[1, 2], enter, leave)
            if enter < leave:
                z0, z1 = source[0] + enter * d[0], source[0] + leave * d[0]
                usable[r, c] = min(z0, z1) >= open_ends[0] and max(z0, z1) <= open_ends[1]
            enter, leave = clip_axis(source[0], d[0], box[0, 0], box[1, 0], enter, leave)
            if enter >= leave:
                continue
            k, u, v, low, high = planes_of_ray(source, d, enter, leave)
            plane, last = int(np.ceil(low)), int(np.floor(high))
            if plane > last:
                continue
            dk, du, dv = d[k], d[u], d[v]
            total, gu, gv, hu, hv = plane_moments(
                voxels[plane * stride[k] :],
                np.float32(source[u] + (plane - source[k]) * (du / dk)),
                np.float32(source[v] + (plane - source[k]) * (dv / dk)),
                np.float32(du / dk),
                np.float32(dv / dk),
                last - plane + 1,
                (stride[k], stride[u], stride[v]),
                (levels.shape[u] - 2, levels.shape[v] - 2),
            )
            # G = integral of the gradient over t in [0, 1] from source to pixel, H = that of t times the gradient.
            dt = 1.0 / abs(dk)
            per_plane = 1.0 / dk
            t_first = (plane - source[k]) * per_plane
            sum_t = total * dt
            g[u], g[v] = gu * dt, gv * dt
            h[u] = (gu * t_first + hu * per_plane) * dt
            h[v] = (gv * t_first + hv * per_plane) * dt
            # Along the ray the gradient adds up to nothing, and t times it to minus the sum.
            g[k] = -(g[u] * du + g[v] * dv) * per_plane
            h[k] = (-sum_t - h[u] * du - h[v] * dv) * per_plane
            e0 = room[1, 0] + r * room[2, 0] + c * room[3, 0] - room[0, 0]
            e1 = room[1, 1] + r * room[2, 1] + c * room[3, 1] - room[0, 1]
            e2 = room[1, 2] + r * room[2, 2] + c * room[3, 2] - room[0, 2]
            weight = np.sqrt(e0 * e0 + e1 * e1 + e2 * e2) * unit
            out[0, r, c] = sum_t * weight
            gx = room[4, 0] * g[0] + room[4, 1] * g[1] + room[4, 2] * g[2]
            gy = room[5, 0] * g[0] + room[5, 1] * g[1] + room[5, 2] * g[2]
            gz = room[6, 0] * g[0] + room[6, 1] * g[1] + room[6, 2] * g[2]
            hx = room[4, 0] * h[0] + room[4, 1] * h[1] + room[4, 2] * h[2]
            hy = room[5, 0] * h[0] + room[5, 1] * h[1] + room[5, 2] * h[2]
            hz = room[6, 0] * h[0] + room[6, 1] * h[1] + room[6, 2] * h[2]
            out[1, r, c] = -gx * weight
            out[2, r, c] = -gy * weight
            out[3, r, c] = -gz * weight
            out[4, r, c] = -(room[0, 1] * gz - room[0, 2] * gy + e1 * hz - e2 * hy) * weight
            out[5, r, c] = -(room[0, 2] * gx - room[0, 0] * gz + e2 * hx - e0 * hz) * weight
            out[6, r, c] = -(room[0, 0] * gy - room[0, 1] * gx + e0 * hy - e1 * hx) * weight


@njit(nogil=True, cache=True, fastmath=True)
def gradient_features_band(images: Any, smooth: Any, slope: Any, out: Any, first: int, end: int) -> None:
    """Derivatives of a Gaussian along columns and rows of each image; beyond its edge an image goes on as there.

    Parameters
    ----------
    images : (n, rows, columns)
    smooth, slope : (2 radius + 1,) a Gaussian and its derivative, to correlate with
    out : (n, 2, rows, columns)
    """
    rows, columns = images.shape[1], images.shape[2]
    radius = smooth.shape[0] // 2
    wide = np.empty(columns + 2 * radius, np.float32)
    smoothed = np.empty((rows, columns), np.float32)
    sloped = np.empty((rows, columns), np.float32)
    for n in range(first, end):
        for r in range(rows):
            wide[radius : radius + columns] = images[n, r]
            wide[:radius] = images[n, r, 0]
            wide[radius + columns :] = images[n, r, columns - 1]
            smoothed[r] = 0.0
            sloped[r] = 0.0
            for j in range(2 * radius + 1):
                for c in range(columns):
                    smoothed[r, c] += smooth[j] * wide[c + j]
                    sloped[r, c] += slope[j] * wide[c + j]
        for r in range(rows):
            out[n, 0, r] = 0.0
            out[n, 1, r] = 0.0
            for j in range(2 * radius + 1):
                at = min(max(r + j - radius, 0), rows - 1)
                for c in range(columns):
                    out[n, 0, r, c] += smooth[j] * sloped[at, c]
                    out[n, 1, r, c] += slope[j] * smoothed[at, c]


@njit(nogil=True, cache=True, fastmath=True)
def products(target: Any, model: Any, evenness: Any, usable: Any) -> Any:
    """Sums over usable pixels of target squared, target times model, and model squared, all evened out.

    Parameters
    ----------
    target, model : (2, rows, columns)
    evenness, usable : (rows, columns)
    """
    tt, tm, mm = 0.0, 0.0, 0.0
    for f in range(2):
        for r in range(target.shape[1]):
            for c in range(target.shape[2]):
                w = evenness[r, c] ** 2 * np.float32(usable[r, c])
                tt += w * target[f, r, c] ** 2
                tm += w * target[f, r, c] * model[f, r, c]
                mm += w * model[f, r, c] ** 2
    return tt, tm, mm


@njit(nogil=True, cache=True, fastmath=True)
def residual_sizes(target: Any, model: Any, evenness: Any, usable: Any, scale: Any, every: int, out: Any) -> int:
    """Absolute evened out residuals of every so manieth usable pixel, into `out` (n,); returns how many."""
    n, seen = 0, 0
    for f in range(2):
        for r in range(target.shape[1]):
            for c in range(target.shape[2]):
                if usable[r, c]:
                    if seen % every == 0 and n < out.shape[0]:
                        out[n] = abs(target[f, r, c] - scale * model[f, r, c]) * evenness[r, c]
                        n += 1
                    seen += 1
    return n


@njit(nogil=True, cache=True, fastmath=True)
def weighted_products(target: Any, rendered: Any, evenness: Any, usable: Any, scale: Any, limit: Any, out: Any) -> None:
    """Products of the rendered image's and its derivatives' features with each other and with the target's.

    Parameters
    ----------
    target : (2, rows, columns)
    rendered : (7, 2, rows, columns)
    scale : of the rendered image
    limit : residual at which a Cauchy weight is one half
    out : (8, 8), sums over usable pixels; the target comes last
    """
    columns = target.shape[2]
    n = rendered.shape[0]
    weights = np.empty(columns, np.float32)
    line = np.empty((n + 1, columns), np.float32)
    out[:] = 0.0
    for f in range(2):
        for r in range(target.shape[1]):
            line[n] = target[f, r]
            for p in range(n):
                line[p] = rendered[p, f, r]
            for c in range(columns):
                even = evenness[r, c]
                residual = (line[n, c] - scale * line[0, c]) * even / limit
                weights[c] = even * even * np.float32(usable[r, c]) / (np.float32(1.0) + residual * residual)
            for p in range(n + 1):
                for q in range(p, n + 1):
                    total = np.float32(0.0)
                    for c in range(columns):
                        total += weights[c] * line[p, c] * line[q, c]
                    out[p, q] += total
    for p in range(n + 1):
        for q in range(p):
            out[p, q] = out[q, p]
