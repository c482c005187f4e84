"""RT Structure Set: contours, points and the images they were drawn on (A.19, C.8.8.5 to C.8.8.8)."""

from dataclasses import dataclass

import numpy as np
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.modules import modality_warning, read_patient, read_study
from pti.dicom.private import PrivateAttribute, read_private
from pti.dicom.type1 import check_type1
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference
from pti.geometry.rigid import FloatArray

#: Contours of other types are not taken (LOAD-05).
CONTOUR_TYPES = ("CLOSED_PLANAR", "OPEN_PLANAR", "POINT")
#: All z of one planar contour lie within this (LOAD-04).
PLANE_TOLERANCE_MM = 1e-6
_COLOURS = ((230, 70, 70), (90, 200, 90), (80, 140, 240), (240, 200, 60), (200, 90, 220), (70, 210, 210), (240, 150, 60))


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """One contour: CLOSED_PLANAR, OPEN_PLANAR or POINT; `points_mm` (points, 3), patient frame, read-only."""

    geometric_type: str
    points_mm: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One region of interest with its contours; `colour` is (red, green, blue), 0 to 255."""

    number: int
    name: str
    interpreted_type: str
    colour: tuple[int, int, int]
    contours: tuple[Contour, ...]
    marker: bool = False  # may be matched as a marker (MARK-04)

    @property
    def is_point(self) -> bool:
        """Whether this is a marker or another single point."""
        return bool(self.contours) and all(c.geometric_type == "POINT" for c in self.contours)


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


class _LeftOut(Exception):
    """One structure cannot be used; the others can."""


def read_structure_set(ds: Dataset) -> StructureSet:
    """Read an RT Structure Set.

    A structure with a contour that is not planar, of another type than its other contours, or damaged is left out, with
    a warning (LOAD-04, LOAD-05).

    Raises
    ------
    InvalidDicomObject
        With every complaint about the structure set as a whole.
    """
    attributes = Attributes(ds)
    attributes.require_sop_class("RT Structure Set", RT_STRUCTURE_SET)
    check_type1(attributes, RT_STRUCTURE_SET)
    warnings = list(modality_warning(attributes, "RTSTRUCT"))
    frame, images = _frame_and_images(attributes)
    structure_set = StructureSet(
        sop_instance_uid=attributes.required_uid("SOPInstanceUID"),
        series_instance_uid=attributes.required_uid("SeriesInstanceUID"),
        patient=read_patient(attributes),
        study=read_study(attributes),
        label=attributes.text("StructureSetLabel") or "",
        frame_of_reference_uid=frame,
        structures=_read_structures(attributes, frame, warnings),
        images=images,
        warnings=tuple(warnings),
    )
    attributes.raise_if_any("RT Structure Set")
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
            frames[frame.required_uid("FrameOfReferenceUID")] = tuple(dict.fromkeys(images))
    if items and len(frames) != 1:
        found = "names no image" if not frames else f"names images in {len(frames)} frames of reference instead of one"
        structure_set.complain("ReferencedFrameOfReferenceSequence", found)
    return next(iter(frames.items())) if len(frames) == 1 else ("", ())


def _read_structures(structure_set: Attributes, frame: str, warnings: list[str]) -> tuple[Structure, ...]:
    contours = {item.integer("ReferencedROINumber"): item for item in structure_set.items("ROIContourSequence")}
    observations: dict[int | None, Attributes] = {}
    for item in structure_set.items("RTROIObservationsSequence"):
        observations.setdefault(item.integer("ReferencedROINumber"), item)
    structures: list[Structure] = []
    numbers: set[int] = set()
    for item in structure_set.items("StructureSetROISequence"):
        number = item.required_integer("ROINumber")
        if number in numbers:
            item.complain("ROINumber", f"{number} is used twice")
        numbers.add(number)
        name = item.text("ROIName") or f"ROI {number}"
        try:
            if frame and item.text("ReferencedFrameOfReferenceUID") not in (frame, None):
                raise _LeftOut("it stands in another frame of reference")
            structures.append(_read_structure(number, name, item, contours.get(number), observations.get(number)))
        except _LeftOut as reason:
            warnings.append(f"structure {name} is left out: {reason}")
    return tuple(structures)


def _read_structure(
    number: int, name: str, roi: Attributes, contour: Attributes | None, observation: Attributes | None
) -> Structure:
    contours = () if contour is None else tuple(_read_contour(item) for item in contour.items("ContourSequence"))
    types = sorted({c.geometric_type for c in contours})
    if len(types) > 1:
        raise _LeftOut(f"its contours are of mixed types ({', '.join(types)})")
    interpreted = (observation.text("RTROIInterpretedType") if observation is not None else None) or ""
    places = [place.dataset for place in (roi, contour, observation) if place is not None]
    subtypes = {str(read_private(place, PrivateAttribute.MARKER_SUBTYPE) or "").strip() for place in places}
    one_point = len(contours) == 1 and types == ["POINT"] and len(contours[0].points_mm) == 1
    return Structure(
        number=number,
        name=name,
        interpreted_type=interpreted,
        colour=_colour(number, contour),
        contours=contours,
        marker=one_point and interpreted == "MARKER" and "MARKER" in subtypes,
    )


def _read_contour(item: Attributes) -> Contour:
    geometric_type = item.text("ContourGeometricType") or ""
    if geometric_type not in CONTOUR_TYPES:
        raise _LeftOut(f"it has a contour of type {geometric_type or 'unknown'}")
    points = _contour_points(item.dataset)
    stated = Attributes(item.dataset).integer("NumberOfContourPoints")
    if stated != len(points):
        raise _LeftOut(f"a contour has {len(points)} points and says that it has {'none' if stated is None else stated}")
    if geometric_type != "POINT" and np.ptp(points[:, 2]) > PLANE_TOLERANCE_MM:
        raise _LeftOut(f"a contour does not lie in one plane: its z spreads over {np.ptp(points[:, 2]):.6g} mm")
    return Contour(geometric_type, points)


def _contour_points(item: Dataset) -> FloatArray:
    """(points, 3), patient frame; straight from the text of an element that pydicom has not converted yet: 30 times faster."""
    try:
        element = item.get_item("ContourData")
        if isinstance(element, RawDataElement):
            values = np.array((element.value or b"").split(b"\\"), dtype=np.bytes_).astype(np.float64)
        else:
            values = np.array([float(value) for value in element.value], dtype=np.float64)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _LeftOut("the points of a contour cannot be read") from error
    if values.size == 0 or values.size % 3 or not np.isfinite(values).all():
        raise _LeftOut(f"a contour has {values.size} coordinates, not all of them finite or not three for each point")
    points = values.reshape(-1, 3)
    points.flags.writeable = False
    return points


def _colour(number: int, contour: Attributes | None) -> tuple[int, int, int]:
    """The colour in the file, else one of our own."""
    try:
        red, green, blue = (int(value) for value in (contour.texts("ROIDisplayColor") if contour is not None else ()))
    except ValueError:
        return _COLOURS[number % len(_COLOURS)]
    return min(max(red, 0), 255), min(max(green, 0), 255), min(max(blue, 0), 255)
