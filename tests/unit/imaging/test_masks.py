"""Masks against point-in-polygon by winding, against polygon areas, and on uneven slices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FloatArray
from pti.imaging.masks import StructureMask, make_mask
from pti.imaging.masks.planes import group_planes, planes_of_slices
from pti.imaging.volume import CtVolume

X0, Y0, DX, DY = -30.25, -20.5, 0.9, 1.1
COLUMNS, ROWS = 70, 45


def grid(slices_mm: FloatArray) -> CtVolume:
    """A CT whose spacings and origin are all different and odd."""
    hounsfield = np.zeros((len(slices_mm), ROWS, COLUMNS), np.int16)
    return CtVolume(patient_frame("2.25.1"), hounsfield, (X0, Y0), DY, DX, slices_mm)


def even(count: int = 12, step_mm: float = 2.0) -> FloatArray:
    return np.asarray(np.arange(count) * step_mm - 6.0)


def at(points: object, z_mm: float) -> FloatArray:
    xy = np.asarray(points, dtype=np.float64)
    return np.column_stack([xy, np.full(len(xy), z_mm)])


def square(z_mm: float, half_mm: float = 8.0, centre: tuple[float, float] = (0.0, 0.0)) -> FloatArray:
    x, y = centre
    return at(
        [(x - half_mm, y - half_mm), (x + half_mm, y - half_mm), (x + half_mm, y + half_mm), (x - half_mm, y + half_mm)], z_mm
    )


def whole(mask: StructureMask | None, ct: CtVolume) -> NDArray[np.bool_]:
    """The mask on the whole CT, from its bits."""
    out = np.zeros(ct.hounsfield.shape, bool)
    if mask is not None:
        (k, j, i), (slices, rows, columns) = mask.first, mask.shape
        out[k : k + slices, j : j + rows, i : i + columns] = mask.voxels() == 1
    return out


def centres() -> tuple[FloatArray, FloatArray]:
    x, y = np.meshgrid(X0 + DX * np.arange(COLUMNS), Y0 + DY * np.arange(ROWS))
    return x, y


def windings(polygon: FloatArray) -> NDArray[np.int64]:
    """How often the polygon winds round each voxel centre: the sum of the angles under which it sees the edges."""
    x, y = centres()
    total = np.zeros(x.shape)
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        ax, ay, bx, by = a[0] - x, a[1] - y, b[0] - x, b[1] - y
        total += np.arctan2(ax * by - ay * bx, ax * bx + ay * by)
    return np.rint(total / (2 * np.pi)).astype(np.int64)


def distance_to_edges(polygon: FloatArray) -> FloatArray:
    x, y = centres()
    nearest = np.full(x.shape, np.inf)
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        (dx, dy), length = b[:2] - a[:2], max(float(np.hypot(*(b[:2] - a[:2]))), 1e-12)
        along = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / length**2, 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - a[0] - along * dx, y - a[1] - along * dy))
    return nearest


def shoelace(polygon: FloatArray) -> float:
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


COORDINATE = st.floats(-45.0, 45.0, allow_nan=False).map(lambda value: round(value, 2))


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=12))
def test_any_polygon_has_the_voxels_that_it_winds_round_an_odd_number_of_times(corners: list[tuple[float, float]]) -> None:
    ct, polygon = grid(even()), at(corners, 2.0)
    inside = whole(make_mask([polygon], ct).mask, ct)
    clear = distance_to_edges(polygon) > 1e-9  # a centre on an edge may go either way
    assert (inside[4] == (windings(polygon) % 2 == 1))[clear].all()
    assert not inside[[k for k in range(12) if k != 4]].any()


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=6))
def test_neighbours_share_every_voxel_of_a_rectangle_without_gap_or_overlap(line: list[tuple[float, float]]) -> None:
    """A line cuts a rectangle in two; its corners often lie on voxel centres."""
    ct = grid(even())
    inner = sorted(x for x, _ in line)
    snapped = [(X0 + DX * round((x - X0) / DX), Y0 + DY * (10 + 3 * at_)) for at_, x in enumerate(inner)]
    top, bottom = (snapped[0][0], Y0 + DY * 5), (snapped[-1][0], Y0 + DY * 38)
    cut = [top, *snapped, bottom]
    left = at([(-60.0, top[1]), *cut, (-60.0, bottom[1])], 2.0)
    right = at([*cut[::-1], (60.0, top[1]), (60.0, bottom[1])], 2.0)
    one, other = (whole(make_mask([half], ct).mask, ct)[4] for half in (left, right))
    assert not (one & other).any()
    rows = np.arange(ROWS)
    assert (one | other).all(axis=1).tolist() == ((rows > 5) & (rows <= 38)).tolist()


def test_contour_inside_another_is_a_hole_and_one_inside_that_is_solid_again() -> None:
    ct = grid(even())
    rings = [square(2.0, half) for half in (4.05, 15.05, 9.05)]  # not in order of size
    made = make_mask(rings, ct)
    inner, outer, hole = (np.abs(np.stack(centres())).max(axis=0) < half for half in (4.05, 15.05, 9.05))
    assert (whole(made.mask, ct)[4] == (outer & ~hole | inner)).all()
    assert made.overlapping_mm == ()


def test_keyhole_contour_has_the_same_voxels_as_an_outer_and_an_inner_one() -> None:
    ct = grid(even())
    turn = np.linspace(0, 2 * np.pi, 90)
    outer = np.column_stack([14 * np.cos(turn), 12 * np.sin(turn)])
    inner = np.column_stack([6 * np.cos(-turn), 5 * np.sin(-turn)])
    keyhole = make_mask([at(np.concatenate([outer, inner]), 2.0)], ct)
    apart = make_mask([at(outer, 2.0), at(inner, 2.0)], ct)
    assert (whole(keyhole.mask, ct) == whole(apart.mask, ct)).all()
    assert not whole(keyhole.mask, ct)[4, round(-Y0 / DY), round(-X0 / DX)]
    assert keyhole.overlapping_mm == ()


def test_contours_that_overlap_in_part_are_told_and_follow_even_odd() -> None:
    ct = grid(even())
    apart = [square(0.0, 4.0, (-10.0, 0.0)), square(0.0, 4.0, (10.0, 0.0))]
    made = make_mask([*apart, square(2.0, 8.0), square(2.0, 8.0, (5.0, 0.0))], ct)
    assert made.overlapping_mm == (2.0,)
    x, y = centres()
    both = (np.abs(y) < 8) & ((np.abs(x) < 8) ^ (np.abs(x - 5) < 8))
    assert (whole(made.mask, ct)[4] == both).all()


def test_overlap_with_two_neighbours_at_once_is_told() -> None:
    ct = grid(even())
    neighbours = [square(2.0, 8.0, (-8.0, 0.0)), square(2.0, 8.0, (8.0, 0.0))]
    assert make_mask(neighbours, ct).overlapping_mm == ()
    assert make_mask([*neighbours, square(2.0, 6.0)], ct).overlapping_mm == (2.0,)


def test_contour_that_stands_twice_counts_once_and_is_told() -> None:
    ct = grid(even())
    again = np.roll(square(2.0)[::-1], 1, axis=0)
    made = make_mask([square(2.0), again, square(4.0)], ct)
    assert made.repeated_mm == (2.0,)
    assert (whole(made.mask, ct) == whole(make_mask([square(2.0), square(4.0)], ct).mask, ct)).all()


def test_several_parts_on_one_slice_are_kept() -> None:
    ct = grid(even())
    parts = [square(2.0, 3.0, (-15.0, 0.0)), square(2.0, 3.0, (15.0, 5.0))]
    inside = whole(make_mask(parts, ct).mask, ct)
    assert inside.sum() == sum(whole(make_mask([part], ct).mask, ct).sum() for part in parts)


def test_structure_on_every_second_slice_has_no_empty_slice_in_between() -> None:
    ct = grid(even(12, 2.0))
    inside = whole(make_mask([square(z) for z in (-2.0, 2.0, 6.0)], ct).mask, ct).any(axis=(1, 2))
    # Each contour stands for two slices, its own and, half a step below, the one in the middle.
    assert np.flatnonzero(inside).tolist() == [1, 2, 3, 4, 5, 6]


def test_missing_contours_stay_a_gap() -> None:
    ct = grid(even(14, 2.0))
    inside = whole(make_mask([square(z) for z in (-4.0, -2.0, 0.0, 10.0, 12.0)], ct).mask, ct).any(axis=(1, 2))
    assert np.flatnonzero(inside).tolist() == [1, 2, 3, 8, 9]


def test_slices_stand_where_they_are() -> None:
    z = np.array([0.0, 1.0, 2.0, 9.0, 16.0, 17.0, 18.0])
    ct = grid(z)
    mask = make_mask([square(float(height)) for height in z[2:5]], ct).mask
    assert mask is not None
    # Drawn on neighbouring slices: those left out close by stay empty, and each is as thick as its neighbours leave room.
    assert np.flatnonzero(whole(mask, ct).any(axis=(1, 2))).tolist() == [2, 3, 4]
    cells = np.count_nonzero(np.abs(np.stack(centres())).max(axis=0) < 8)
    assert mask.volume_cm3 == pytest.approx(cells * DX * DY * (4.0 + 7.0 + 4.0) / 1000)


def test_single_contour_between_slices_belongs_to_the_nearest_one() -> None:
    ct = grid(np.array([0.0, 7.0, 8.0, 9.0]))
    for z, expected in ((7.0, 1), (6.0, 1), (3.0, 0), (7.6, 2)):
        assert np.flatnonzero(whole(make_mask([square(z)], ct).mask, ct).any(axis=(1, 2))).tolist() == [expected]


@given(
    st.lists(st.integers(-20, 40), min_size=1, max_size=12, unique=True),
    st.sampled_from([0.5, 1.0, 1.5, 3.0]),
    st.lists(st.floats(0.4, 5.0), min_size=2, max_size=25),
)
def test_no_slice_is_further_from_its_plane_than_the_rule_says(planes: list[int], step: float, gaps: list[float]) -> None:
    slices = np.cumsum(np.array(gaps))
    heights = np.sort(np.array(planes, dtype=np.float64)) * step
    owner = planes_of_slices(heights, slices)
    usual = np.sort(np.diff(heights))[(len(heights) - 1) // 2] if len(heights) > 1 else np.inf
    for z, plane in zip(slices, owner, strict=True):
        away = np.abs(heights - z)
        if plane >= 0:
            assert away[plane] <= away.min() + 2e-3
            assert away[plane] <= max(usual / 2, 0.0) + 2e-3
    assert (np.diff(owner[owner >= 0]) >= 0).all()


def test_structure_without_contours_has_no_planes() -> None:
    heights, plane_of = group_planes(np.empty(0))
    assert (len(heights), len(plane_of)) == (0, 0)
    assert planes_of_slices(heights, even()).tolist() == [-1] * 12


def test_contours_of_one_plane_written_with_rounded_decimals_are_one_plane() -> None:
    heights, plane_of = group_planes(np.array([3.001, 0.0, 3.0, -1.5, 3.004]))
    assert heights.tolist() == [-1.5, 0.0, 3.0]
    assert plane_of.tolist() == [2, 1, 2, 0, 2]


def test_sections_of_all_three_axes_are_planes_of_the_voxels() -> None:
    ct = grid(even())
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    rings = [at(np.column_stack([3 + r * np.cos(turn), 2 + 0.8 * r * np.sin(turn)]), z) for r, z in ((13, 0), (9, 2), (11, 4))]
    mask = make_mask(rings, ct).mask
    assert mask is not None
    inside = whole(mask, ct)
    for axis, count in enumerate(ct.hounsfield.shape):
        for index in range(count):
            section, plane = mask.section(axis, index), np.take(inside, index, axis=axis)
            found = np.zeros(plane.shape, bool)
            if section is not None:
                rows, columns = section.cells.shape
                first_row, first_column = section.first_row, section.first_column
                found[first_row : first_row + rows, first_column : first_column + columns] = section.cells
            assert (found == plane).all()


def test_mask_is_packed_and_cannot_be_changed() -> None:
    mask = make_mask([square(2.0)], grid(even())).mask
    assert mask is not None
    slices, rows, columns = mask.shape
    assert mask.packed.nbytes == slices * rows * -(-columns // 8)
    assert not mask.packed.flags.writeable


def test_what_lies_outside_the_ct_is_left_out_and_told() -> None:
    ct = grid(even())
    beside = make_mask([square(2.0, 8.0, (X0, 0.0))], ct)
    assert beside.leaves_ct
    assert beside.mask is not None
    assert beside.mask.first[2] == 0
    above = make_mask([square(z) for z in (14.0, 16.0, 18.0, 20.0)], ct)
    assert above.leaves_ct
    assert whole(above.mask, ct).any(axis=(1, 2)).tolist() == [False] * 10 + [True] * 2
    assert make_mask([square(300.0)], ct).mask is None
    assert make_mask([square(2.0, 8.0, (400.0, 0.0))], ct).mask is None
    assert not make_mask([square(2.0)], ct).leaves_ct


def test_contours_without_area_have_no_mask() -> None:
    ct = grid(even())
    assert make_mask([], ct).mask is None
    assert make_mask([at([(0.0, 0.0), (5.0, 5.0)], 2.0)], ct).mask is None
    assert make_mask([square(2.0, 0.1, (X0 + DX / 2, Y0 + DY / 2))], ct).mask is None


def test_volume_of_an_ellipsoid() -> None:
    z = np.arange(-18.0, 18.5, 1.0)
    ct = grid(z)
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    shrink = [(height, np.sqrt(1 - (height / 17.5) ** 2)) for height in z[1:-1]]
    rings = [at(np.column_stack([15 * s * np.cos(turn), 12 * s * np.sin(turn)]), height) for height, s in shrink]
    mask = make_mask(rings, ct).mask
    assert mask is not None
    # Sampling by voxels of 1 mm: half a voxel on the surface, both ways; far less on the whole.
    assert mask.volume_cm3 == pytest.approx(4 / 3 * np.pi * 17.5 * 15 * 12 / 1000, rel=0.01)
    areas = sum(shoelace(ring) for ring in rings)
    assert mask.volume_cm3 == pytest.approx(areas * 1.0 / 1000, rel=0.01)
