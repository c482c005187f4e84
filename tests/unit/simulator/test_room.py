"""The virtual room: the hidden error is what it says it is, and the couch carries the patient."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pti.acquisition.imager import KvImagingSystem
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.geometry.frames import FIXED, TABLE_TOP, patient_frame
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.geometry.rigid import RigidTransform
from pti.imaging.radiograph import IntensityRelationship
from pti.registration.correction import couch_correction, pose_error_on_couch
from pti.simulator.room import CouchOutOfReach, SetupError, VirtualRoom
from tests.support.geometry import FloatArray, angles, couches, isocentric_couch_matrix, lengths, points
from tests.support.virtual_room import FRAME, ball_ct, small_machine, ticking_clock

MACHINE = small_machine()
CT = ball_ct((0.0, 0.0, 0.0))
COUCH = IecCouch(12.0, 845.0, -162.0, 1.0, -2.0, 30.0)
ERROR = SetupError(4.0, -3.0, 5.0, 1.5, -1.0, 2.0)
PLANNED = patient_to_fixed(FRAME, np.array([2.0, -3.0, 1.0]), PatientPosition.HFS, rotation_deg=30.0, pitch_deg=1.0)

setup_errors = st.builds(SetupError, lengths(30.0), lengths(30.0), lengths(30.0), angles(10.0), angles(10.0), angles(10.0))
positions = st.sampled_from([PatientPosition(name) for name in ("HFS", "FFS", "HFP", "FFP")])


def make_room(
    *, planned: RigidTransform = PLANNED, couch: IecCouch = COUCH, error: SetupError = ERROR, seed: int = 1
) -> VirtualRoom:
    return VirtualRoom(CT, planned, couch, error, MACHINE, seed, ticking_clock())


def take(room: VirtualRoom) -> tuple[FloatArray, ...]:
    return tuple(e.radiograph.pixels.astype(float) for e in room.acquire_pair(CancelToken(), lambda _: None))


@given(positions, points(300.0), angles(), angles(5.0), angles(5.0), couches(5.0), setup_errors)
def test_the_hidden_error_is_what_the_correction_code_reads_off_the_actual_pose(
    position: PatientPosition,
    isocentre_mm: FloatArray,
    rotation_deg: float,
    pitch_deg: float,
    roll_deg: float,
    couch: IecCouch,
    error: SetupError,
) -> None:
    planned = patient_to_fixed(FRAME, isocentre_mm, position, rotation_deg=rotation_deg, pitch_deg=pitch_deg, roll_deg=roll_deg)
    room = make_room(planned=planned, couch=couch, error=error)
    found = pose_error_on_couch(room.actual_pose(), planned, room.couch_position())
    np.testing.assert_allclose(np.array(found, dtype=float), astuple(error), atol=1e-9)


@given(couches(5.0), setup_errors)
def test_the_patient_lies_as_planned_once_the_couch_stands_back_by_the_error(couch: IecCouch, error: SetupError) -> None:
    """The definition itself, with the couch's chain multiplied out by scipy."""
    room = make_room(couch=couch, error=error)
    now = np.array(astuple(couch.to_isocentric()))
    on_table = np.linalg.inv(isocentric_couch_matrix(*now)) @ room.actual_pose().matrix
    back = isocentric_couch_matrix(*(now - astuple(error))) @ on_table
    np.testing.assert_allclose(back, PLANNED.matrix, atol=1e-8)


def test_a_lateral_error_alone_shifts_the_patient_along_the_turned_table() -> None:
    room = make_room(couch=IecCouch(0, 0, 0, rotation_deg=90.0), error=SetupError(7.0, 0, 0, 0, 0, 0))
    moved = room.actual_pose().translation_mm - PLANNED.translation_mm
    np.testing.assert_allclose(moved, (0.0, 7.0, 0.0), atol=1e-9)


