"""Export: the session's part in writing the patient's objects to a folder (FILE-01, FILE-02)."""

from dataclasses import replace
from datetime import datetime

from pti.dicom.importing.report import ObjectKind
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.exportable import exportables
from pti.session.model import SessionState, Severity
from pti.session.outcomes import Exported, ExportOutcome, ExportResult
from pti.session.phases import Exporting, Progress, Resting
from pti.session.transitions import Reduced, begin_task, note, runs, say, with_case

#: A message tells so many reasons; the dialog lists them all.
_MOST_REASONS = 5


def export_objects(state: SessionState, intent: it.ExportObjects, now: datetime) -> Reduced:
    """Start to write what there is of the chosen kinds; what else is shown stays as it is."""
    if not isinstance(state.phase, Resting):
        return state, ()
    before = state.phase
    items = tuple(thing for thing in exportables(before) if thing.kind in intent.kinds)
    if not items:
        return say(state, now, Severity.INFO, "Nothing was exported", "There is no object of the kinds that were chosen."), ()
    state, task = begin_task(state)
    exporting = Exporting(before, Progress(task, "Preparing the export", 0.0), intent.folder)
    state = replace(state, phase=exporting, exported=None)
    count = sum(len(thing.uids) for thing in items)
    effect = fx.ExportObjects(task, before.case.plan.patient, items, intent.folder)
    return note(state, now, f"started to export {count} objects to {intent.folder}"), (effect,)


def objects_exported(state: SessionState, intent: it.ObjectsExported, now: datetime) -> SessionState:
    """Remember what is in the folder now, and tell what is not.

    Nothing of it counts as saved: that is for the treatment management system to confirm.
    """
    if not (runs(state, intent.task) and isinstance(state.phase, Exporting)):
        return state
    folder, case = state.phase.folder, state.phase.case
    failed = [result for result in intent.results if result.outcome is ExportOutcome.NOT_EXPORTED]
    there = {result.sop_instance_uid for result in intent.results} - {result.sop_instance_uid for result in failed}
    before = with_case(state.phase.before, replace(case, exported_uids=case.exported_uids | there))
    state = replace(state, phase=before, exported=Exported(folder, intent.results, intent.stopped))
    ended = ", stopped" if intent.stopped else ""
    state = note(state, now, f"exported {len(there)} of {len(intent.results)} objects to {folder}{ended}")
    if not failed or intent.stopped:
        return state
    reasons = _by_reason(failed)
    more = len(reasons) - _MOST_REASONS
    return say(
        state,
        now,
        Severity.ERROR,
        f"{len(failed)} of {len(intent.results)} objects were not exported",
        "; ".join((*reasons[:_MOST_REASONS], *((f"and {more} more",) if more > 0 else ()))),
        code="PTI-SES-20",
        remedy="Remove the cause, or choose another folder, and export again: what is there already is not written twice.",
    )


def _by_reason(failed: list[ExportResult]) -> list[str]:
    """What was not exported, once for each reason; several images of the CT by their number."""
    whom: dict[str, list[ExportResult]] = {}
    for result in failed:
        whom.setdefault(result.detail, []).append(result)
    return [f"{', '.join(_named(results))}: {why}" for why, results in whom.items()]


def _named(results: list[ExportResult]) -> list[str]:
    ct = [result.name for result in results if result.kind is ObjectKind.CT]
    others = [result.name for result in results if result.kind is not ObjectKind.CT]
    return [*(ct if len(ct) < 2 else [f"{len(ct)} CT images"]), *others]
