"""Compiled loops that make, smooth and cut triangle meshes; they release the GIL."""

from typing import Any

import numpy as np
from numba import njit, types


@njit(nogil=True, cache=True)
def _case(voxels: Any, k: int, j: int, i: int) -> int:
    """Which of eight neighbouring voxels are inside, as the table of cubes counts them."""
    return int(
        voxels[k, j, i]
        | voxels[k, j, i + 1] << 1
        | voxels[k, j + 1, i] << 2
        | voxels[k, j + 1, i + 1] << 3
        | voxels[k + 1, j, i] << 4
        | voxels[k + 1, j, i + 1] << 5
        | voxels[k + 1, j + 1, i] << 6
        | voxels[k + 1, j + 1, i + 1] << 7
    )


@njit(nogil=True, cache=True)
def count_mesh(voxels: Any, counts: Any) -> Any:
    """How many vertices and triangles the surface round the voxels has.

    Parameters
    ----------
    voxels : (slice, row, column), 1 inside, 0 outside and along the whole border
    counts : (256,), of the table of cubes
    """
    vertices = 0
    triangles = 0
    for k in range(voxels.shape[0] - 1):
        for j in range(voxels.shape[1] - 1):
            for i in range(voxels.shape[2] - 1):
                here = voxels[k, j, i]
                vertices += (here ^ voxels[k, j, i + 1]) + (here ^ voxels[k, j + 1, i]) + (here ^ voxels[k + 1, j, i])
                triangles += counts[_case(voxels, k, j, i)]
    return vertices, triangles


@njit(nogil=True, cache=True)
def _add_vertices(voxels: Any, k: int, places: Any, at: Any, used: int, vertices: Any) -> int:
    """Give the crossed edges that begin in slice `k` their vertices, half-way between voxel centres.

    Parameters
    ----------
    places : x of columns, y of rows and z of slices, mm, each at whole and half indices
    at : (3, rows, columns), receives the number of the vertex on the edge from each voxel along x, y and z
    used : vertices made so far
    """
    xs, ys, zs = places
    for j in range(voxels.shape[1] - 1):
        for i in range(voxels.shape[2] - 1):
            here = voxels[k, j, i]
            if here != voxels[k, j, i + 1]:
                at[0, j, i] = used
                vertices[used, 0], vertices[used, 1], vertices[used, 2] = xs[2 * i + 1], ys[2 * j], zs[2 * k]
                used += 1
            if here != voxels[k, j + 1, i]:
                at[1, j, i] = used
                vertices[used, 0], vertices[used, 1], vertices[used, 2] = xs[2 * i], ys[2 * j + 1], zs[2 * k]
                used += 1
            if k + 1 < voxels.shape[0] and here != voxels[k + 1, j, i]:
                at[2, j, i] = used
                vertices[used, 0], vertices[used, 1], vertices[used, 2] = xs[2 * i], ys[2 * j], zs[2 * k + 1]
                used += 1
    return used


