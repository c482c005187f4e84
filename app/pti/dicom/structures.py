"""RT Structure Set: contours, points and the images they were drawn on (A.19, C.8.8.5 to C.8.8.8)."""

from dataclasses import dataclass

from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.foundation.instances import InstanceReference
from pti.geometry.rigid import FloatArray


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
