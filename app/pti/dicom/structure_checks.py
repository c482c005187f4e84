"""Why a structure set cannot be written so that it comes back as it is."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from pti.dicom.contours import CONTOUR_TYPES, LARGEST_COORDINATE_MM, PLANE_TOLERANCE_MM, Contour
from pti.dicom.structure_items import LARGEST_CONTOUR_COUNT, LARGEST_POINT_COUNT, Structure, is_marker_like, planes_of_images
from pti.dicom.structure_set import RELATIONSHIPS, StructureSet
from pti.foundation.instances import InstanceReference
from pti.foundation.uids import is_safe_uid
from pti.imaging.masks.planes import SAME_PLANE_MM

#: Integer String (PS3.5 6.2).
_LARGEST_INTEGER = 2**31 - 1
#: Code String, and Long String.
_LONGEST_TERM, _LONGEST_NAME = 16, 64


def writing_complaints(structure_set: StructureSet) -> list[str]:
    """Every complaint; empty where there is none."""
    complaints = [*_of_identifiers(structure_set), *_of_images(structure_set.images), *_of_size(structure_set.structures)]
    uids = {image.sop_instance_uid for image in structure_set.images}
    for structure in structure_set.structures:
        name = structure.name.strip()[:_LONGEST_NAME] or structure.number
        complaints.extend(f"structure {name}: {what}" for what in _of_structure(structure, uids))
    if not complaints:
        complaints.extend(_of_planes(structure_set.structures))
    return complaints


def _of_identifiers(structure_set: StructureSet) -> Iterator[str]:
    uids = {
        "SOP Instance UID": structure_set.sop_instance_uid,
        "Series Instance UID": structure_set.series_instance_uid,
        "Study Instance UID": structure_set.study.study_instance_uid,
        "Frame of Reference UID": structure_set.frame_of_reference_uid,
    }
    yield from (f"its {name} is no legal UID" for name, uid in uids.items() if not is_safe_uid(uid))
    if not structure_set.label.strip():
        yield "it has no label"
    if not structure_set.structures:
        yield "it has no structure"
    counts = Counter(structure.number for structure in structure_set.structures)
    yield from (f"ROI Number {number} is used {count} times" for number, count in counts.items() if count > 1)
    for related in structure_set.related:
        if not (is_safe_uid(related.instance.sop_class_uid) and is_safe_uid(related.instance.sop_instance_uid)):
            yield "a related structure set is not named by legal UIDs"
        if related.relationship not in RELATIONSHIPS:
            yield "a related structure set is neither PREDECESSOR nor ADDITION"


def _of_images(images: Sequence[InstanceReference]) -> Iterator[str]:
    if not images:
        yield "it names no image"
    parts = [(i.sop_class_uid, i.sop_instance_uid, i.series_instance_uid, i.study_instance_uid) for i in images]
    illegal = sum(not all(is_safe_uid(uid) for uid in uids) for uids in parts)
    if illegal:
        yield f"{illegal} images are not named by legal UIDs with their series and study"
    if len({image.sop_instance_uid for image in images}) < len(images):
        yield "it names an image twice"


def _of_size(structures: Sequence[Structure]) -> Iterator[str]:
    contours = [contour for structure in structures for contour in structure.contours]
    if len(contours) > LARGEST_CONTOUR_COUNT:
        yield f"it has {len(contours)} contours, more than {LARGEST_CONTOUR_COUNT}"
    if sum(contour.points_mm.size // 3 for contour in contours) > LARGEST_POINT_COUNT:
        yield f"it has more than {LARGEST_POINT_COUNT} contour points"


def _of_structure(structure: Structure, image_uids: set[str]) -> Iterator[str]:
    if not structure.name.strip():
        yield "it has no name"
    if abs(structure.number) > _LARGEST_INTEGER:
        yield f"its number {structure.number} is too large"
    if len(structure.colour) != 3 or not all(0 <= part <= 255 for part in structure.colour):
        yield "its colour is not three numbers from 0 to 255"
    if max(len(structure.interpreted_type), len(structure.generation_algorithm or "")) > _LONGEST_TERM:
        yield f"its type or its generation algorithm has more than {_LONGEST_TERM} characters"
    if not all(known.name.strip() and math.isfinite(known.value) for known in structure.physical_properties):
        yield "a physical property has no name or no finite value"
    if structure.marker and not is_marker_like(structure.interpreted_type, structure.contours):
        yield "a marker is of type MARKER and has one contour of one point"
    types = sorted({contour.geometric_type for contour in structure.contours})
    if len(types) > 1:
        yield f"its contours are of mixed types ({', '.join(types)})"
    faults = Counter(fault for contour in structure.contours for fault in _of_contour(contour, image_uids))
    yield from (f"{what}{f' ({count} contours)' if count > 1 else ''}" for what, count in faults.items())
    shapes = Counter(contour.points_mm.tobytes() for contour in structure.contours if contour.is_planar)
    if shapes and max(shapes.values()) > 1:
        yield "it repeats a contour"


def _of_contour(contour: Contour, image_uids: set[str]) -> Iterator[str]:
    points = contour.points_mm
    if contour.geometric_type not in CONTOUR_TYPES:
        yield f"a contour is of type {contour.geometric_type!r}"
    if contour.image_uid is None:
        yield "a contour names no image that it is drawn on"
    elif contour.image_uid not in image_uids:
        yield "a contour names an image that the structure set does not"
    if points.ndim != 2 or points.shape[1] != 3 or len(points) == 0:
        yield "a contour has no points (x, y, z)"
    elif not (np.abs(points) <= LARGEST_COORDINATE_MM).all():
        yield "a contour has points that are not finite or more than 1 km away"
    elif contour.is_planar and np.ptp(points[:, 2]) > PLANE_TOLERANCE_MM:
        yield "a contour does not lie in one plane"
    elif not contour.is_planar and len(points) > 1:
        yield "a POINT contour has several points"


def _of_planes(structures: Sequence[Structure]) -> Iterator[str]:
    """What tells that planar contours do not lie on the images that they name."""
    planes_mm = planes_of_images(structures)
    off = sum(
        bool(np.abs(contour.points_mm[:, 2] - planes_mm[contour.image_uid]).max() > PLANE_TOLERANCE_MM)
        for structure in structures
        for contour in structure.contours
        if contour.is_planar and contour.image_uid is not None
    )
    if off:
        yield f"{off} contours do not lie in the plane of the other contours on their image"
    if len(planes_mm) > 1 and np.diff(sorted(planes_mm.values())).min() <= SAME_PLANE_MM:
        yield "contours in one plane name different images"
