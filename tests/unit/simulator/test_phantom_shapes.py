"""Shapes, fields and contours of the demo patient against closed forms."""

import numpy as np
import pytest

from pti.simulator.phantom.contours import axial_contours
from pti.simulator.phantom.fields import Field, Grid, field_of
from pti.simulator.phantom.shapes import (
    Part,
    Solid,
    ball,
    both,
    box,
    ellipsoid,
    grown,
    half_space,
    joined,
    moved,
    strewn,
    tube,
    turned,
    within,
    without,
)

GRID = Grid((40, 50, 60), (-29.5, -24.5, -19.5), (1.0, 1.0, 1.0))


def distance_at(solid: Solid, point_mm: tuple[float, float, float]) -> float:
    """The solid's field on the one voxel at a point, or far away where the field does not reach."""
    grid = Grid((3, 3, 3), tuple(p - 0.01 for p in point_mm), (0.01, 0.01, 0.01))  # type: ignore[arg-type]
    field = field_of(solid, grid)
    return float(field.distance_mm[1, 1, 1]) if field.distance_mm.size else np.inf


@pytest.mark.parametrize(
    ("part", "point_mm", "expected"),
    [
        (ball((1, 2, 3), 5), (1, 2, 11), 3.0),
        (ball((1, 2, 3), 5), (1, 3, 3), -4.0),
        (ellipsoid((0, 0, 0), (10, 5, 5)), (12, 0, 0), 2.0),
        (ellipsoid((0, 0, 0), (10, 5, 5), turned(yaw_deg=90)), (0, 12, 0), 2.0),
        (ellipsoid((0, 0, 0), (10, 5, 5), square=True), (0, 0, 6), 1.0),
        (box((0, 0, 0), (4, 3, 2), edge=0.5), (6, 0, 0), 2.0),
        (box((0, 0, 0), (4, 3, 2), edge=0.5), (0, 0, 1), -1.0),
        (tube([(0, 0, 0), (10, 0, 0)], 2.0)[0], (5, 5, 0), 3.0),
        (tube([(0, 0, 0), (10, 0, 0)], [2.0, 4.0])[0], (12, 0, 0), -2.0),
        (tube([(0, 0, 0), (10, 0, 0)], 2.0, times=2.0)[0], (5, 0, 6), 2.0),
        (tube([(0, 0, 0), (10, 0, 0)], 2.0, times=2.0)[0], (5, 3, 0), 1.0),
    ],
)
def test_distance_along_an_axis_is_exact(part: Part, point_mm: tuple[float, float, float], expected: float) -> None:
    # Single precision of values of some ten millimetres.
    assert distance_at(Solid((part,)), point_mm) == pytest.approx(expected, abs=1e-4)


def test_solids_are_cut_and_confined_as_wholes() -> None:
    shell = Solid((ball((0, 0, 0), 10),), cut=(ball((0, 0, 0), 7),))
    assert distance_at(shell, (8.5, 0, 0)) == pytest.approx(-1.5, abs=1e-4)
    assert distance_at(shell, (6, 0, 0)) == pytest.approx(1.0, abs=1e-4)
    half = Solid((ball((0, 0, 0), 10),), inside=(half_space((0, 0, 0), (1, 0, 0)),))
    assert distance_at(half, (2, 0, 0)) == pytest.approx(2.0, abs=1e-4)
    assert distance_at(half, (-2, 0, 0)) == pytest.approx(-2.0, abs=1e-4)


def test_parts_are_taken_away_and_cut_off_in_order() -> None:
    solid = Solid((ball((0, 0, 0), 10), *without(ball((8, 0, 0), 4)), *within(half_space((0, 0, 0), (0, 0, 1)))))
    assert distance_at(solid, (8, 0, -0.01)) > 0
    assert distance_at(solid, (0, 0, 3)) == pytest.approx(3.0, abs=1e-4)
    assert distance_at(solid, (-8, 0, -3)) < 0


def test_a_blend_only_adds_near_the_joint() -> None:
    pair = joined(ball((-6, 0, 0), 5), ball((6, 0, 0), 5))
    blended = joined(ball((-6, 0, 0), 5), ball((6, 0, 0), 5), blend=4)
    assert distance_at(Solid(pair), (0, 0, 0)) == pytest.approx(1.0, abs=1e-4)
    assert distance_at(Solid(blended), (0, 0, 0)) == pytest.approx(0.0, abs=1e-4)
    assert distance_at(Solid(blended), (-11, 0, 0)) == pytest.approx(distance_at(Solid(pair), (-11, 0, 0)), abs=1e-4)


