"""The session's way from opening a patient to closing it, without any worker."""

from dataclasses import replace

import pytest

from pti.dicom.spatial_registration import RegistrationSubType
from pti.network.queries import PlanSummary
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.case import MatchRecord
from pti.session.model import SessionState, Severity
from pti.session.outcomes import ObjectResult
from pti.session.phases import Accepted, Acquired, Loaded, Loading, Matched, NoPatient, Phase, Saving
from pti.session.reducer import reduce
from pti.session.saving import images_to_save, registration_to_save
from tests.support.session_values import NOW, make_case, make_image, make_pair, make_record


def start(phase: Phase | None = None) -> SessionState:
    return SessionState("Olga Operator", "TMS", NoPatient() if phase is None else phase)


def after(state: SessionState, *intents: it.Intent) -> tuple[SessionState, tuple[fx.Effect, ...]]:
    effects: tuple[fx.Effect, ...] = ()
    for intent in intents:
        state, effects = reduce(state, intent, NOW)
    return state, effects


def acquired_state() -> SessionState:
    state, (effect,) = after(start(Loaded(make_case())), it.AcquirePair())
    assert isinstance(effect, fx.TakePair)
    return after(state, it.PairAcquired(effect.task, make_pair()))[0]


def matched_state() -> SessionState:
    state, (effect,) = after(acquired_state(), it.StartMatch())
    assert isinstance(effect, fx.RunMatch)
    return after(state, it.MatchFinished(effect.task, make_record(make_case())))[0]


def accepted_state() -> SessionState:
    return after(matched_state(), it.AcceptMatch())[0]


def saving_state() -> tuple[SessionState, int]:
    state, (effect,) = after(accepted_state(), it.Save())
    assert isinstance(effect, fx.SendObjects)
    return state, effect.task


def stored(state: SessionState, count: int = 3) -> tuple[ObjectResult, ...]:
    assert state.case is not None
    uids = [image.sop_instance_uid for pair in state.case.taken for image in pair.images] + ["2.25.7001"]
    return tuple(ObjectResult(uid, "object", i < count, "") for i, uid in enumerate(uids))


def test_opening_a_plan_asks_for_it_and_loading_makes_the_first_treatment_beam_active(plan_summary: PlanSummary) -> None:
    state, (effect,) = after(start(), it.OpenPlan(plan_summary))
    assert effect == fx.LoadPlan(1, plan_summary)
    case = make_case()
    state, effects = after(state, it.CaseLoaded(1, case.plan, case.structure_set, case.ct, ("uneven slices",)))
    assert isinstance(state.phase, Loaded)
    assert state.phase.case.active_beam is case.plan.treatment_beams[0]
    assert [message.severity for message in state.messages] == [Severity.WARNING]
    assert [type(effect) for effect in effects] == [fx.ModelStructures, fx.PrepareMatch]


def test_late_answer_is_ignored(plan_summary: PlanSummary) -> None:
    case = make_case()
    state, _ = after(start(), it.OpenPlan(plan_summary), it.TaskStopped(1))
    assert isinstance(state.phase, NoPatient)
    late = it.CaseLoaded(1, case.plan, case.structure_set, case.ct, ())
    assert after(state, late)[0] is state


def test_a_second_click_on_open_does_not_load_twice(plan_summary: PlanSummary) -> None:
    state, _ = after(start(), it.OpenPlan(plan_summary))
    again, effects = after(state, it.OpenPlan(plan_summary))
    assert again is state
    assert effects == ()


def test_a_failed_load_goes_back_to_the_list_and_says_why(plan_summary: PlanSummary) -> None:
    state, _ = after(start(), it.OpenPlan(plan_summary))
    assert isinstance(state.phase, Loading)
    state, _ = after(state, it.TaskFailed(1, "PTI-NET-01", "Peer cannot be reached", "no answer", "check the cable"))
    assert isinstance(state.phase, NoPatient)
    assert [(m.severity, m.code, m.remedy) for m in state.messages] == [(Severity.ERROR, "PTI-NET-01", "check the cable")]


def test_stop_asks_the_worker_and_its_answer_brings_back_the_step_before() -> None:
    before = acquired_state()
    state, (match,) = after(before, it.StartMatch())
    assert isinstance(match, fx.RunMatch)
    state, (cancel,) = after(state, it.StopTask())
    assert cancel == fx.CancelTask(match.task)
    state, _ = after(state, it.TaskStopped(match.task))
    assert isinstance(before.phase, Acquired)
    assert isinstance(state.phase, Acquired)
    assert state.phase.pair is before.phase.pair


