"""RT Structure Set: structures and the images they were drawn on (A.19, C.8.8.5 to C.8.8.8)."""

from collections.abc import Sequence
from typing import Any

from pydicom.dataset import Dataset

from pti.dicom.charset import to_ascii
from pti.dicom.checks import Attributes, InvalidDicomObject
from pti.dicom.contours import CONTOUR_TYPES, PLANE_TOLERANCE_MM, Contour
from pti.dicom.modules import (
    Series,
    approval_warning,
    modality_warning,
    patient_warnings,
    read_date_time,
    read_patient,
    read_study,
    reference_item,
    write_date_time,
    write_equipment,
    write_frame_of_reference,
    write_patient,
    write_series,
    write_sop_common,
    write_study,
)
from pti.dicom.private import PrivateAttribute, private_items, private_text, write_private
from pti.dicom.structure_checks import writing_complaints
from pti.dicom.structure_items import Structure, read_structures, write_structures
from pti.dicom.structure_observations import PhysicalProperty
from pti.dicom.structure_set import RELATIONSHIPS, RelatedStructureSet, StructureSet
from pti.dicom.type1 import check_type1
from pti.dicom.written import require_valid
from pti.foundation.clock import Clock, local_now
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference

__all__ = [
    "CONTOUR_TYPES", "PLANE_TOLERANCE_MM", "Contour", "PhysicalProperty", "RelatedStructureSet", "Structure", "StructureSet",
    "read_structure_set", "write_structure_set",
]  # fmt: skip

_WHAT = "RT Structure Set"
#: RT Referenced Study Sequence names a study by this retired class (PS3.6); its instance is the study.
_DETACHED_STUDY_MANAGEMENT = "1.2.840.10008.3.1.2.3.1"


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
        **_optional(attributes, warnings),
        warnings=tuple(warnings),
    )
    attributes.raise_if_any(_WHAT)
    return structure_set


def write_structure_set(structure_set: StructureSet, *, physical_properties: bool = True, clock: Clock = local_now) -> Dataset:
    """An RT Structure Set as table B.2.12 of the conformance statement lists it, always UNAPPROVED.

    Coordinates keep 1e-9 mm; all points of an image's planar contours get one and the same z.

    Parameters
    ----------
    structure_set : each of its contours names the image that it is drawn on, as those of :func:`resampled` do
    physical_properties : False leaves ROI Physical Properties out, for archives that refuse names of 17 characters (reading 5)
    clock : when the instance is created

    Raises
    ------
    InvalidDicomObject
        With every reason why it would not be read back as it is.
    """
    complaints = writing_complaints(structure_set)
    if complaints:
        raise InvalidDicomObject(_WHAT, complaints)
    ds = Dataset()
    write_sop_common(ds, RT_STRUCTURE_SET, structure_set.sop_instance_uid, clock())
    write_patient(ds, structure_set.patient)
    write_study(ds, structure_set.study)
    write_series(ds, Series("RTSTRUCT", structure_set.series_instance_uid, structure_set.series_number))
    write_frame_of_reference(ds, structure_set.frame_of_reference_uid)
    write_equipment(ds, structure_set.station_name)
    ds.StructureSetLabel = to_ascii(structure_set.label, "StructureSetLabel", 16)
    if structure_set.instance_number is not None:
        ds.InstanceNumber = structure_set.instance_number
    modified_at = structure_set.modified_at
    if modified_at is None:
        ds.StructureSetDate, ds.StructureSetTime = "", ""
    else:
        write_date_time(ds, "StructureSet", modified_at)
    frame_uid = structure_set.frame_of_reference_uid
    ds.ReferencedFrameOfReferenceSequence = [_frame_item(frame_uid, structure_set.images)]
    images = {image.sop_instance_uid: image for image in structure_set.images}
    write_structures(ds, structure_set.structures, frame_uid, images, physical_properties=physical_properties)
    if structure_set.related:
        items = [_related_item(related) for related in structure_set.related]
        write_private(ds, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE, items)
    ds.ApprovalStatus = "UNAPPROVED"
    return require_valid(_WHAT, ds)


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


def _frame_item(frame_of_reference_uid: str, images: Sequence[InstanceReference]) -> Dataset:
    """Every image that the patient model was built from, by study and series (RTSS-02)."""
    studies: dict[str, dict[str, list[InstanceReference]]] = {}
    for image in images:
        series = studies.setdefault(image.study_instance_uid, {})
        series.setdefault(image.series_instance_uid, []).append(image)
    item = Dataset()
    item.FrameOfReferenceUID = frame_of_reference_uid
    item.RTReferencedStudySequence = [_study_item(study_uid, series) for study_uid, series in studies.items()]
    return item


def _study_item(study_instance_uid: str, series: dict[str, list[InstanceReference]]) -> Dataset:
    item = reference_item(InstanceReference(_DETACHED_STUDY_MANAGEMENT, study_instance_uid))
    item.RTReferencedSeriesSequence = []
    for series_uid, images in series.items():
        of_series = Dataset()
        of_series.SeriesInstanceUID = series_uid
        of_series.ContourImageSequence = [reference_item(image) for image in images]
        item.RTReferencedSeriesSequence.append(of_series)
    return item


def _optional(structure_set: Attributes, warnings: list[str]) -> dict[str, Any]:
    """What a structure set may leave out, by field name; what cannot be read is told and counts as not known."""
    apart = structure_set.apart()
    found = {
        "series_number": apart.integer("SeriesNumber"),
        "instance_number": apart.integer("InstanceNumber"),
        "modified_at": read_date_time(apart, "StructureSet"),
        "station_name": apart.text("StationName"),
    }
    warnings.extend(f"{complaint}; it is not used" for complaint in apart.complaints)
    return found


def _related(structure_set: Attributes, warnings: list[str]) -> tuple[RelatedStructureSet, ...]:
    """The structure sets that this one belongs to; one that is not named clearly is told and left out."""
    attribute = PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE
    related = []
    apart = structure_set.apart()
    for item in private_items(apart, attribute):
        instance = InstanceReference(item.required_uid("ReferencedSOPClassUID"), item.required_uid("ReferencedSOPInstanceUID"))
        relationship = private_text(item, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP) or ""
        if relationship not in RELATIONSHIPS:
            item.note(f"{item.path}{PrivateAttribute.STRUCTURE_SET_RELATIONSHIP.label} is neither PREDECESSOR nor ADDITION")
        related.append(RelatedStructureSet(instance, relationship))
    if apart.complaints:
        warnings.append(f"related structure sets are not taken: {'; '.join(apart.complaints)}")
        return ()
    return tuple(related)


def _related_item(related: RelatedStructureSet) -> Dataset:
    item = reference_item(related.instance)
    write_private(item, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP, related.relationship)
    return item
