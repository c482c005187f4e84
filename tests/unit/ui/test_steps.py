"""What can be done next: the steps of the rail and the commands on the buttons."""

from dataclasses import replace

import pytest

from pti.session.phases import (
    Accepted,
    Acquired,
    Acquiring,
    Loaded,
    Loading,
    Matched,
    Matching,
    NoPatient,
    Phase,
    Saving,
)
from pti.ui.viewmodels.commands import Command, has_unsaved, offer
from pti.ui.viewmodels.steps import Status, Step, steps
from tests.support.session_phases import PLAN, PROGRESS, accepted, acquired, matched, state
from tests.support.session_values import (
    make_case,
)


@pytest.mark.parametrize(
    ("phase", "current"),
    [
        (NoPatient(), Step.LOAD),
        (Loading(PLAN, PROGRESS), Step.LOAD),
        (Loaded(make_case()), Step.ACQUIRE),
        (Acquiring(Loaded(make_case()), PROGRESS), Step.ACQUIRE),
        (acquired(), Step.MATCH),
        (Matching(acquired(), PROGRESS), Step.MATCH),
        (matched(), Step.REVIEW),
        (accepted(), Step.SAVE),
        (Saving(accepted(), PROGRESS, False), Step.SAVE),
    ],
)
def test_each_phase_has_one_current_step_with_done_ones_before_it(phase: Phase, current: Step) -> None:
    items = steps(phase)
    at = [item.step for item in items].index(current)
    assert [item.status for item in items] == [Status.DONE] * at + [Status.CURRENT] + [Status.TO_COME] * (4 - at)


def test_all_steps_are_done_when_everything_is_saved() -> None:
    assert {item.status for item in steps(accepted(saved=True))} == {Status.DONE}


def test_saving_before_a_match_does_not_claim_match_and_review() -> None:
    items = {item.step: item.status for item in steps(Saving(acquired(), PROGRESS, True))}
    assert items[Step.MATCH] is Status.TO_COME
    assert items[Step.REVIEW] is Status.TO_COME
    assert items[Step.SAVE] is Status.CURRENT


@pytest.mark.parametrize(
    ("phase", "primary", "label"),
    [
        (NoPatient(), Command.OPEN, "Open patient"),
        (Loaded(make_case()), Command.ACQUIRE, "Take kV pair"),
        (acquired(), Command.MATCH, "Match"),
        (matched(), Command.ACCEPT, "Accept"),
        (accepted(), Command.SAVE, "Save"),
        (accepted(saved=True), Command.ACQUIRE, "Next images"),
    ],
)
def test_the_next_action_follows_the_phase(phase: Phase, primary: Command, label: str) -> None:
    offered = offer(state(phase), plan_chosen=True)
    assert (offered.primary, offered.labels[offered.primary]) == (primary, label)
    assert primary in offered.possible


@pytest.mark.parametrize(
    "phase",
    [
        Loading(PLAN, PROGRESS),
        Acquiring(Loaded(make_case()), PROGRESS),
        Matching(acquired(), PROGRESS),
        Saving(accepted(), PROGRESS, False),
    ],
)
def test_while_something_runs_only_stop_is_possible_and_only_once(phase: Phase) -> None:
    offered = offer(state(phase), plan_chosen=True)
    assert offered.possible == {Command.STOP}
    assert offered.waiting
    assert not isinstance(phase, NoPatient | Loaded | Acquired | Matched | Accepted)
    stopping = replace(phase, progress=replace(PROGRESS, stopping=True))
    assert offer(state(stopping), plan_chosen=True).possible == frozenset()


def test_no_patient_can_be_opened_before_a_plan_is_chosen() -> None:
    assert Command.OPEN not in offer(state(NoPatient()), plan_chosen=False).possible


def test_accepted_but_unsaved_match_forbids_new_images() -> None:
    assert Command.ACQUIRE not in offer(state(accepted()), plan_chosen=False).possible
    assert Command.ACCEPT not in offer(state(accepted()), plan_chosen=False).possible


def test_unsaved_images_change_the_name_of_close() -> None:
    assert offer(state(acquired()), plan_chosen=False).labels[Command.CLOSE] == "Save and close"
    assert offer(state(Loaded(make_case())), plan_chosen=False).labels[Command.CLOSE] == "Close patient"
    assert not has_unsaved(Loaded(make_case()))
    assert has_unsaved(Saving(acquired(), PROGRESS, False))


def test_outbox_can_be_sent_only_when_something_waits_in_it() -> None:
    assert Command.SEND_PENDING not in offer(state(NoPatient()), plan_chosen=False).possible
    assert Command.SEND_PENDING in offer(replace(state(NoPatient()), outbox_pending=2), plan_chosen=False).possible
