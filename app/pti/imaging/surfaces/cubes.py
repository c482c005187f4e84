"""The table of marching cubes, worked out rather than copied.

A cube has its corners at eight voxel centres: corner c stands one voxel on along axis a (x, y, z) if bit a of c is set. Case n
has the corners inside whose bits are set in n. The surface crosses each cube edge with one end inside.

On each face the crossings before and after every run of inside corners are joined: so inside voxels that touch only across a
face's diagonal stay apart, whichever of the face's two cubes looks at it, and meshes of neighbouring cubes fit together.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: Two corners of each edge; edges 0 to 3 run along x, 4 to 7 along y, 8 to 11 along z.
EDGE_CORNERS = tuple((corner, corner | 1 << axis) for axis in range(3) for corner in range(8) if not corner >> axis & 1)
_EDGE = {frozenset(corners): edge for edge, corners in enumerate(EDGE_CORNERS)}
#: No case needs more triangles.
MOST_TRIANGLES = 5

Loop = list[int]
Triangle = tuple[int, int, int]


def _faces() -> list[list[int]]:
    """Four corners of each face, counter-clockwise for who looks at the cube from outside."""
    faces = []
    for axis in range(3):
        u, v = ((axis + 1) % 3, (axis + 2) % 3)
        ring = [0, 1 << u, 1 << u | 1 << v, 1 << v]
        faces += [[corner | 1 << axis for corner in ring], ring[::-1]]
    return faces


_FACES = _faces()
_EDGES_OF_FACE = [{_EDGE[frozenset(pair)] for pair in pairwise([*face, face[0]])} for face in _FACES]


def _loops(case: int) -> list[Loop]:
    """Closed lines of crossed edges, counter-clockwise round inside corners for who looks at these from outside."""
    follower: dict[int, int] = {}
    for face in _FACES:
        inside = [bool(case >> corner & 1) for corner in face]
        for at in range(4):
            if inside[at] or not inside[(at + 1) % 4]:
                continue
            end = at + 1
            while inside[(end + 1) % 4]:
                end += 1
            enter = _EDGE[frozenset((face[at], face[(at + 1) % 4]))]
            follower[enter] = _EDGE[frozenset((face[end % 4], face[(end + 1) % 4]))]
    loops = []
    while follower:
        loop = [next(iter(follower))]
        while (edge := follower.pop(loop[-1])) != loop[0]:
            loop.append(edge)
        loops.append(loop)
    return loops


def _triangles(loop: Loop) -> list[Triangle] | None:
    """Triangles that fill a loop; none of their inner sides lies in a face, where the next cube could have the same one."""
    first, last = loop[0], loop[-1]
    for middle in range(1, len(loop) - 1):
        corner = loop[middle]
        before, after = loop[: middle + 1], loop[middle:]
        if (len(before) > 2 and _in_one_face(first, corner)) or (len(after) > 2 and _in_one_face(corner, last)):
            continue
        one = _triangles(before) if len(before) > 2 else []
        other = _triangles(after) if len(after) > 2 else []
        if one is not None and other is not None:
            return [(first, corner, last), *one, *other]
    return None


def _in_one_face(edge: int, other: int) -> bool:
    return any(edge in edges and other in edges for edges in _EDGES_OF_FACE)


def cube_table() -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """How each of the 256 cases is filled.

    Returns
    -------
    counts : (256,), number of triangles
    edges : (256, 5, 3), crossed edges that are a triangle's corners, counter-clockwise for who looks from outside
    """
    counts = np.zeros(256, dtype=np.int8)
    edges = np.zeros((256, MOST_TRIANGLES, 3), dtype=np.int8)
    for case in range(256):
        for loop in _loops(case):
            for triangle in _triangles(loop) or ():
                edges[case, counts[case]] = triangle
                counts[case] += 1
    return counts, edges
