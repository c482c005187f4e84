"""Checks of acquired images: they pass on good ones, and each fails on what it is there for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from pti.acquisition.verify import Check, verify_exposures
from pti.foundation.cancel import CancelToken
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.imaging.exposure import KvExposure
from pti.simulator.room import SetupError, VirtualRoom
from tests.support.exposures import COUCH, MACHINE, make_pair
from tests.support.session_values import make_beam
from tests.support.virtual_room import FRAME, ball_ct, ticking_clock

BEAM = make_beam(machine_name=MACHINE.name)
PAIR = make_pair(0.0, 90.0)


def failed(*exposures: KvExposure) -> dict[str, str]:
    """Name and reason of the checks that do not pass."""
    return {check.name: check.reason for check in verify_exposures(exposures, MACHINE, BEAM) if not check.passed}


def second(**changes: object) -> tuple[KvExposure, KvExposure]:
    return PAIR[0], replace(PAIR[1], **changes)  # type: ignore[arg-type]


def with_pixels(change: Callable[[NDArray[np.uint16]], NDArray[np.uint16]]) -> tuple[KvExposure, KvExposure]:
    radiograph = PAIR[1].radiograph
    return second(radiograph=replace(radiograph, pixels=change(radiograph.pixels.copy())))


def test_good_images_pass_every_check() -> None:
    assert failed(*PAIR) == {}
    assert len(verify_exposures(PAIR, MACHINE, BEAM)) == 10


def test_images_of_the_virtual_room_pass_every_check() -> None:
    planned = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS, rotation_deg=30.0, pitch_deg=1.0, roll_deg=-2.0)
    room = VirtualRoom(ball_ct((0.0, 0.0, 0.0)), planned, COUCH, SetupError(4, -3, 2, 1, -1, 2), MACHINE, 1, ticking_clock())
    assert failed(*room.acquire_pair(CancelToken(), lambda _: None)) == {}


def test_without_machine_and_beam_what_needs_them_is_left_out() -> None:
    names = [check.name for check in verify_exposures(PAIR)]
    assert "Geometry of kV A" not in names
    assert "Machine of the plan" not in names
    assert all(check.passed for check in verify_exposures(PAIR))


@pytest.mark.parametrize(("field", "off"), [("longitudinal_mm", 0.3), ("roll_deg", 0.1), ("rotation_deg", -0.1)])
def test_a_couch_that_moved_between_the_images_is_told(field: str, off: float) -> None:
    moved = replace(COUCH, **{field: getattr(COUCH, field) + off})
    reasons = failed(*second(couch=moved))
    assert set(reasons) == {"Couch position"}
    assert f"{abs(off):.2f}" in reasons["Couch position"]


def test_a_couch_read_out_that_jitters_or_turns_over_has_not_moved() -> None:
    a, b = replace(COUCH, rotation_deg=179.99), replace(COUCH, rotation_deg=-179.99, lateral_mm=COUCH.lateral_mm + 0.05)
    checks = verify_exposures((replace(PAIR[0], couch=a), replace(PAIR[1], couch=b)))
    assert next(check for check in checks if check.name == "Couch position").passed


@pytest.mark.parametrize(
    ("angle", "passed"),
    [(44.0, False), (45.0, True), (90.0, True), (135.0, True), (136.0, False), (180.0, False), (316.0, False)],
)
def test_views_must_cross_at_no_less_than_45_degrees(angle: float, passed: bool) -> None:
    (check,) = (c for c in verify_exposures(make_pair(0.0, angle)) if c.name == "Angle between the views")
    assert check.passed is passed
    assert passed or "uncertain" in check.reason


def test_a_single_image_leaves_the_depth_open() -> None:
    (check,) = (c for c in verify_exposures(PAIR[:1], MACHINE, BEAM) if not c.passed)
    assert check == Check(
        "Angle between the views", False, "There is one image only: the position along its rays cannot be told."
    )


@pytest.mark.parametrize("seconds", [-5, 400])
def test_images_in_the_wrong_order_or_long_apart_are_told(seconds: int) -> None:
    late = PAIR[0].acquired_at + timedelta(seconds=seconds)
    reasons = failed(*second(acquired_at=late))
    assert reasons == {"Time between the images": f"The last image was taken {seconds} s after the first."}


def test_images_of_two_machines_are_told() -> None:
    reasons = failed(*second(machine_name="PTI Room 2"))
    assert reasons == {"Machine": "The images were taken on PTI Room 1 and PTI Room 2; this room is PTI Room 1."}


def test_a_plan_for_another_machine_and_a_couch_turned_otherwise_are_told() -> None:
    beam = make_beam(machine_name="Gantry 4", rotation_deg=120.0)
    reasons = [check.reason for check in verify_exposures(PAIR, MACHINE, beam) if not check.passed]
    assert reasons == [
        "The couch's rotation is 90.0 degrees from the plan's.",
        "The plan is for Gantry 4, the images are from PTI Room 1.",
    ]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"gantry_deg": 90.5}, "source angle 90.50 instead of 90.00 degrees"),
        ({"sid_mm": 3690.0}, "source to image plane 3690.0000 instead of 3700.0000 mm"),
        ({"receptor_offset_mm": (0.0, 1.0)}, "receptor's y 1.0000 instead of 0.0000 mm"),
        ({"orientation": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)}, "rows and columns run in other directions"),
        ({"column_spacing_mm": 1.51}, "column spacing 1.5100 instead of 1.5000 mm"),
    ],
)
def test_a_panel_that_is_not_where_it_is_configured_is_told(change: dict[str, object], word: str) -> None:
    radiograph = PAIR[1].radiograph
    geometry = replace(radiograph.geometry, **change)  # type: ignore[arg-type]
    reasons = failed(*second(radiograph=replace(radiograph, geometry=geometry)))
    assert reasons["Geometry of kV B"] == word


def test_a_whole_turn_of_the_source_is_no_difference() -> None:
    radiograph = PAIR[1].radiograph
    turned = replace(radiograph, geometry=replace(radiograph.geometry, gantry_deg=-270.0))
    assert failed(*second(radiograph=turned)) == {}


def test_an_imager_that_the_machine_does_not_have_is_told() -> None:
    assert failed(*second(imager_name="kV C")) == {"Geometry of kV C": "PTI Room 1 has no kV system of this name."}


def test_a_saturated_image_is_told() -> None:
    def saturate(pixels: NDArray[np.uint16]) -> NDArray[np.uint16]:
        pixels[pixels > 48_000] = 65_535
        return pixels

    assert "end of the scale" in failed(*with_pixels(saturate))["Exposure of kV B"]


def test_a_blank_image_is_told() -> None:
    noise = np.random.default_rng(1).normal(50_000, 150, PAIR[1].radiograph.pixels.shape).astype(np.uint16)
    assert "blank" in failed(*with_pixels(lambda _: noise))["Exposure of kV B"]


def test_an_image_without_exposure_is_told() -> None:
    dark = np.random.default_rng(1).poisson(6.0, PAIR[1].radiograph.pixels.shape).astype(np.uint16) + np.uint16(1)
    assert "dark" in failed(*with_pixels(lambda _: dark))["Exposure of kV B"]
