"""What a Save sends: acquired images, and the registration of an accepted match."""

from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import SpatialRegistration
from pti.session.found_pose import StoredMatch
from pti.session.model import Accepted, Resting
from pti.session.poses import planning_to_acquired
from pti.session.registrations import RegistrationEntry, registration_2d3d


def images_to_save(before: Resting) -> tuple[RtImage, ...]:
    """The acquired images that are not saved yet, with or without a match (ACQ-01)."""
    return before.case.unsaved_images


def registration_to_save(before: Resting) -> SpatialRegistration | None:
    """The Spatial Registration of an accepted match that is not saved yet (M23-02).

    Raises
    ------
    PtiError
        If images and match do not belong together.
    """
    if not isinstance(before, Accepted) or before.matched.record.registration_uid in before.case.saved_uids:
        return None
    return registration_of(before)


def registration_of(accepted: Accepted) -> SpatialRegistration:
    """An accepted match as it is stored, the same at every try; one that came from a file as it stands there.

    Raises
    ------
    PtiError
        If images and match do not belong together.
    """
    case, record, images = accepted.case, accepted.matched.record, accepted.matched.acquired.pair.images
    if isinstance(record.result, StoredMatch):
        return record.result.registration
    entry = RegistrationEntry(record.registration_uid, record.series_uid, accepted.at, case.series_count, accepted.operator)
    return registration_2d3d(case.plan, case.ct, images, planning_to_acquired(record.result, images[0]), entry)
