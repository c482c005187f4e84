"""The rows of the export dialog: what has what state, and what the dialog says about it."""

from dataclasses import replace
from pathlib import Path

from pti.dicom.importing.report import ObjectKind
from pti.session.case import SourceFile
from pti.session.exportable import EXPORTABLE_KINDS, exportables
from pti.session.model import SessionState
from pti.session.outcomes import Exported, ExportOutcome, ExportResult
from pti.session.phases import Acquired, Exporting, Loaded, Progress
from pti.ui.viewmodels.commands import Command, offer
from pti.ui.viewmodels.exporting import ExportState, export_view
from pti.ui.viewmodels.steps import current_step
from tests.support.session_values import make_case, make_pair

FOLDER = Path("stick")
ALL = frozenset(EXPORTABLE_KINDS)


def acquired_state() -> SessionState:
    """Four CT images from files, two images taken here."""
    case, pair = make_case(), make_pair()
    sources = tuple(SourceFile(instance, Path(f"{n}.dcm"), 1, 1) for n, instance in enumerate(case.ct.instances))
    return SessionState("Olga", "TMS", phase=Acquired(replace(case, taken=(pair,), sources=sources), pair))


def with_results(state: SessionState, outcome: ExportOutcome, *, failed: int = 0, detail: str = "full") -> SessionState:
    assert isinstance(state.phase, Acquired)
    uids = [(thing, uid) for thing in exportables(state.phase) for uid in thing.uids]
    results = tuple(
        ExportResult(uid, thing.kind, thing.name, ExportOutcome.NOT_EXPORTED if n < failed else outcome, detail)
        for n, (thing, uid) in enumerate(uids)
    )
    return replace(state, exported=Exported(FOLDER, results))


def test_the_images_of_the_ct_stand_in_one_row_and_all_else_for_itself() -> None:
    view = export_view(acquired_state(), FOLDER, ALL)
    assert [(row.name, row.origin, row.files) for row in view.rows] == [
        ("4 CT images", "as it was loaded", "4 files"),
        ("RT Image kV A", "made here", "1 file"),
        ("RT Image kV B", "made here", "1 file"),
    ]
    assert [choice.text for choice in view.choices] == [
        "CT images (4)",
        "Structure sets (0)",
        "RT Images (2)",
        "Registrations (0)",
    ]
    assert view.verdict == "Writes 6 files of Test, Tina (ID T-1) to this folder. Export does not send; Save does."
    assert view.possible


def test_without_folder_or_kinds_there_is_nothing_to_do() -> None:
    state = acquired_state()
    assert not export_view(state, None, ALL).possible
    none = export_view(state, FOLDER, frozenset({ObjectKind.REGISTRATION}))
    assert (none.possible, none.verdict) == (False, "Choose what to write.")
    assert {row.state for row in none.rows} == {ExportState.LEFT_OUT}


def test_results_show_for_their_own_folder_only() -> None:
    state = with_results(acquired_state(), ExportOutcome.EXPORTED)
    there = export_view(state, FOLDER, ALL)
    assert ({row.state for row in there.rows}, there.verdict, there.done) == (
        {ExportState.THERE},
        "All 6 files are in the folder. Export does not send; Save does.",
        True,
    )
    other = export_view(state, Path("another"), ALL)
    assert ({row.state for row in other.rows}, other.done) == ({ExportState.CHOSEN}, False)


def test_one_reason_of_many_files_is_said_once() -> None:
    view = export_view(with_results(acquired_state(), ExportOutcome.EXPORTED, failed=3), FOLDER, ALL)
    names = ", ".join(f"CT image 2.25.500{n}" for n in range(3))
    assert (view.rows[0].state, view.rows[0].reasons) == (ExportState.IN_PART, (f"3 files: full ({names})",))
    assert view.verdict == "3 of 6 files are NOT in the folder; the list says why."
    assert not view.done


def test_of_many_files_with_one_reason_the_first_are_named() -> None:
    view = export_view(with_results(acquired_state(), ExportOutcome.EXPORTED, failed=4), FOLDER, ALL)
    names = ", ".join(f"CT image 2.25.500{n}" for n in range(3))
    assert view.rows[0].reasons == (f"4 files: full ({names} and 1 more)",)


def test_what_is_saved_already_needs_no_word_about_save() -> None:
    view = export_view(SessionState("Olga", "TMS", phase=Loaded(acquired_state().case or make_case())), FOLDER, ALL)
    assert "Save" in view.verdict
    case = make_case()
    sources = tuple(SourceFile(instance, Path("x.dcm"), 1, 1) for instance in case.ct.instances)
    nothing_new = SessionState("Olga", "TMS", phase=Loaded(replace(case, sources=sources)))
    assert export_view(nothing_new, FOLDER, ALL).verdict == "Writes 4 files of Test, Tina (ID T-1) to this folder."


def test_what_was_there_already_is_said() -> None:
    view = export_view(with_results(acquired_state(), ExportOutcome.ALREADY_THERE, failed=1), FOLDER, ALL)
    assert view.rows[0].reasons == ("3 were there already, with the same content", "full")
    assert [row.state for row in view.rows[1:]] == [ExportState.WAS_THERE] * 2


def test_images_taken_after_an_export_are_still_to_be_written() -> None:
    state = with_results(acquired_state(), ExportOutcome.EXPORTED)
    assert isinstance(state.phase, Acquired)
    later = tuple(
        replace(image, sop_instance_uid=f"{image.sop_instance_uid}.1", label="LATER") for image in state.phase.pair.images
    )
    case = replace(state.phase.case, taken=(*state.phase.case.taken, make_pair(*later)))
    view = export_view(replace(state, phase=replace(state.phase, case=case)), FOLDER, ALL)
    assert [row.state for row in view.rows].count(ExportState.CHOSEN) == 2
    assert view.verdict.startswith("Writes 8 files")


def test_while_files_are_written_only_stop_is_possible_and_the_step_stays() -> None:
    state = acquired_state()
    assert isinstance(state.phase, Acquired)
    exporting = replace(state, phase=Exporting(state.phase, Progress(1, "Writing"), FOLDER))
    offered = offer(exporting, plan_chosen=False)
    assert (offered.possible, offered.waiting) == (frozenset({Command.STOP}), "Exporting")
    assert offered.secondary == offer(state, plan_chosen=False).secondary
    assert current_step(exporting.phase) is current_step(state.phase)
    assert not export_view(exporting, FOLDER, ALL).possible


def test_export_is_possible_for_every_open_patient_and_for_no_other() -> None:
    assert Command.EXPORT in offer(SessionState("Olga", "TMS", phase=Loaded(make_case())), plan_chosen=False).possible
    assert Command.EXPORT not in offer(SessionState("Olga", "TMS"), plan_chosen=True).possible


def test_closing_a_patient_from_files_who_was_exported_does_not_ask_for_a_save() -> None:
    state = acquired_state()
    assert isinstance(state.phase, Acquired)
    uids = frozenset(image.sop_instance_uid for image in state.phase.pair.images)
    for from_files, words in ((True, "Close patient"), (False, "Save and close")):
        case = replace(state.phase.case, exported_uids=uids, from_files=from_files)
        shown = replace(state, phase=replace(state.phase, case=case))
        offered = offer(shown, plan_chosen=False)
        assert offered.labels[Command.CLOSE] == words
        assert Command.SAVE in offered.possible
