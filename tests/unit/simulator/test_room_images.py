"""The virtual room's images: things are where the geometry says, and the detector behaves like one."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from pti.acquisition.panel import panel_geometry
from pti.foundation.cancel import CancelToken
from pti.foundation.machine import MachineDescription
from pti.geometry.couch import IsocentricCouch
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.panels import UPRIGHT, PanelOrientation
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.simulator.room import SetupError, VirtualRoom
from pti.simulator.xray.detector import Technique, collimator_shadow, detect, open_beam_photons
from tests.support.geometry import panel_orientation
from tests.support.virtual_room import FRAME, ball_ct, one_system, small_machine, ticking_clock

BALL_MM = (14.3, -9.6, 7.2)
ISOCENTRE_MM = np.array([3.0, 2.0, -5.0])
STRAIGHT = IsocentricCouch(0.0, 800.0, -160.0)
TECHNIQUE = Technique(110.0, 10.0, 0.8, (-60.0, 60.0, -45.0, 45.0))
Image = NDArray[np.float64]


def shadow_near(pixels: NDArray[np.uint16], pixel: Image, reach: int) -> Image:
    """(row, column) of the attenuation's centre of mass within `reach` of `pixel`, above that at the window's border."""
    row, column = np.rint(pixel).astype(int) - reach
    window = pixels[row : row + 2 * reach + 1, column : column + 2 * reach + 1]
    attenuation = -np.log(np.maximum(window.astype(float), 1.0))
    border = np.concatenate([attenuation[0], attenuation[-1], attenuation[:, 0], attenuation[:, -1]])
    weights = np.clip(attenuation - np.median(border), 0.02, None) - 0.02
    rows, columns = np.indices(weights.shape)
    return np.asarray(np.array([(weights * rows).sum(), (weights * columns).sum()]) / weights.sum() + (row, column))


@pytest.mark.parametrize("position", ["HFS", "FFS", "HFP", "FFP"])
def test_a_ball_appears_where_the_geometry_projects_it_with_everything_nonzero(position: str) -> None:
    machine = small_machine(
        rows=192,
        columns=256,
        pixel_spacing_mm=0.75,
        receptor_translation_mm=(6.0, -4.0),
        receptor_angle_deg=3.0,
        focal_spot_mm=0.3,
    )
    first, second = machine.kv_systems
    machine = replace(machine, kv_systems=(replace(first, source_angle_deg=37.0), replace(second, source_angle_deg=-68.0)))
    planned = patient_to_fixed(FRAME, ISOCENTRE_MM, PatientPosition(position), rotation_deg=20.0, pitch_deg=1.0, roll_deg=-2.0)
    couch = IsocentricCouch(12.0, 845.0, -162.0, 1.5, -1.0, 22.0).to_iec()
    error = SetupError(4.0, -6.0, 3.0, 2.0, -1.5, 2.5)
    room = VirtualRoom(ball_ct(BALL_MM), planned, couch, error, machine, 3, ticking_clock())
    for exposure in room.acquire_pair(CancelToken(), lambda _: None):
        expected = exposure.radiograph.geometry.project(room.actual_pose()(BALL_MM))
        # A tenth of a pixel: quantum noise under the ball's shadow, and the ball made of voxels.
        np.testing.assert_allclose(shadow_near(exposure.radiograph.pixels, expected, 18), expected, atol=0.1)


def room_with_a_ball(machine: MachineDescription) -> VirtualRoom:
    """A ball at the isocentre, HFS, the couch straight and no error."""
    planned = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS)
    no_error = SetupError(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return VirtualRoom(ball_ct((0.0, 0.0, 0.0)), planned, STRAIGHT.to_iec(), no_error, machine, 3, ticking_clock())


def test_moving_the_couch_moves_the_ball_in_the_next_images() -> None:
    room = room_with_a_ball(small_machine(rows=240, columns=320, pixel_spacing_mm=0.388))
    middle = np.array([119.5, 159.5])
    moved_by = np.array([0.0, 15.0 * 3700 / 2700 / 0.388])  # from above: lateral along the columns, magnified
    before = room.acquire_pair(CancelToken(), lambda _: None)[0].radiograph.pixels
    room.move_couch(replace(STRAIGHT, lateral_mm=15.0).to_iec())
    after = room.acquire_pair(CancelToken(), lambda _: None)[0].radiograph.pixels
    np.testing.assert_allclose(shadow_near(before, middle, 30), middle, atol=0.1)
    np.testing.assert_allclose(shadow_near(after, middle + moved_by, 30), middle + moved_by, atol=0.1)


def test_the_beam_is_bright_and_the_jaws_and_the_ball_are_dark() -> None:
    room = room_with_a_ball(small_machine())
    pixels = room.acquire_pair(CancelToken(), lambda _: None)[0].radiograph.pixels.astype(float)
    open_beam = np.median(pixels[20:30, 20:108])
    assert 30_000 < open_beam < 60_000
    assert np.median(pixels[44:52, 60:68]) < 0.8 * open_beam
    assert pixels[:3].max() < 0.2 * open_beam
    assert pixels[:3].min() > 0  # scatter reaches behind the jaws


def noise_of(geometry: ImagerGeometry, charge_mas: float) -> float:
    """Relative standard deviation of an evenly lit panel, from the difference of two images."""
    primary = np.ones((geometry.rows, geometry.columns), dtype=np.float32)
    technique = replace(TECHNIQUE, charge_mas=charge_mas)
    a, b = (detect(primary, geometry, technique, np.random.default_rng(seed)).astype(float) for seed in (1, 2))
    middle = (slice(20, -20), slice(20, -20))
    return float((a[middle] - b[middle]).std() / 2**0.5 / a[middle].mean())


def test_four_times_the_dose_halves_the_noise() -> None:
    geometry = panel_geometry(one_system(pixel_spacing_mm=0.388))
    low, high = noise_of(geometry, 2.0), noise_of(geometry, 8.0)
    # 4,900 pixels: the ratio of two standard deviations is good to 2 percent.
    assert low / high == pytest.approx(2.0, rel=0.06)


def test_noise_is_that_of_the_photons_counted() -> None:
    geometry = panel_geometry(one_system())
    photons = open_beam_photons(geometry, replace(TECHNIQUE, charge_mas=2.0))
    # Light spread of 0.22 mm hardly smooths pixels of 1.5 mm, so that photon statistics stay to be seen;
    # scatter adds to the photons, electronic noise to the noise.
    assert noise_of(geometry, 2.0) == pytest.approx(photons**-0.5, rel=0.1)


@pytest.mark.parametrize("orientation", [UPRIGHT, panel_orientation((20.0, -25.0, 10.0), mirrored=True)])
@pytest.mark.parametrize("corner", [(0, 2), (0, 3), (1, 2), (1, 3)])
def test_the_jaws_shadow_ends_where_the_geometry_projects_them(corner: tuple[int, int], orientation: PanelOrientation) -> None:
    system = one_system(receptor_translation_mm=(9.0, -6.0), receptor_angle_deg=8.0, source_angle_deg=130.0)
    geometry = replace(panel_geometry(system), orientation=orientation)
    technique = replace(TECHNIQUE, collimator_mm=(-50.0, 40.0, -30.0, 25.0))
    shadow = collimator_shadow(geometry, technique)
    jaws = technique.collimator_mm
    to_fixed = geometry.gantry_to_fixed()
    x_jaw, y_jaw = jaws[corner[0]], jaws[corner[1]]
    for on_edge in ((x_jaw, 0.0, 0.0), (0.0, y_jaw, 0.0)):
        row, column = geometry.project(to_fixed(on_edge))
        assert map_coordinates(shadow, [[row], [column]], order=1)[0] == pytest.approx(0.5, abs=0.05)
    inside = geometry.project(to_fixed((0.9 * x_jaw, 0.9 * y_jaw, 0.0)))
    outside = geometry.project(to_fixed((1.1 * x_jaw, 0.9 * y_jaw, 0.0)))
    assert map_coordinates(shadow, inside[:, np.newaxis], order=1)[0] > 0.95
    assert map_coordinates(shadow, outside[:, np.newaxis], order=1)[0] < 0.05


def test_an_overexposed_panel_ends_at_full_scale() -> None:
    geometry = panel_geometry(one_system())
    primary = np.ones((geometry.rows, geometry.columns), dtype=np.float32)
    pixels = detect(primary, geometry, replace(TECHNIQUE, charge_mas=60.0), np.random.default_rng(1))
    assert pixels.max() == 65_535
    assert np.median(pixels) == 65_535


def test_a_sharp_edge_is_blurred_and_keeps_its_place() -> None:
    geometry = panel_geometry(one_system(pixel_spacing_mm=0.3))
    primary = np.full((geometry.rows, geometry.columns), 0.2, dtype=np.float32)
    primary[:, 64:] = 0.8
    pixels = detect(primary, geometry, TECHNIQUE, np.random.default_rng(1)).astype(float)
    profile = pixels[30:-30].mean(axis=0)
    steps = np.diff(profile[50:78])
    assert np.max(steps) < 0.7 * steps.sum()  # no longer a jump from one pixel to the next
    assert np.average(np.arange(50, 77) + 0.5, weights=steps) == pytest.approx(63.5, abs=0.1)
