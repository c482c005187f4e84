"""The couch: both representations against the statement's appendix D, written out here term by term."""

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pti.geometry.couch import IecCouch, IsocentricCouch, couch_angles_deg, couch_rotation, wrap_deg
from pti.geometry.frames import FIXED, TABLE_TOP, patient_frame
from pti.geometry.rigid import RigidTransform
from tests.support.geometry import (
    FloatArray,
    angles,
    couches,
    couches_off_zero,
    iec_couch_matrix,
    isocentric_couch_matrix,
    rigid_transforms,
    turn,
)

TOLERANCE_MM = 1e-9


def six(couch: IecCouch | IsocentricCouch) -> tuple[float, float, float, float, float, float]:
    return (
        couch.lateral_mm,
        couch.longitudinal_mm,
        couch.vertical_mm,
        couch.pitch_deg,
        couch.roll_deg,
        couch.rotation_deg,
    )


@pytest.mark.requirement("COUCH-01")
@given(couches(tilt_limit_deg=180.0))
def test_iec_becomes_isocentric_by_the_printed_formulas(iec: IecCouch) -> None:
    pitch, roll = radians(iec.pitch_deg), radians(iec.roll_deg)
    lat, lng, vrt = iec.lateral_mm, iec.longitudinal_mm, iec.vertical_mm
    expected = (
        cos(roll) * lat + sin(pitch) * sin(roll) * lng - cos(pitch) * sin(roll) * vrt,
        cos(pitch) * lng + sin(pitch) * vrt,
        sin(roll) * lat - sin(pitch) * cos(roll) * lng + cos(pitch) * cos(roll) * vrt,
    )
    isocentric = six(iec.to_isocentric())
    assert isocentric[:3] == pytest.approx(expected, abs=TOLERANCE_MM)
    assert isocentric[3:] == six(iec)[3:]


@pytest.mark.requirement("COUCH-01")
@given(couches(tilt_limit_deg=180.0))
def test_isocentric_becomes_iec_by_the_printed_formulas(values: IecCouch) -> None:
    isocentric = IsocentricCouch(*six(values))
    pitch, roll = radians(isocentric.pitch_deg), radians(isocentric.roll_deg)
    lat, lng, vrt = isocentric.lateral_mm, isocentric.longitudinal_mm, isocentric.vertical_mm
    expected = (
        cos(roll) * lat + sin(roll) * vrt,
        sin(pitch) * sin(roll) * lat + cos(pitch) * lng - sin(pitch) * cos(roll) * vrt,
        -cos(pitch) * sin(roll) * lat + sin(pitch) * lng + cos(pitch) * cos(roll) * vrt,
    )
    iec = six(isocentric.to_iec())
    assert iec[:3] == pytest.approx(expected, abs=TOLERANCE_MM)
    assert iec[3:] == six(isocentric)[3:]


@pytest.mark.requirement("COUCH-01")
@given(couches(tilt_limit_deg=180.0))
def test_representations_are_inverses_of_each_other(iec: IecCouch) -> None:
    assert six(iec.to_isocentric().to_iec()) == pytest.approx(six(iec), abs=TOLERANCE_MM)


@pytest.mark.requirement("COUCH-01")
@given(couches_off_zero(tilt_limit_deg=89.0))
def test_conversion_there_and_back_with_none_of_the_six_values_zero(iec: IecCouch) -> None:
    isocentric = iec.to_isocentric()
    assert six(isocentric.to_iec()) == pytest.approx(six(iec), abs=TOLERANCE_MM)
    assert six(IsocentricCouch(*six(iec)).to_iec().to_isocentric()) == pytest.approx(six(iec), abs=TOLERANCE_MM)


def test_known_position_converts_to_its_known_values() -> None:
    isocentric = IecCouch(30, 900, -180, pitch_deg=2, roll_deg=-1.5).to_isocentric()
    assert six(isocentric)[:3] == pytest.approx((24.459, 893.170, -212.013), abs=5e-4)  # printed to 0.001


