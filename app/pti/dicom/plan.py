"""RT Ion Plan: beams, isocentres, and the structure set that the plan was made on (A.45, C.8.8.25)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.modules import modality_warning, read_patient, read_patient_position, read_study
from pti.dicom.private import ExtendedInterface, read_extended_interface
from pti.dicom.type1 import check_type1
from pti.foundation.instances import RT_ION_PLAN
from pti.geometry.patient import PatientPosition

#: Treatment Delivery Type (300A,00CE) of beams that treat; all others are fields for imaging.
_TREATING = ("TREATMENT", "CONTINUATION")


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
    extended_interface: ExtendedInterface | None = None


def read_plan(ds: Dataset) -> IonPlan:
    """Read an RT Ion Plan.

    Parameters
    ----------
    ds : the data set

    Raises
    ------
    InvalidDicomObject
        With every complaint: Type 1 attributes, no treatment beam, no structure set, unusable geometry.
    """
    attributes = Attributes(ds)
    attributes.require_sop_class("RT Ion Plan", RT_ION_PLAN)
    check_type1(attributes, RT_ION_PLAN)
    warnings = list(modality_warning(attributes, "RTPLAN"))
    patient = read_patient(attributes)
    if not patient.patient_id:
        attributes.required_text("PatientID")
    if attributes.text("RTPlanGeometry") not in ("PATIENT", None):
        attributes.complain("RTPlanGeometry", "is not PATIENT: the plan was not made on a patient's images")
    treatment, setup = _read_beams(attributes, warnings)
    plan = IonPlan(
        sop_instance_uid=attributes.required_uid("SOPInstanceUID"),
        series_instance_uid=attributes.required_uid("SeriesInstanceUID"),
        patient=patient,
        study=read_study(attributes),
        label=attributes.required_text("RTPlanLabel"),
        frame_of_reference_uid=attributes.required_uid("FrameOfReferenceUID"),
        treatment_beams=treatment,
        setup_fields=setup,
        referenced_structure_set_uid=_referenced_structure_set(attributes),
        fractions_planned=_fractions(attributes, warnings),
        warnings=tuple(warnings),
        extended_interface=read_extended_interface(ds),
    )
    attributes.raise_if_any("RT Ion Plan")
    return plan


def _read_beams(plan: Attributes, warnings: list[str]) -> tuple[tuple[IonBeam, ...], tuple[IonBeam, ...]]:
    setups = {setup.integer("PatientSetupNumber"): setup for setup in plan.items("PatientSetupSequence")}
    treatment, fields = [], []
    for item in plan.items("IonBeamSequence"):
        if item.text("TreatmentDeliveryType") in _TREATING:
            treatment.append(_read_beam(item, setups, warnings))
            continue
        # A setup field is not used (LOAD-06), so its faults do not stop the plan.
        apart = Attributes(item.dataset, [], item.path)
        beam = _read_beam(apart, setups, warnings)
        if apart.complaints:
            warnings.append(f"setup field {beam.number} is left out: {'; '.join(apart.complaints)}")
        else:
            fields.append(beam)
    if not treatment and plan.items("IonBeamSequence"):
        plan.complain("IonBeamSequence", "holds no treatment beam")
    numbers = [beam.number for beam in treatment]
    if len(set(numbers)) < len(numbers):
        plan.complain("IonBeamSequence", "holds two treatment beams of the same Beam Number")
    isocentres = {beam.isocentre_mm for beam in treatment}
    if len(isocentres) > 1:
        warnings.append(f"the treatment beams have {len(isocentres)} different isocentres")
    return tuple(treatment), tuple(fields)


def _read_beam(beam: Attributes, setups: dict[int | None, Attributes], warnings: list[str]) -> IonBeam:
    control_points = beam.items("IonControlPointSequence")
    first = control_points[0] if control_points else Attributes(Dataset(), beam.complaints, f"{beam.path}first control point: ")
    return IonBeam(
        number=beam.required_integer("BeamNumber"),
        name=beam.text("BeamName") or "",
        machine_name=beam.text("TreatmentMachineName") or "",
        delivery_type=beam.required_text("TreatmentDeliveryType"),
        patient_position=_patient_position(beam, setups, warnings),
        isocentre_mm=first.required_point("IsocenterPosition"),
        gantry_deg=first.required_number("GantryAngle"),
        rotation_deg=first.required_number("PatientSupportAngle"),
        pitch_deg=first.number("TableTopPitchAngle") or 0.0,
        roll_deg=first.number("TableTopRollAngle") or 0.0,
        table_top_vertical_mm=first.number("TableTopVerticalPosition"),
        table_top_longitudinal_mm=first.number("TableTopLongitudinalPosition"),
        table_top_lateral_mm=first.number("TableTopLateralPosition"),
    )


def _patient_position(beam: Attributes, setups: dict[int | None, Attributes], warnings: list[str]) -> PatientPosition:
    number = beam.integer("ReferencedPatientSetupNumber")
    setup = setups.get(number)
    if number is None and len(setups) == 1:
        setup = next(iter(setups.values()))
        warnings.append(f"{beam.path}names no patient setup; the plan's only one is taken")
    if setup is None:
        beam.complain("ReferencedPatientSetupNumber", "is missing" if number is None else f"{number} is not in the plan")
        return PatientPosition.HFS
    before = len(setup.complaints)
    position = read_patient_position(Attributes(setup.dataset, beam.complaints, setup.path))
    if position is None and len(beam.complaints) == before:
        Attributes(setup.dataset, beam.complaints, setup.path).required_text("PatientPosition")
    return position or PatientPosition.HFS


def _referenced_structure_set(plan: Attributes) -> str:
    items = plan.required_items("ReferencedStructureSetSequence")
    if len(items) > 1:
        plan.complain("ReferencedStructureSetSequence", f"names {len(items)} structure sets instead of one")
    return items[0].required_uid("ReferencedSOPInstanceUID") if items else ""


def _fractions(plan: Attributes, warnings: list[str]) -> int | None:
    groups = plan.items("FractionGroupSequence")
    if len(groups) > 1:
        warnings.append(f"the plan has {len(groups)} fraction groups; the number of fractions is not shown")
    return groups[0].integer("NumberOfFractionsPlanned") if len(groups) == 1 else None
