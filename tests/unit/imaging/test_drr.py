"""DRRs against closed-form line integrals, and against where the imager's geometry says that things appear."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from pti.geometry.couch import IsocentricCouch
from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.panels import UPRIGHT, PanelOrientation
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.geometry.rigid import FrameMismatch, RigidTransform
from pti.imaging.attenuation import AttenuationVolume
from pti.imaging.drr import render_drr
from pti.imaging.pyramid import reduced
from tests.support.analytic_phantom import PHANTOM_FRAME, AnalyticPhantom, Ellipsoid
from tests.support.geometry import panel_orientation

PHANTOM = AnalyticPhantom(
    (
        Ellipsoid((3.0, -4.0, 5.0), (52.0, 61.0, 47.0), 0.02, (10.0, -20.0, 35.0)),
        Ellipsoid((-18.0, 12.0, -9.0), (13.0, 17.0, 22.0), 0.03, (40.0, 5.0, -15.0)),
        Ellipsoid((24.0, 6.0, 16.0), (16.0, 12.0, 11.0), -0.012),
    )
)


@pytest.fixture(scope="module")
def voxels() -> AttenuationVolume:
    return PHANTOM.voxels((140, 165, 150), (0.95, 0.9, 1.0), (-70.0, -78.0, -66.0))


def placed(couch: IsocentricCouch, position: PatientPosition = PatientPosition.HFS) -> RigidTransform:
    pose = couch.table_top_to_fixed()
    planned = patient_to_fixed(PHANTOM_FRAME, np.array([2.0, -3.0, 4.0]), position)
    return RigidTransform(
        planned.source,
        FIXED,
        pose.rotation @ planned.rotation,
        pose.rotation @ planned.translation_mm + pose.translation_mm,
    )


@pytest.mark.parametrize("gantry_deg", [0.0, 37.0, 90.0, 200.0, 315.0])
@pytest.mark.parametrize("position", [PatientPosition.HFS, PatientPosition.FFDR])
def test_ray_sums_equal_closed_form_line_integrals(
    voxels: AttenuationVolume, gantry_deg: float, position: PatientPosition
) -> None:
    geometry = ImagerGeometry(gantry_deg, 1500.0, 2300.0, 120, 140, 1.7, 1.5, (-110.0, 98.0), 7.0, (4.0, -6.0))
    pose = placed(IsocentricCouch(6.0, -5.0, 4.0, 2.0, -3.0, 5.0), position)
    exact = PHANTOM.line_integrals(geometry, pose)
    clear = ~PHANTOM.grazed(geometry, pose, 3.0)  # near a surface that a ray grazes, voxels blur a chord that bends sharply
    assert clear.mean() > 0.75
    assert (exact[clear] > 0.5 * exact.max()).any()
    error = np.abs(render_drr(voxels, geometry, pose) - exact)
    assert error[clear].max() < 0.005 * exact.max()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("gantry_deg", [37.0, 200.0])
def test_ray_sums_on_a_tilted_panel_equal_closed_form_line_integrals(
    voxels: AttenuationVolume, gantry_deg: float, mirrored: bool
) -> None:
    orientation = panel_orientation((14.0, -22.0, 30.0), mirrored=mirrored)
    geometry = ImagerGeometry(gantry_deg, 1500.0, 2300.0, 120, 140, 1.7, 1.5, (-110.0, 98.0), 7.0, (4.0, -6.0), orientation)
    pose = placed(IsocentricCouch(6.0, -5.0, 4.0, 2.0, -3.0, 5.0), PatientPosition.FFP)
    exact = PHANTOM.line_integrals(geometry, pose)
    upright = PHANTOM.line_integrals(replace(geometry, orientation=UPRIGHT), pose)
    assert np.abs(exact - upright).max() > 0.2 * exact.max()  # the tilt matters
    clear = ~PHANTOM.grazed(geometry, pose, 3.0)
    assert clear.mean() > 0.7
    assert np.abs(render_drr(voxels, geometry, pose) - exact)[clear].max() < 0.005 * exact.max()


def test_a_source_inside_the_patient_sees_only_what_lies_before_it(voxels: AttenuationVolume) -> None:
    geometry = ImagerGeometry.centred(65.0, 15.0, 200.0, 60, 70, 1.5)
    pose = placed(IsocentricCouch(1.0, 2.0, -3.0, 1.0, 2.0, 3.0))
    exact = PHANTOM.line_integrals(geometry, pose)
    clear = ~PHANTOM.grazed(geometry, pose, 3.0)
    assert exact[clear].min() > 0.3
    assert np.abs(render_drr(voxels, geometry, pose) - exact)[clear].max() < 0.005 * exact.max()


def test_a_panel_inside_the_patient_sees_only_what_lies_before_it(voxels: AttenuationVolume) -> None:
    geometry = ImagerGeometry.centred(20.0, 1000.0, 1005.0, 40, 40, 1.0)
    pose = placed(IsocentricCouch(0.0, 0.0, 0.0))
    exact = PHANTOM.line_integrals(geometry, pose)
    clear = ~PHANTOM.grazed(geometry, pose, 3.0)
    assert np.abs(render_drr(voxels, geometry, pose) - exact)[clear].max() < 0.005 * exact.max()


def test_rays_past_the_volume_meet_nothing(voxels: AttenuationVolume) -> None:
    pose = placed(IsocentricCouch(1000.0, 0.0, 0.0))
    assert not render_drr(voxels, ImagerGeometry.centred(0.0, 1500.0, 2300.0, 32, 32, 2.0), pose).any()


@pytest.mark.parametrize("orientation", [UPRIGHT, panel_orientation((9.0, 15.0, -50.0), mirrored=True)])
@pytest.mark.parametrize("gantry_deg", [0.0, 45.0, 90.0, 270.0])
def test_a_small_ball_appears_where_the_geometry_projects_it(gantry_deg: float, orientation: PanelOrientation) -> None:
    place = np.array([21, 35, 28])
    dense = np.zeros((50, 60, 55))
    dense[tuple(place)] = 1.0
    levels = np.rint(60000 * gaussian_filter(dense, 1.5) / gaussian_filter(dense, 1.5).max()).astype(np.uint16)
    volume = AttenuationVolume(PHANTOM_FRAME, levels, 1e-6, (-30.0, -28.0, -25.0), (1.1, 1.0, 1.2))
    ball_mm = np.array(volume.origin_mm) + place[::-1] * np.array(volume.spacing_mm)
    geometry = ImagerGeometry(gantry_deg, 1500.0, 2300.0, 130, 150, 1.1, 1.0, (-73.0, 70.0), -4.0, (3.0, 5.0), orientation)
    pose = placed(IsocentricCouch(3.0, -4.0, 2.0, 3.0, -2.0, 4.0), PatientPosition.HFP)
    image = render_drr(volume, geometry, pose)
    rows, columns = np.mgrid[: geometry.rows, : geometry.columns]
    found = np.array([(image * rows).sum(), (image * columns).sum()]) / image.sum()
    # A hundredth of a pixel: the perspective of a ball of 2 mm.
    np.testing.assert_allclose(found, geometry.project(pose(ball_mm)), atol=0.01)


def test_the_number_of_threads_changes_nothing(voxels: AttenuationVolume) -> None:
    geometry = ImagerGeometry.centred(30.0, 1500.0, 2300.0, 101, 77, 2.0)
    pose = placed(IsocentricCouch(1.0, 2.0, 3.0, 1.0, 2.0, 3.0))
    alone = render_drr(voxels, geometry, pose, threads=1)
    for threads in (2, 3, 7):
        np.testing.assert_array_equal(render_drr(voxels, geometry, pose, threads=threads), alone)


def test_a_pose_of_another_frame_is_refused(voxels: AttenuationVolume) -> None:
    stranger = RigidTransform.identity(patient_frame("1.2.3"), FIXED)
    with pytest.raises(FrameMismatch):
        render_drr(voxels, ImagerGeometry.centred(0.0, 1500.0, 2300.0, 8, 8, 2.0), stranger)


def test_a_coarse_image_shows_the_same_as_the_fine_one(voxels: AttenuationVolume) -> None:
    geometry = ImagerGeometry.centred(90.0, 1500.0, 2300.0, 192, 256, 1.0)
    pose = placed(IsocentricCouch(1.0, 2.0, 3.0, 1.0, 2.0, 3.0))
    coarse = render_drr(reduced(voxels, 3), geometry.binned(2), pose)
    exact = PHANTOM.line_integrals(geometry.binned(2), pose)
    clear = ~PHANTOM.grazed(geometry.binned(2), pose, 5.0)
    assert np.abs(coarse - exact)[clear].max() < 0.02 * exact.max()
