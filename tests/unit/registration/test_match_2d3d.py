"""The 2D/3D match on images from another X-ray model: all six axes, one image, wrong images, Stop."""

from dataclasses import replace

import numpy as np
import pytest

from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from pti.geometry.couch import IecCouch
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.panels import UPRIGHT, PanelOrientation
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.geometry.rigid import RigidTransform
from pti.imaging.line_integrals import UnknownIntensityRelationship
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from pti.registration.correction import pose_error_on_couch
from pti.registration.match_2d3d import match_2d3d
from pti.registration.prepared import PreparedCt, prepare
from pti.registration.problem import Match2d3dProblem
from pti.registration.warm_up import warm_up
from tests.support.analytic_phantom import PHANTOM_FRAME, small_head
from tests.support.geometry import panel_orientation
from tests.support.kv_images import NO_JAWS_MM, PANEL_A, PANEL_B, displaced, kv_images, target_errors_mm

ISOCENTRE_MM = (9.0, -4.0, 8.0)
COUCH = IecCouch(0.0, 0.0, 0.0)


def planned(position: PatientPosition = PatientPosition.HFS) -> RigidTransform:
    return patient_to_fixed(PHANTOM_FRAME, np.array(ISOCENTRE_MM), position)


@pytest.fixture(scope="module")
def head() -> CtVolume:
    return small_head()


@pytest.fixture(scope="module")
def prepared(head: CtVolume) -> PreparedCt:
    return prepare(head)


ERRORS = [
    (10.0, -10.0, 10.0, 3.0, -3.0, 3.0),
    (-10.0, 10.0, 10.0, -3.0, -3.0, -3.0),
    (7.0, 4.0, -9.0, -2.0, 3.0, 1.0),
    (-20.0, -15.0, 18.0, 6.0, 5.0, -6.0),
]


@pytest.mark.requirement("M23-01")
@pytest.mark.parametrize("error", ERRORS)
def test_a_pair_finds_all_six_axes(head: CtVolume, prepared: PreparedCt, error: tuple[float, ...]) -> None:
    true = displaced(planned(), error)
    result = match_2d3d(Match2d3dProblem(head, kv_images(head, true, 1), planned(), ISOCENTRE_MM), prepared=prepared)
    found = np.array(pose_error_on_couch(result.planning_to_fixed, planned(), COUCH))
    expected = np.array(pose_error_on_couch(true, planned(), COUCH))
    assert np.abs(found - expected).max() < 0.5
    # What scatter leaves of a head as smooth as this one; no point in the field is beyond the allowed error of an axis.
    errors_mm = target_errors_mm(result.planning_to_fixed, true, ISOCENTRE_MM)
    assert np.median(errors_mm) < 0.3
    assert np.percentile(errors_mm, 95) < 0.4
    assert errors_mm.max() < 0.5
    assert result.unobserved_direction is None
    assert result.quality > 0.9


@pytest.mark.parametrize("position", list(PatientPosition))
def test_every_patient_position_is_matched(head: CtVolume, prepared: PreparedCt, position: PatientPosition) -> None:
    true = displaced(planned(position), (6.0, -5.0, 7.0, 2.0, -2.5, 1.5))
    problem = Match2d3dProblem(head, kv_images(head, true, 2), planned(position), ISOCENTRE_MM)
    errors_mm = target_errors_mm(match_2d3d(problem, prepared=prepared).planning_to_fixed, true, ISOCENTRE_MM)
    assert errors_mm.max() < 0.5


@pytest.mark.parametrize(
    "orientations",
    [(UPRIGHT, UPRIGHT), (panel_orientation((9.0, -12.0, 20.0)), panel_orientation((-7.0, 10.0, 90.0), mirrored=True))],
    ids=["upright", "tilted and mirrored"],
)
def test_turned_and_shifted_panels_at_odd_angles_are_matched(
    head: CtVolume, prepared: PreparedCt, orientations: tuple[PanelOrientation, PanelOrientation]
) -> None:
    panels = tuple(
        replace(
            panel, gantry_deg=gantry_deg, receptor_angle_deg=angle_deg, receptor_offset_mm=offset_mm, orientation=orientation
        )
        for panel, gantry_deg, angle_deg, offset_mm, orientation in (
            (PANEL_A, 33.0, 5.0, (4.0, -9.0), orientations[0]),
            (PANEL_B, 280.0, -7.0, (-6.0, 5.0), orientations[1]),
        )
    )
    true = displaced(planned(), (6.0, -5.0, 7.0, 2.0, -2.5, 1.5))
    problem = Match2d3dProblem(head, kv_images(head, true, 3, panels, NO_JAWS_MM), planned(), ISOCENTRE_MM)
    errors_mm = target_errors_mm(match_2d3d(problem, prepared=prepared).planning_to_fixed, true, ISOCENTRE_MM)
    assert errors_mm.max() < 0.5


