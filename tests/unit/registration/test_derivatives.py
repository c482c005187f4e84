"""Ray sums' derivatives by the pose against finite differences, and the response curve."""

import numpy as np
import pytest

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.imaging.drr import render_drr
from pti.registration.pose_steps import moved, render_with_derivatives
from pti.registration.prepared import LevelVolume, prepare
from pti.registration.response import fit_response
from pti.registration.views import ViewLevel, gradient_features
from tests.support.analytic_phantom import PHANTOM_FRAME, small_head

PIVOT_MM = np.array([11.0, -7.0, 5.0])
POSE = patient_to_fixed(
    PHANTOM_FRAME, np.array([9.0, -4.0, 8.0]), PatientPosition.HFS, rotation_deg=4.0, pitch_deg=-3.0, roll_deg=2.0
)


@pytest.fixture(scope="module")
def level() -> LevelVolume:
    return prepare(small_head()).levels[-1]


def view(gantry_deg: float) -> ViewLevel:
    geometry = ImagerGeometry.centred(gantry_deg, 1500.0, 2300.0, 60, 80, 4.0)
    nothing = np.zeros((2, 60, 80), dtype=np.float32)
    return ViewLevel(geometry, 1.2, nothing[0], nothing[0], nothing, nothing[0], nothing[0] == 0, nothing[0] == 0)


@pytest.mark.parametrize("gantry_deg", [0.0, 50.0, 90.0, 200.0])
def test_the_ray_sums_are_the_drr(level: LevelVolume, gantry_deg: float) -> None:
    images, _ = render_with_derivatives(level, view(gantry_deg), POSE, POSE(PIVOT_MM))
    drr = render_drr(level.attenuation, view(gantry_deg).geometry, POSE)
    # The DRR gives a ray's ends their exact length, in air.
    np.testing.assert_allclose(images[0], drr, atol=0.01 * drr.max())


@pytest.mark.parametrize("gantry_deg", [0.0, 50.0, 90.0, 200.0])
@pytest.mark.parametrize("axis", range(6))
def test_derivatives_equal_finite_differences(level: LevelVolume, gantry_deg: float, axis: int) -> None:
    images, _ = render_with_derivatives(level, view(gantry_deg), POSE, POSE(PIVOT_MM))
    change = np.zeros(6)
    change[axis] = 0.5 if axis < 3 else 0.006
    ahead, behind = (
        render_with_derivatives(level, view(gantry_deg), moved(POSE, sign * change, PIVOT_MM), POSE(PIVOT_MM))[0][0]
        for sign in (1, -1)
    )
    difference = (ahead - behind) / (2 * change[axis])
    # The gradient of a trilinear volume jumps from voxel to voxel, the difference runs over some of them.
    assert np.corrcoef(images[1 + axis].ravel(), difference.ravel())[0, 1] > 0.95
    slope = (images[1 + axis] * difference).sum() / (difference**2).sum()
    assert slope == pytest.approx(1.0, abs=0.04)


def test_a_response_follows_scatter_and_hardening_and_never_falls() -> None:
    ray_sums = np.random.default_rng(2).uniform(0, 6, 4000).astype(np.float32)
    acquired = 0.4 - np.log(0.7 * np.exp(-ray_sums) + 0.3 * np.exp(-0.6 * ray_sums) + 0.02)
    acquired[::10] += 1.5
    curve = fit_response(ray_sums, acquired.astype(np.float32))
    value, slope = curve(ray_sums)
    assert np.abs(value - acquired)[1:10].max() < 0.1
    assert (slope >= 0).all()
    order = np.argsort(ray_sums)
    numeric = np.gradient(value[order].astype(np.float64), ray_sums[order].astype(np.float64))
    assert np.median(np.abs(numeric - slope[order])) < 0.01


def test_features_are_the_derivatives_of_a_smoothed_image() -> None:
    rows, columns = np.mgrid[:30, :40].astype(np.float32)
    features = gradient_features((3.0 * columns - 2.0 * rows)[np.newaxis], 1.2)[0]
    np.testing.assert_allclose(features[0, 5:-5, 5:-5], 3.0, rtol=2e-2)
    np.testing.assert_allclose(features[1, 5:-5, 5:-5], -2.0, rtol=2e-2)
