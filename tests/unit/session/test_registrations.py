"""Each kind of registration names the images, frames and study that belong to it, and refuses all others."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pydicom
import pytest

from pti.dicom.ct import CtSeries
from pti.dicom.files import encode_part10
from pti.dicom.identity import PatientIdentity, PatientMismatch, StudyIdentity
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import (
    RegistrationMethod,
    RegistrationSubType,
    SpatialRegistration,
    read_spatial_registration,
    write_spatial_registration,
)
from pti.foundation.errors import PtiError
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, InstanceReference
from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.rigid import FrameMismatch, RigidTransform, rotation_z
from pti.session.registrations import (
    ImagesDoNotBelongTogether,
    RegistrationEntry,
    registration_2d2d,
    registration_2d3d,
    registration_3d3d,
    registration_of_markers,
)
from tests.support.session_values import ACQUIRED_UID, NOW, PATIENT, PLANNING_UID, STUDY, make_case, make_image, make_plan

_ENTRY = RegistrationEntry("2.25.8001", "2.25.8002", NOW, 5, "Op^One")
_PLAN, _CT = make_plan(), make_case().ct
_IMAGES = (make_image("kV A", 0.0), make_image("kV B", 90.0))
_DRRS = tuple(replace(image, is_drr=True) for image in _IMAGES)
_TRANSFORM = RigidTransform(
    patient_frame(PLANNING_UID), patient_frame(ACQUIRED_UID), rotation_z(90.0), np.array([10.0, 20.0, 30.0])
)
_ACQUIRED_STUDY = StudyIdentity("2.25.2002", "20260304")


def _acquired_ct(**changes: object) -> CtSeries:
    volume = replace(_CT.volume, frame=patient_frame(ACQUIRED_UID))
    instances = tuple(InstanceReference(CT_IMAGE, f"2.25.520{i}") for i in range(4))
    ct = replace(_CT, volume=volume, instances=instances, series_instance_uid="2.25.5200", study=_ACQUIRED_STUDY)
    return replace(ct, **changes)  # type: ignore[arg-type]


def _stored(registration: SpatialRegistration) -> SpatialRegistration:
    return read_spatial_registration(pydicom.dcmread(io.BytesIO(encode_part10(write_spatial_registration(registration)))))


def _registered(registration: SpatialRegistration) -> list[InstanceReference]:
    """The registered images, after checking what is the same in every kind."""
    back = _stored(registration)
    assert (back.patient, back.operator, back.series_number, back.created_at) == (PATIENT, "Op^One", 5, NOW)
    assert (back.sop_instance_uid, back.series_instance_uid) == ("2.25.8001", "2.25.8002")
    assert (back.transform.source, back.transform.target) == (patient_frame(PLANNING_UID), patient_frame(ACQUIRED_UID))
    # A quarter turn about z takes x to y; then the shift: worked out by hand.
    np.testing.assert_allclose(back.transform((1.0, 2.0, 3.0)), (-2.0 + 10.0, 1.0 + 20.0, 3.0 + 30.0), atol=1e-9)
    assert [i.sop_instance_uid for i in back.source_images] == [f"2.25.500{i}" for i in range(4)]
    assert {(i.series_instance_uid, i.study_instance_uid) for i in back.source_images} == {("2.25.5100", "2.25.2001")}
    return list(back.registered_images)


_RT_IMAGES = [InstanceReference(RT_IMAGE, uid, "2.25.6100", STUDY.study_instance_uid) for uid in ("2.25.600", "2.25.6090")]


@pytest.mark.requirement("M23-02")
@pytest.mark.parametrize("method", [RegistrationMethod.AUTOMATIC, RegistrationMethod.MANUAL])
def test_a_2d3d_match_names_the_kv_images_in_their_frame(method: RegistrationMethod) -> None:
    registration = registration_2d3d(_PLAN, _CT, _IMAGES, _TRANSFORM, _ENTRY, method=method)
    assert (registration.sub_type, registration.method) == (RegistrationSubType.ONLINE_2D3D_PAIRED, method)
    assert (registration.label, registration.description) == ("2D3D_MATCH", "FROM planning CT TO acquired kV images")
    assert registration.machine_name == "TR1"
    assert _registered(registration) == _RT_IMAGES


@pytest.mark.requirement("M23-02", "SRO-04")
def test_images_of_two_studies_are_named_each_with_its_own() -> None:
    other = replace(_IMAGES[1], study=StudyIdentity("2.25.99"))
    registration = registration_2d3d(_PLAN, _CT, (_IMAGES[0], other), _TRANSFORM, _ENTRY)
    assert registration.study == _IMAGES[0].study
    assert _registered(registration) == [_RT_IMAGES[0], replace(_RT_IMAGES[1], study_instance_uid="2.25.99")]


@pytest.mark.requirement("MARK-06")
def test_a_marker_match_is_an_alignment_of_fiducials_in_the_frame_of_the_kv_images() -> None:
    registration = registration_of_markers(_PLAN, _CT, _IMAGES, _TRANSFORM, _ENTRY)
    assert registration.sub_type is RegistrationSubType.ONLINE_MARKER
    assert registration.method.value == ("125022", "Fiducial Alignment")
    assert registration.label == "MARKER_MATCH"
    assert _registered(registration) == _RT_IMAGES


@pytest.mark.requirement("M33-01")
@pytest.mark.parametrize("method", [RegistrationMethod.AUTOMATIC, RegistrationMethod.MANUAL])
def test_a_3d3d_match_names_the_slices_of_the_acquired_ct_in_its_frame_and_study(method: RegistrationMethod) -> None:
    registration = registration_3d3d(_PLAN, _CT, _acquired_ct(), _TRANSFORM, _ENTRY, method=method)
    assert (registration.sub_type, registration.method) == (RegistrationSubType.ONLINE_3D, method)
    assert (registration.label, registration.description) == ("3D3D_MATCH", "FROM planning CT TO acquired CT")
    assert registration.study == _ACQUIRED_STUDY
    assert _registered(registration) == [
        InstanceReference(CT_IMAGE, f"2.25.520{i}", "2.25.5200", "2.25.2002") for i in range(4)
    ]


@pytest.mark.requirement("M23-02")
def test_a_match_in_the_in_room_workflow_is_a_2d2d_one_with_two_drrs() -> None:
    registration = registration_2d2d(_PLAN, _CT, _DRRS, _TRANSFORM, _ENTRY)
    assert registration.sub_type is RegistrationSubType.ONLINE_2D_PAIRED
    assert (registration.label, registration.description) == ("2D2D_MATCH", "FROM planning CT TO DRRs of acquired CT")
    assert _registered(registration) == _RT_IMAGES
    with pytest.raises(ImagesDoNotBelongTogether, match="two DRRs, not 1"):
        registration_2d2d(_PLAN, _CT, _DRRS[:1], _TRANSFORM, _ENTRY)


_Build = Callable[[CtSeries, tuple[RtImage, ...], RigidTransform], SpatialRegistration]


def _markers(ct: CtSeries, images: tuple[RtImage, ...], transform: RigidTransform) -> SpatialRegistration:
    return registration_of_markers(_PLAN, ct, images, transform, _ENTRY)


def _pair(ct: CtSeries, images: tuple[RtImage, ...], transform: RigidTransform) -> SpatialRegistration:
    return registration_2d3d(_PLAN, ct, images, transform, _ENTRY)


def _drrs(ct: CtSeries, images: tuple[RtImage, ...], transform: RigidTransform) -> SpatialRegistration:
    return registration_2d2d(_PLAN, ct, tuple(replace(i, is_drr=not i.is_drr) for i in images), transform, _ENTRY)


_STRANGER = PatientIdentity("T-2", "Test^Tina", "19800102", "F")
_INVERSE, _TO_ROOM = _TRANSFORM.inverse(), RigidTransform.identity(patient_frame(PLANNING_UID), FIXED)


@pytest.mark.parametrize("build", [_pair, _markers, _drrs])
@pytest.mark.parametrize(
    ("ct", "second", "transform", "error", "told"),
    [
        (_CT, {}, _INVERSE, FrameMismatch, "the match is from patient 2.25.1002"),
        (_CT, {}, _TO_ROOM, FrameMismatch, "the match is into fixed"),
        (replace(_CT, patient=_STRANGER), {}, _TRANSFORM, PatientMismatch, "plan and CT: Patient ID"),
        (_CT, {"patient": _STRANGER}, _TRANSFORM, PatientMismatch, "plan and image kV B: Patient ID"),
        (_CT, {"frame_of_reference_uid": "2.25.99"}, _TRANSFORM, ImagesDoNotBelongTogether, "differ in Frame of Reference UID"),
        (_CT, {"is_drr": True}, _TRANSFORM, ImagesDoNotBelongTogether, "Image kV B is"),
        (_acquired_ct(), {}, _TRANSFORM, FrameMismatch, "the planning CT is in patient 2.25.1002"),
    ],
)  # fmt: skip
def test_what_does_not_belong_together_is_refused(
    build: _Build, ct: CtSeries, second: dict[str, object], transform: RigidTransform, error: type[PtiError], told: str
) -> None:
    images = (_IMAGES[0], replace(_IMAGES[1], **second))  # type: ignore[arg-type]
    with pytest.raises(error, match=told):
        build(ct, images, transform)


def test_a_match_without_images_is_refused() -> None:
    with pytest.raises(ImagesDoNotBelongTogether, match="no image"):
        registration_2d3d(_PLAN, _CT, (), _TRANSFORM, _ENTRY)


@pytest.mark.requirement("M33-01")
def test_a_3d3d_match_of_another_patient_or_frame_is_refused() -> None:
    with pytest.raises(PatientMismatch, match="plan and acquired CT: Patient ID"):
        registration_3d3d(_PLAN, _CT, _acquired_ct(patient=_STRANGER), _TRANSFORM, _ENTRY)
    with pytest.raises(FrameMismatch, match=r"acquired CT are in 2\.25\.1001"):
        registration_3d3d(_PLAN, _CT, _CT, _TRANSFORM, _ENTRY)
    same = RigidTransform.identity(_CT.volume.frame, _CT.volume.frame)
    with pytest.raises(FrameMismatch, match="one frame of reference already"):
        registration_3d3d(_PLAN, _CT, _CT, same, _ENTRY)
