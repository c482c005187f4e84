"""The couch correction: moving the couch by it brings the patient to where the plan wants them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pti.geometry.couch import IecCouch, wrap_deg
from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.geometry.rigid import RigidTransform
from pti.registration.correction import CouchCorrection, couch_correction, pose_error_on_couch
from tests.support.geometry import (
    FloatArray,
    angles,
    couches,
    couches_off_zero,
    iec_couch_matrix,
    isocentric_couch_matrix,
    lying,
    points,
    rigid_transforms,
    turn,
)

PLANNING = patient_frame("1.2.3")
TOLERANCE_MM = 1e-7  # lever arms of two metres on angles that are read off a matrix

planned_poses = st.builds(
    lambda isocentre, position, rotation, pitch, roll: patient_to_fixed(
        PLANNING, isocentre, position, rotation_deg=rotation, pitch_deg=pitch, roll_deg=roll
    ),
    points(500),
    st.sampled_from(list(PatientPosition)),
    angles(),
    angles(10),
    angles(10),
)


def off_zero_points(limit_mm: float) -> st.SearchStrategy[FloatArray]:
    """Points none of whose coordinates is near zero."""
    return points(limit_mm).filter(lambda point: bool(np.abs(point).min() > 0.1))


set_up_errors = rigid_transforms(FIXED, FIXED, limit_deg=20)
directions = points(1).filter(lambda v: np.linalg.norm(v) > 0.1).map(lambda v: tuple(float(c) for c in v / np.linalg.norm(v)))


def given_values(values: tuple[float | None, ...]) -> list[float]:
    """The six values, none of which may be missing."""
    assert None not in values
    return [value for value in values if value is not None]


def corrected(found: RigidTransform, couch: IecCouch, target_pose: FloatArray) -> FloatArray:
    """(4, 4) patient to room after the couch went to `target_pose`, the patient lying on it as found."""
    before = iec_couch_matrix(*couch_values(couch))
    return np.asarray(target_pose @ np.linalg.inv(before) @ found.matrix)


def couch_values(couch: IecCouch) -> tuple[float, float, float, float, float, float]:
    angles_deg = (couch.pitch_deg, couch.roll_deg, couch.rotation_deg)
    return (couch.lateral_mm, couch.longitudinal_mm, couch.vertical_mm, *angles_deg)


@given(planned_poses, set_up_errors, couches())
def test_target_brings_the_patient_to_the_planned_pose_in_both_representations(
    planned: RigidTransform, error: RigidTransform, couch: IecCouch
) -> None:
    found = error @ planned
    correction = couch_correction(found, planned, couch)
    iec = iec_couch_matrix(*given_values(correction.iec_target))
    isocentric = isocentric_couch_matrix(*given_values(correction.isocentric_target))
    np.testing.assert_allclose(corrected(found, couch, iec), planned.matrix, rtol=0, atol=TOLERANCE_MM)
    np.testing.assert_allclose(corrected(found, couch, isocentric), planned.matrix, rtol=0, atol=TOLERANCE_MM)


@pytest.mark.parametrize("position", list(PatientPosition))
@given(couches_off_zero(10.0), couches_off_zero(10.0), off_zero_points(300), set_up_errors)
def test_couch_that_takes_over_the_target_puts_the_planned_isocentre_on_the_machine_isocentre_in_planned_orientation(
    position: PatientPosition, couch: IecCouch, plan: IecCouch, isocentre: FloatArray, error: RigidTransform
) -> None:
    planned = patient_to_fixed(
        PLANNING, isocentre, position, rotation_deg=plan.rotation_deg, pitch_deg=plan.pitch_deg, roll_deg=plan.roll_deg
    )
    found = error @ planned
    correction = couch_correction(found, planned, couch)
    on_the_table = np.linalg.inv(iec_couch_matrix(*couch_values(couch))) @ found.matrix
    for target, room_from_table in (
        (correction.iec_target, iec_couch_matrix),
        (correction.isocentric_target, isocentric_couch_matrix),
    ):
        after = room_from_table(*given_values(target)) @ on_the_table
        np.testing.assert_allclose((after @ [*isocentre, 1.0])[:3], 0, rtol=0, atol=TOLERANCE_MM)
        wanted = turn("ZXY", [plan.rotation_deg, plan.pitch_deg, plan.roll_deg])[:3, :3] @ lying(position)
        np.testing.assert_allclose(after[:3, :3], wanted, rtol=0, atol=1e-9)


@pytest.mark.parametrize("position", list(PatientPosition))
def test_axes_that_are_not_observed_are_unknown_in_every_position_of_the_patient(position: PatientPosition) -> None:
    planned = patient_to_fixed(PLANNING, np.array([5.0, -9.0, 7.0]), position, rotation_deg=3, pitch_deg=2, roll_deg=-4)
    error = RigidTransform(FIXED, FIXED, turn("XYZ", [1, -2, 3])[:3, :3], np.array([4.0, -5.0, 6.0]))
    couch = IecCouch(20, 900, -150, pitch_deg=1.0, roll_deg=-2.0, rotation_deg=3.0)
    correction = couch_correction(error @ planned, planned, couch, unobserved_direction=(0.0, 0.0, 1.0))
    full = couch_correction(error @ planned, planned, couch)
    for partial, whole in (
        (correction.isocentric_difference, full.isocentric_difference),
        (correction.isocentric_target, full.isocentric_target),
        (correction.iec_difference, full.iec_difference),
        (correction.iec_target, full.iec_target),
    ):
        assert [axis for axis, value in enumerate(partial) if value is None] == [2]
        assert [value for value in partial if value is not None] == [v for n, v in enumerate(whole) if n != 2]


@given(planned_poses, set_up_errors, couches())
def test_difference_added_to_the_current_values_is_the_target(
    planned: RigidTransform, error: RigidTransform, couch: IecCouch
) -> None:
    correction = couch_correction(error @ planned, planned, couch)
    assert given_values(correction.iec_current) == pytest.approx(couch_values(couch), abs=TOLERANCE_MM)
    for current, difference, target in (
        (correction.isocentric_current, correction.isocentric_difference, correction.isocentric_target),
        (correction.iec_current, correction.iec_difference, correction.iec_target),
    ):
        reached = np.array(given_values(current)) + given_values(difference) - given_values(target)
        np.testing.assert_allclose(reached[:3], 0, rtol=0, atol=TOLERANCE_MM)
        assert [wrap_deg(float(angle)) for angle in reached[3:]] == pytest.approx([0, 0, 0], abs=TOLERANCE_MM)


@given(planned_poses, couches())
def test_patient_who_lies_as_planned_needs_no_correction(planned: RigidTransform, couch: IecCouch) -> None:
    correction = couch_correction(planned, planned, couch)
    assert given_values(correction.isocentric_difference) == pytest.approx([0] * 6, abs=TOLERANCE_MM)
    assert given_values(pose_error_on_couch(planned, planned, couch)) == pytest.approx([0] * 6, abs=TOLERANCE_MM)


@given(planned_poses, set_up_errors, couches(), couches())
def test_isocentric_difference_does_not_depend_on_where_the_couch_stands(
    planned: RigidTransform, error: RigidTransform, couch: IecCouch, elsewhere: IecCouch
) -> None:
    moved = IecCouch(
        elsewhere.lateral_mm,
        elsewhere.longitudinal_mm,
        elsewhere.vertical_mm,
        couch.pitch_deg,
        couch.roll_deg,
        couch.rotation_deg,
    )
    here = couch_correction(error @ planned, planned, couch)
    there = couch_correction(error @ planned, planned, moved, position_known=False)
    assert given_values(there.isocentric_difference) == pytest.approx(
        given_values(here.isocentric_difference), abs=TOLERANCE_MM
    )


def test_unknown_couch_position_leaves_the_difference_and_the_angles() -> None:
    planned = patient_to_fixed(PLANNING, np.zeros(3), PatientPosition.HFS)
    error = RigidTransform(FIXED, FIXED, np.eye(3), np.array([1.0, 2.0, 3.0]))
    correction = couch_correction(error @ planned, planned, IecCouch(0, 0, 0), position_known=False)
    assert correction.isocentric_difference == pytest.approx((-1, -2, -3, 0, 0, 0))
    for values in (correction.isocentric_current, correction.isocentric_target, correction.iec_current, correction.iec_target):
        assert values[:3] == (None, None, None)
        assert values[3:] == pytest.approx((0, 0, 0))
    assert correction.iec_difference[:3] == (None, None, None)


@pytest.mark.parametrize(
    ("error_mm", "error_deg", "difference"),
    [  # the couch straight: what the patient is off by is taken back, axis by axis
        ((4, 0, 0), ("X", 0), (-4, 0, 0, 0, 0, 0)),
        ((0, -5, 0), ("X", 0), (0, 5, 0, 0, 0, 0)),
        ((0, 0, 6), ("X", 0), (0, 0, -6, 0, 0, 0)),
        ((0, 0, 0), ("X", 2), (0, 0, 0, -2, 0, 0)),
        ((0, 0, 0), ("Y", -1), (0, 0, 0, 0, 1, 0)),
        ((0, 0, 0), ("Z", 3), (0, 0, 0, 0, 0, -3)),
    ],
)
def test_sign_of_each_axis(
    error_mm: tuple[float, float, float], error_deg: tuple[str, float], difference: tuple[float, ...]
) -> None:
    planned = patient_to_fixed(PLANNING, np.array([5.0, -100.0, 40.0]), PatientPosition.HFS)
    axis, angle = error_deg
    error = RigidTransform(FIXED, FIXED, turn(axis, [angle])[:3, :3], np.array(error_mm))
    correction = couch_correction(error @ planned, planned, IecCouch(10, 900, -150))
    assert correction.isocentric_difference == pytest.approx(difference, abs=1e-9)
    assert pose_error_on_couch(error @ planned, planned, IecCouch(0, 0, 0)) == pytest.approx(
        [-value for value in difference], abs=1e-9
    )


@pytest.mark.parametrize(
    ("rotation_deg", "direction", "unknown"),
    [(0, (0, 0, 1), 2), (0, (1, 0, 0), 0), (0, (0, -1, 0), 1), (90, (1, 0, 0), 1), (-90, (0, 1, 0), 0), (40, (0, 0, -1), 2)],
)
def test_axis_along_the_unobserved_direction_is_not_known_and_the_others_are(
    rotation_deg: float, direction: tuple[float, float, float], unknown: int
) -> None:
    planned = patient_to_fixed(PLANNING, np.zeros(3), PatientPosition.HFS, rotation_deg=rotation_deg)
    couch = IecCouch(1, 2, 3, rotation_deg=rotation_deg)
    correction = couch_correction(planned, planned, couch, unobserved_direction=direction)
    for values in (
        correction.isocentric_target,
        correction.isocentric_difference,
        correction.iec_target,
        correction.iec_difference,
    ):
        assert [axis for axis, value in enumerate(values) if value is None] == [unknown]


@given(planned_poses, set_up_errors, couches(), directions, st.floats(-50, 50))
def test_what_is_shown_hardly_changes_with_what_the_images_do_not_see(
    planned: RigidTransform, error: RigidTransform, couch: IecCouch, direction: tuple[float, float, float], depth_mm: float
) -> None:
    assume(abs(depth_mm) > 1)
    found = error @ planned
    deeper = RigidTransform(FIXED, FIXED, np.eye(3), depth_mm * np.array(direction)) @ found
    shown, also_possible = (couch_correction(pose, planned, couch, unobserved_direction=direction) for pose in (found, deeper))
    limit = abs(depth_mm) * np.sin(np.radians(5)) + TOLERANCE_MM
    for a, b in zip(all_values(shown), all_values(also_possible), strict=True):
        assert (a is None) == (b is None)
        assert a is None or b is None or abs(a - b) <= limit


def all_values(correction: CouchCorrection) -> list[float | None]:
    """The translations that a match determines; a direction always leaves at least one of three unknown."""
    groups = (
        correction.isocentric_target,
        correction.isocentric_difference,
        correction.iec_target,
        correction.iec_difference,
    )
    assert all(None in group[:3] for group in groups)
    return [value for group in groups for value in group[:3]]
