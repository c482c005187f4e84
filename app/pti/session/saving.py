"""What a Save sends: acquired images, and the registration of an accepted match."""

from datetime import datetime

from pti.dicom.ct import CtSeries
from pti.dicom.plan import IonPlan
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import RegistrationMethod, RegistrationSubType, SpatialRegistration
from pti.session.model import Accepted, Exporting, Loading, MatchRecord, NoPatient, Phase, Resting, Saving
from pti.session.poses import planning_to_acquired


def images_to_save(before: Resting) -> tuple[RtImage, ...]:
    """The acquired images that are not saved yet, with or without a match (ACQ-01)."""
    return before.case.unsaved_images


def registration_to_save(before: Resting) -> SpatialRegistration | None:
    """The Spatial Registration of an accepted match that is not saved yet (M23-02); the same one at every try."""
    registration = accepted_registration(before)
    return None if registration is None or registration.sop_instance_uid in before.case.saved_uids else registration


def unsaved_uids(phase: Phase) -> frozenset[str]:
    """What a Save would send."""
    match phase:
        case NoPatient() | Loading():
            return frozenset()
        case Saving(before=before) | Exporting(before=before):
            return unsaved_uids(before)
        case _:
            made = {image.sop_instance_uid for image in phase.case.unsaved_images}
            if isinstance(phase, Accepted):
                made |= {phase.matched.record.registration_uid} - phase.case.saved_uids
            return frozenset(made)


def uids_lost_on_close(phase: Phase) -> frozenset[str]:
    """What closing the patient has to send first (SCU-01).

    A patient who was opened from files may have no treatment management system behind him: what was exported of him is safe
    in files as he was, and closing does not force it to be sent. Save still sends it.
    """
    unsaved = unsaved_uids(phase)
    case = None if isinstance(phase, NoPatient | Loading) else phase.case
    return unsaved - case.exported_uids if case is not None and case.from_files else unsaved


def accepted_registration(before: Resting) -> SpatialRegistration | None:
    """The Spatial Registration of an accepted match, whether saved or not."""
    if not isinstance(before, Accepted):
        return None
    case, matched = before.case, before.matched
    images = matched.acquired.pair.images
    return registration_of(case.plan, case.ct, images, matched.record, before.at, case.series_count)


def registration_of(
    plan: IonPlan,
    ct: CtSeries,
    images: tuple[RtImage, ...],
    record: MatchRecord,
    created_at: datetime,
    series_number: int | None = None,
) -> SpatialRegistration:
    """An automatic 2D/3D match as the Spatial Registration that is stored (M23-02)."""
    return SpatialRegistration(
        sop_instance_uid=record.registration_uid,
        series_instance_uid=record.series_uid,
        patient=plan.patient,
        study=images[0].study,
        transform=planning_to_acquired(record.result, images[0]),
        sub_type=RegistrationSubType.ONLINE_2D3D_PAIRED,
        method=RegistrationMethod.AUTOMATIC,
        registered_images=tuple(image.instance for image in images),
        source_images=ct.instances,
        patient_position=images[0].patient_position,
        label="2D3D_MATCH",
        description="FROM planning CT TO acquired kV images",
        created_at=created_at,
        series_number=series_number,
        machine_name=images[0].machine_name,
    )
