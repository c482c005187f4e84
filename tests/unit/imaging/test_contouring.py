"""Contours brought onto other planes: closed-form solids, and which slices belong to a structure at all."""

import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FloatArray, rotation_x, rotation_y, rotation_z
from pti.imaging.contouring import ResampledContours, resample_contours, thinned, zero_lines
from pti.imaging.masks import make_mask
from pti.imaging.volume import CtVolume
from tests.support.solids import Ellipsoid, Torus, area_mm2, at_height, sections

PLANE_STEP_MM, SLICE_STEP_MM = 3.0, 1.25
PLANES = np.arange(-60.0, 61.0, PLANE_STEP_MM) + 0.3
SLICES = np.arange(-60.0, 60.0, SLICE_STEP_MM) + 0.4
SPHERE = Ellipsoid((3.0, -2.0, 0.0), (25.0, 25.0, 25.0), np.eye(3))
TILTED = Ellipsoid((5.0, -7.0, 2.0), (40.0, 18.0, 25.0), rotation_z(25) @ rotation_x(35) @ rotation_y(20))
UPRIGHT, LYING = Torus(20.0, 8.0, lying=False), Torus(20.0, 8.0, lying=True)


def square(z_mm: float, half_mm: float = 8.0, centre: tuple[float, float] = (0.0, 0.0)) -> FloatArray:
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], dtype=np.float64)
    return at_height(half_mm * corners + centre, z_mm)


def circle(z_mm: float, radius_mm: float, centre: tuple[float, float] = (0.0, 0.0)) -> FloatArray:
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    return at_height(radius_mm * np.column_stack([np.cos(turn), np.sin(turn)]) + centre, z_mm)


def on(found: ResampledContours, index: int) -> list[FloatArray]:
    return [points for k, points in zip(found.slice_indices, found.contours_mm, strict=True) if k == index]


def area_on(found: ResampledContours, index: int) -> float:
    """By the even-odd rule: with nested contours their areas alternate."""
    areas = sorted((area_mm2(points) for points in on(found, index)), reverse=True)
    return sum(area if depth % 2 == 0 else -area for depth, area in enumerate(areas))


def quantiles_mm(distances: FloatArray) -> tuple[float, float, float]:
    """Median, 95th percentile and worst."""
    away = np.abs(distances)
    return float(np.median(away)), float(np.percentile(away, 95)), float(away.max())


@pytest.mark.requirement("RTSS-01")
def test_every_contour_lies_exactly_on_a_slice() -> None:
    found = resample_contours(sections(TILTED, PLANES), SLICES)
    assert len(found.contours_mm) > 30
    for index, points in zip(found.slice_indices, found.contours_mm, strict=True):
        assert (points[:, 2] == SLICES[index]).all()
        assert not points.flags.writeable
    assert list(found.slice_indices) == sorted(found.slice_indices)


@pytest.mark.requirement("RTSS-01")
@pytest.mark.parametrize(("solid", "worst_mm"), [(SPHERE, 0.12), (TILTED, 0.20)])
def test_ellipsoids_keep_their_surface_and_volume(solid: Ellipsoid, worst_mm: float) -> None:
    """Straight lines between planes 3 mm apart cut the bulge off: by 3 mm squared, over eight times the radius along z."""
    found = resample_contours(sections(solid, PLANES), SLICES)
    inner = [c for c in found.contours_mm if abs(c[0, 2] - solid.centre_mm[2]) < solid.half_height_mm - 1.5 * PLANE_STEP_MM]
    median, most, worst = quantiles_mm(solid.distance_mm(np.concatenate(inner)))
    assert median < 0.06
    assert most < 0.12
    assert worst < worst_mm
    volume = SLICE_STEP_MM * sum(area_mm2(points) for points in found.contours_mm)
    assert volume == pytest.approx(solid.volume_mm3, rel=0.005)
    # At the ends a plane stands for half a step: no point is further off than the solid's cap is high there.
    assert np.abs(solid.distance_mm(np.concatenate(found.contours_mm))).max() < PLANE_STEP_MM / 2


@pytest.mark.requirement("RTSS-01")
def test_a_torus_keeps_its_hole() -> None:
    found = resample_contours(sections(UPRIGHT, PLANES), SLICES)
    assert set(Counter(found.slice_indices).values()) == {2}
    inner = [points for points in found.contours_mm if abs(points[0, 2]) < 5.0]
    assert quantiles_mm(UPRIGHT.distance_mm(np.concatenate(inner)))[2] < 0.2  # 3 mm squared over eight times 8 mm, and more
    middle = int(np.abs(SLICES).argmin())
    expected = np.pi * 4 * UPRIGHT.ring_mm * np.sqrt(UPRIGHT.tube_mm**2 - SLICES[middle] ** 2)
    assert area_on(found, middle) == pytest.approx(expected, rel=0.02)