def test_moved_grown_and_mirrored_parts_follow() -> None:
    tooth = ellipsoid((20, 0, 0), (2, 6, 3), turned(yaw_deg=30))
    turn, shift = turned(pitch_deg=10, roll_deg=20, yaw_deg=30), (1.0, 2.0, 3.0)
    point = np.array([22.0, 3.0, 1.0])
    away = turn @ point + shift
    expected = distance_at(Solid((tooth,)), tuple(point))
    assert distance_at(Solid(moved((tooth,), turn, shift)), tuple(away)) == pytest.approx(expected, abs=1e-4)
    mirrored = both(tooth, right_shift=(0, 0, 1))[1]
    assert distance_at(Solid((mirrored,)), (-22.0, 3.0, 2.0)) == pytest.approx(expected, abs=1e-4)
    assert distance_at(Solid(grown((ball((0, 0, 0), 3),), 2)), (7, 0, 0)) == pytest.approx(2.0, abs=1e-4)


def test_a_rough_surface_stays_within_its_height() -> None:
    smooth = field_of(Solid((ball((0, 0, 0), 10),)), GRID).distance_mm
    rough = field_of(Solid((ball((0, 0, 0), 10),), roughness_mm=0.8, roughness_scale_mm=4.0), GRID).distance_mm
    moved_by = abs(rough - smooth)[abs(smooth) < 2]
    assert 0.3 < moved_by.max() <= 0.8 + 1e-4


def test_strewn_cells_do_not_touch() -> None:
    cells = strewn(5, 40, (0, 0, 0), (10, 10, 10), (1.0, 2.0))
    assert len(cells) > 20
    for n, cell in enumerate(cells):
        for other in cells[:n]:
            assert np.linalg.norm(cell.place - other.place) > cell.sizes[0] + other.sizes[0]


def test_the_contours_of_a_ball_are_circles_on_the_slices() -> None:
    contours = axial_contours(field_of(Solid((ball((3.2, -1.4, 0), 9),)), GRID), tolerance_mm=1e-6)
    z = GRID.positions_mm(2)
    inside = np.flatnonzero(abs(z) < 9)
    assert [c.slice_index for c in contours] == inside.tolist()
    for contour in contours:
        radius = np.sqrt(81 - z[contour.slice_index] ** 2)
        found = np.hypot(*(contour.points_xy_mm - (3.2, -1.4)).T)
        # Straight lines between voxels of 1 mm on a field that is exact.
        np.testing.assert_allclose(found, radius, atol=0.07)


def test_a_hollow_gives_a_line_of_its_own_and_thinning_stays_near() -> None:
    field = field_of(Solid((ball((0, 0, 0), 12),), cut=(ball((0, 0, 0), 6),)), GRID)
    middle = [c for c in axial_contours(field) if c.slice_index == 20]
    every = [c for c in axial_contours(field, tolerance_mm=1e-6) if c.slice_index == 20]
    assert len(middle) == 2
    assert sum(len(c.points_xy_mm) for c in middle) < sum(len(c.points_xy_mm) for c in every)
    for contour, radius in zip(sorted(middle, key=lambda c: -len(c.points_xy_mm)), (12.0, 6.0), strict=True):
        np.testing.assert_allclose(np.hypot(*contour.points_xy_mm.T), np.sqrt(radius**2 - 0.25), atol=0.1)


def test_a_solid_that_the_volume_cuts_has_closed_contours_along_its_border() -> None:
    contours = axial_contours(field_of(Solid((ball((-30, 0, 0), 8),)), GRID))
    assert contours
    for contour in contours:
        assert contour.points_xy_mm[:, 0].min() == -29.5


def test_touching_corners_are_traced_as_two_lines() -> None:
    distance = np.ones((1, 6, 6), dtype=np.float32)
    distance[0, 2, 2] = distance[0, 3, 3] = -1
    grid = Grid((1, 6, 6), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert len(axial_contours(Field(distance, (0, 0, 0), grid))) == 2