@njit(nogil=True, cache=True)
def build_mesh(voxels: Any, places: Any, counts: Any, edges: Any, corners: Any, vertices: Any, triangles: Any) -> None:
    """Marching cubes on voxels that are inside or outside.

    Parameters
    ----------
    voxels : as :func:`count_mesh` wants them
    places : x of columns, y of rows and z of slices, mm, each at whole and half indices
    counts, edges : the table of cubes
    corners : (12, 2), both corners of each cube edge
    vertices, triangles : (count, 3) each, to be filled; as many as :func:`count_mesh` says
    """
    rows, columns = voxels.shape[1], voxels.shape[2]
    below = np.zeros((3, rows, columns), np.int32)
    above = np.zeros((3, rows, columns), np.int32)
    made = 0
    used = _add_vertices(voxels, 0, places, below, 0, vertices)
    for k in range(voxels.shape[0] - 1):
        used = _add_vertices(voxels, k + 1, places, above, used, vertices)
        for j in range(rows - 1):
            for i in range(columns - 1):
                case = _case(voxels, k, j, i)
                for t in range(counts[case]):
                    for corner in range(3):
                        edge = edges[case, t, corner]
                        start = corners[edge, 0]
                        layer = above if start >> 2 & 1 else below
                        triangles[made, corner] = layer[edge // 4, j + (start >> 1 & 1), i + (start & 1)]
                    made += 1
        below, above = above, below


@njit(nogil=True, cache=True)
def _move_to_neighbours(vertices: Any, triangles: Any, share: float, sums: Any, neighbours: Any) -> None:
    """Move each vertex by `share` of the way to the mean of its neighbours."""
    sums[:] = 0
    for t in range(triangles.shape[0]):
        for corner in range(3):
            # In a closed mesh each edge is run along once either way, so each neighbour is met exactly once.
            a, b = triangles[t, corner], triangles[t, (corner + 1) % 3]
            sums[a, 0] += vertices[b, 0]
            sums[a, 1] += vertices[b, 1]
            sums[a, 2] += vertices[b, 2]
    for v in range(vertices.shape[0]):
        for axis in range(3):
            vertices[v, axis] += np.float32(share * (sums[v, axis] / neighbours[v] - vertices[v, axis]))


@njit(nogil=True, cache=True)
def smooth_mesh(vertices: Any, triangles: Any, rounds: int, shares: Any, room_mm: Any) -> None:
    """Take the voxels' stairs away: low-pass filter of a mesh that does not shrink it (Taubin 1995).

    Parameters
    ----------
    vertices : (count, 3), changed in place
    shares : (2,), of the way to the neighbours' mean: one step towards it and one back
    room_mm : (3,), no vertex moves further than this along x, y and z
    """
    first = vertices.copy()
    sums = np.empty(vertices.shape, np.float32)
    neighbours = np.zeros(vertices.shape[0], np.int32)
    for t in range(triangles.shape[0]):
        for corner in range(3):
            neighbours[triangles[t, corner]] += 1
    for _ in range(rounds):
        for share in shares:
            _move_to_neighbours(vertices, triangles, share, sums, neighbours)
        for v in range(vertices.shape[0]):
            for axis in range(3):
                low, high = first[v, axis] - room_mm[axis], first[v, axis] + room_mm[axis]
                vertices[v, axis] = np.float32(min(max(vertices[v, axis], low), high))


@njit(nogil=True, cache=True)
def _volume_and_normals(vertices: Any, triangles: Any, normals: Any) -> Any:
    """Enclosed volume and area; `normals` receives the sum of each vertex's triangles' areas as vectors."""
    normals[:] = 0
    volume, area = 0.0, 0.0
    origin = (float(vertices[0, 0]), float(vertices[0, 1]), float(vertices[0, 2]))
    corner = np.empty((3, 3), np.float64)
    for t in range(triangles.shape[0]):
        for c in range(3):
            for axis in range(3):
                corner[c, axis] = vertices[triangles[t, c], axis] - origin[axis]
        a, b = corner[1] - corner[0], corner[2] - corner[0]
        x, y, z = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
        volume += (corner[0, 0] * x + corner[0, 1] * y + corner[0, 2] * z) / 6
        area += np.sqrt(x * x + y * y + z * z) / 2
        for c in range(3):
            v = triangles[t, c]
            normals[v, 0] += x
            normals[v, 1] += y
            normals[v, 2] += z
    return volume, area


@njit(nogil=True, cache=True)
def swell_mesh(vertices: Any, triangles: Any, volume_mm3: float, most_mm: float, rounds: int) -> None:
    """Move a closed mesh's vertices along their normals until it encloses a volume, within 0.1 per cent.

    Parameters
    ----------
    vertices : (count, 3), changed in place
    most_mm : no vertex moves further than this in one round
    rounds : at most
    """
    normals = np.empty(vertices.shape, np.float32)
    for _ in range(rounds):
        volume, area = _volume_and_normals(vertices, triangles, normals)
        if abs(volume_mm3 - volume) <= 1e-3 * volume_mm3 or area == 0.0:
            return
        step = min(max((volume_mm3 - volume) / area, -most_mm), most_mm)
        for v in range(vertices.shape[0]):
            length = np.sqrt(normals[v, 0] ** 2 + normals[v, 1] ** 2 + normals[v, 2] ** 2)
            if length > 0.0:
                for axis in range(3):
                    vertices[v, axis] += np.float32(step * normals[v, axis] / length)


@njit(nogil=True, cache=True)
def longest_extent(vertices: Any, triangles: Any, axis: int) -> float:
    """How far the longest triangle reaches along an axis."""
    longest = 0.0
    for t in range(triangles.shape[0]):
        a, b, c = vertices[triangles[t, 0], axis], vertices[triangles[t, 1], axis], vertices[triangles[t, 2], axis]
        longest = max(longest, float(max(a, b, c)) - float(min(a, b, c)))
    return longest


@njit(nogil=True, cache=True)
def _bin(vertices: Any, triangles: Any, t: int, axis: int, low: float, width: float) -> int:
    a, b, c = vertices[triangles[t, 0], axis], vertices[triangles[t, 1], axis], vertices[triangles[t, 2], axis]
    return int((float(min(a, b, c)) - low) / width)


@njit(nogil=True, cache=True)
def sort_triangles(vertices: Any, triangles: Any, axis: int, low: float, width: float, starts: Any, order: Any) -> None:
    """Sort triangles into bins by where they begin along an axis.

    Parameters
    ----------
    low, width : where the first bin begins and how wide each is, mm
    starts : (bins + 1,), receives where each bin begins in `order`
    order : (triangles,), receives their numbers
    """
    starts[:] = 0
    for t in range(triangles.shape[0]):
        starts[_bin(vertices, triangles, t, axis, low, width) + 1] += 1
    for b in range(1, starts.shape[0]):
        starts[b] += starts[b - 1]
    filled = starts[:-1].copy()
    for t in range(triangles.shape[0]):
        b = _bin(vertices, triangles, t, axis, low, width)
        order[filled[b]] = t
        filled[b] += 1


_VERTICES = types.Array(types.float32, 2, "C", readonly=True)
_TRIANGLES = types.Array(types.int32, 2, "C", readonly=True)
_CHOSEN = types.Array(types.int32, 1, "C", readonly=True)


# The signature is given, so that compiling never happens in the middle of a paint event.
@njit([types.float64[:, ::1](_VERTICES, _TRIANGLES, _CHOSEN, types.int64, types.float64)], nogil=True, cache=True)
def cut_mesh(vertices: Any, triangles: Any, chosen: Any, axis: int, position_mm: float) -> Any:
    """Where a plane along z cuts triangles.

    Parameters
    ----------
    chosen : numbers of the triangles that are looked at
    axis : 0 or 1: x or y is `position_mm` all over the plane

    Returns
    -------
    (segments, 4): y or x, and z, of both ends of one segment for each triangle that is cut
    """
    segments = np.empty((chosen.shape[0], 4), np.float64)
    made = 0
    for t in chosen:
        ahead = vertices[triangles[t, 0], axis] >= position_mm
        if ahead == (vertices[triangles[t, 1], axis] >= position_mm) == (vertices[triangles[t, 2], axis] >= position_mm):
            continue
        end = 0
        for corner in range(3):
            v, w = triangles[t, corner], triangles[t, (corner + 1) % 3]
            beyond = vertices[v, axis] >= position_mm
            if beyond == (vertices[w, axis] >= position_mm):
                continue
            if beyond:
                v, w = w, v  # the same order for both triangles at an edge, so that their ends are the same numbers
            share = (position_mm - vertices[v, axis]) / (float(vertices[w, axis]) - float(vertices[v, axis]))
            for place, along in enumerate((1 - axis, 2)):
                near, far = float(vertices[v, along]), float(vertices[w, along])
                segments[made, end + place] = near + share * (far - near)
            end += 2
        made += 1
    return segments[:made]