@pytest.mark.requirement("RTSS-01")
def test_two_islands_become_one_where_they_merge() -> None:
    found = resample_contours(sections(LYING, PLANES), SLICES)
    counts = Counter(found.slice_indices)
    apart = LYING.ring_mm - LYING.tube_mm
    for index, z in enumerate(SLICES.tolist()):
        if abs(z) < apart - PLANE_STEP_MM:
            assert counts[index] == 2, z
        elif apart + PLANE_STEP_MM < abs(z) < LYING.ring_mm + LYING.tube_mm - PLANE_STEP_MM:
            assert counts[index] == 1, z
    median, most, worst = quantiles_mm(LYING.distance_mm(np.concatenate(found.contours_mm)))
    assert median < 0.1
    assert most < PLANE_STEP_MM / 4  # where they merge, and at the ends
    assert worst < PLANE_STEP_MM / 3


@pytest.mark.requirement("RTSS-01")
@pytest.mark.parametrize("off_mm", [0.0, 0.004, -0.004])
def test_a_contour_on_a_slice_keeps_its_points(off_mm: float) -> None:
    planes = SLICES[34:62:3] + off_mm
    drawn = sections(SPHERE, planes)
    found = resample_contours(drawn, SLICES)
    for index, points in zip(range(34, 62, 3), drawn, strict=True):
        (kept,) = on(found, index)
        np.testing.assert_array_equal(kept[:, :2], points[:, :2])
        assert (kept[:, 2] == SLICES[index]).all()


def test_nothing_changes_between_planes_of_one_shape() -> None:
    found = resample_contours([square(0.0, 20.0), square(3.0, 20.0), square(6.0, 20.0)], np.array([0.0, 1.0, 2.0, 4.5]))
    for points in found.contours_mm:
        # A corner is cut off within one step of the grid (0.2 mm here), and thinning moves the line by 0.02 mm.
        assert area_mm2(points) == pytest.approx(1600.0, rel=1e-3)
        assert np.abs(np.abs(points[:, :2]).max(axis=0) - 20.0).max() < 0.021


@given(st.lists(st.floats(5.0, 30.0), min_size=8, max_size=16), st.lists(st.floats(5.0, 30.0), min_size=8, max_size=16))
def test_a_shape_between_two_lies_between_them(first: list[float], second: list[float]) -> None:
    """What both have is in it, and it goes nowhere that neither has: checked at random points."""
    stars = [star(radii, z) for radii, z in ((first, 0.0), (second, 4.0))]
    found = resample_contours(stars, np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    points = np.random.default_rng(1).uniform(-30, 30, (400, 2))
    inside = [inside_star(np.array(radii), points, 0.3) for radii in (first, second)]
    outside = [~inside_star(np.array(radii), points, -0.3) for radii in (first, second)]
    for index in (1, 2, 3):
        within = np.zeros(len(points), dtype=bool)
        for contour in on(found, index):
            within ^= winding_inside(contour, points)
        assert within[inside[0] & inside[1]].all()
        assert not within[outside[0] & outside[1]].any()


def star(radii: list[float], z_mm: float) -> FloatArray:
    turn = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return at_height(np.array(radii)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]), z_mm)


def inside_star(radii: FloatArray, points: FloatArray, margin_mm: float) -> np.ndarray:
    """Whether points lie at least a margin inside a star (or at most its negative outside)."""
    polygon = star(radii.tolist(), 0.0)[:, :2]
    signed = np.where(winding_inside(polygon, points), 1, -1) * distance_to(polygon, points)
    return np.asarray(signed >= margin_mm)


def winding_inside(polygon: FloatArray, points: FloatArray) -> np.ndarray:
    """By the sum of the angles under which a point sees the edges."""
    a = polygon[:, :2] - points[:, None]
    b = np.roll(polygon[:, :2], -1, axis=0) - points[:, None]
    total = np.arctan2(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], (a * b).sum(axis=2)).sum(axis=1)
    return np.asarray(np.rint(total / (2 * np.pi)).astype(int) % 2 == 1)


def distance_to(polygon: FloatArray, points: FloatArray) -> FloatArray:
    a, b = polygon, np.roll(polygon, -1, axis=0)
    share = np.clip(((points[:, None] - a) * (b - a)).sum(axis=2) / ((b - a) ** 2).sum(axis=1), 0, 1)
    return np.asarray(np.linalg.norm(points[:, None] - a - share[..., None] * (b - a), axis=2).min(axis=1))


