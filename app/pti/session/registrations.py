"""The Spatial Registrations of accepted matches: what is stored of each of the four kinds (table B.2.19).

Each builder takes the transform planning CT -> acquired and refuses what does not belong together: images of another
patient or frame of reference than the transform, plan and each other. A registration lies in the study of its acquired
side; of images in several studies, in that of the first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pti.dicom.ct import CtSeries
from pti.dicom.identity import StudyIdentity, require_same_patient
from pti.dicom.plan import IonPlan
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import RegistrationMethod, RegistrationSubType, SpatialRegistration
from pti.foundation.errors import PtiError
from pti.foundation.instances import RT_IMAGE, InstanceReference
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import FrameMismatch, RigidTransform


class ImagesDoNotBelongTogether(PtiError):
    """A registration cannot name the images that it was given."""

    code, title = "PTI-SES-23", "The match cannot be stored for these images"
    remedy = "Match the images again; if that fails too, take new images."


@dataclass(frozen=True, slots=True)
class RegistrationEntry:
    """Under what a registration is stored: the same at every try of a Save.

    `series_number` counts up from 1 in a session (ACQ-04); `operator` accepted the match.
    """

    sop_instance_uid: str
    series_instance_uid: str
    created_at: datetime
    series_number: int | None = None
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class _Acquired:
    """What a registration says of its acquired side."""

    name: str
    study: StudyIdentity
    frame_of_reference_uid: str
    patient_position: PatientPosition
    machine_name: str | None
    instances: tuple[InstanceReference, ...]


def registration_2d3d(
    plan: IonPlan,
    ct: CtSeries,
    images: tuple[RtImage, ...],
    transform: RigidTransform,
    entry: RegistrationEntry,
    *,
    method: RegistrationMethod = RegistrationMethod.AUTOMATIC,
) -> SpatialRegistration:
    """A 2D/3D match of acquired kV images (M23-02).

    Raises
    ------
    PtiError
        :class:`ImagesDoNotBelongTogether`, :class:`FrameMismatch` or PatientMismatch.
    """
    acquired = _of_images(plan, images, "acquired kV images", drr=False)
    return _registration(plan, ct, acquired, transform, entry, RegistrationSubType.ONLINE_2D3D_PAIRED, method, "2D3D_MATCH")


def registration_of_markers(
    plan: IonPlan, ct: CtSeries, images: tuple[RtImage, ...], transform: RigidTransform, entry: RegistrationEntry
) -> SpatialRegistration:
    """A marker match of acquired kV images (MARK-06); raises what :func:`registration_2d3d` raises."""
    acquired = _of_images(plan, images, "acquired kV images", drr=False)
    sub_type, method = RegistrationSubType.ONLINE_MARKER, RegistrationMethod.MARKERS
    return _registration(plan, ct, acquired, transform, entry, sub_type, method, "MARKER_MATCH")


def registration_2d2d(
    plan: IonPlan,
    ct: CtSeries,
    drrs: tuple[RtImage, ...],
    transform: RigidTransform,
    entry: RegistrationEntry,
    *,
    method: RegistrationMethod = RegistrationMethod.AUTOMATIC,
) -> SpatialRegistration:
    """A 2D/3D match in the in-room CT workflow, stored as 2D/2D with the two DRRs of the acquired CT (statement 2.2.3.1).

    Parameters
    ----------
    drrs : RT Images that were computed from the acquired CT and stand in its frame of reference

    Raises
    ------
    PtiError
        As :func:`registration_2d3d`, and unless there are two DRRs.
    """
    acquired = _of_images(plan, drrs, "DRRs of acquired CT", drr=True)
    if len(drrs) != 2:
        raise ImagesDoNotBelongTogether(f"A 2D/2D registration names two DRRs, not {len(drrs)}.")
    return _registration(plan, ct, acquired, transform, entry, RegistrationSubType.ONLINE_2D_PAIRED, method, "2D2D_MATCH")


def registration_3d3d(
    plan: IonPlan,
    ct: CtSeries,
    acquired: CtSeries,
    transform: RigidTransform,
    entry: RegistrationEntry,
    *,
    method: RegistrationMethod = RegistrationMethod.AUTOMATIC,
) -> SpatialRegistration:
    """A 3D/3D match of a CBCT or in-room CT (M33-01).

    Parameters
    ----------
    ct, acquired : the planning CT and the CT that was acquired

    Raises
    ------
    PtiError
        As :func:`registration_2d3d`.
    """
    require_same_patient("plan", plan.patient, "acquired CT", acquired.patient)
    side = _Acquired(
        "acquired CT",
        acquired.study,
        acquired.volume.frame.frame_of_reference_uid,
        acquired.patient_position,
        acquired.context.station_name,
        _in_study(acquired),
    )
    return _registration(plan, ct, side, transform, entry, RegistrationSubType.ONLINE_3D, method, "3D3D_MATCH")


def _of_images(plan: IonPlan, images: tuple[RtImage, ...], name: str, *, drr: bool) -> _Acquired:
    """The images as one side of a registration; refused unless they are of the plan's patient and of one placement."""
    if not images:
        raise ImagesDoNotBelongTogether("There is no image.")
    for image in images:
        require_same_patient("plan", plan.patient, f"image {image.label}", image.patient)
        if image.is_drr is not drr:
            raise ImagesDoNotBelongTogether(f"Image {image.label} is {'computed' if image.is_drr else 'acquired'}.")
    first = images[0]
    _require_one("Frame of Reference UID", images, lambda image: image.frame_of_reference_uid)
    _require_one("Patient Position", images, lambda image: image.patient_position)
    references = (
        InstanceReference(RT_IMAGE, i.sop_instance_uid, i.series_instance_uid, i.study.study_instance_uid) for i in images
    )
    return _Acquired(
        name, first.study, first.frame_of_reference_uid, first.patient_position, first.machine_name, tuple(references)
    )


