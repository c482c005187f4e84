"""The phases that a session goes through, with small real values."""

from dataclasses import replace

import numpy as np

from pti.dicom.rt_image import RtImage
from pti.geometry.frames import FIXED
from pti.geometry.rigid import RigidTransform, rotation_x
from pti.network.queries import PlanSummary
from pti.session.case import MatchRecord, OpenCase
from pti.session.model import SessionState
from pti.session.phases import (
    Accepted,
    Acquired,
    Matched,
    Phase,
    Progress,
)
from pti.session.poses import planned_pose
from pti.session.stored_match import record_of
from tests.support.session_values import (
    NOW,
    make_case,
    make_pair,
    make_record,
    make_registration,
)

PROGRESS = Progress(7, "Working", 0.25)
PLAN = PlanSummary("T-1", "Test^Tina", "19800102", "F", "2.25.1", "2.25.2", "2.25.3", "Plan 1", "20260301")


def state(phase: Phase) -> SessionState:
    return SessionState("Olga Operator", "TMS", phase)


def case_with_images() -> OpenCase:
    return replace(make_case(), taken=(make_pair(),))


def acquired() -> Acquired:
    case = case_with_images()
    return Acquired(case, case.taken[0])


def matched(record: MatchRecord | None = None) -> Matched:
    inner = acquired()
    return Matched(inner, record or make_record(inner.case))


def accepted(*, saved: bool = False) -> Accepted:
    return Accepted(matched(), "Olga Operator", NOW, saved)


def moved_record(
    case: OpenCase, shift_mm: tuple[float, float, float], pitch_deg: float = 0.0, **changes: object
) -> MatchRecord:
    """A match that finds the patient moved in the room by a shift and tilted about X."""
    error = RigidTransform(FIXED, FIXED, rotation_x(pitch_deg), np.array(shift_mm))
    return make_record(case, error @ planned_pose(case.plan, case.active_beam), **changes)


def from_file(*images: RtImage) -> Matched:
    """A match of these images (by default two) that was read from its registration."""
    case, pair = make_case(), make_pair(*images)
    stored = make_registration(case.plan, case.ct, pair.images, make_record(case))
    return Matched(Acquired(case, pair), record_of(stored, case.plan, pair.images))