def test_a_shape_between_is_in_proportion() -> None:
    found = resample_contours([circle(0.0, 10.0), circle(4.0, 18.0)], np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    for index, radius in ((1, 12.0), (2, 14.0), (3, 16.0)):
        np.testing.assert_allclose(np.hypot(*on(found, index)[0][:, :2].T), radius, atol=0.03)


def test_a_keyhole_contour_gives_what_an_outer_and_an_inner_one_give() -> None:
    """The slit between the two rings bounds nothing: where the other plane is narrower, it must not cut a notch."""
    turn = np.linspace(0, 2 * np.pi, 181)
    circles = np.column_stack([np.cos(turn), np.sin(turn)])
    keyholes = [at_height(np.vstack([r * circles, 5 * circles[::-1]]), z) for z, r in ((0.0, 20.0), (4.0, 12.0))]
    found = resample_contours(keyholes, np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    for index, radius in ((1, 18.0), (2, 16.0), (3, 14.0)):
        inner, outer = sorted(on(found, index), key=area_mm2)
        np.testing.assert_allclose(np.hypot(*inner[:, :2].T), 5.0, atol=0.03)
        np.testing.assert_allclose(np.hypot(*outer[:, :2].T), radius, atol=0.03)


def test_an_island_or_a_hole_without_counterpart_lasts_for_half_a_step() -> None:
    """A second island and a hole stand on the lower plane alone; far from anything above, they must not wane at once."""
    island, hole = circle(0.0, 3.0, (60.0, 0.0)), circle(0.0, 4.0)
    drawn = [circle(0.0, 20.0), island, hole, circle(4.0, 20.0)]
    found = resample_contours(drawn, np.array([0.0, 1.0, 1.9, 2.1, 3.0, 4.0]))
    full, small, gap = (area_mm2(drawn[n]) for n in (0, 1, 2))
    lower, upper = full + small - gap, full
    for index, expected in ((1, lower), (2, lower), (3, upper), (4, upper)):
        total = sum(area_mm2(c) for c in on(found, index))
        assert len(on(found, index)) == (3 if index < 3 else 1)
        assert total - 2 * (gap if index < 3 else 0) == pytest.approx(expected, rel=2e-3)


def test_an_island_in_a_hole_that_ends_goes_with_the_hole() -> None:
    drawn = [circle(0.0, 20.0), circle(0.0, 12.0), circle(0.0, 5.0), circle(4.0, 20.0)]
    found = resample_contours(drawn, np.array([0.0, 1.0, 3.0, 4.0]))
    assert [len(on(found, index)) for index in range(4)] == [3, 3, 1, 1]
    assert area_on(found, 1) == pytest.approx(np.pi * (400 - 144 + 25), rel=3e-3)
    assert area_on(found, 2) == pytest.approx(np.pi * 400, rel=3e-3)


def test_a_thin_slanting_strand_does_not_vanish_between_planes() -> None:
    drawn = [circle(3.0 * n, 1.0, (5.0 * n, 0.0)) for n in range(5)]
    slices: FloatArray = np.arange(0.0, 12.1, 0.75)
    found = resample_contours(drawn, slices)
    assert set(found.slice_indices) == set(range(len(slices)))
    assert all(area_mm2(points) == pytest.approx(np.pi, rel=0.01) for points in found.contours_mm)


def test_gaps_stay_and_ends_reach_half_a_step() -> None:
    """Planes 2 mm apart with one left out at z = 6; the usual step is 2 mm, so each stands for 1 mm to both sides."""
    drawn = [square(z) for z in (0.0, 2.0, 4.0, 8.0, 10.0)]
    slices: FloatArray = np.arange(-2.25, 12.3, 0.5)
    found = resample_contours(drawn, slices)
    expected = [z for z in slices.tolist() if -1.0 <= z <= 5.0 or 7.0 <= z <= 11.0]
    assert [float(slices[k]) for k in sorted(set(found.slice_indices))] == expected
    ends = [k for k, z in enumerate(slices.tolist()) if z in (-0.75, 4.75, 7.25, 10.75)]
    for index in ends:
        np.testing.assert_array_equal(on(found, index)[0][:, :2], square(0.0)[:, :2])


def test_a_slice_left_empty_on_purpose_stays_empty() -> None:
    slices: FloatArray = np.arange(0.0, 20.0, 2.0)
    found = resample_contours([square(z) for z in slices.tolist() if z not in (8.0, 10.0)], slices)
    assert found.slice_indices == (0, 1, 2, 3, 6, 7, 8, 9)


def test_a_single_plane_stands_on_the_nearest_slice() -> None:
    found = resample_contours([square(2.9)], np.array([0.0, 2.0, 4.0, 6.0]))
    assert found.slice_indices == (1,)
    np.testing.assert_array_equal(found.contours_mm[0], square(2.0))


def test_planes_beyond_the_ct_are_told() -> None:
    found = resample_contours([square(z) for z in (-4.0, -2.0, 0.0, 2.0)], np.array([0.0, 2.0, 4.0]))
    assert found.beyond_mm == (-4.0, -2.0)
    assert found.slice_indices == (0, 1)


@pytest.mark.parametrize("contours", [[], [square(0.0)[:2]]])
def test_without_an_area_there_is_nothing(contours: list[FloatArray]) -> None:
    found = resample_contours(contours, SLICES)
    assert (found.slice_indices, found.contours_mm, found.beyond_mm) == ((), (), ())


def test_a_contour_that_stands_twice_counts_once() -> None:
    drawn = [square(0.0), np.roll(square(0.0), 1, axis=0), square(3.0)]
    found = resample_contours(drawn, np.array([0.0, 1.0, 3.0]))
    assert found.slice_indices == (0, 1, 2)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9, unique=True), st.integers(1, 4))
