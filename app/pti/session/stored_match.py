"""A match that comes from a file: which registration is the match of which images, and the record that it becomes."""

from collections.abc import Mapping

from pti.dicom.ct import CtSeries
from pti.dicom.identity import require_same_patient, same_patient
from pti.dicom.importing.report import CaseFiles, ImportReport, RegistrationLink
from pti.dicom.plan import IonPlan
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import RegistrationSubType, SpatialRegistration
from pti.foundation.errors import PtiError
from pti.registration.observed import unobserved_direction
from pti.session.case import MatchRecord
from pti.session.found_pose import StoredMatch
from pti.session.poses import acquired_to_fixed

#: Matches of kV images to a planning CT; the others are of volumes, or of images among themselves.
_OF_KV_IMAGES = frozenset({RegistrationSubType.ONLINE_2D3D_PAIRED, RegistrationSubType.ONLINE_MARKER})


class MatchDoesNotFit(PtiError):
    """A Spatial Registration that is not the match of these images to this plan."""

    code, title = "PTI-SES-12", "The registration does not fit plan and images"
    remedy = "Choose the registration that was saved with these images, or match them again."


def misfit(link: RegistrationLink, plan_frame_uid: str | None, image_frames: Mapping[str, str | None]) -> str:
    """Why a registration is not the match of these images to this plan, in a few words; "" where it is.

    Parameters
    ----------
    plan_frame_uid : the plan's Frame of Reference UID
    image_frames : SOP Instance UID of each image -> its Frame of Reference UID
    """
    if link.sub_type not in _OF_KV_IMAGES:
        return "no match of kV images"
    if link.source_frame_uid != plan_frame_uid:
        return "another frame of reference than the plan's"
    if not image_frames:
        return "its images are not chosen"
    if not image_frames.keys() <= link.image_uids:
        return "names other images"
    if any(frame != link.target_frame_uid for frame in image_frames.values()):
        return "another frame of reference than the images'"
    return ""


def misfits(report: ImportReport, case: CaseFiles, image_uids: frozenset[str]) -> dict[str, str]:
    """For each registration that can be used, by its SOP Instance UID: why it cannot be opened with these; "" where it can."""
    frames = {found.uid: found.frame_of_reference_uid for found in report.objects if found.uid in image_uids}
    reasons = {}
    for found in report.objects:
        if found.link is None or not found.usable:
            continue
        if found.patient is None or case.plan.patient is None or same_patient(case.plan.patient, found.patient):
            reasons[found.uid] = "not known to be of the plan's patient"
        else:
            reasons[found.uid] = misfit(found.link, case.plan.frame_of_reference_uid, frames)
    return reasons


def record_of(registration: SpatialRegistration, plan: IonPlan, images: tuple[RtImage, ...]) -> MatchRecord:
    """The match that a registration holds: the reverse of :func:`pti.session.registrations.registration_2d3d`.

    Parameters
    ----------
    images : that were matched, in one frame of reference, taken with patient and couch in one place

    Raises
    ------
    PatientMismatch
        If it is not known to be of the plan's patient.
    MatchDoesNotFit
        If it is not the match of these images to this plan.
    """
    require_same_patient("plan", plan.patient, "registration", registration.patient)
    frames = {image.sop_instance_uid: image.frame_of_reference_uid for image in images}
    why_not = misfit(RegistrationLink.of(registration), plan.frame_of_reference_uid, frames)
    if why_not:
        raise MatchDoesNotFit(f"Registration {registration.label}: {why_not}.")
    found = StoredMatch(
        planning_to_fixed=acquired_to_fixed(images[0]) @ registration.transform,
        unobserved_direction=unobserved_direction([image.radiograph.geometry for image in images]),
        registration=registration,
    )
    return MatchRecord(
        found, registration.sop_instance_uid, registration.series_instance_uid, finished_at=registration.created_at
    )


def doubts(registration: SpatialRegistration, ct: CtSeries, images: tuple[RtImage, ...]) -> tuple[str, ...]:
    """What to know of a registration that is the match of these images."""
    told = list(registration.warnings)
    others = len(registration.registered_images) - len(images)
    if others:
        told.append(f"was made on {others} more image{'s' if others > 1 else ''} than {'are' if others > 1 else 'is'} opened")
    at_hand = {instance.sop_instance_uid for instance in ct.instances}
    if any(source.sop_instance_uid not in at_hand for source in registration.source_images):
        told.append("names CT images that are not among those opened, though of the same frame of reference")
    if registration.patient_position is not images[0].patient_position:
        told.append(
            f"says that the patient lay {registration.patient_position.value}, "
            f"the images say {images[0].patient_position.value}; the images are believed"
        )
    return tuple(f"registration {registration.label}: {line}" for line in told)
