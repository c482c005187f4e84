"""Plans with several isocentres: which beams get the shift of the active one, and how a person sees it."""

from dataclasses import replace

import pytest

from pti.session import intents as it
from pti.session.isocentres import beam_services, served_numbers
from pti.session.model import SessionState
from pti.session.phases import Acquired, Loaded, Matched
from pti.session.reducer import reduce
from pti.ui.viewmodels.beams import beam_rows, service_note
from tests.support.session_values import NOW, make_beam, make_case, make_pair, make_plan, make_record

#: Beam 2 lies 3-4-0 mm from beam 1, beam 3 another 12 mm from beam 2 along z: 13 mm from beam 1.
PLAN = make_plan(
    make_beam(1, isocentre_mm=(5.0, -20.0, 30.0)),
    make_beam(2, isocentre_mm=(8.0, -24.0, 30.0)),
    make_beam(3, isocentre_mm=(8.0, -24.0, 42.0)),
)


def state(limit_mm: float, active: int = 1) -> SessionState:
    case = replace(make_case(PLAN), active_beam=PLAN.treatment_beams[active - 1])
    return SessionState("Olga Operator", "TMS", Loaded(case), isocentre_distance_mm=limit_mm)


@pytest.mark.requirement("LOAD-07")
@pytest.mark.parametrize(
    ("active", "limit_mm", "served"),
    [(1, 0.0, (1,)), (1, 4.999, (1,)), (1, 5.0, (1, 2)), (1, 13.0, (1, 2, 3)), (2, 5.0, (1, 2)), (3, 12.0, (2, 3))],
)
def test_a_shift_serves_the_beams_whose_isocentre_is_no_further_than_configured(
    active: int, limit_mm: float, served: tuple[int, ...]
) -> None:
    assert served_numbers(PLAN, PLAN.treatment_beams[active - 1], limit_mm) == served


def test_distances_are_measured_in_all_three_directions() -> None:
    services = beam_services(PLAN, PLAN.treatment_beams[0], 6.0)
    assert [service.distance_mm for service in services] == pytest.approx([0.0, 5.0, 13.0])


@pytest.mark.requirement("LOAD-07")
def test_the_user_sees_which_beams_the_shift_is_not_for() -> None:
    assert [row.served for row in beam_rows(state(6.0))] == [True, True, False]
    assert beam_rows(state(6.0))[2].cells[-1] == "NO: isocentre 13.0 mm away"
    note = service_note(state(6.0))
    assert (note.text, note.warns) == ("for beams 1, 2 only, NOT for 3 (13.0 mm away)", True)


def test_with_one_isocentre_there_is_nothing_to_warn_of() -> None:
    note = service_note(state(20.0))
    assert (note.text, note.warns) == ("for beams 1, 2, 3", False)


@pytest.mark.requirement("LOAD-07")
def test_the_journal_says_for_which_beams_a_match_was_accepted() -> None:
    loaded = state(6.0)
    assert loaded.case is not None
    matched = Matched(Acquired(loaded.case, make_pair()), make_record(loaded.case))
    accepted, _ = reduce(replace(loaded, phase=matched), it.AcceptMatch(), NOW)
    assert accepted.journal[-1].event.endswith("for beams 1, 2")