@pytest.mark.parametrize(("panel", "depth"), [(PANEL_A, (0.0, 0.0, -1.0)), (PANEL_B, (-1.0, 0.0, 0.0))])
def test_one_image_finds_all_but_the_depth_and_says_so(
    head: CtVolume, prepared: PreparedCt, panel: ImagerGeometry, depth: tuple[float, float, float]
) -> None:
    along = np.array(depth)
    error = np.array([5.0, -4.0, 6.0]) * (1 - np.abs(along))
    true = displaced(planned(), (*error, 1.5, -1.0, 2.0))
    views = kv_images(head, true, 4, (panel,))
    result = match_2d3d(Match2d3dProblem(head, views, planned(), ISOCENTRE_MM), prepared=prepared)
    assert result.unobserved_direction == pytest.approx(depth, abs=1e-12)
    shift = result.planning_to_fixed(ISOCENTRE_MM) - true(ISOCENTRE_MM)
    assert np.linalg.norm(shift - (shift @ along) * along) < 0.3
    assert abs(result.planning_to_fixed(ISOCENTRE_MM) @ along) < 1e-6  # where the start had it


def test_images_in_opposite_directions_leave_the_depth_open(head: CtVolume, prepared: PreparedCt) -> None:
    panels = (PANEL_A, replace(PANEL_A, gantry_deg=180.0))
    views = kv_images(head, planned(), 5, panels)
    result = match_2d3d(Match2d3dProblem(head, views, planned(), ISOCENTRE_MM), prepared=prepared)
    assert result.unobserved_direction == pytest.approx((0.0, 0.0, -1.0), abs=1e-12)


def test_images_of_somebody_else_have_a_low_quality(head: CtVolume, prepared: PreparedCt) -> None:
    shuffled = CtVolume(
        head.frame,
        np.ascontiguousarray(head.hounsfield.transpose(0, 2, 1)[::-1, ::-1]),
        head.first_voxel_mm,
        head.row_spacing_mm,
        head.column_spacing_mm,
        head.slice_positions_mm,
    )
    views = kv_images(shuffled, planned(), 6)
    assert match_2d3d(Match2d3dProblem(head, views, planned(), ISOCENTRE_MM), prepared=prepared).quality < 0.9


def test_inverted_pixels_give_the_same_pose(head: CtVolume, prepared: PreparedCt) -> None:
    true = displaced(planned(), (3.0, -2.0, 4.0, 1.0, -1.0, 2.0))
    views = kv_images(head, true, 7)
    inverted = tuple(
        Radiograph((65535 - view.pixels).astype(np.uint16), view.geometry, IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING)
        for view in views
    )
    poses = [
        match_2d3d(Match2d3dProblem(head, each, planned(), ISOCENTRE_MM), prepared=prepared).planning_to_fixed
        for each in (views, inverted)
    ]
    assert target_errors_mm(poses[0], poses[1], ISOCENTRE_MM).max() < 0.05


def test_the_same_problem_gives_the_same_pose_twice(head: CtVolume, prepared: PreparedCt) -> None:
    problem = Match2d3dProblem(head, kv_images(head, planned(), 8), planned(), ISOCENTRE_MM)
    first, second = (match_2d3d(problem, prepared=prepared).planning_to_fixed for _ in range(2))
    np.testing.assert_array_equal(first.matrix, second.matrix)


def test_stop_ends_the_match_at_the_next_iteration(head: CtVolume, prepared: PreparedCt) -> None:
    problem = Match2d3dProblem(head, kv_images(head, planned(), 9), planned(), ISOCENTRE_MM)
    for stop_at in (0.0, 0.3, 0.8):
        cancel = CancelToken()
        seen: list[float] = []

        def look(
            share: float, _: str, cancel: CancelToken = cancel, seen: list[float] = seen, stop_at: float = stop_at
        ) -> None:
            seen.append(share)
            if share >= stop_at:
                cancel.cancel()

        with pytest.raises(Stopped):
            match_2d3d(problem, prepared=prepared, cancel=cancel, on_progress=look)
        assert [share for share in seen if share >= stop_at] == seen[-1:]


def test_progress_rises_from_nothing_to_all(head: CtVolume, prepared: PreparedCt) -> None:
    told: list[tuple[float, str]] = []
    problem = Match2d3dProblem(head, kv_images(head, planned(), 10), planned(), ISOCENTRE_MM)
    match_2d3d(problem, prepared=prepared, on_progress=lambda share, phrase: told.append((share, phrase)))
    shares = [share for share, _ in told]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert all(phrase for _, phrase in told)


def test_an_image_that_does_not_say_what_it_means_is_refused(head: CtVolume, prepared: PreparedCt) -> None:
    view = kv_images(head, planned(), 11, (PANEL_A,))[0]
    unknown = Radiograph(view.pixels, view.geometry, None)
    with pytest.raises(UnknownIntensityRelationship):
        match_2d3d(Match2d3dProblem(head, (unknown,), planned(), ISOCENTRE_MM), prepared=prepared)


def test_warming_up_needs_nothing_and_leaves_nothing() -> None:
    warm_up()
