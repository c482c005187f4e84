"""RT Ion Plan: beams, isocentres, and the structure set that the plan was made on (A.45, C.8.8.25)."""

from dataclasses import dataclass

from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.geometry.patient import PatientPosition


@dataclass(frozen=True, slots=True)
class IonBeam:
    """One beam at its first control point; angles in degrees, positions in mm.

    `isocentre_mm` is in the plan's frame of reference. The planned table-top positions are IEC 61217;
    None: the plan does not say. Missing pitch and roll are 0 (LOAD-09).
    """

    number: int
    name: str
    machine_name: str
    delivery_type: str  # Treatment Delivery Type (300A,00CE): TREATMENT, SETUP, ...
    patient_position: PatientPosition
    isocentre_mm: tuple[float, float, float]
    gantry_deg: float
    rotation_deg: float  # Patient Support Angle (300A,0122)
    pitch_deg: float
    roll_deg: float
    table_top_vertical_mm: float | None = None
    table_top_longitudinal_mm: float | None = None
    table_top_lateral_mm: float | None = None


@dataclass(frozen=True, slots=True)
class IonPlan:
    """A treatment plan; setup fields are kept apart and not used (LOAD-06)."""

    sop_instance_uid: str
    series_instance_uid: str
    patient: PatientIdentity
    study: StudyIdentity
    label: str
    frame_of_reference_uid: str
    treatment_beams: tuple[IonBeam, ...]
    setup_fields: tuple[IonBeam, ...]
    referenced_structure_set_uid: str
    fractions_planned: int | None
    warnings: tuple[str, ...] = ()
