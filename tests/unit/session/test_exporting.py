"""Export in the session: what can be exported, who exported what where, and what closing then asks for."""

from dataclasses import replace
from pathlib import Path

import pytest

from pti.dicom.importing.report import ObjectKind
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.case import OpenCase, ReferenceImage, SourceFile
from pti.session.exportable import EXPORTABLE_KINDS, Exportable, exportables
from pti.session.model import SessionState
from pti.session.outcomes import ExportOutcome, ExportResult
from pti.session.phases import Accepted, Acquired, Exporting, Loaded, Matched, NoPatient, Resting, Saving
from pti.session.reducer import reduce
from pti.session.saving import registration_to_save
from tests.support.session_values import NOW, make_case, make_image, make_pair, make_record

FOLDER = Path("stick")
ALL = frozenset(EXPORTABLE_KINDS)
REFERENCE_UID = "2.25.8001"


def source(instance: InstanceReference) -> SourceFile:
    return SourceFile(instance, Path(f"{instance.sop_instance_uid}.dcm"), 100, 1)


def open_case(*, from_files: bool = False) -> OpenCase:
    """A patient whose plan has a reference image; all but the images of today came in files."""
    case = make_case()
    image = replace(make_image("REF", 45.0), sop_instance_uid=REFERENCE_UID)
    instances = (InstanceReference(RT_STRUCTURE_SET, case.structure_set.sop_instance_uid), *case.ct.instances, image.instance)
    return replace(
        case,
        reference_images=(ReferenceImage(image, make_pair().displays[0]),),
        sources=tuple(source(instance) for instance in instances),
        from_files=from_files,
    )


def accepted(case: OpenCase) -> Accepted:
    pair = make_pair()
    acquired = Acquired(replace(case, taken=(pair,), series_count=1), pair)
    return Accepted(Matched(acquired, make_record(case)), "Olga Operator", NOW)


def state_of(phase: Resting) -> SessionState:
    return SessionState("Olga Operator", "TMS", phase=phase, tasks_started=4)


def after(state: SessionState, *intents: it.Intent) -> tuple[SessionState, tuple[fx.Effect, ...]]:
    effects: tuple[fx.Effect, ...] = ()
    for intent in intents:
        state, effects = reduce(state, intent, NOW)
    return state, effects


def started(phase: Resting, kinds: frozenset[ObjectKind] = ALL) -> tuple[SessionState, fx.ExportObjects]:
    state, (effect,) = after(state_of(phase), it.ExportObjects(FOLDER, kinds))
    assert isinstance(effect, fx.ExportObjects)
    return state, effect


def results_of(effect: fx.ExportObjects, *failed: str) -> tuple[ExportResult, ...]:
    return tuple(
        ExportResult(uid, thing.kind, thing.name, ExportOutcome.NOT_EXPORTED, "No space left on device")
        if uid in failed
        else ExportResult(uid, thing.kind, thing.name, ExportOutcome.EXPORTED)
        for thing in effect.items
        for uid in thing.uids
    )


def uids(things: tuple[Exportable, ...], kind: ObjectKind) -> list[str]:
    return [uid for thing in things if thing.kind is kind for uid in thing.uids]


@pytest.mark.requirement("FILE-01")
def test_everything_of_the_patient_but_the_plan_can_be_exported() -> None:
    phase = accepted(open_case())
    things = exportables(phase)
    assert uids(things, ObjectKind.CT) == [instance.sop_instance_uid for instance in phase.case.ct.instances]
    assert uids(things, ObjectKind.STRUCTURE_SET) == [phase.case.structure_set.sop_instance_uid]
    today = [image.sop_instance_uid for image in phase.case.taken[0].images]
    assert uids(things, ObjectKind.RT_IMAGE) == [REFERENCE_UID, *today]
    assert uids(things, ObjectKind.REGISTRATION) == [phase.matched.record.registration_uid]
    names = [thing.name for thing in things if thing.kind is ObjectKind.RT_IMAGE]
    assert names == ["RT Image REF", "RT Image kV A", "RT Image kV B"]


