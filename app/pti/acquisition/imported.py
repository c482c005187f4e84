"""RT Images that came from elsewhere, against the plan that they are to be matched to."""

from pti.acquisition.verify import Check, exposed, view_angle
from pti.dicom.identity import require_same_patient
from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.rt_image import RtImage
from pti.foundation.errors import PtiError


class ImagesDoNotFit(PtiError):
    """Images that cannot be matched to the plan."""

    code, title = "PTI-ACQ-01", "The images cannot be matched to the plan"
    remedy = "Choose the images that were taken of this patient for this plan."


def beam_imaged(images: tuple[RtImage, ...], plan: IonPlan) -> IonBeam:
    """The treatment beam that the first image names, or else the plan's first."""
    wanted = images[0].beam_number if images else None
    return next((beam for beam in plan.treatment_beams if beam.number == wanted), plan.treatment_beams[0])


def verify_imported(images: tuple[RtImage, ...], plan: IonPlan, beam: IonBeam) -> tuple[Check, ...]:
    """Check images that this program did not take.

    Raises
    ------
    PatientMismatch
        If one is not known to be of the plan's patient.
    ImagesDoNotFit
        If one was not taken of the patient but computed, with the patient lying in another way than planned, or stands in the
        planning CT's frame of reference: between one frame and itself no match could be stored.
    """
    for image in images:
        require_same_patient("plan", plan.patient, f"image {image.label}", image.patient)
        if image.is_drr:
            raise ImagesDoNotFit(f"Image {image.label} is a computed radiograph (DRR).")
        if image.frame_of_reference_uid == plan.frame_of_reference_uid:
            raise ImagesDoNotFit(f"Image {image.label} stands in the planning CT's frame of reference, not in its own.")
        if image.patient_position is not beam.patient_position:
            raise ImagesDoNotFit(
                f"Image {image.label} was taken {image.patient_position.value}, "
                f"beam {beam.number} is planned {beam.patient_position.value}."
            )
    return (
        view_angle(tuple(image.radiograph.geometry.gantry_deg for image in images)),
        _of_this_plan(images, plan),
        _couch_known(images),
        *(exposed(image.label, image.radiograph) for image in images),
    )


def _of_this_plan(images: tuple[RtImage, ...], plan: IonPlan) -> Check:
    others = [image.label for image in images if image.plan_uid != plan.sop_instance_uid]
    reason = f"{', '.join(others)}: the image does not name this plan." if others else "The images name this plan."
    return Check("Plan of the images", not others, reason)


def _couch_known(images: tuple[RtImage, ...]) -> Check:
    unknown = [image.label for image in images if not image.couch_position_known]
    reason = "The images say where the couch stood."
    if unknown:
        reason = f"{', '.join(unknown)}: not said, so that only the difference can be told, not the target."
    return Check("Couch position", not unknown, reason)