def test_a_match_that_is_stopped_keeps_the_match_before() -> None:
    before = matched_state()
    state, (match,) = after(before, it.StartMatch())
    assert isinstance(match, fx.RunMatch)
    state, _ = after(state, it.StopTask(), it.TaskStopped(match.task))
    assert isinstance(before.phase, Matched)
    assert isinstance(state.phase, Matched)
    assert state.phase.record is before.phase.record


def test_an_acquisition_that_fails_keeps_the_images_before() -> None:
    before = acquired_state()
    state, (take,) = after(before, it.AcquirePair())
    assert isinstance(take, fx.TakePair)
    state, _ = after(state, it.TaskFailed(take.task, "PTI-ACQ-01", "No image", "tube off", "call"))
    assert state.phase is before.phase


def _take_and_match(state: SessionState, record: MatchRecord) -> tuple[SessionState, int, int]:
    """(state with everything saved, series number of the images, series number of the registration)."""
    state, (take,) = after(state, it.AcquirePair())
    assert isinstance(take, fx.TakePair)
    state, _ = after(state, it.PairAcquired(take.task, make_pair()))
    state, (run,) = after(state, it.StartMatch())
    assert isinstance(run, fx.RunMatch)
    state, _ = after(state, it.MatchFinished(run.task, record), it.AcceptMatch())
    state, (send,) = after(state, it.Save())
    assert isinstance(send, fx.SendObjects)
    assert isinstance(send.before, Accepted)
    registration = registration_to_save(send.before)
    assert registration is not None
    assert registration.series_number is not None
    uids = (*(image.sop_instance_uid for image in images_to_save(send.before)), registration.sop_instance_uid)
    results = tuple(ObjectResult(uid, "object", True, "") for uid in uids)
    state, _ = after(state, it.ObjectsSaved(send.task, results, 0))
    return state, take.series_number, registration.series_number


@pytest.mark.requirement("ACQ-04")
def test_series_numbers_count_up_over_images_and_registrations_and_start_again_with_the_next_patient(
    plan_summary: PlanSummary,
) -> None:
    case = make_case()
    state = start(Loaded(case))
    numbers = []
    for turn in range(2):
        record = replace(make_record(case), registration_uid=f"2.25.70{turn}", series_uid=f"2.25.71{turn}")
        state, images, registration = _take_and_match(state, record)
        numbers += [images, registration]
    assert numbers == [1, 2, 3, 4]
    state, _ = after(state, it.ClosePatient())
    state, (load,) = after(state, it.OpenPlan(plan_summary))
    assert isinstance(load, fx.LoadPlan)
    state, _ = after(state, it.CaseLoaded(load.task, case.plan, case.structure_set, case.ct, ()))
    state, (take,) = after(state, it.AcquirePair())
    assert isinstance(take, fx.TakePair)
    assert take.series_number == 1


@pytest.mark.requirement("ACQ-04")
def test_an_acquisition_that_is_not_finished_uses_up_no_series_number() -> None:
    state, (take,) = after(start(Loaded(make_case())), it.AcquirePair())
    assert isinstance(take, fx.TakePair)
    state, _ = after(state, it.TaskStopped(take.task))
    state, (again,) = after(state, it.AcquirePair())
    assert isinstance(again, fx.TakePair)
    assert (take.series_number, again.series_number) == (1, 1)


def test_accept_needs_a_match_and_locks_it_with_name_and_time() -> None:
    untouched, effects = after(acquired := acquired_state(), it.AcceptMatch())
    assert untouched is acquired
    assert effects == ()
    state = accepted_state()
    assert isinstance(state.phase, Accepted)
    assert (state.phase.operator, state.phase.at) == ("Olga Operator", NOW)
    locked, effects = after(state, it.StartMatch())
    assert locked is state
    assert effects == ()


def test_the_journal_tells_who_accepted_which_match_and_when() -> None:
    entries = [(e.operator, e.at) for e in accepted_state().journal if e.event == "accepted match 2.25.7001 for beams 1, 2"]
    assert entries == [("Olga Operator", NOW)]


