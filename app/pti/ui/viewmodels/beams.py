"""The treatment beams, and which of them a couch shift serves (LOAD-07)."""

from dataclasses import dataclass

from pti.session.isocentres import BeamService, beam_services
from pti.session.model import SessionState
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.banner import beam_title

COLUMNS = ("", "Beam", "Gantry", "Couch", "Isocentre x, y, z (mm)", "Position", "Shift serves it")


@dataclass(frozen=True, slots=True)
class BeamRow:
    """One beam as it stands in the table; `served` False: the shift of the active beam is not for it."""

    number: int
    active: bool
    served: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceNote:
    """What is told beside the correction; `warns`: some beams of the plan are not served."""

    text: str
    warns: bool


def beam_rows(state: SessionState) -> tuple[BeamRow, ...]:
    """All treatment beams of the open plan."""
    case = state.case
    if case is None:
        return ()
    services = beam_services(case.plan, case.active_beam, state.isocentre_distance_mm)
    return tuple(_row(service, service.beam.number == case.active_beam.number) for service in services)


def service_note(state: SessionState) -> ServiceNote:
    """Which beams the correction is for; empty where no patient is open."""
    case = state.case
    if case is None:
        return ServiceNote("", False)
    services = beam_services(case.plan, case.active_beam, state.isocentre_distance_mm)
    served = [str(service.beam.number) for service in services if service.served]
    others = [service for service in services if not service.served]
    if not others:
        return ServiceNote(f"for {_beams(served)}", False)
    far = ", ".join(f"{service.beam.number} ({formats.decimal(service.distance_mm)} mm away)" for service in others)
    return ServiceNote(f"for {_beams(served)} only, NOT for {far}", True)


def _beams(numbers: list[str]) -> str:
    return f"beam {numbers[0]}" if len(numbers) == 1 else f"beams {', '.join(numbers)}"


def _row(service: BeamService, active: bool) -> BeamRow:
    beam = service.beam
    cells = (
        "\u25cf active" if active else "\u25cb",
        beam_title(beam),
        formats.angle(beam.gantry_deg),
        formats.angle(beam.rotation_deg),
        "  ".join(formats.decimal(value) for value in beam.isocentre_mm),
        formats.patient_position(beam.patient_position),
        "yes" if service.served else f"NO: isocentre {formats.decimal(service.distance_mm)} mm away",
    )
    return BeamRow(beam.number, active, service.served, cells)
