"""The X-ray model against closed forms: slabs, tabulated coefficients, and what hardening a beam means."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pti.foundation.cancel import CancelToken
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.imaging.volume import CtVolume
from pti.simulator.xray.beam import Beam, tube_beam
from pti.simulator.xray.materials import BONE, GOLD, METAL_HU, WATER, density_model
from pti.simulator.xray.metal import mark_metal
from pti.simulator.xray.projector import Absorber, primary_image
from tests.support.virtual_room import FRAME, ball_ct, ct_of

WATER_60_KEV, BONE_60_KEV, GOLD_60_KEV = 0.2059, 0.3148, 4.528  # cm2/g, NIST
ONE_ENERGY = Beam(np.array([60.0]), np.array([1.0]), np.array([[WATER_60_KEV, BONE_60_KEV, GOLD_60_KEV]]))
PANEL = ImagerGeometry.centred(0.0, 1000.0, 1500.0, 40, 48, 1.0)


def slab_ct(hu: float, thickness: int = 40) -> CtVolume:
    """A wide slab of voxels 1.5 x 2 x 3 mm, `thickness` of them along y, with air above and below."""
    values = np.full((90, thickness + 20, 160), -1000.0)
    values[:, 10:-10] = hu
    return ct_of(values, (1.5, 2.0, 3.0), (-119.25, -(thickness + 19.0), -133.5))


def image_of(ct: CtVolume, beam: Beam, gantry_deg: float = 0.0, **angles_deg: float) -> NDArray[np.float32]:
    geometry = replace(PANEL, gantry_deg=gantry_deg)
    pose = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS, **angles_deg)
    return primary_image(Absorber.of(ct), beam, geometry, pose, CancelToken(), lambda _: None)


def slab_path_cm(thickness_mm: float, gantry_deg: float, **angles_deg: float) -> NDArray[np.float64]:
    """Length of each ray in a slab whose faces were horizontal before the couch turned."""
    geometry = replace(PANEL, gantry_deg=gantry_deg)
    pose = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS, **angles_deg)
    normal = pose.rotation @ (0.0, 1.0, 0.0)
    pixels = np.stack(np.meshgrid(np.arange(40), np.arange(48), indexing="ij"), axis=-1)
    rays = geometry.pixels_to_fixed(pixels) - geometry.source_fixed_mm
    return np.asarray(thickness_mm / 10 * np.linalg.norm(rays, axis=-1) / np.abs(rays @ normal))


@pytest.mark.parametrize(
    ("gantry_deg", "angles_deg"),
    [
        (0.0, {}),
        (25.0, {}),
        (-38.0, {"rotation_deg": 15.0, "pitch_deg": 4.0, "roll_deg": -3.0}),
        (60.0, {"pitch_deg": -3.0}),  # steep: rays run faster across than along the slab's thickness
    ],
)
def test_a_water_slab_attenuates_as_beer_and_lambert_say(gantry_deg: float, angles_deg: dict[str, float]) -> None:
    expected = np.exp(-WATER_60_KEV * slab_path_cm(80.0, gantry_deg, **angles_deg))
    found = image_of(slab_ct(0.0), ONE_ENERGY, gantry_deg, **angles_deg)
    if gantry_deg == 60.0:  # the slab is not wide enough for every ray
        expected, found = expected[15:25, 20:28], found[15:25, 20:28]
    # Single precision, and air at -1000 HU is exactly none.
    np.testing.assert_allclose(found, expected, rtol=2e-4)


def test_a_slab_of_cortical_bone_has_its_tabulated_density() -> None:
    cortical_hu = round(float(density_model().knees_hu[2]))
    expected = np.exp(-BONE_60_KEV * 1.92 * slab_path_cm(40.0, 0.0))
    # The CT number is rounded to a whole one of about 1600, and the exponent is near 2.5.
    np.testing.assert_allclose(image_of(slab_ct(cortical_hu, 20), ONE_ENERGY), expected, rtol=2e-3)


def test_air_noise_attenuates_nothing() -> None:
    noisy = np.random.default_rng(1).normal(-1000.0, 5.0, (20, 30, 40))
    np.testing.assert_array_equal(image_of(ct_of(noisy, (2.0, 2.0, 2.0), (-39.0, -29.0, -19.0)), ONE_ENERGY), 1.0)


def test_uneven_slices_are_where_they_stand() -> None:
    ct = slab_ct(0.0)
    positions = ct.slice_positions_mm.copy()
    positions[1::2] += 0.8
    uneven = CtVolume(FRAME, ct.hounsfield, ct.first_voxel_mm, ct.row_spacing_mm, ct.column_spacing_mm, positions)
    np.testing.assert_allclose(image_of(uneven, ONE_ENERGY), image_of(ct, ONE_ENERGY), rtol=1e-5)


@pytest.mark.parametrize("hu", [-700.0, -100.0, 0.0, 60.0, 400.0, 1000.0, 1800.0, 2900.0])
def test_a_voxel_attenuates_a_ct_beam_as_its_ct_number_says(hu: float) -> None:
    model = density_model()
    excess = np.maximum(hu - model.knees_hu.astype(float), 0.0)
    soft, bone, gold = model.densities @ np.array([*excess, 0.0])
    at_70_kev = np.array([70.0])
    attenuation = soft * WATER.at(at_70_kev)[0] + bone * BONE.at(at_70_kev)[0]
    # The foot of the soft-tissue line stands at -980 and not at -1000 HU: up to 20 HU.
    assert attenuation / WATER.at(at_70_kev)[0] == pytest.approx(1 + hu / 1000, abs=0.021)
    assert gold == 0.0
    assert min(soft, bone) > -1e-12


def test_tabulated_coefficients_are_met_and_an_edge_keeps_its_sides() -> None:
    np.testing.assert_allclose(WATER.at(np.array([30.0, 60.0, 100.0])), [0.3756, 0.2059, 0.1707], rtol=1e-9)
    below, above = GOLD.at(np.array([80.7, 80.75]))
    assert below < 2.2
    assert above > 8.8


def test_water_hardens_the_beam() -> None:
    beam = tube_beam(110.0, 3.0)
    assert beam.weights.sum() == pytest.approx(1.0)
    thickness = np.array([[1.0, 0.0, 0.0], [10.0, 0.0, 0.0], [25.0, 0.0, 0.0]])
    effective = -np.log(np.exp(-thickness @ beam.attenuation_cm2_g.T) @ beam.weights) / thickness[:, 0]
    assert effective[0] > effective[1] > effective[2]
    assert WATER.at(np.array([110.0]))[0] < effective[2]
    assert effective[0] < WATER.at(np.array([25.0]))[0]


@pytest.mark.parametrize("z_mm", [0.4, -0.4, 0.75, 1.1])
def test_a_ball_between_the_slices_is_not_cut_at_its_ends(z_mm: float) -> None:
    """Its shadow's centre of mass is the projection of the ball's, as far as the voxels allow."""
    centre = (0.3, -0.2, z_mm)
    geometry = ImagerGeometry.centred(0.0, 2700.0, 3700.0, 120, 120, 0.25)
    pose = patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS, rotation_deg=20.0, pitch_deg=1.5, roll_deg=-1.5)
    image = primary_image(Absorber.of(ball_ct(centre)), ONE_ENERGY, geometry, pose, CancelToken(), lambda _: None)
    attenuation = -np.log(image.astype(float))
    found = [(attenuation * index).sum() / attenuation.sum() for index in np.indices(image.shape)]
    np.testing.assert_allclose(found, geometry.project(pose(centre)), atol=0.05)  # 0.0125 mm; cut slices gave 0.15


def test_more_voltage_and_more_filtration_make_a_harder_beam() -> None:
    def mean_kev(beam: Beam) -> float:
        return float(beam.energies_kev @ beam.weights)

    assert mean_kev(tube_beam(80.0, 3.0)) < mean_kev(tube_beam(110.0, 3.0)) < mean_kev(tube_beam(110.0, 8.0))


def seed_and_vessel() -> CtVolume:
    """Water with a seed of 2 x 2 x 2 voxels and a vessel of contrast agent along the slices, both saturated; 1 mm voxels."""
    values = np.zeros((40, 40, 40))
    values[20:22, 10:12, 10:12] = 3071.0
    values[5:35, 26:32, 26:32] = 3071.0
    return ct_of(values, (1.0, 1.0, 1.0), (-19.5, -19.5, -19.5))


def test_a_small_saturated_body_is_gold_and_a_large_one_is_not() -> None:
    marked = mark_metal(seed_and_vessel()).hounsfield == METAL_HU
    assert marked[20:22, 10:12, 10:12].all()
    assert marked.sum() == 8


def test_a_gold_seed_is_darker_than_any_bone() -> None:
    image = image_of(seed_and_vessel(), ONE_ENERGY)
    seed = PANEL.project(patient_to_fixed(FRAME, np.zeros(3), PatientPosition.HFS)((-9.0, -9.0, 1.0)))
    row, column = np.rint(seed).astype(int)
    # 38 mm of water and 2 mm of voxels half full of gold.
    assert image[row, column] == pytest.approx(np.exp(-WATER_60_KEV * 3.8 - GOLD_60_KEV * 9.66 * 0.2), rel=0.02)
