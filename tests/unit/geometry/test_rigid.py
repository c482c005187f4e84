"""Rigid transforms: group laws, named frames, and what may not exist."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from pti.geometry.frames import FIXED, GANTRY, PANEL, RECEPTOR, TABLE_TOP, Frame, FrameKind, patient_frame
from pti.geometry.rigid import (
    FrameMismatch,
    RigidTransform,
    rotation_angle_deg,
    rotation_vector_to_matrix,
    rotation_x,
    rotation_y,
    rotation_z,
)
from tests.support.geometry import FloatArray, angles, points, rigid_transforms

PLANNING = patient_frame("1.2.3")

# Rounding of doubles at a metre is about 1e-13 mm; a chain of several products stays far below this.
TOLERANCE_MM = 1e-9


def same(a: RigidTransform, b: RigidTransform) -> bool:
    return (a.source, a.target) == (b.source, b.target) and np.allclose(a.matrix, b.matrix, rtol=0, atol=TOLERANCE_MM)


@given(angles())
def test_axis_rotations_are_those_of_scipy(angle_deg: float) -> None:
    for axis, ours in (("x", rotation_x), ("y", rotation_y), ("z", rotation_z)):
        expected = Rotation.from_euler(axis, angle_deg, degrees=True).as_matrix()
        np.testing.assert_allclose(ours(angle_deg), expected, rtol=0, atol=1e-14)


def test_axis_rotations_by_90_degrees_are_right_handed() -> None:
    x, y, z = np.eye(3)
    np.testing.assert_allclose(rotation_x(90) @ y, z, atol=1e-15)
    np.testing.assert_allclose(rotation_y(90) @ z, x, atol=1e-15)
    np.testing.assert_allclose(rotation_z(90) @ x, y, atol=1e-15)


@given(points(limit_mm=4.0))
def test_rotation_vector_gives_the_matrix_of_scipy(vector_rad: FloatArray) -> None:
    expected = Rotation.from_rotvec(vector_rad).as_matrix()
    np.testing.assert_allclose(rotation_vector_to_matrix(vector_rad), expected, rtol=0, atol=1e-13)


@given(points(limit_mm=1.8).filter(lambda v: 1e-6 < np.linalg.norm(v) < np.pi))
def test_angle_of_a_rotation_is_the_length_of_its_vector(vector_rad: FloatArray) -> None:
    angle_deg = rotation_angle_deg(rotation_vector_to_matrix(vector_rad))
    assert angle_deg == pytest.approx(np.degrees(np.linalg.norm(vector_rad)), abs=1e-7)


@given(rigid_transforms(PLANNING, FIXED), points())
def test_transform_maps_a_point_like_its_homogeneous_matrix(transform: RigidTransform, point: FloatArray) -> None:
    expected = (transform.matrix @ [*point, 1.0])[:3]
    np.testing.assert_allclose(transform(point), expected, rtol=0, atol=TOLERANCE_MM)


@given(rigid_transforms(PLANNING, FIXED), st.lists(points(), min_size=1, max_size=6))
def test_many_points_are_mapped_like_each_alone(transform: RigidTransform, many: list[FloatArray]) -> None:
    grid = np.array(many).reshape(1, -1, 3)
    np.testing.assert_allclose(transform(grid)[0], [transform(p) for p in many], rtol=0, atol=TOLERANCE_MM)


@given(rigid_transforms(PLANNING, TABLE_TOP), rigid_transforms(TABLE_TOP, FIXED), points())
def test_composition_maps_first_by_the_right_then_by_the_left(
    first: RigidTransform, second: RigidTransform, point: FloatArray
) -> None:
    np.testing.assert_allclose((second @ first)(point), second(first(point)), rtol=0, atol=TOLERANCE_MM)


@given(rigid_transforms(PLANNING, TABLE_TOP), rigid_transforms(TABLE_TOP, FIXED), rigid_transforms(FIXED, GANTRY))
def test_composition_is_associative(a: RigidTransform, b: RigidTransform, c: RigidTransform) -> None:
    assert same((c @ b) @ a, c @ (b @ a))


@given(rigid_transforms(PLANNING, FIXED))
def test_identity_changes_nothing_on_either_side(transform: RigidTransform) -> None:
    assert same(transform @ RigidTransform.identity(PLANNING, PLANNING), transform)
    assert same(RigidTransform.identity(FIXED, FIXED) @ transform, transform)


@given(rigid_transforms(PLANNING, FIXED), points())
def test_point_goes_there_and_back(transform: RigidTransform, point: FloatArray) -> None:
    np.testing.assert_allclose(transform.inverse()(transform(point)), point, rtol=0, atol=TOLERANCE_MM)


@given(rigid_transforms(PLANNING, FIXED))
def test_transform_and_inverse_cancel_on_both_sides(transform: RigidTransform) -> None:
    assert same(transform.inverse() @ transform, RigidTransform.identity(PLANNING, PLANNING))
    assert same(transform @ transform.inverse(), RigidTransform.identity(FIXED, FIXED))
    assert same(transform.inverse().inverse(), transform)


@given(rigid_transforms(PLANNING, TABLE_TOP), rigid_transforms(TABLE_TOP, FIXED))
def test_inverse_of_a_product_is_the_product_of_inverses_turned_round(a: RigidTransform, b: RigidTransform) -> None:
    assert same((b @ a).inverse(), a.inverse() @ b.inverse())


@given(rigid_transforms(PLANNING, FIXED))
def test_matrix_goes_there_and_back(transform: RigidTransform) -> None:
    assert same(RigidTransform.from_matrix(PLANNING, FIXED, transform.matrix), transform)


@given(rigid_transforms(PLANNING, FIXED), rigid_transforms(GANTRY, RECEPTOR))
def test_transforms_that_do_not_meet_refuse_to_compose(a: RigidTransform, b: RigidTransform) -> None:
    with pytest.raises(FrameMismatch, match="cannot be followed by"):
        b @ a


ROOM = [PLANNING, TABLE_TOP, FIXED, GANTRY, RECEPTOR, PANEL]


@pytest.mark.parametrize("end", ROOM)
@pytest.mark.parametrize("start", ROOM)
def test_only_the_same_frame_joins_two_transforms(end: Frame, start: Frame) -> None:
    first, second = RigidTransform.identity(patient_frame("1.2.9"), end), RigidTransform.identity(start, patient_frame("1.2.8"))
    if end == start:
        assert ((second @ first).source, (second @ first).target) == (first.source, second.target)
    else:
        with pytest.raises(FrameMismatch, match=f"{end} cannot be followed by {start}"):
            second @ first


def test_patient_frames_of_two_uids_do_not_meet() -> None:
    other = patient_frame("1.2.4")
    assert other != PLANNING
    with pytest.raises(FrameMismatch):
        RigidTransform.identity(PLANNING, FIXED) @ RigidTransform.identity(FIXED, other)


@pytest.mark.parametrize(("kind", "uid"), [(FrameKind.PATIENT, ""), (FrameKind.FIXED, "1.2.3")])
def test_only_patient_frames_carry_a_uid_and_all_of_them_do(kind: FrameKind, uid: str) -> None:
    with pytest.raises(ValueError, match="Frame of Reference UID"):
        Frame(kind, uid)


@pytest.mark.parametrize(
    ("rotation", "translation", "message"),
    [
        (np.diag([1.0, 1.0, -1.0]), np.zeros(3), "not a proper rotation"),  # a mirror image
        (np.eye(3) * 1.001, np.zeros(3), "not a proper rotation"),
        (np.eye(3) + np.eye(3, k=1) * 1e-4, np.zeros(3), "not a proper rotation"),
        (np.full((3, 3), np.nan), np.zeros(3), "not finite"),
        (np.eye(3), np.array([0.0, np.inf, 0.0]), "not finite"),
        (np.eye(4), np.zeros(3), "not \\(3, 3\\)"),
        (np.eye(3), np.zeros(2), "not \\(3, 3\\)"),
    ],
)
def test_what_is_not_rigid_does_not_exist(rotation: FloatArray, translation: FloatArray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RigidTransform(PLANNING, FIXED, rotation, translation)


def test_matrix_with_a_perspective_row_is_refused() -> None:
    matrix = np.eye(4)
    matrix[3, 0] = 0.01
    with pytest.raises(ValueError, match="last row"):
        RigidTransform.from_matrix(PLANNING, FIXED, matrix)


def test_transform_keeps_its_own_read_only_copy() -> None:
    rotation, translation = np.eye(3), np.zeros(3)
    transform = RigidTransform(PLANNING, FIXED, rotation, translation)
    translation[0] = 5.0
    assert transform.translation_mm[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        transform.rotation[0, 0] = 2.0
