"""A structure set as a value."""

from dataclasses import dataclass
from datetime import datetime

from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.structure_items import Structure
from pti.foundation.instances import InstanceReference

#: How another structure set may be related to this one (private, statement B.2.12).
RELATIONSHIPS = ("PREDECESSOR", "ADDITION")


@dataclass(frozen=True, slots=True)
class RelatedStructureSet:
    """Another structure set and what it is to this one: one of `RELATIONSHIPS`."""

    instance: InstanceReference
    relationship: str


@dataclass(frozen=True, slots=True, eq=False)
class StructureSet:
    """A structure set in one frame of reference, and every CT image it names (Contour Image Sequence).

    `modified_at` is Structure Set Date and Time, kept to the microsecond; None: the object does not say.
    """

    sop_instance_uid: str
    series_instance_uid: str
    patient: PatientIdentity
    study: StudyIdentity
    label: str
    frame_of_reference_uid: str
    structures: tuple[Structure, ...]
    images: tuple[InstanceReference, ...]
    warnings: tuple[str, ...] = ()
    related: tuple[RelatedStructureSet, ...] = ()
    series_number: int | None = None
    instance_number: int | None = None
    modified_at: datetime | None = None
    station_name: str | None = None
