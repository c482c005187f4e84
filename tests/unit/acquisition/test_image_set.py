"""Pairs of exposures, and the RT Images that they become."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from pti.acquisition.image_set import angular_distance_deg, most_crossing_deg, to_rt_images
from pti.dicom.plan_references import FractionGroup
from pti.dicom.rt_image import read_rt_image, write_rt_image
from pti.geometry.patient import PatientPosition
from pti.imaging.exposure import KvExposure
from pti.registration.correction import pose_error_on_couch
from pti.session.poses import acquired_to_fixed
from tests.support.exposures import make_exposure, make_pair
from tests.support.geometry import angles
from tests.support.session_values import PATIENT, STUDY, make_beam, make_plan


@pytest.mark.parametrize(
    ("first", "second", "distance"), [(0, 90, 90), (350, 10, 20), (10, 350, 20), (0, 180, 180), (-90, 270, 0), (45, 315, 90)]
)
def test_angles_are_compared_on_the_circle(first: float, second: float, distance: float) -> None:
    assert angular_distance_deg(first, second) == pytest.approx(distance)


@given(angles(), angles())
def test_the_angular_distance_is_that_of_the_directions(first: float, second: float) -> None:
    a, b = (np.exp(1j * np.radians(angle)) for angle in (first, second))
    # The arc cosine is good to 1e-6 degrees at its ends.
    assert angular_distance_deg(first, second) == pytest.approx(
        np.degrees(np.arccos(np.clip((a * b.conjugate()).real, -1, 1))), abs=3e-6
    )


def test_the_views_that_cross_best_count_and_a_single_one_has_no_distance() -> None:
    assert most_crossing_deg((315.0, 45.0)) == pytest.approx(90.0)
    assert most_crossing_deg((0.0, 10.0, 100.0)) == pytest.approx(90.0)
    assert most_crossing_deg((30.0,)) is None


def test_images_share_series_and_frame_and_take_patient_study_and_plan_from_the_plan() -> None:
    plan, beam = make_plan(), make_beam(2)
    exposures = make_pair(0.0, 90.0)
    a, b = to_rt_images(exposures, plan, beam, operator="Op^One", series_number=3, fraction_number=4)
    assert a.frame_of_reference_uid == b.frame_of_reference_uid != plan.frame_of_reference_uid
    assert a.series_instance_uid == b.series_instance_uid
    assert a.sop_instance_uid != b.sop_instance_uid
    assert (a.instance_number, b.instance_number) == (1, 2)
    for image, exposure in zip((a, b), exposures, strict=True):
        assert (image.patient, image.study, image.plan_uid) == (PATIENT, STUDY, plan.sop_instance_uid)
        assert (image.beam_number, image.fraction_number, image.series_number) == (2, 4, 3)
        assert image.operator == "Op^One"
        assert image.radiograph is exposure.radiograph
        assert image.couch == exposure.couch
        assert image.couch_position_known
        assert not image.is_drr


@pytest.mark.requirement("RTIM-01")
def test_what_the_table_calls_supported_is_written_from_exposure_beam_and_plan() -> None:
    plan = replace(make_plan(), fraction_groups=(FractionGroup(3, (1, 2)), FractionGroup(4, (1,))))
    exposures = tuple(replace(e, tube_current_ma=150.4) for e in make_pair(350.0, 80.0))
    images = to_rt_images(exposures, plan, make_beam(2), operator="Op^One", series_number=3)
    for number, (image, exposure) in enumerate(zip(images, exposures, strict=True), 1):
        ds = write_rt_image(image)
        said = ds.ExposureSequence[0]
        assert (ds.ReferencedBeamNumber, ds.ReferencedFractionGroupNumber) == (2, 3)
        assert ds.ReferencedRTPlanSequence[0].ReferencedSOPInstanceUID == plan.sop_instance_uid
        assert (ds.InstanceNumber, ds.AcquisitionNumber, ds.SeriesNumber) == (number, number, 3)
        assert (ds.RadiationMachineName, ds.StationName) == (exposure.machine_name, exposure.machine_name)
        taken_at = exposure.acquired_at.astimezone()
        assert (ds.ContentDate, ds.ContentTime) == (taken_at.strftime("%Y%m%d"), taken_at.strftime("%H%M%S.000000"))
        assert (said.KVP, said.XRayTubeCurrent, said.ExposureTime) == (exposure.kvp, 150, exposure.exposure_time_ms)
        geometry = exposure.radiograph.geometry
        shift = (*geometry.receptor_offset_mm, geometry.sad_mm - geometry.sid_mm)
        assert tuple(ds.XRayImageReceptorTranslation) == pytest.approx(shift)
        assert tuple(v for d in said.BeamLimitingDeviceSequence for v in d.LeafJawPositions) == exposure.collimator_mm
        # Neither is known: the treatment beam has not begun, and nothing tells which fraction it is.
        assert not {"StartCumulativeMetersetWeight", "EndCumulativeMetersetWeight", "FractionNumber"} & set(ds.dir())


def test_every_exposure_is_an_irradiation_event_of_its_own() -> None:
    images = to_rt_images(make_pair(0.0, 90.0), make_plan(), make_beam(), operator="", series_number=1)
    again = to_rt_images(make_pair(0.0, 90.0), make_plan(), make_beam(), operator="", series_number=2)
    assert len({image.irradiation_event_uid for image in (*images, *again)} - {None}) == 4


def test_a_beam_in_several_fraction_groups_has_none_that_is_guessed() -> None:
    plan = replace(make_plan(), fraction_groups=(FractionGroup(3, (1,)), FractionGroup(4, (1,))))
    (image,) = to_rt_images(make_pair(0.0), plan, make_beam(1), operator="", series_number=1)
    assert image.fraction_group is None


def test_each_acquisition_has_a_frame_of_reference_of_its_own() -> None:
    plan, beam = make_plan(), make_beam()
    (first,) = to_rt_images(make_pair(0.0), plan, beam, operator="", series_number=1)
    (second,) = to_rt_images(make_pair(0.0), plan, beam, operator="", series_number=2)
    assert first.frame_of_reference_uid != second.frame_of_reference_uid
    assert first.series_instance_uid != second.series_instance_uid


@pytest.mark.parametrize("position", ["HFS", "FFP", "HFDR"])
def test_the_acquired_frame_has_its_origin_at_the_isocentre_and_axes_by_patient_position(position: str) -> None:
    beam = make_beam(patient_position=PatientPosition(position))
    (image,) = to_rt_images(make_pair(0.0), make_plan(beam), beam, operator="", series_number=1)
    pose = acquired_to_fixed(image)
    assert image.isocentre_mm == (0.0, 0.0, 0.0)
    np.testing.assert_allclose(pose.translation_mm, np.zeros(3), atol=1e-12)
    on_table = image.couch.table_top_to_fixed().rotation.T @ pose.rotation
    np.testing.assert_allclose(on_table, PatientPosition(position).patient_to_table_top, atol=1e-12)


@pytest.mark.requirement("ACQ-05", "RTIM-03")
def test_an_image_keeps_couch_technique_and_operator_through_dicom() -> None:
    beam = make_beam()
    (image,) = to_rt_images(make_pair(37.0), make_plan(beam), beam, operator="Op^One", series_number=1)
    again = read_rt_image(write_rt_image(image))
    assert again.operator == "Op^One"
    for name in ("lateral_mm", "longitudinal_mm", "vertical_mm", "pitch_deg", "roll_deg", "rotation_deg"):
        assert getattr(again.couch, name) == pytest.approx(getattr(image.couch, name), abs=1e-6)
    assert (again.kvp, again.tube_current_ma, again.exposure_time_ms) == (110.0, 160.0, 63.0)
    assert again.collimator_mm == image.collimator_mm
    assert again.machine_name == image.machine_name
    np.testing.assert_array_equal(again.radiograph.pixels, image.radiograph.pixels)
    assert pose_error_on_couch(acquired_to_fixed(again), acquired_to_fixed(again), again.couch)[0] == pytest.approx(0.0)


def test_a_long_imager_name_fits_the_label() -> None:
    exposure: KvExposure = replace(make_exposure(0.0), imager_name="Left oblique flat panel")
    (image,) = to_rt_images((exposure,), make_plan(), make_beam(), operator="", series_number=1)
    assert image.label == "Left oblique fla"
    assert image.description == "kV set-up image, Left oblique flat panel"
