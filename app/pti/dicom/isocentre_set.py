"""The isocentres of an acquired verification CT as points of a structure set (statement 2.2.3.1, B.2.12; ACQ-02, ACQ-03)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.image_planes import ImagePlanes
from pti.dicom.structure_items import Structure
from pti.dicom.structure_observations import PhysicalProperty
from pti.dicom.structure_set import StructureSet
from pti.foundation.clock import Clock, local_now
from pti.foundation.uids import new_uid
from pti.geometry.couch import IecCouch
from pti.geometry.frames import Frame
from pti.geometry.patient import PatientPosition, patient_to_fixed

#: Names of the couch's angles as the statement prints them (reading 5): Patient Support Angle, Table Top Pitch and Roll Angle.
_ROTATION, _PITCH, _ROLL = "PAT SUPPORT_ANGLE", "T TOP_PITCH_ANGLE", "T TOP_ROLL_ANGLE"
_COLOUR = (70, 210, 210)
_WHAT = "structure set of the isocentres"


class IsocentreKind(Enum):
    """When the machine isocentre was there: (RT ROI Interpreted Type, ROI Observation Label)."""

    INITIAL_LASER = ("INITLASERISO", "InitLaserIso")  # before acquisition, as the patient was set up by the lasers
    ACQUISITION = ("ACQ_ISOCENTER", "AcqIsocenter")
    INITIAL_MATCH = ("INITMATCHISO", "InitMatchIso")  # when the first match began

    @property
    def interpreted_type(self) -> str:
        """RT ROI Interpreted Type (3006,00A4)."""
        return self.value[0]

    @property
    def label(self) -> str:
        """ROI Observation Label (3006,0085)."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Isocentre:
    """Where the machine isocentre was in the patient.

    Parameters
    ----------
    position_mm : (x, y, z) in the acquired CT's patient frame
    rotation_deg, pitch_deg, roll_deg : of the couch at that time: Patient Support Angle, Table Top Pitch and Roll Angle; None
        where the object does not say
    """

    kind: IsocentreKind
    position_mm: tuple[float, float, float]
    rotation_deg: float | None
    pitch_deg: float | None
    roll_deg: float | None


@dataclass(frozen=True, slots=True, eq=False)
class VerificationCt:
    """An acquired CT, and how it was acquired.

    Parameters
    ----------
    frame : its patient frame
    isocentre_mm : (x, y, z) of the machine isocentre at acquisition, in `frame`: c in
        ``p_fixed = Rz(rotation) Rx(pitch) Ry(roll) P (p - c)``
    couch : at acquisition
    """

    patient: PatientIdentity
    study: StudyIdentity
    frame: Frame
    images: ImagePlanes
    isocentre_mm: tuple[float, float, float]
    patient_position: PatientPosition
    couch: IecCouch

    def isocentre(self, kind: IsocentreKind, couch: IecCouch) -> Isocentre:
        """The point of the patient that was at the machine isocentre while the couch stood at `couch`.

        The patient rides on the table top: fixed (then) -> table top -> fixed (at acquisition) -> patient.
        """
        angles = {"rotation_deg": self.couch.rotation_deg, "pitch_deg": self.couch.pitch_deg, "roll_deg": self.couch.roll_deg}
        lying = patient_to_fixed(self.frame, np.array(self.isocentre_mm), self.patient_position, **angles)
        then_to_acquisition = self.couch.table_top_to_fixed() @ couch.table_top_to_fixed().inverse()
        x, y, z = (lying.inverse() @ then_to_acquisition)(np.zeros(3)).tolist()
        return Isocentre(kind, (x, y, z), couch.rotation_deg, couch.pitch_deg, couch.roll_deg)


def isocentre_set(
    ct: VerificationCt,
    *,
    before: IecCouch | None = None,
    at_first_match: IecCouch | None = None,
    series_number: int | None = None,
    station_name: str | None = None,
    clock: Clock = local_now,
) -> StructureSet:
    """A new structure set linked to an acquired CT, with its isocentres as points.

    Parameters
    ----------
    before : the couch before acquisition, as the patient was set up; None where it is not known
    at_first_match : the couch when the first match began; None where it is not known, and for an in-room CT
    """
    couches = (
        (IsocentreKind.INITIAL_LASER, before),
        (IsocentreKind.ACQUISITION, ct.couch),
        (IsocentreKind.INITIAL_MATCH, at_first_match),
    )
    isocentres = [ct.isocentre(kind, couch) for kind, couch in couches if couch is not None]
    return StructureSet(
        sop_instance_uid=new_uid(),
        series_instance_uid=new_uid(),
        patient=ct.patient,
        study=ct.study,
        label="ISOCENTERS",
        frame_of_reference_uid=ct.frame.frame_of_reference_uid,
        structures=tuple(_structure(number, found, ct.images) for number, found in enumerate(isocentres, 1)),
        images=ct.images.instances,
        series_number=series_number,
        instance_number=1,
        modified_at=clock(),
        station_name=station_name,
    )


def _structure(number: int, isocentre: Isocentre, images: ImagePlanes) -> Structure:
    angles = ((_ROTATION, isocentre.rotation_deg), (_PITCH, isocentre.pitch_deg), (_ROLL, isocentre.roll_deg))
    return Structure(
        number=number,
        name=isocentre.kind.label,
        interpreted_type=isocentre.kind.interpreted_type,
        colour=_COLOUR,
        contours=(images.point(isocentre.position_mm),),
        generation_algorithm="AUTOMATIC",
        observation_label=isocentre.kind.label,
        physical_properties=tuple(PhysicalProperty(name, angle) for name, angle in angles if angle is not None),
    )


def isocentres_of(structure_set: StructureSet) -> tuple[Isocentre, ...]:
    """The isocentres of a structure set that was read, by interpreted type; empty where it has none.

    Raises
    ------
    InvalidDicomObject
        If there are several of one kind, one is no single point, or an angle is told twice: nothing tells which is right.
    """
    complaints: list[str] = []
    found = [isocentre for kind in IsocentreKind for isocentre in _of_kind(kind, structure_set, complaints)]
    if complaints:
        raise InvalidDicomObject(_WHAT, complaints)
    return tuple(found)


def _of_kind(kind: IsocentreKind, structure_set: StructureSet, complaints: list[str]) -> Iterator[Isocentre]:
    structures = [s for s in structure_set.structures if s.interpreted_type == kind.interpreted_type]
    if len(structures) > 1:
        complaints.append(f"{len(structures)} structures are of type {kind.interpreted_type}")
    for structure in structures:
        points = [point for contour in structure.contours for point in contour.points_mm.tolist()]
        if not structure.is_point or len(points) != 1:
            complaints.append(f"{kind.interpreted_type} is no single point")
            continue
        x, y, z = points[0]
        angles = [_angle_deg(structure, name, complaints) for name in (_ROTATION, _PITCH, _ROLL)]
        yield Isocentre(kind, (x, y, z), *angles)


def _angle_deg(structure: Structure, name: str, complaints: list[str]) -> float | None:
    """A physical property; other systems may write its name with underscores alone."""
    values = [p.value for p in structure.physical_properties if p.name.replace("_", " ") == name.replace("_", " ")]
    if len(values) > 1:
        complaints.append(f"{structure.interpreted_type} tells {name} {len(values)} times")
    return values[0] if values else None