def test_a_match_that_nobody_accepted_is_not_exported_and_a_saved_one_is() -> None:
    phase = accepted(open_case())
    assert uids(exportables(phase.matched), ObjectKind.REGISTRATION) == []
    uid = phase.matched.record.registration_uid
    acquired = replace(phase.matched.acquired, case=replace(phase.case, saved_uids=frozenset({uid})))
    saved = replace(phase, matched=replace(phase.matched, acquired=acquired))
    assert registration_to_save(saved) is None
    assert uids(exportables(saved), ObjectKind.REGISTRATION) == [uid]


def test_the_registration_is_the_one_that_save_sends() -> None:
    phase = accepted(open_case())
    to_save = registration_to_save(phase)
    exported = next(thing for thing in exportables(phase) if thing.kind is ObjectKind.REGISTRATION)
    assert to_save is not None
    assert exported.content is phase  # of which the job makes what Save makes of it
    assert exported.uids == (to_save.sop_instance_uid,)


def test_images_that_came_from_files_are_passed_on_and_not_written_anew() -> None:
    pair = make_pair()
    case = open_case(from_files=True)
    came = tuple(source(image.instance) for image in pair.images)
    phase = Acquired(replace(case, taken=(pair,), sources=(*case.sources, *came)), pair)
    images = [thing for thing in exportables(phase) if thing.kind is ObjectKind.RT_IMAGE]
    assert len(images) == 3
    assert all(isinstance(thing.content, SourceFile) for thing in images)


@pytest.mark.requirement("FILE-02")
def test_only_the_chosen_kinds_are_exported_and_none_is_told() -> None:
    _, effect = started(accepted(open_case()), frozenset({ObjectKind.RT_IMAGE}))
    assert {thing.kind for thing in effect.items} == {ObjectKind.RT_IMAGE}
    assert (effect.patient, effect.folder) == (make_case().plan.patient, FOLDER)
    state, effects = after(state_of(Loaded(open_case())), it.ExportObjects(FOLDER, frozenset({ObjectKind.REGISTRATION})))
    assert effects == ()
    assert isinstance(state.phase, Loaded)
    assert state.messages[-1].title == "Nothing was exported"


def test_the_session_waits_for_the_export_and_goes_on_where_it_was() -> None:
    phase = accepted(open_case())
    state, effect = started(phase)
    assert isinstance(state.phase, Exporting)
    state, _ = after(state, it.TaskProgressed(effect.task, "Writing 3 of 9", 0.25))
    assert isinstance(state.phase, Exporting)
    assert (state.phase.progress.text, state.phase.progress.fraction) == ("Writing 3 of 9", 0.25)
    assert after(state, it.AcquirePair()) == (state, ())
    state, _ = after(state, it.ObjectsExported(effect.task, results_of(effect)))
    assert isinstance(state.phase, Accepted)
    assert (state.phase.operator, state.phase.saved) == (phase.operator, False)
    assert state.exported is not None
    assert (state.exported.folder, len(state.exported.results)) == (FOLDER, 9)


def test_the_journal_says_who_exported_what_where() -> None:
    state, effect = started(accepted(open_case()))
    state, _ = after(state, it.ObjectsExported(effect.task, results_of(effect)))
    events = [(entry.operator, entry.event) for entry in state.journal]
    assert events == [
        ("Olga Operator", "started to export 9 objects to stick"),
        ("Olga Operator", "exported 9 of 9 objects to stick"),
    ]