@pytest.mark.requirement("ACQ-01", "M23-02")
def test_save_sends_the_images_and_the_registration_of_the_accepted_match() -> None:
    phase = accepted_state().phase
    assert isinstance(phase, Accepted)
    assert [image.label for image in images_to_save(phase)] == ["kV A", "kV B"]
    registration = registration_to_save(phase)
    assert registration is not None
    assert registration.sub_type is RegistrationSubType.ONLINE_2D3D_PAIRED
    assert registration.transform.source.frame_of_reference_uid == "2.25.1001"
    assert registration.transform.target.frame_of_reference_uid == "2.25.1002"
    assert (registration.operator, registration.created_at) == ("Olga Operator", NOW)
    again = registration_to_save(phase)
    assert again is not None
    assert again.sop_instance_uid == registration.sop_instance_uid


def test_before_acceptance_only_images_are_saved() -> None:
    phase = matched_state().phase
    assert isinstance(phase, Matched)
    assert registration_to_save(phase) is None
    assert len(images_to_save(phase)) == 2


def test_what_was_confirmed_is_not_sent_again_and_the_rest_is() -> None:
    state, task = saving_state()
    state, _ = after(state, it.ObjectsSaved(task, stored(state, 2), 1))
    assert isinstance(state.phase, Accepted)
    assert not state.phase.saved
    assert state.messages[-1].severity is Severity.ERROR
    assert images_to_save(state.phase) == ()
    registration = registration_to_save(state.phase)
    assert registration is not None
    assert registration.sop_instance_uid == "2.25.7001"


def test_a_connection_that_breaks_while_saving_loses_nothing() -> None:
    state, task = saving_state()
    failed = it.TaskFailed(task, "PTI-NET-02", "Broken", "", "", results=stored(state, 1), outbox_pending=2)
    state, _ = after(state, failed)
    assert isinstance(state.phase, Accepted)
    assert state.outbox_pending == 2
    assert [image.label for image in images_to_save(state.phase)] == ["kV B"]


@pytest.mark.requirement("SCU-01")
def test_closing_the_patient_saves_first_and_then_closes() -> None:
    state, (effect,) = after(accepted_state(), it.ClosePatient())
    assert isinstance(effect, fx.SendObjects)
    assert isinstance(state.phase, Saving)
    state, effects = after(state, it.ObjectsSaved(effect.task, stored(state), 0))
    assert isinstance(state.phase, NoPatient)
    assert effects == (fx.ForgetCase(),)


def test_closing_stays_open_when_the_save_fails() -> None:
    state, (effect,) = after(accepted_state(), it.ClosePatient())
    assert isinstance(effect, fx.SendObjects)
    state, _ = after(state, it.TaskFailed(effect.task, "PTI-NET-01", "No peer", "", "", outbox_pending=3))
    assert isinstance(state.phase, Accepted)


def test_the_next_images_wait_until_an_accepted_match_is_saved() -> None:
    state, effects = after(accepted_state(), it.AcquirePair())
    assert isinstance(state.phase, Accepted)
    assert effects == ()
    assert "Save" in state.messages[-1].title


def test_another_beam_can_be_chosen_only_before_images() -> None:
    state, _ = after(start(Loaded(make_case())), it.SelectBeam(2))
    assert state.case is not None
    assert state.case.active_beam.number == 2
    taken = acquired_state()
    assert after(taken, it.SelectBeam(2))[0] is taken


def test_views_of_an_older_match_are_not_shown_for_a_newer_one() -> None:
    state = matched_state()
    assert isinstance(state.phase, Matched)
    other = replace(state.phase.record, registration_uid="2.25.9")
    late = it.ViewsRendered(99, state.phase.acquired.pair, other, ())
    assert after(state, late)[0] is state


def test_a_single_image_warns_that_depth_is_unknown() -> None:
    state, (effect,) = after(start(Loaded(make_case())), it.AcquirePair())
    assert isinstance(effect, fx.TakePair)
    state, _ = after(state, it.PairAcquired(effect.task, make_pair(make_image("kV A", 0.0))))
    state, (match,) = after(state, it.StartMatch())
    assert isinstance(match, fx.RunMatch)
    record = make_record(make_case(), unobserved_direction=(0.0, 0.0, 1.0))
    state, _ = after(state, it.MatchFinished(match.task, record))
    assert "N/A" in state.messages[-1].detail
