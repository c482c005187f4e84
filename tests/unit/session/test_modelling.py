"""Models of the structures in the session: made for each patient, and a late answer changes nothing."""

from types import MappingProxyType

from pti.imaging.structure_models import StructureModel, StructureModels
from pti.network.queries import PlanSummary
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.model import SessionState, Severity
from pti.session.phases import Loading, NoPatient, Progress
from pti.session.reducer import reduce
from tests.support.session_values import NOW, make_case

PLAN = PlanSummary("T-1", "Test^Tina", "19800102", "F", "2.25.1", "2.25.2", "2.25.3", "Plan 1", "20260301")


def models() -> StructureModels:
    return MappingProxyType(dict[int, StructureModel]())


def loaded(tasks_started: int = 1) -> tuple[SessionState, fx.ModelStructures]:
    """A patient that was just loaded, and the effect that has its structures modelled."""
    phase = Loading(PLAN, Progress(tasks_started, "Loading"))
    state = SessionState("Olga", "TMS", phase=phase, tasks_started=tasks_started)
    case = make_case()
    state, effects = reduce(state, it.CaseLoaded(tasks_started, case.plan, case.structure_set, case.ct, ()), NOW)
    (effect,) = (effect for effect in effects if isinstance(effect, fx.ModelStructures))
    return state, effect


def test_loading_a_patient_has_its_structures_modelled() -> None:
    state, effect = loaded()
    assert state.modelled is not None
    assert state.modelled.task == effect.task
    assert state.modelled.models is None
    assert state.case is effect.case


def test_answer_is_kept_and_its_warnings_are_shown() -> None:
    state, effect = loaded()
    made = models()
    state, effects = reduce(state, it.StructuresModelled(effect.task, made, ("Structure Cord: overlap",)), NOW)
    assert effects == ()
    assert state.modelled is not None
    assert state.modelled.models is made
    assert [(m.severity, m.detail) for m in state.messages] == [(Severity.WARNING, "Structure Cord: overlap")]


def test_answer_that_comes_after_the_patient_was_closed_changes_nothing() -> None:
    state, effect = loaded()
    state, effects = reduce(state, it.ClosePatient(), NOW)
    assert isinstance(state.phase, NoPatient)
    assert state.modelled is None
    assert effects == (fx.ForgetCase(),)
    after, _ = reduce(state, it.StructuresModelled(effect.task, models(), ("late",)), NOW)
    assert after is state


def test_answer_for_the_patient_before_changes_nothing() -> None:
    _, before = loaded()
    state, effect = loaded(tasks_started=20)
    assert before.task != effect.task
    after, _ = reduce(state, it.StructuresModelled(before.task, models(), ("late",)), NOW)
    assert after is state


def test_failure_is_told_and_ends_the_waiting() -> None:
    state, effect = loaded()
    phase = state.phase
    state, _ = reduce(state, it.TaskFailed(effect.task, "PTI-BUG", "Unexpected error", "KeyError", "Report it."), NOW)
    assert state.modelled is None
    assert state.phase is phase
    assert [m.severity for m in state.messages] == [Severity.ERROR]


def test_models_stay_while_images_are_taken() -> None:
    state, effect = loaded()
    made = models()
    state, _ = reduce(state, it.StructuresModelled(effect.task, made, ()), NOW)
    state, _ = reduce(state, it.AcquirePair(), NOW)
    assert state.modelled is not None
    assert state.modelled.models is made
