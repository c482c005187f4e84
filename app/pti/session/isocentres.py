"""Plans with several isocentres: which beams a couch shift serves (LOAD-07)."""

import math
from dataclasses import dataclass

from pti.dicom.plan import IonBeam, IonPlan


@dataclass(frozen=True, slots=True)
class BeamService:
    """Whether the shift that was found for the active beam applies to this one too.

    `distance_mm` : from the active beam's isocentre to this one's, in the patient
    """

    beam: IonBeam
    distance_mm: float
    served: bool


def beam_services(plan: IonPlan, active: IonBeam, limit_mm: float) -> tuple[BeamService, ...]:
    """For every treatment beam, in the plan's order, whether its isocentre lies within `limit_mm` of the active beam's."""
    distances = ((beam, math.dist(beam.isocentre_mm, active.isocentre_mm)) for beam in plan.treatment_beams)
    return tuple(BeamService(beam, distance, distance <= limit_mm) for beam, distance in distances)


def served_numbers(plan: IonPlan, active: IonBeam, limit_mm: float) -> tuple[int, ...]:
    """Beam numbers that the shift serves, the active one's among them."""
    return tuple(service.beam.number for service in beam_services(plan, active, limit_mm) if service.served)
