"""A structure set brought onto the images of a CT, so that each contour names the slice that it lies on (RTSS-01, RTSS-02)."""

from collections.abc import Sequence
from dataclasses import replace

from pti.dicom.contours import Contour
from pti.dicom.ct import CtSeries
from pti.dicom.identity import require_same_patient
from pti.dicom.image_planes import ImagePlanes
from pti.dicom.structure_items import Structure
from pti.dicom.structure_set import StructureSet
from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FrameMismatch
from pti.imaging.contouring import resample_contours

#: A closed contour of fewer points has no area.
_FEWEST_POINTS = 3


def resampled(structure_set: StructureSet, ct: CtSeries) -> StructureSet:
    """The structure set on the images of a CT, ready to be written; its UIDs stay.

    Closed contours are resampled (:func:`resample_contours`); those that lie on an image keep their points. An open contour
    encloses nothing that could be interpolated: it is moved onto the nearest image, and that is told. A point keeps its place
    and names the nearest image; of several points in one contour each becomes a contour.

    Parameters
    ----------
    ct : of the same patient, in the same frame of reference; all its images are listed

    Raises
    ------
    PatientMismatch
        If the CT is not known to be of the same patient.
    FrameMismatch
        If it stands in another frame of reference.
    """
    require_same_patient("structure set", structure_set.patient, "CT", ct.patient)
    if ct.volume.frame != patient_frame(structure_set.frame_of_reference_uid):
        raise FrameMismatch("the structure set and the CT stand in different frames of reference")
    planes = ImagePlanes.of(ct)
    warnings = list(structure_set.warnings)
    structures = tuple(_on_images(structure, planes, warnings) for structure in structure_set.structures)
    return replace(structure_set, structures=structures, images=ct.instances, warnings=tuple(warnings))


def _on_images(structure: Structure, planes: ImagePlanes, warnings: list[str]) -> Structure:
    closed = [c for c in structure.contours if c.geometric_type == "CLOSED_PLANAR"]
    opened = [c for c in structure.contours if c.geometric_type == "OPEN_PLANAR"]
    points = [planes.point((x, y, z)) for c in structure.contours if not c.is_planar for x, y, z in c.points_mm.tolist()]
    told: list[str] = []
    contours = (*_closed_on_images(closed, planes, told), *_open_on_images(opened, planes, told), *points)
    if structure.contours and not contours:
        told.append("none of its contours lies near an image; it is written without contours")
    warnings.extend(f"structure {structure.name}: {what}" for what in told)
    return replace(structure, contours=contours)


def _closed_on_images(contours: Sequence[Contour], planes: ImagePlanes, told: list[str]) -> list[Contour]:
    areas = [contour.points_mm for contour in contours if len(contour.points_mm) >= _FEWEST_POINTS]
    if len(areas) < len(contours):
        told.append(f"{len(contours) - len(areas)} closed contours of fewer than 3 points have no area and are left out")
    found = resample_contours(areas, planes.positions_mm)
    if found.beyond_mm:
        told.append(f"{len(found.beyond_mm)} of its contour planes lie beyond the CT, where no image is")
    return [
        Contour("CLOSED_PLANAR", points, planes.instances[index].sop_instance_uid)
        for index, points in zip(found.slice_indices, found.contours_mm, strict=True)
    ]


def _open_on_images(contours: Sequence[Contour], planes: ImagePlanes, told: list[str]) -> list[Contour]:
    heights_mm = [float(contour.points_mm[0, 2]) for contour in contours]
    indices = [planes.nearest(z) for z in heights_mm]
    moved_mm = [abs(z - planes.positions_mm[index]) for z, index in zip(heights_mm, indices, strict=True)]
    off = sum(not planes.holds(z) for z in heights_mm)
    if off:
        told.append(f"{off} open contours lie on no image; each is moved onto the nearest, by up to {max(moved_mm):.2f} mm")
    on_images = (planes.planar("OPEN_PLANAR", c.points_mm[:, :2], k) for c, k in zip(contours, indices, strict=True))
    once = {(contour.image_uid, contour.points_mm.tobytes()): contour for contour in on_images}
    return list(once.values())
