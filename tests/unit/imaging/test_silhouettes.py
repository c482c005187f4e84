"""Silhouettes against closed forms: the outline of a sphere, of a box seen at an angle, and the chain of geometry."""

from dataclasses import replace

import numpy as np
import pytest

from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.geometry.rigid import FloatArray, RigidTransform
from pti.imaging.silhouettes import project_silhouettes
from tests.support.geometry import panel_orientation

FRAME = patient_frame("2.25.1")
PANEL = ImagerGeometry.centred(37.0, 2700.0, 3700.0, 768, 1024, 0.388)
OFFSET_PANEL = ImagerGeometry(305.0, 2650.0, 3600.0, 700, 900, 0.4, 0.36, (-170.0, 130.0), 2.0, (6.0, -4.0))
#: Tilted, turned and mirrored.
TILTED_PANEL = replace(OFFSET_PANEL, orientation=panel_orientation((8.0, -14.0, 75.0), mirrored=True))
POSE = patient_to_fixed(FRAME, np.array([3.0, 4.0, 5.0]), PatientPosition.HFP, rotation_deg=20.0, pitch_deg=3.0, roll_deg=-2.0)
#: 1 pixel of the panel at the isocentre, mm.
PIXEL_MM = 0.388 * 2700.0 / 3700.0


def sphere(centre_mm: FloatArray, radius_mm: float, step_mm: float) -> list[FloatArray]:
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    contours = []
    for z in np.arange(-radius_mm + step_mm / 2, radius_mm, step_mm):
        r = np.sqrt(radius_mm**2 - z**2)
        contours.append(centre_mm + np.stack([r * np.cos(turn), r * np.sin(turn), np.full_like(turn, z)], axis=1))
    return contours


def box(low_mm: tuple[float, float, float], high_mm: tuple[float, float, float], step_mm: float) -> list[FloatArray]:
    (x0, y0, z0), (x1, y1, z1) = low_mm, high_mm
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    return [np.array([(x, y, z) for x, y in corners]) for z in np.arange(z0 + step_mm / 2, z1, step_mm)]


def distance_of_rays_mm(line: FloatArray, geometry: ImagerGeometry, centre_fixed_mm: FloatArray) -> FloatArray:
    """How far the rays through pixel positions pass a point of the room."""
    source = geometry.source_fixed_mm
    rays = geometry.pixels_to_fixed(line) - source
    rays /= np.linalg.norm(rays, axis=1)[:, np.newaxis]
    return np.asarray(np.linalg.norm(np.cross(rays, centre_fixed_mm - source), axis=1))


@pytest.mark.parametrize("panel", [PANEL, OFFSET_PANEL, TILTED_PANEL])
def test_rays_through_the_outline_of_a_sphere_touch_it(panel: ImagerGeometry) -> None:
    centre, radius = np.array([10.0, -5.0, 7.0]), 60.0
    (line,) = project_silhouettes(sphere(centre, radius, 0.2), panel, POSE, 0.2)
    error_pixels = (distance_of_rays_mm(line, panel, POSE(centre)) - radius) / PIXEL_MM
    # The stairs of 0.2 mm slabs and of pixels remain: less than half a pixel on average, one at most.
    assert abs(error_pixels.mean()) < 0.25
    assert np.abs(error_pixels).max() < 1.0


def test_slabs_of_usual_thickness_shift_the_outline_by_little() -> None:
    centre, radius = np.array([10.0, -5.0, 7.0]), 60.0
    upright = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS)
    (line,) = project_silhouettes(sphere(centre, radius, 2.0), PANEL, upright, 2.0)
    error_pixels = (distance_of_rays_mm(line, PANEL, upright(centre)) - radius) / PIXEL_MM
    assert abs(error_pixels.mean()) < 1.0


def test_box_covers_exactly_the_pixels_of_its_projected_corners() -> None:
    low, high = (-20.0, -15.0, -30.0), (25.0, 10.0, 12.0)
    (line,) = project_silhouettes(box(low, high, 1.0), PANEL, POSE, 1.0)
    corners = np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    projected = PANEL.project(POSE(corners))
    # Corners are rounded by the smoothing, so extremes may fall short by a pixel or two but never reach beyond one.
    assert (line.min(axis=0) > projected.min(axis=0) - 1.0).all()
    assert (line.max(axis=0) < projected.max(axis=0) + 1.0).all()
    assert (line.min(axis=0) < projected.min(axis=0) + 3.0).all()
    assert (line.max(axis=0) > projected.max(axis=0) - 3.0).all()


def test_two_bodies_give_two_lines_and_a_ring_gives_its_hole() -> None:
    upright = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS)
    apart = [*box((-40, -10, 0), (-20, 10, 20), 1.0), *box((20, -10, 0), (40, 10, 20), 1.0)]
    assert len(project_silhouettes(apart, ImagerGeometry.centred(0, 2700, 3700, 768, 1024, 0.388), upright, 1.0)) == 2
    ring = [
        *box((-40, -10, -40), (40, 10, -20), 1.0),
        *box((-40, -10, 20), (40, 10, 40), 1.0),
        *box((-40, -10, -20), (-20, 10, 20), 1.0),
        *box((20, -10, -20), (40, 10, 20), 1.0),
    ]
    assert len(project_silhouettes(ring, ImagerGeometry.centred(0, 2700, 3700, 768, 1024, 0.388), upright, 1.0)) == 2


def test_structure_beside_the_panel_has_no_line() -> None:
    far = [contour + np.array([0.0, 0.0, 900.0]) for contour in box((-5, -5, -5), (5, 5, 5), 1.0)]
    upright = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS)
    assert project_silhouettes(far, PANEL, upright, 1.0) == ()


def test_structure_larger_than_the_panel_is_closed_outside_of_it() -> None:
    upright = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS)
    panel = ImagerGeometry.centred(0.0, 2700.0, 3700.0, 768, 1024, 0.388)
    (line,) = project_silhouettes(box((-50, -10, -400), (50, 10, 400), 2.0), panel, upright, 2.0)
    assert line[:, 0].min() < -1.0
    assert line[:, 0].max() > panel.rows
    assert 0 < line[:, 1].min() < line[:, 1].max() < panel.columns


def test_contours_without_area_are_left_out() -> None:
    assert project_silhouettes([np.zeros((2, 3))], PANEL, POSE, 1.0) == ()
    assert project_silhouettes([], PANEL, POSE, 1.0) == ()


def test_structure_behind_the_source_is_refused() -> None:
    behind: RigidTransform = patient_to_fixed(FRAME, np.array([0.0, 3000.0, 0.0]), PatientPosition.HFS)
    with pytest.raises(ValueError, match="behind the plane of the source"):
        project_silhouettes(box((-5, -5, -5), (5, 5, 5), 1.0), ImagerGeometry.centred(0, 2700, 3700, 64, 64, 4.0), behind, 1.0)
