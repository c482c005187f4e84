"""Patient positions, and the chain from patient to room with every angle in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.patient import PatientPosition, patient_to_fixed
from tests.support.geometry import FloatArray, angles, lying, points, shift, turn

PLANNING = patient_frame("1.2.3")
POSITIONS = list(PatientPosition)


@pytest.mark.parametrize("position", POSITIONS)
def test_patient_lies_as_the_abbreviation_says(position: PatientPosition) -> None:
    np.testing.assert_array_equal(position.patient_to_table_top, lying(position))


@pytest.mark.parametrize(
    ("position", "left", "posterior", "superior"),
    [  # where three directions of the patient point on the table top
        ("HFS", (1, 0, 0), (0, 0, -1), (0, 1, 0)),
        ("HFP", (-1, 0, 0), (0, 0, 1), (0, 1, 0)),
        ("FFS", (-1, 0, 0), (0, 0, -1), (0, -1, 0)),
        ("FFP", (1, 0, 0), (0, 0, 1), (0, -1, 0)),
        ("HFDR", (0, 0, 1), (1, 0, 0), (0, 1, 0)),
        ("HFDL", (0, 0, -1), (-1, 0, 0), (0, 1, 0)),
        ("FFDR", (0, 0, 1), (-1, 0, 0), (0, -1, 0)),
        ("FFDL", (0, 0, -1), (1, 0, 0), (0, -1, 0)),
    ],
)
def test_patient_directions_on_the_table_top(
    position: str, left: tuple[int, ...], posterior: tuple[int, ...], superior: tuple[int, ...]
) -> None:
    matrix = PatientPosition(position).patient_to_table_top
    np.testing.assert_array_equal(matrix.T, [left, posterior, superior])


def test_table_of_positions_cannot_be_changed_through_a_copy() -> None:
    PatientPosition.HFS.patient_to_table_top[0, 0] = 7.0
    assert PatientPosition.HFS.patient_to_table_top[0, 0] == 1.0


@given(st.sampled_from(POSITIONS), points(), points(), angles(), angles(20), angles(20))
def test_chain_to_the_room_is_the_product_of_its_matrices(
    position: PatientPosition, isocentre: FloatArray, point: FloatArray, rotation: float, pitch: float, roll: float
) -> None:
    transform = patient_to_fixed(PLANNING, isocentre, position, rotation_deg=rotation, pitch_deg=pitch, roll_deg=roll)
    placed = np.eye(4)
    placed[:3, :3] = lying(position)
    expected = turn("ZXY", [rotation, pitch, roll]) @ placed @ shift(*-isocentre) @ [*point, 1.0]
    assert (transform.source, transform.target) == (PLANNING, FIXED)
    np.testing.assert_allclose(transform(point), expected[:3], rtol=0, atol=1e-9)


@pytest.mark.parametrize("position", POSITIONS)
def test_in_the_room_the_first_end_lies_toward_the_gantry_and_the_side_below_faces_the_floor(position: PatientPosition) -> None:
    to_room = patient_to_fixed(PLANNING, np.array([12.0, -170.0, 33.0]), position).rotation
    superior = np.array([0.0, 0.0, 1.0])
    first_end = superior if position.name.startswith("HF") else -superior
    below = {"S": (0, 1, 0), "P": (0, -1, 0), "DR": (-1, 0, 0), "DL": (1, 0, 0)}[position.name[2:]]  # back, face, sides
    np.testing.assert_array_equal(to_room @ first_end, (0, 1, 0))
    np.testing.assert_array_equal(to_room @ below, (0, 0, -1))


@given(st.sampled_from(POSITIONS), points(), points(), angles(), angles(20), angles(20))
def test_points_go_to_the_room_and_back(
    position: PatientPosition, isocentre: FloatArray, point: FloatArray, rotation: float, pitch: float, roll: float
) -> None:
    transform = patient_to_fixed(PLANNING, isocentre, position, rotation_deg=rotation, pitch_deg=pitch, roll_deg=roll)
    np.testing.assert_allclose(transform.inverse()(transform(point)), point, rtol=0, atol=1e-9)


@given(st.sampled_from(POSITIONS), points(), angles(), angles(20), angles(20))
def test_planned_isocentre_falls_on_the_machine_isocentre(
    position: PatientPosition, isocentre: FloatArray, rotation: float, pitch: float, roll: float
) -> None:
    transform = patient_to_fixed(PLANNING, isocentre, position, rotation_deg=rotation, pitch_deg=pitch, roll_deg=roll)
    np.testing.assert_allclose(transform(isocentre), 0, rtol=0, atol=1e-9)