@given(couches())
def test_both_representations_put_the_table_top_where_their_definitions_say(iec: IecCouch) -> None:
    isocentric = iec.to_isocentric()
    np.testing.assert_allclose(iec.table_top_to_fixed().matrix, iec_couch_matrix(*six(iec)), rtol=0, atol=TOLERANCE_MM)
    np.testing.assert_allclose(
        isocentric.table_top_to_fixed().matrix, isocentric_couch_matrix(*six(isocentric)), rtol=0, atol=TOLERANCE_MM
    )
    np.testing.assert_allclose(
        iec.table_top_to_fixed().matrix, isocentric.table_top_to_fixed().matrix, rtol=0, atol=TOLERANCE_MM
    )


@given(couches(tilt_limit_deg=89.0))
def test_six_values_are_read_back_from_the_pose(iec: IecCouch) -> None:
    isocentric = iec.to_isocentric()
    back = IsocentricCouch.from_table_top_to_fixed(isocentric.table_top_to_fixed())
    # Near 90 degrees of pitch, arcsin loses digits.
    assert six(back)[:5] == pytest.approx(six(isocentric)[:5], abs=1e-8)
    assert wrap_deg(back.rotation_deg - isocentric.rotation_deg) == pytest.approx(0, abs=1e-8)


@given(rigid_transforms(patient_frame("1.2"), FIXED))
def test_pose_of_something_else_is_not_read_as_a_couch(pose: RigidTransform) -> None:
    with pytest.raises(ValueError, match="table top -> fixed"):
        IsocentricCouch.from_table_top_to_fixed(pose)


@given(angles(), angles(89.9), angles())
def test_angles_are_taken_apart_in_the_order_rotation_pitch_roll(rotation: float, pitch: float, roll: float) -> None:
    matrix = couch_rotation(rotation, pitch, roll)
    np.testing.assert_allclose(matrix, turn("ZXY", [rotation, pitch, roll])[:3, :3], rtol=0, atol=1e-14)
    found = couch_angles_deg(matrix)
    assert found[1] == pytest.approx(pitch, abs=1e-6)
    np.testing.assert_allclose(couch_rotation(*found), matrix, rtol=0, atol=1e-9)


@pytest.mark.parametrize("pitch", [90.0, -90.0])
def test_upright_table_top_has_no_telling_angles(pitch: float) -> None:
    with pytest.raises(ValueError, match="cannot be told apart"):
        couch_angles_deg(couch_rotation(20, pitch, 5))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_position_that_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="roll_deg is not a finite number"):
        IecCouch(0, 0, 0, roll_deg=bad)


@given(st.integers(-1800, 1800))
def test_angle_is_wrapped_to_just_above_minus_180_up_to_180(tenths: int) -> None:
    wrapped = wrap_deg(tenths / 10 * 3)
    assert -180 < wrapped <= 180
    assert (wrapped - tenths / 10 * 3) / 360 == pytest.approx(round((wrapped - tenths / 10 * 3) / 360), abs=1e-12)


def test_half_a_turn_is_180_and_not_minus_180() -> None:
    assert [wrap_deg(angle) for angle in (180, -180, 540)] == [180, 180, 180]


def test_pitch_lifts_the_head_end_and_roll_lowers_the_right_side() -> None:
    pose = IecCouch(0, 0, 0, pitch_deg=3, roll_deg=0).table_top_to_fixed()
    assert (pose.source, pose.target) == (TABLE_TOP, FIXED)
    head_end: FloatArray = pose((0, 1000, 0))
    assert head_end[2] == pytest.approx(1000 * sin(radians(3)))
    right_side = IecCouch(0, 0, 0, roll_deg=2).table_top_to_fixed()((200, 0, 0))
    assert right_side[2] == pytest.approx(-200 * sin(radians(2)))
