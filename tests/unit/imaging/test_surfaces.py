"""Surfaces: closed, oriented outwards, of the right topology and size, and their plane cuts."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FloatArray
from pti.imaging.masks import StructureMask
from pti.imaging.surfaces import Surface, make_surface
from pti.imaging.volume import CtVolume

X0, Y0, DX, DY, SHAPE = -24.0, -19.0, 0.9, 1.1, (40, 44, 60)
EVEN_Z: FloatArray = np.asarray(np.arange(SHAPE[0]) * 1.3 - 25.0)
UNEVEN_Z: FloatArray = np.asarray(np.cumsum(np.tile([0.7, 1.9, 1.2, 1.4], 10)) - 25.0)


def grid(z: FloatArray) -> CtVolume:
    return CtVolume(patient_frame("2.25.1"), np.zeros((len(z), *SHAPE[1:]), np.int16), (X0, Y0), DY, DX, z)


def mask_of(voxels: NDArray[np.bool_], z: FloatArray, first: tuple[int, int, int] = (0, 0, 0)) -> StructureMask:
    edges = np.concatenate([[1.5 * z[0] - z[1] / 2], (z[1:] + z[:-1]) / 2, [1.5 * z[-1] - z[-2] / 2]])
    thick_mm = np.diff(edges)[first[0] : first[0] + len(voxels)]
    volume_cm3 = float(voxels.sum(axis=(1, 2)) @ thick_mm) * DX * DY / 1000
    return StructureMask(first, voxels.shape[2], np.packbits(voxels, axis=2, bitorder="little"), volume_cm3)


def centres(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """X, y and z of all voxels, (slice, row, column)."""
    at_z, y, x = np.meshgrid(z, Y0 + DY * np.arange(SHAPE[1]), X0 + DX * np.arange(SHAPE[2]), indexing="ij")
    return x, y, at_z


def volume_mm3(surface: Surface) -> float:
    """Enclosed volume by the divergence theorem; positive if triangles look outwards."""
    a, b, c = np.moveaxis(surface.vertices_mm.astype(np.float64)[surface.triangles], 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def euler_number(surface: Surface) -> int:
    """Vertices less edges plus triangles; each edge must be run along once either way, by two triangles."""
    t = surface.triangles
    runs = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]]).astype(np.int64)
    there, back = (runs[:, a] * len(surface.vertices_mm) + runs[:, b] for a, b in ((0, 1), (1, 0)))
    assert len(np.unique(there)) == len(there)
    assert (np.sort(there) == np.sort(back)).all()
    assert set(t.ravel().tolist()) == set(range(len(surface.vertices_mm)))
    return len(surface.vertices_mm) - len(runs) // 2 + len(t)


def ellipsoid(z: FloatArray, axes_mm: tuple[float, float, float]) -> NDArray[np.bool_]:
    x, y, at_z = centres(z)
    return np.asarray((x / axes_mm[0]) ** 2 + (y / axes_mm[1]) ** 2 + (at_z / axes_mm[2]) ** 2 < 1)


@pytest.mark.parametrize("z", [EVEN_Z, UNEVEN_Z], ids=["even", "uneven"])
@pytest.mark.parametrize("axes_mm", [(15.0, 15.0, 15.0), (18.0, 9.0, 14.0), (4.0, 4.0, 4.0)])
def test_ellipsoid_is_closed_whole_and_of_the_right_size(z: FloatArray, axes_mm: tuple[float, float, float]) -> None:
    surface = make_surface(mask_of(ellipsoid(z, axes_mm), z), grid(z))
    assert euler_number(surface) == 2
    # Voxels of about 1 mm: of the smallest, eight across, they alone miss some per cent.
    share = 0.01 if min(axes_mm) > 8 else 0.06
    assert volume_mm3(surface) == pytest.approx(4 / 3 * np.pi * np.prod(axes_mm), rel=share)


@pytest.mark.parametrize("size", [(1, 1, 1), (2, 1, 1), (1, 1, 6), (1, 4, 4), (2, 2, 2), (3, 3, 3)])
def test_small_structures_do_not_fade(size: tuple[int, int, int]) -> None:
    mask = mask_of(np.ones(size, bool), EVEN_Z, (20, 20, 20))
    surface = make_surface(mask, grid(EVEN_Z))
    assert volume_mm3(surface) == pytest.approx(1000 * mask.volume_cm3, rel=0.01)
    extents = np.ptp(surface.vertices_mm, axis=0) / (DX, DY, 1.3)
    # Corners are cut off: to have its volume, what is one voxel thin has to grow (one voxel, with eight faces, to 1.8 of it).
    assert (extents > 0.9 * np.array(size[::-1])).all()
    assert (extents < np.array(size[::-1]) + 1.3).all()


def test_surface_of_a_ball_lies_on_it_and_looks_outwards() -> None:
    surface = make_surface(mask_of(ellipsoid(UNEVEN_Z, (15.0, 15.0, 15.0)), UNEVEN_Z), grid(UNEVEN_Z))
    a, b, c = np.moveaxis(surface.vertices_mm.astype(np.float64)[surface.triangles], 1, 0)
    normals = np.cross(b - a, c - a)
    assert (np.einsum("ij,ij->i", normals, a + b + c) > 0).mean() > 0.999
    off = np.linalg.norm(surface.vertices_mm, axis=1) - 15.0
    # Smoothed voxels: half of the thickest slice (1.9 mm) at worst, a fifth of a voxel as a rule.
    assert np.abs(off).max() < 0.95
    assert np.median(np.abs(off)) < 0.25


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_torus_has_its_hole(axis: int) -> None:
    along = np.roll(np.stack(centres(EVEN_Z)), -axis, axis=0)
    ring = np.hypot(np.hypot(along[0], along[1]) - 12.0, along[2]) < 4.5
    surface = make_surface(mask_of(ring, EVEN_Z), grid(EVEN_Z))
    assert euler_number(surface) == 0
    assert volume_mm3(surface) == pytest.approx(2 * np.pi**2 * 12.0 * 4.5**2, rel=0.02)


def test_cavity_is_a_surface_of_its_own_that_looks_inwards() -> None:
    shell = ellipsoid(EVEN_Z, (15.0, 15.0, 15.0)) & ~ellipsoid(EVEN_Z, (8.0, 8.0, 8.0))
    surface = make_surface(mask_of(shell, EVEN_Z), grid(EVEN_Z))
    assert euler_number(surface) == 4
    assert volume_mm3(surface) == pytest.approx(4 / 3 * np.pi * (15.0**3 - 8.0**3), rel=0.01)


def test_one_voxel_and_the_whole_grid_are_closed() -> None:
    for voxels in (np.ones((1, 1, 1), bool), np.ones(SHAPE, bool)):
        surface = make_surface(mask_of(voxels, EVEN_Z), grid(EVEN_Z))
        assert euler_number(surface) == 2
        assert volume_mm3(surface) > 0
    low, high = surface.vertices_mm.min(axis=0), surface.vertices_mm.max(axis=0)
    # Up to the outer edges of the outermost voxels; the smoothing lets edges of a box swing out by a fifth of a voxel.
    assert low == pytest.approx([X0 - DX / 2, Y0 - DY / 2, EVEN_Z[0] - 0.65], abs=0.25)
    assert high == pytest.approx([X0 + 59.5 * DX, Y0 + 43.5 * DY, EVEN_Z[-1] + 0.65], abs=0.25)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_any_voxels_have_a_closed_surface_of_their_own_topology(seed: int, share: float) -> None:
    voxels = np.random.default_rng(seed).random((5, 6, 7)) < share
    voxels[2, 3, 3] = True
    surface = make_surface(mask_of(voxels, UNEVEN_Z, (3, 5, 9)), grid(UNEVEN_Z))
    assert euler_number(surface) == voxel_euler_number(voxels)


def voxel_euler_number(voxels: NDArray[np.bool_]) -> int:
    """Of the boundary: twice that of the voxels joined by faces: centres, less joined pairs, plus squares, less cubes.

    A ring of six voxels round a cube's diagonal has no hole: the surface has one piece at either end of the diagonal.
    """
    v = np.asarray(voxels, dtype=bool)

    def rings() -> int:
        count = 0
        for k, j, i in np.ndindex(*(n - 1 for n in v.shape)):
            cube = v[k : k + 2, j : j + 2, i : i + 2]
            free = np.argwhere(~cube)
            count += len(free) == 2 and bool((free.sum(axis=0) == 1).all())
        return count

    def block(*steps: int) -> int:
        size = [v.shape[a] - steps[a] for a in range(3)]
        parts = np.ones(size, bool)
        for dk, dj, di in np.ndindex(*(s + 1 for s in steps)):
            parts &= v[dk : dk + size[0], dj : dj + size[1], di : di + size[2]]
        return int(parts.sum())

    pairs = block(1, 0, 0) + block(0, 1, 0) + block(0, 0, 1)
    squares = block(1, 1, 0) + block(1, 0, 1) + block(0, 1, 1)
    return 2 * (block(0, 0, 0) - pairs + squares - block(1, 1, 1) + rings())


@pytest.mark.parametrize("axis", [0, 1])
def test_cut_of_a_ball_is_a_circle(axis: int) -> None:
    surface = make_surface(mask_of(ellipsoid(UNEVEN_Z, (15.0, 15.0, 15.0)), UNEVEN_Z), grid(UNEVEN_Z))
    for position in (-10.03, 0.0, 6.4):
        ends = surface.cut(axis, position).reshape(-1, 2)
        off = np.hypot(ends[:, 0], ends[:, 1]) - np.sqrt(15.0**2 - position**2)
        assert np.median(np.abs(off)) < 0.3
        assert np.abs(off).max() < 1.3


@given(st.integers(0, 2**32 - 1), st.floats(-0.1, 1.1))
def test_any_cut_is_made_of_closed_lines_and_finds_every_triangle(seed: int, share: float) -> None:
    voxels = np.random.default_rng(seed).random((4, 6, 5)) < 0.5
    voxels[2, 3, 3] = True
    surface = make_surface(mask_of(voxels, UNEVEN_Z, (3, 5, 9)), grid(UNEVEN_Z))
    for axis in (0, 1):
        along = surface.vertices_mm[:, axis].astype(np.float64)
        position = along.min() + share * (along.max() - along.min())
        segments = surface.cut(axis, position)
        ends = Counter(map(tuple, segments.reshape(-1, 2).tolist()))
        assert all(count % 2 == 0 for count in ends.values())
        beyond = along[surface.triangles] >= position
        assert len(segments) == np.count_nonzero(beyond.any(axis=1) & ~beyond.all(axis=1))


def test_cut_beside_the_surface_is_empty() -> None:
    surface = make_surface(mask_of(ellipsoid(EVEN_Z, (8.0, 8.0, 8.0)), EVEN_Z), grid(EVEN_Z))
    for axis in (0, 1):
        for position in (-1e6, -9.0, 9.0, 1e6):
            assert surface.cut(axis, position).shape == (0, 4)
