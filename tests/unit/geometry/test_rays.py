"""Rays: triangulation of points that were projected, gaps in closed form, epipolar lines through what lies on them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.panels import PanelOrientation
from pti.geometry.rays import Rays, epipolar_lines, meeting_of_rays, rays_through_pixels
from tests.support.geometry import FloatArray, angles, panel_orientations, points

FRONT = ImagerGeometry.centred(0.0, 2700.0, 3700.0, 768, 1024, 0.388)
SIDE = ImagerGeometry.centred(90.0, 2700.0, 3700.0, 768, 1024, 0.388)


@st.composite
def panels(draw: st.DrawFn) -> ImagerGeometry:
    """A panel with every angle and offset."""
    orientation: PanelOrientation = draw(panel_orientations())
    return ImagerGeometry(
        draw(angles()), 2650.0, 3600.0, 700, 900, 0.4, 0.36, (-170.0, 130.0), draw(angles()), (6.0, -4.0), orientation
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[ImagerGeometry, ImagerGeometry]:
    """Two panels whose sources stand at least 45 degrees apart and not opposite each other."""
    first, second = draw(panels()), draw(panels())
    return first, replace(second, gantry_deg=first.gantry_deg + draw(st.floats(45, 135)) * draw(st.sampled_from((-1, 1))))


@given(pairs(), st.lists(points(200), min_size=1, max_size=5))
def test_points_that_two_panels_show_are_found_again(
    pair: tuple[ImagerGeometry, ImagerGeometry], shown: list[FloatArray]
) -> None:
    targets = np.array(shown)
    first, second = (rays_through_pixels(panel, panel.project(targets)) for panel in pair)
    meeting = meeting_of_rays(first, second)
    np.testing.assert_allclose(meeting.points_mm, targets, rtol=0, atol=1e-7)
    assert meeting.gaps_mm.shape == (len(targets),)
    assert meeting.gaps_mm.max() < 1e-7


@given(panels(), points(200))
def test_ray_through_a_pixel_starts_at_the_source_and_passes_what_the_pixel_shows(
    panel: ImagerGeometry, target: FloatArray
) -> None:
    ray = rays_through_pixels(panel, panel.project(target))
    np.testing.assert_allclose(ray.origins_mm, panel.source_fixed_mm, rtol=0, atol=1e-9)
    distance = np.linalg.norm(target - panel.source_fixed_mm)
    np.testing.assert_allclose(ray.at(distance), target, rtol=0, atol=1e-7)


def test_rays_that_pass_each_other_meet_midway_with_their_distance_as_gap() -> None:
    first = Rays(np.array([-100.0, 7.0, 3.0]), np.array([1.0, 0.0, 0.0]))
    second = Rays(np.array([20.0, -50.0, -5.0]), np.array([0.0, 1.0, 0.0]))
    meeting = meeting_of_rays(first, second)
    np.testing.assert_allclose(meeting.points_mm, (20, 7, -1), rtol=0, atol=1e-12)
    assert meeting.gaps_mm == pytest.approx(8.0, abs=1e-12)


def test_marker_that_is_picked_a_pixel_too_high_on_one_image_leaves_a_gap_of_that_pixel() -> None:
    target = np.array([5.0, -8.0, 12.0])
    wrong = SIDE.project(target) - (1.0, 0.0)
    meeting = meeting_of_rays(rays_through_pixels(FRONT, FRONT.project(target)), rays_through_pixels(SIDE, wrong))
    pixel_mm = 0.388 * (2700 - 5) / 3700  # at the target's depth below the source on the right
    assert meeting.gaps_mm == pytest.approx(pixel_mm, rel=1e-4)
    np.testing.assert_allclose(meeting.points_mm, target + (0, pixel_mm / 2, 0), rtol=0, atol=1e-3)


@pytest.mark.parametrize("turn_deg", [0.5, 180.5])
def test_parallel_rays_are_refused_with_their_angle(turn_deg: float) -> None:
    centre = (767 / 2, 1023 / 2)
    nearly = ImagerGeometry.centred(turn_deg, 2700.0, 3700.0, 768, 1024, 0.388)
    with pytest.raises(ValueError, match=r"parallel within 0\.5 degrees"):
        meeting_of_rays(rays_through_pixels(FRONT, centre), rays_through_pixels(nearly, centre))


def test_one_parallel_pair_among_others_is_refused() -> None:
    along = Rays(np.zeros(3), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    with pytest.raises(ValueError, match="parallel within 0 degrees"):
        meeting_of_rays(along, Rays(np.array([5.0, -5.0, 0.0]), np.array([0.0, 1.0, 0.0])))


def test_rays_that_part_are_refused() -> None:
    first = Rays(np.array([10.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    second = Rays(np.array([0.0, 10.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    with pytest.raises(ValueError, match="behind a source"):
        meeting_of_rays(first, second)


@pytest.mark.parametrize("direction", [(1.0, 1.0, 0.0), (0.0, 0.0, 0.0), (np.nan, 0.0, 1.0)])
def test_directions_that_are_no_unit_vectors_are_refused(direction: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="not a unit vector"):
        Rays(np.zeros(3), np.array(direction))


@given(pairs(), points(200))
def test_point_that_one_panel_shows_lies_on_its_epipolar_line_on_the_other(
    pair: tuple[ImagerGeometry, ImagerGeometry], target: FloatArray
) -> None:
    first, second = pair
    near, far = epipolar_lines(first, first.project(target), second, 400.0)
    shown = second.project(target)
    length = np.linalg.norm(far - near)
    assume(length > 10)
    along = (far - near) / length
    reach, aside = (shown - near) @ along, (shown - near) @ (-along[1], along[0])
    assert abs(aside) < 1e-6
    assert 0 < reach < length


def test_epipolar_line_of_the_middle_of_one_panel_runs_along_the_middle_row_of_the_other() -> None:
    # The beam axis from above, +-100 mm about the isocentre; from the right the upper end is seen at lower columns.
    (upper, lower) = epipolar_lines(FRONT, (767 / 2, 1023 / 2), SIDE, 100.0)
    step = 100 * 3700 / 2700 / 0.388
    np.testing.assert_allclose(upper, (767 / 2, 1023 / 2 - step), rtol=0, atol=1e-9)
    np.testing.assert_allclose(lower, (767 / 2, 1023 / 2 + step), rtol=0, atol=1e-9)


@given(pairs(), st.lists(st.tuples(st.floats(0, 700), st.floats(0, 900)), min_size=1, max_size=4))
def test_epipolar_line_ends_at_the_asked_distance_from_the_point_nearest_to_the_isocentre(
    pair: tuple[ImagerGeometry, ImagerGeometry], pixels: list[tuple[float, float]]
) -> None:
    first, second = pair
    lines = epipolar_lines(first, pixels, second, 250.0)
    assert lines.shape == (len(pixels), 2, 2)
    rays = rays_through_pixels(first, pixels)
    ends = [meeting_of_rays(rays, rays_through_pixels(second, lines[:, end])).points_mm for end in (0, 1)]
    np.testing.assert_allclose(np.linalg.norm(ends[1] - ends[0], axis=-1), 500.0, rtol=0, atol=1e-6)
    middle = (ends[0] + ends[1]) / 2
    np.testing.assert_allclose((middle * rays.directions).sum(axis=-1), 0.0, rtol=0, atol=1e-6)


def test_epipolar_line_begins_at_the_focal_spot_at_the_earliest() -> None:
    near, far = epipolar_lines(FRONT, (300.0, 600.0), SIDE, 2699.9 + 500.0)
    np.testing.assert_allclose(near, SIDE.project(FRONT.source_fixed_mm), rtol=0, atol=1e-9)
    assert np.isfinite(far).all()


def test_epipolar_line_that_would_reach_behind_the_other_source_is_refused() -> None:
    from_the_left = ImagerGeometry.centred(270.0, 200.0, 700.0, 768, 1024, 0.388)
    with pytest.raises(ValueError, match="behind the source"):
        epipolar_lines(SIDE, (767 / 2, 1023 / 2), from_the_left, 250.0)
