"""What a Save sends: acquired images, and the registration of an accepted match."""

from datetime import datetime

from pti.dicom.ct import CtSeries
from pti.dicom.plan import IonPlan
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import RegistrationMethod, RegistrationSubType, SpatialRegistration
from pti.foundation.instances import RT_IMAGE, InstanceReference
from pti.session.found_pose import StoredMatch
from pti.session.model import Accepted, MatchRecord, Resting
from pti.session.poses import planning_to_acquired


def images_to_save(before: Resting) -> tuple[RtImage, ...]:
    """The acquired images that are not saved yet, with or without a match (ACQ-01)."""
    return before.case.unsaved_images


def registration_to_save(before: Resting) -> SpatialRegistration | None:
    """The Spatial Registration of an accepted match that is not saved yet (M23-02); the same one at every try."""
    if not isinstance(before, Accepted) or before.matched.record.registration_uid in before.case.saved_uids:
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
    """An automatic 2D/3D match as the Spatial Registration that is stored (M23-02); of one from a file, that one itself."""
    if isinstance(record.result, StoredMatch):
        return record.result.registration
    return SpatialRegistration(
        sop_instance_uid=record.registration_uid,
        series_instance_uid=record.series_uid,
        patient=plan.patient,
        study=images[0].study,
        transform=planning_to_acquired(record.result, images[0]),
        sub_type=RegistrationSubType.ONLINE_2D3D_PAIRED,
        method=RegistrationMethod.AUTOMATIC,
        registered_images=tuple(
            InstanceReference(RT_IMAGE, i.sop_instance_uid, i.series_instance_uid, i.study.study_instance_uid) for i in images
        ),
        source_images=ct.instances,
        patient_position=images[0].patient_position,
        label="2D3D_MATCH",
        description="FROM planning CT TO acquired kV images",
        created_at=created_at,
        series_number=series_number,
        machine_name=images[0].machine_name,
    )
