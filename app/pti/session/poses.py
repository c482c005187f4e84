"""Where the patient is: planned, expected at acquisition, and as matched. Pure geometry on the session's values."""

from dataclasses import astuple

import numpy as np

from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.rt_image import RtImage
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.geometry.patient import patient_to_fixed
from pti.geometry.rigid import FloatArray, FrameMismatch, RigidTransform
from pti.registration.correction import CouchCorrection, couch_correction
from pti.session.found_pose import FoundPose

#: What a couch's read-out may jitter by between two images of one pair.
_COUCH_STILL_MM, _COUCH_STILL_DEG = 0.1, 0.05


def planned_pose(plan: IonPlan, beam: IonBeam) -> RigidTransform:
    """Planning-CT frame -> fixed as the beam wants it: its isocentre on the machine's, its couch angles."""
    return _planning_to_fixed(plan, beam, beam)


def expected_pose(plan: IonPlan, beam: IonBeam, image: RtImage) -> RigidTransform:
    """Planning-CT frame -> fixed if the patient lay as planned on the couch as it was turned for `image`."""
    return _planning_to_fixed(plan, beam, image.couch)


def _planning_to_fixed(plan: IonPlan, beam: IonBeam, turned: IonBeam | IecCouch) -> RigidTransform:
    return patient_to_fixed(
        patient_frame(plan.frame_of_reference_uid),
        _array(beam.isocentre_mm),
        beam.patient_position,
        rotation_deg=turned.rotation_deg,
        pitch_deg=turned.pitch_deg,
        roll_deg=turned.roll_deg,
    )


def acquired_to_fixed(image: RtImage) -> RigidTransform:
    """The acquired image's patient frame -> fixed, at acquisition."""
    return patient_to_fixed(
        patient_frame(image.frame_of_reference_uid),
        _array(image.isocentre_mm),
        image.patient_position,
        rotation_deg=image.couch.rotation_deg,
        pitch_deg=image.couch.pitch_deg,
        roll_deg=image.couch.roll_deg,
    )


def planning_to_acquired(result: FoundPose, image: RtImage) -> RigidTransform:
    """The registration that is saved: planning-CT frame -> the acquired images' frame."""
    return acquired_to_fixed(image).inverse() @ result.planning_to_fixed


def require_same_placement(images: tuple[RtImage, ...]) -> None:
    """Images that are matched together must share frame of reference, isocentre and patient position; the couch stood still.

    Raises
    ------
    FrameMismatch
        Naming the first difference.
    """
    first = images[0]
    for other in images[1:]:
        for what, a, b in (
            ("Frame of Reference UID", first.frame_of_reference_uid, other.frame_of_reference_uid),
            ("Isocenter Position", first.isocentre_mm, other.isocentre_mm),
            ("Patient Position", first.patient_position, other.patient_position),
        ):
            if a != b:
                raise FrameMismatch(f"images {first.label} and {other.label} differ in {what}")
        moved = np.abs(np.array(astuple(first.couch)) - astuple(other.couch))
        if np.any(moved[:3] > _COUCH_STILL_MM) or np.any(moved[3:] > _COUCH_STILL_DEG):
            raise FrameMismatch(f"the couch moved between images {first.label} and {other.label}")


def correction_of(plan: IonPlan, beam: IonBeam, image: RtImage, result: FoundPose) -> CouchCorrection:
    """The couch correction for the beam, from a match of images taken with the couch as `image` says."""
    return couch_correction(
        result.planning_to_fixed,
        planned_pose(plan, beam),
        image.couch,
        position_known=image.couch_position_known,
        unobserved_direction=result.unobserved_direction,
    )


def _array(point_mm: tuple[float, float, float]) -> FloatArray:
    return np.array(point_mm, dtype=np.float64)
