"""RT Structure Set: structures and the images they were drawn on (A.19, C.8.8.5 to C.8.8.8)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.contours import CONTOUR_TYPES, PLANE_TOLERANCE_MM, Contour
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.modules import approval_warning, modality_warning, patient_warnings, read_patient, read_study
from pti.dicom.private import PrivateAttribute, private_items, private_text
from pti.dicom.structure_items import Structure, read_structures
from pti.dicom.type1 import check_type1
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference

__all__ = [
    "CONTOUR_TYPES", "PLANE_TOLERANCE_MM", "Contour", "RelatedStructureSet", "Structure", "StructureSet", "read_structure_set",
]  # fmt: skip

_WHAT = "RT Structure Set"


@dataclass(frozen=True, slots=True)
class RelatedStructureSet:
    """Another structure set and what it is to this one: PREDECESSOR or ADDITION (private, statement B.2.12)."""

    instance: InstanceReference
    relationship: str


@dataclass(frozen=True, slots=True, eq=False)
class StructureSet:
    """A structure set in one frame of reference, and every CT image it names (Contour Image Sequence)."""

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


def read_structure_set(ds: Dataset) -> StructureSet:
    """Read an RT Structure Set.

    A structure with a contour that is not planar, of another type than its other contours, or damaged is left out, with
    a warning that says why (LOAD-04, LOAD-05).

    Raises
    ------
    InvalidDicomObject
        With every complaint about the structure set as a whole.
    """
    attributes = Attributes(ds)
    attributes.require_sop_class(_WHAT, RT_STRUCTURE_SET)
    check_type1(attributes, RT_STRUCTURE_SET)
    patient = read_patient(attributes)
    warnings = [
        *modality_warning(attributes, "RTSTRUCT"),
        *patient_warnings(patient),
        *approval_warning(attributes, "structure set"),
    ]
    frame, images = _frame_and_images(attributes)
    own_frame = attributes.uid("FrameOfReferenceUID")
    if frame and own_frame not in (frame, None):
        warnings.append("Frame of Reference UID (0020,0052) of the structure set is not that of its images, which is taken")
    structure_set = StructureSet(
        sop_instance_uid=attributes.required_uid("SOPInstanceUID"),
        series_instance_uid=attributes.required_uid("SeriesInstanceUID"),
        patient=patient,
        study=read_study(attributes),
        label=attributes.text("StructureSetLabel") or "",
        frame_of_reference_uid=frame,
        structures=read_structures(attributes, frame, {image.sop_instance_uid for image in images}, warnings),
        images=images,
        related=_related(attributes, warnings),
        warnings=tuple(warnings),
    )
    attributes.raise_if_any(_WHAT)
    return structure_set


def _frame_and_images(structure_set: Attributes) -> tuple[str, tuple[InstanceReference, ...]]:
    """The one frame of reference whose images the structures were drawn on, and every image of it."""
    frames: dict[str, tuple[InstanceReference, ...]] = {}
    items = structure_set.required_items("ReferencedFrameOfReferenceSequence")
    for frame in items:
        images = [
            InstanceReference(
                image.required_uid("ReferencedSOPClassUID"),
                image.required_uid("ReferencedSOPInstanceUID"),
                series.required_uid("SeriesInstanceUID"),
                study.required_uid("ReferencedSOPInstanceUID"),
            )
            for study in frame.items("RTReferencedStudySequence")
            for series in study.required_items("RTReferencedSeriesSequence")
            for image in series.required_items("ContourImageSequence")
        ]
        if images:
            uid = frame.required_uid("FrameOfReferenceUID")
            frames[uid] = tuple(dict.fromkeys((*frames.get(uid, ()), *images)))
    if items and len(frames) != 1:
        found = "names no image" if not frames else f"names images in {len(frames)} frames of reference instead of one"
        structure_set.complain("ReferencedFrameOfReferenceSequence", found)
    return next(iter(frames.items())) if len(frames) == 1 else ("", ())


def _related(structure_set: Attributes, warnings: list[str]) -> tuple[RelatedStructureSet, ...]:
    """The structure sets that this one belongs to; one that is not named clearly is told and left out."""
    attribute = PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE
    related = []
    apart = structure_set.apart()
    for item in private_items(apart, attribute):
        instance = InstanceReference(item.required_uid("ReferencedSOPClassUID"), item.required_uid("ReferencedSOPInstanceUID"))
        relationship = private_text(item, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP) or ""
        if relationship not in ("PREDECESSOR", "ADDITION"):
            item.note(f"{item.path}{PrivateAttribute.STRUCTURE_SET_RELATIONSHIP.label} is neither PREDECESSOR nor ADDITION")
        related.append(RelatedStructureSet(instance, relationship))
    if apart.complaints:
        warnings.append(f"related structure sets are not taken: {'; '.join(apart.complaints)}")
        return ()
    return tuple(related)
