"""Markers detected on the reference CT as a structure set of their own (statement 2.2.3.1; MARK-01, MARK-02)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import CtSeries
from pti.dicom.identity import require_same_patient
from pti.dicom.image_planes import ImagePlanes
from pti.dicom.structure_items import Structure
from pti.dicom.structure_set import RelatedStructureSet, StructureSet
from pti.foundation.clock import Clock, local_now
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference
from pti.foundation.uids import new_uid
from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FrameMismatch
from pti.imaging.masks import outer_edges_mm
from pti.imaging.volume import CtVolume

_GOLD = (255, 205, 60)


@dataclass(frozen=True, slots=True)
class DetectedMarker:
    """A marker on the planning CT.

    Parameters
    ----------
    name : ROI Name, different from those of the other markers
    position_mm : (x, y, z) of its centre in the planning CT's patient frame
    algorithm : how it was found: AUTOMATIC, SEMIAUTOMATIC or MANUAL
    """

    name: str
    position_mm: tuple[float, float, float]
    algorithm: str = "AUTOMATIC"


def marker_set(
    original: StructureSet,
    markers: Sequence[DetectedMarker],
    ct: CtSeries,
    *,
    series_number: int | None = None,
    station_name: str | None = None,
    clock: Clock = local_now,
) -> StructureSet:
    """A new structure set, an ADDITION to the plan's: one structure for each marker.

    Parameters
    ----------
    original : the plan's structure set; the new one lists the same images, in the same patient, study and frame
    ct : the planning CT, on which the markers were detected

    Raises
    ------
    PatientMismatch, FrameMismatch
        If structure set and CT are not known to belong together.
    InvalidDicomObject
        If there is no marker, a position outside the CT, a name twice, or the CT has images that the original does not name.
    """
    require_same_patient("structure set", original.patient, "CT", ct.patient)
    if ct.volume.frame != patient_frame(original.frame_of_reference_uid):
        raise FrameMismatch("the structure set and the CT stand in different frames of reference")
    complaints = [*_complaints(markers, ct.volume)]
    if not set(ct.instances) <= set(original.images):
        complaints.append("the CT has images that the original structure set does not name")
    if complaints:
        raise InvalidDicomObject("structure set of the markers", complaints)
    planes = ImagePlanes.of(ct)
    return StructureSet(
        sop_instance_uid=new_uid(),
        series_instance_uid=new_uid(),
        patient=original.patient,
        study=original.study,
        label="MARKERS",
        frame_of_reference_uid=original.frame_of_reference_uid,
        structures=tuple(_structure(number, marker, planes) for number, marker in enumerate(markers, 1)),
        images=original.images,
        related=(RelatedStructureSet(InstanceReference(RT_STRUCTURE_SET, original.sop_instance_uid), "ADDITION"),),
        series_number=series_number,
        instance_number=1,
        modified_at=clock(),
        station_name=station_name,
    )


def _structure(number: int, marker: DetectedMarker, planes: ImagePlanes) -> Structure:
    return Structure(
        number=number,
        name=marker.name,
        interpreted_type="MARKER",
        colour=_GOLD,
        contours=(planes.point(marker.position_mm),),
        marker=True,
        generation_algorithm=marker.algorithm,
    )


def _complaints(markers: Sequence[DetectedMarker], ct: CtVolume) -> Iterator[str]:
    if not markers:
        yield "there is no marker"
    counts = Counter(marker.name.strip() for marker in markers)
    if "" in counts:
        yield "a marker has no name"
    yield from (f"{count} markers are called {name}" for name, count in counts.items() if name and count > 1)
    low, high = outer_edges_mm(ct)
    for marker in markers:
        position = np.array(marker.position_mm)
        if not ((low <= position) & (position <= high)).all():  # nor is NaN
            yield f"marker {marker.name} lies outside the CT"
