"""The patient banner: who lies here, how, and for which beam."""

from dataclasses import dataclass

from pti.dicom.plan import IonBeam
from pti.session.case import OpenCase
from pti.session.model import SessionState
from pti.session.phases import Loading
from pti.ui.viewmodels import formats


@dataclass(frozen=True, slots=True)
class Banner:
    """The banner's texts; `fields` are captions with their values, in order."""

    name: str
    identity: str
    fields: tuple[tuple[str, str], ...]
    patient_is_open: bool


def banner(state: SessionState) -> Banner:
    """What the banner says in a state."""
    case = state.case
    if case is not None:
        return _open(case, state.operator)
    if isinstance(state.phase, Loading):
        plan = state.phase.plan
        identity = _identity(plan.patient_id, plan.birth_date, plan.sex)
        fields = (("Plan", formats.or_not_known(plan.label)), ("Operator", formats.or_not_known(state.operator)))
        return Banner(formats.person(plan.patient_name), identity, fields, False)
    return Banner(
        "No patient open", "Choose a plan from the list", (("Operator", formats.or_not_known(state.operator)),), False
    )


def _open(case: OpenCase, operator: str) -> Banner:
    patient, beam = case.plan.patient, case.active_beam
    fields = (
        ("Position", formats.patient_position(beam.patient_position)),
        ("Plan", formats.or_not_known(case.plan.label)),
        ("Beam", beam_title(beam)),
        ("Gantry / Couch", f"{formats.angle(beam.gantry_deg)} / {formats.angle(beam.rotation_deg)}"),
        ("Isocentre (mm)", formats.point(beam.isocentre_mm)),
        ("Operator", formats.or_not_known(operator)),
    )
    identity = _identity(patient.patient_id, patient.birth_date, patient.sex)
    return Banner(patient.display_name, identity, fields, True)


def beam_title(beam: IonBeam) -> str:
    """Number and name of a beam."""
    return f"{beam.number} \N{MIDDLE DOT} {beam.name}" if beam.name else str(beam.number)


def _identity(patient_id: str, birth_date: str | None, sex: str | None) -> str:
    parts = (f"ID {formats.or_not_known(patient_id)}", f"Born {formats.date(birth_date)}", f"Sex {formats.sex(sex)}")
    return "     ".join(parts)
