"""Ion beams of a plan at their first control point, and that nothing moves the patient after it (C.8.8.25, C.8.8.12)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, quote
from pti.dicom.modules import read_patient_position
from pti.geometry.couch import wrap_deg
from pti.geometry.patient import PatientPosition

#: Treatment Delivery Type (300A,00CE) of beams that treat; all others are fields for imaging.
_TREATING = ("TREATMENT", "CONTINUATION")
_IMAGING = ("SETUP", "OPEN_PORTFILM", "TRMT_PORTFILM")
#: What must stay during a beam, because the patient is set up once for it; and how many values it has.
_STEADY = {
    "IsocenterPosition": 3,
    "PatientSupportAngle": 1,
    "TableTopPitchAngle": 1,
    "TableTopRollAngle": 1,
    "TableTopVerticalPosition": 1,
    "TableTopLongitudinalPosition": 1,
    "TableTopLateralPosition": 1,
}
#: Values that are written twice may differ by this, in mm or degrees, and be the same.
_SAME = 1e-3


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


def read_beams(plan: Attributes, warnings: list[str]) -> tuple[tuple[IonBeam, ...], tuple[IonBeam, ...]]:
    """(treatment beams, setup fields).

    A setup field is not used (LOAD-06): what is wrong in one is told and does not stop the plan.
    """
    setups = _read_setups(plan)
    treatment: list[IonBeam] = []
    fields: list[IonBeam] = []
    items = plan.items("IonBeamSequence")
    for item in items:
        delivery = item.text("TreatmentDeliveryType")
        if delivery in _TREATING:
            treatment.append(_read_beam(item, setups, warnings))
            continue
        if delivery not in (*_IMAGING, None):
            warnings.append(f"{item.path}Treatment Delivery Type (300A,00CE) {quote(delivery)} is not known: it is not treated")
        apart = item.apart()
        field = _read_beam(apart, setups, [])  # warnings about what is not used would only hide the others
        if apart.complaints:
            warnings.append(f"setup field {field.number} is left out: {'; '.join(apart.complaints)}")
        else:
            fields.append(field)
    if items and not treatment:
        plan.complain("IonBeamSequence", "holds no treatment beam")
    _compare_beams(plan, treatment, fields, warnings)
    return tuple(treatment), tuple(fields)


def _compare_beams(plan: Attributes, treatment: list[IonBeam], fields: list[IonBeam], warnings: list[str]) -> None:
    numbers = [beam.number for beam in treatment]
    if len(set(numbers)) < len(numbers):
        plan.complain("IonBeamSequence", "holds two treatment beams of the same Beam Number")
    if not set(numbers).isdisjoint(field.number for field in fields):
        plan.complain("IonBeamSequence", "holds a treatment beam and a setup field of the same Beam Number")
    isocentres = {beam.isocentre_mm for beam in treatment}
    if len(isocentres) > 1:
        warnings.append(f"the treatment beams have {len(isocentres)} different isocentres")
    positions = {beam.patient_position for beam in treatment}
    if len(positions) > 1:
        told = ", ".join(sorted(position.value for position in positions))
        warnings.append(f"the treatment beams have different patient positions: {told}")


def _read_beam(beam: Attributes, setups: dict[int | None, Attributes], warnings: list[str]) -> IonBeam:
    points = beam.items("IonControlPointSequence")
    first = points[0] if points else Attributes(Dataset(), beam.complaints, f"{beam.path}first control point: ")
    read = IonBeam(
        number=beam.required_integer("BeamNumber"),
        name=beam.text("BeamName") or "",
        machine_name=beam.text("TreatmentMachineName") or "",
        delivery_type=beam.required_text("TreatmentDeliveryType"),
        patient_position=_patient_position(beam, setups, warnings),
        isocentre_mm=first.required_point("IsocenterPosition"),
        gantry_deg=first.required_angle_deg("GantryAngle"),
        rotation_deg=first.required_angle_deg("PatientSupportAngle"),
        pitch_deg=wrap_deg(first.angle_deg("TableTopPitchAngle") or 0.0),
        roll_deg=wrap_deg(first.angle_deg("TableTopRollAngle") or 0.0),
        table_top_vertical_mm=first.length_mm("TableTopVerticalPosition"),
        table_top_longitudinal_mm=first.length_mm("TableTopLongitudinalPosition"),
        table_top_lateral_mm=first.length_mm("TableTopLateralPosition"),
    )
    if first.number("TableTopEccentricAngle"):
        first.complain("TableTopEccentricAngle", "is not 0: a couch that also turns about an eccentric axis is not handled")
    if points:
        _check_control_points(beam, points, warnings)
    return read


def _check_control_points(beam: Attributes, points: tuple[Attributes, ...], warnings: list[str]) -> None:
    """That the control points are all there, and that only the gantry moves from one to the next."""
    stated = beam.integer("NumberOfControlPoints")
    if stated not in (len(points), None):
        beam.complain("NumberOfControlPoints", f"is {stated}, Ion Control Point Sequence has {len(points)} items")
    indices = [point.integer("ControlPointIndex") for point in points]
    if None not in indices and indices != list(range(len(points))):
        beam.complain("IonControlPointSequence", f"does not count its items from 0 to {len(points) - 1}")
    for keyword, count in _STEADY.items():
        _check_steady(points, keyword, count)
    turned = _first_change(points, "GantryAngle", 1)
    if turned is not None:
        warnings.append(f"{beam.path}the gantry turns during the beam; its angle at the start is shown")


def _check_steady(points: tuple[Attributes, ...], keyword: str, count: int) -> None:
    point = _first_change(points, keyword, count)
    if point is not None:
        point.complain(keyword, "is not that of the first control point: the patient would be moved during the beam")


def _first_change(points: tuple[Attributes, ...], keyword: str, count: int) -> Attributes | None:
    """The first control point that says something else than the one before it that says anything."""
    start = points[0].numbers(keyword, count)
    for point in points[1:]:
        here = point.numbers(keyword, count)
        if here is None:
            continue
        before, start = start, here
        if before is None or any(_differ(keyword, a, b) for a, b in zip(before, here, strict=True)):
            return point
    return None


def _differ(keyword: str, a: float, b: float) -> bool:
    return abs(wrap_deg(a - b) if keyword.endswith("Angle") else a - b) > _SAME


def _read_setups(plan: Attributes) -> dict[int | None, Attributes]:
    """Patient Setup Number -> its item."""
    setups: dict[int | None, Attributes] = {}
    for setup in plan.required_items("PatientSetupSequence"):
        number = setup.integer("PatientSetupNumber")
        if number in setups:
            setup.complain("PatientSetupNumber", f"{number} is used twice")
        setups[number] = setup
    return setups


def _patient_position(beam: Attributes, setups: dict[int | None, Attributes], warnings: list[str]) -> PatientPosition:
    """The position in the beam's patient setup; after a complaint, one that stands in for it."""
    number = beam.integer("ReferencedPatientSetupNumber")
    setup = setups.get(number)
    if number is None and len(setups) == 1:
        setup = next(iter(setups.values()))
        warnings.append(f"{beam.path}names no patient setup; the plan's only one is taken")
    if setup is None:
        told = "is missing" if number is None else f"{number} is not in the plan"
        beam.complain("ReferencedPatientSetupNumber", told)
        return PatientPosition.HFS
    for_beam = Attributes(setup.dataset, beam.complaints, setup.path)
    position = read_patient_position(for_beam)
    if position is None:
        for_beam.required_text("PatientPosition")
    return position or PatientPosition.HFS