@given(couches(2.0), setup_errors.filter(lambda e: abs(e.pitch_deg) < 2 and abs(e.roll_deg) < 2))
def test_moving_the_couch_by_the_correction_brings_the_planned_isocentre_to_the_origin(
    couch: IecCouch, error: SetupError
) -> None:
    near = IecCouch(couch.lateral_mm / 10, 800.0, -160.0, couch.pitch_deg, couch.roll_deg, couch.rotation_deg / 3)
    room = make_room(couch=near, error=error)
    target = couch_correction(room.actual_pose(), PLANNED, room.couch_position()).iec_target
    room.move_couch(IecCouch(*(value for value in target if value is not None)))
    np.testing.assert_allclose(room.actual_pose()((2.0, -3.0, 1.0)), np.zeros(3), atol=1e-9)
    np.testing.assert_allclose(room.actual_pose().rotation, PLANNED.rotation, atol=1e-12)


def test_the_patient_stays_fixed_to_the_table_top() -> None:
    room = make_room()
    before = room.couch_position().table_top_to_fixed().inverse() @ room.actual_pose()
    moved_to = IsocentricCouch(-20.0, 900.0, -150.0, -2.0, 1.0, -40.0).to_iec()
    room.move_couch(moved_to)
    after = room.couch_position().table_top_to_fixed().inverse() @ room.actual_pose()
    assert room.couch_position() == moved_to
    assert (after.source, after.target) == (FRAME, TABLE_TOP)
    np.testing.assert_allclose(after.matrix, before.matrix, atol=1e-9)


def test_a_couch_beyond_its_limits_stays_where_it_is() -> None:
    room = make_room()
    with pytest.raises(CouchOutOfReach, match=r"pitch_deg 9\.0 \(from -5\.0 to 5\.0\)"):
        room.move_couch(IecCouch(0.0, 800.0, -160.0, pitch_deg=9.0))
    assert room.couch_position() == COUCH


def test_a_planned_position_of_another_frame_is_refused() -> None:
    other = RigidTransform(patient_frame("2.25.9"), FIXED, np.eye(3), np.zeros(3))
    with pytest.raises(ValueError, match="planned position"):
        make_room(planned=other)


def test_the_room_gives_one_image_of_each_system_with_the_machines_state() -> None:
    room: KvImagingSystem = make_room()
    exposures = room.acquire_pair(CancelToken(), lambda _: None)
    assert room.imager_names == tuple(e.imager_name for e in exposures) == ("kV A", "kV B")
    assert [e.radiograph.geometry.gantry_deg for e in exposures] == [0.0, 90.0]
    assert all(e.radiograph.relationship is IntensityRelationship.LINEAR_BRIGHT_IS_BEAM for e in exposures)
    assert all(e.couch == COUCH and e.machine_name == MACHINE.name for e in exposures)
    assert all((e.kvp, e.tube_current_ma, e.exposure_time_ms) == (110.0, 160.0, 63.0) for e in exposures)
    assert exposures[0].acquired_at < exposures[1].acquired_at


def test_the_same_seed_gives_the_same_images_and_another_seed_other_noise() -> None:
    first, again, other = take(make_room()), take(make_room()), take(make_room(seed=2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_the_second_pair_of_a_room_has_its_own_noise() -> None:
    room = make_room()
    first, second = take(room), take(room)
    for a, b in zip(first, second, strict=True):
        assert not np.array_equal(a, b)
        assert abs(a.mean() / b.mean() - 1) < 1e-3


def test_progress_runs_from_zero_to_one_over_both_images() -> None:
    seen: list[float] = []
    make_room().acquire_pair(CancelToken(), seen.append)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0
    assert seen == sorted(seen)
    assert len(seen) > 6


def test_stop_is_honoured_at_the_next_step() -> None:
    cancel, seen = CancelToken(), list[float]()

    def stop_soon(fraction: float) -> None:
        seen.append(fraction)
        if fraction > 0.2:
            cancel.cancel()

    with pytest.raises(Stopped):
        make_room().acquire_pair(cancel, stop_soon)
    assert sum(fraction > 0.2 for fraction in seen) == 1


def test_an_acquisition_that_was_stopped_before_it_began_takes_nothing() -> None:
    cancel = CancelToken()
    cancel.cancel()
    room = make_room()
    with pytest.raises(Stopped):
        room.acquire_pair(cancel, lambda _: None)
    assert all(np.array_equal(a, b) for a, b in zip(take(room), take(make_room()), strict=True))