@pytest.mark.requirement("FILE-02")
def test_what_was_not_exported_is_told_with_its_reason() -> None:
    state, effect = started(accepted(open_case()))
    state, _ = after(state, it.ObjectsExported(effect.task, results_of(effect, REFERENCE_UID)))
    message = state.messages[-1]
    assert (message.code, message.title) == ("PTI-SES-20", "1 of 9 objects were not exported")
    assert message.detail == "RT Image REF: No space left on device"
    assert REFERENCE_UID not in (state.case.exported_uids if state.case else ())


def test_one_reason_of_many_objects_is_told_once() -> None:
    state, effect = started(accepted(open_case()))
    failed = [instance.sop_instance_uid for instance in make_case().ct.instances[:3]]
    state, _ = after(state, it.ObjectsExported(effect.task, results_of(effect, *failed, REFERENCE_UID)))
    assert state.messages[-1].title == "4 of 9 objects were not exported"
    assert state.messages[-1].detail == "3 CT images, RT Image REF: No space left on device"


def test_a_stop_keeps_what_was_written_and_a_failure_goes_back() -> None:
    state, effect = started(Loaded(open_case()))
    stopping, effects = after(state, it.StopTask())
    assert effects == (fx.CancelTask(effect.task),)
    stopped, _ = after(stopping, it.ObjectsExported(effect.task, results_of(effect, REFERENCE_UID), stopped=True))
    assert isinstance(stopped.phase, Loaded)
    assert stopped.exported is not None
    assert stopped.exported.stopped
    assert stopped.messages == ()
    failed, _ = after(state, it.TaskFailed(effect.task, "PTI-SES-21", "The folder cannot be written to", "", ""))
    assert isinstance(failed.phase, Loaded)
    assert failed.messages[-1].code == "PTI-SES-21"


def test_a_late_answer_changes_nothing() -> None:
    state, effect = started(Loaded(open_case()))
    results = it.ObjectsExported(effect.task, results_of(effect))
    state, _ = after(state, results)
    assert after(state, results)[0] is state
    late = state_of(Loaded(open_case()))
    assert after(late, results)[0] is late


def test_what_was_exported_of_a_patient_from_the_network_is_still_sent_before_he_is_closed() -> None:
    state, effect = started(accepted(open_case()))
    state, _ = after(state, it.ObjectsExported(effect.task, results_of(effect)))
    state, _ = after(state, it.ClosePatient())
    assert isinstance(state.phase, Saving)
    assert state.phase.then_close


def test_a_patient_from_files_is_closed_when_all_was_exported_and_save_still_sends() -> None:
    state, effect = started(accepted(open_case(from_files=True)))
    state, _ = after(state, it.ObjectsExported(effect.task, results_of(effect)))
    saving, effects = after(state, it.Save())
    assert isinstance(saving.phase, Saving)
    assert [type(done) for done in effects] == [fx.SendObjects]
    closed, _ = after(state, it.ClosePatient())
    assert isinstance(closed.phase, NoPatient)
    assert closed.exported is None


def test_a_patient_from_files_is_not_closed_when_something_was_not_exported() -> None:
    phase = accepted(open_case(from_files=True))
    assert isinstance(after(state_of(phase), it.ClosePatient())[0].phase, Saving)
    state, effect = started(phase)
    missing = phase.matched.record.registration_uid
    state, _ = after(state, it.ObjectsExported(effect.task, results_of(effect, missing)))
    assert isinstance(after(state, it.ClosePatient())[0].phase, Saving)


def test_nothing_is_exported_without_a_patient() -> None:
    state = SessionState("Olga Operator", "TMS")
    assert after(state, it.ExportObjects(FOLDER, ALL)) == (state, ())


def test_views_that_are_rendered_meanwhile_are_kept() -> None:
    case, pair = open_case(), make_pair()
    state, effect = started(Acquired(replace(case, taken=(pair,)), pair))
    state, _ = after(state, it.ViewsRendered(3, pair, None, ()), it.ObjectsExported(effect.task, results_of(effect)))
    assert isinstance(state.phase, Acquired)
    assert state.phase.planned_views == ()
