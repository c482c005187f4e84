"""What an import check found."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from pti.dicom.identity import PatientIdentity
from pti.dicom.spatial_registration import RegistrationSubType, SpatialRegistration
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET, SPATIAL_REGISTRATION


class ObjectKind(Enum):
    """What this program reads from files; the first kind that is there is what a folder is about."""

    PLAN = "RT Ion Plan"
    STRUCTURE_SET = "RT Structure Set"
    CT = "CT"
    RT_IMAGE = "RT Image"
    REGISTRATION = "Spatial Registration"

    @property
    def sop_class_uid(self) -> str:
        """SOP class of its instances."""
        return _CLASSES[self]


_CLASSES = {
    ObjectKind.PLAN: RT_ION_PLAN,
    ObjectKind.STRUCTURE_SET: RT_STRUCTURE_SET,
    ObjectKind.CT: CT_IMAGE,
    ObjectKind.RT_IMAGE: RT_IMAGE,
    ObjectKind.REGISTRATION: SPATIAL_REGISTRATION,
}


@dataclass(frozen=True, slots=True)
class RegistrationLink:
    """What a Spatial Registration joins: from the planning CT's frame of reference to that of these images."""

    source_frame_uid: str
    target_frame_uid: str
    image_uids: frozenset[str]
    sub_type: RegistrationSubType
    created_at: datetime

    @classmethod
    def of(cls, registration: SpatialRegistration) -> "RegistrationLink":
        """The link without the matrix."""
        transform = registration.transform
        return cls(
            transform.source.frame_of_reference_uid,
            transform.target.frame_of_reference_uid,
            frozenset(image.sop_instance_uid for image in registration.registered_images),
            registration.sub_type,
            registration.created_at,
        )


@dataclass(frozen=True, slots=True)
class FoundObject:
    """One instance, or the images of one CT.

    Parameters
    ----------
    uid : SOP Instance UID, of a CT its Series Instance UID
    label : how a person would name it
    paths : its files
    complaints : why it cannot be used; empty: it can
    warnings : what to know when it is used
    matchable : an image that was taken, not computed, and says what its pixels mean
    patient : whose it is; None where it could not be read
    frame_of_reference_uid : of a plan or an image that could be read
    link : of a registration that could be read
    """

    kind: ObjectKind
    uid: str
    label: str
    paths: tuple[Path, ...]
    complaints: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    matchable: bool = False
    patient: PatientIdentity | None = field(default=None, repr=False)
    frame_of_reference_uid: str | None = None
    link: RegistrationLink | None = None

    @property
    def usable(self) -> bool:
        """Whether it can be used as it is."""
        return not self.complaints


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that holds nothing for this program, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """A plan and what its references lead to among the files.

    Parameters
    ----------
    structure_set : None where it is not among the files or cannot be used
    ct_paths : the CT images that the structure set names, as far as they are among the files
    references : the plan's reference images that are among the files; they are not acquired ones
    complaints : why the patient cannot be opened with it; empty: he can
    """

    plan: FoundObject
    structure_set: FoundObject | None
    ct_paths: tuple[Path, ...]
    complaints: tuple[str, ...] = ()
    references: tuple[FoundObject, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether plan, structure set and CT are all there and belong together."""
        return not self.complaints


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Everything below a path: what was found, what it leads to, and what was passed over."""

    root: Path
    objects: tuple[FoundObject, ...]
    cases: tuple[CaseFiles, ...]
    passed_over: tuple[PassedOver, ...]

    @property
    def main_kind(self) -> ObjectKind | None:
        """What the path is about; None where nothing was found."""
        found = {thing.kind for thing in self.objects}
        return next((kind for kind in ObjectKind if kind in found), None)

    @property
    def main_object_usable(self) -> bool:
        """Whether one object of the main kind can be used; a plan in a folder, only together with structure set and CT."""
        if self.main_kind is ObjectKind.PLAN and self.root.is_dir():
            return any(case.opens for case in self.cases)
        return any(thing.usable for thing in self.objects if thing.kind is self.main_kind)

    def name_of(self, path: Path) -> str:
        """A file as a person finds it below the path."""
        return path.name if path == self.root else str(path.relative_to(self.root))