def _require_one(what: str, images: tuple[RtImage, ...], value: Callable[[RtImage], object]) -> None:
    for other in images[1:]:
        if value(other) != value(images[0]):
            raise ImagesDoNotBelongTogether(f"Images {images[0].label} and {other.label} differ in {what}.")


def _in_study(ct: CtSeries) -> tuple[InstanceReference, ...]:
    """The slices of a CT with their series and study."""
    return tuple(
        InstanceReference(i.sop_class_uid, i.sop_instance_uid, ct.series_instance_uid, ct.study.study_instance_uid)
        for i in ct.instances
    )


def _registration(
    plan: IonPlan,
    ct: CtSeries,
    acquired: _Acquired,
    transform: RigidTransform,
    entry: RegistrationEntry,
    sub_type: RegistrationSubType,
    method: RegistrationMethod,
    label: str,
) -> SpatialRegistration:
    require_same_patient("plan", plan.patient, "CT", ct.patient)
    _require_frames(ct, acquired, transform)
    return SpatialRegistration(
        sop_instance_uid=entry.sop_instance_uid,
        series_instance_uid=entry.series_instance_uid,
        patient=plan.patient,
        study=acquired.study,
        transform=transform,
        sub_type=sub_type,
        method=method,
        registered_images=acquired.instances,
        source_images=_in_study(ct),
        patient_position=acquired.patient_position,
        label=label,
        description=f"FROM planning CT TO {acquired.name}",
        created_at=entry.created_at,
        series_number=entry.series_number,
        machine_name=acquired.machine_name,
        operator=entry.operator,
    )


def _require_frames(ct: CtSeries, acquired: _Acquired, transform: RigidTransform) -> None:
    if transform.source != ct.volume.frame:
        raise FrameMismatch(f"the match is from {transform.source}, the planning CT is in {ct.volume.frame}")
    if transform.target != patient_frame(acquired.frame_of_reference_uid):
        raise FrameMismatch(f"the match is into {transform.target}, {acquired.name} are in {acquired.frame_of_reference_uid}")
    if transform.source == transform.target:
        raise FrameMismatch(f"planning CT and {acquired.name} are in one frame of reference already")