def test_the_slices_are_those_of_the_structures_voxels(halves: list[int], step: int) -> None:
    """Masks and contours must not disagree about where a structure is."""
    slices: FloatArray = np.asarray(0.7 * step * np.arange(int(np.ceil(24.0 / (0.7 * step)))), dtype=np.float64)
    ct = CtVolume(patient_frame("2.25.1"), np.zeros((len(slices), 40, 40), np.int16), (-19.5, -19.5), 1.0, 1.0, slices)
    drawn = [square(half * 0.5) for half in halves]
    mask = make_mask(drawn, ct).mask
    expected = set() if mask is None else {mask.first[0] + int(k) for k in np.flatnonzero(mask.packed.any(axis=(1, 2)))}
    assert set(resample_contours(drawn, slices).slice_indices) == expected


def test_many_islands_and_absurd_sizes_cost_no_minutes() -> None:
    islands = [square(z, 2.0, (6.0 * i, 6.0 * j)) for z in (0.0, 3.0) for i in range(20) for j in range(20)]
    begun = time.perf_counter()
    assert resample_contours(islands, np.array([0.0, 1.0, 3.0])).slice_indices == (0,) * 400 + (1,) * 400 + (2,) * 400
    vast = [square(z, 1e6) for z in (0.0, 3.0)]
    assert resample_contours(vast, np.array([0.0, 1.0, 3.0])).slice_indices == (0, 1, 2)
    assert time.perf_counter() - begun < 10.0  # half a second, and room for a machine that is busy


def test_zero_lines_go_round_what_is_negative_and_close_along_the_border() -> None:
    row, column = np.indices((30, 40), dtype=np.float64)
    (ring,) = zero_lines(np.hypot(row - 12.3, column - 20.6) - 8.0)
    np.testing.assert_allclose(np.hypot(ring[:, 0] - 12.3, ring[:, 1] - 20.6), 8.0, atol=0.02)
    (cut,) = zero_lines(np.hypot(row + 2.0, column - 20.0) - 8.0)
    assert cut[:, 0].min() == 0.0
    assert zero_lines(np.ones((4, 4))) == []


def test_thinning_keeps_within_its_tolerance() -> None:
    ring = circle(0.0, 50.0)[:, :2]
    fewer = thinned(ring, 0.5)
    assert 10 < len(fewer) < 40
    assert distance_to(fewer, ring).max() < 0.5


def test_a_body_is_resampled_while_one_waits() -> None:
    """150 planes of 500 points onto 300 slices: seconds, not minutes; some tenths on a free machine of eight cores."""
    turn = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    lobed = np.column_stack([np.cos(turn) * (1 + 0.03 * np.cos(5 * turn)), np.sin(turn)])
    body = [at_height(lobed * (220 + 5 * np.sin(z / 30), 130), z) for z in 3.0 * np.arange(150)]
    resample_contours(body[:3], np.asarray(1.5 * np.arange(4) + 0.2))  # compiles
    begun = time.perf_counter()
    found = resample_contours(body, np.asarray(1.5 * np.arange(300) + 0.2))
    assert len(found.contours_mm) == 299
    assert time.perf_counter() - begun < 20.0  # two seconds on two cores, and room for a machine that is busy
