"""The list of plans."""

from dataclasses import dataclass

from pti.network.queries import PlanSummary
from pti.session.model import SessionState
from pti.ui.viewmodels import formats

COLUMNS = ("Patient", "ID", "Born", "Sex", "Plan", "Date")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan as it stands in the table."""

    plan: PlanSummary
    cells: tuple[str, ...]


def plan_rows(plans: tuple[PlanSummary, ...] | None, wanted: str) -> tuple[PlanRow, ...]:
    """Plans in which every word of `wanted` occurs, by patient and then newest plan first."""
    words = wanted.casefold().split()
    newest_first = sorted(plans or (), key=lambda plan: plan.plan_date, reverse=True)
    by_patient = sorted(newest_first, key=lambda plan: (plan.patient_name.casefold(), plan.patient_id))
    rows = (_row(plan) for plan in by_patient)
    return tuple(row for row in rows if all(word in _searched(row) for word in words))


def emptiness(state: SessionState, wanted: str) -> str:
    """What to say where there is no row."""
    if state.plan_list.progress is not None:
        return f"{state.plan_list.progress.text} at {state.peer_title} ..."
    if state.plan_list.plans is None:
        return "Press Refresh to ask the treatment management system for its plans."
    if wanted.strip():
        return f'No plan matches "{wanted.strip()}".'
    return f"{state.peer_title} offers no plans."


def _row(plan: PlanSummary) -> PlanRow:
    cells = (
        formats.person(plan.patient_name),
        formats.or_not_known(plan.patient_id),
        formats.date(plan.birth_date),
        formats.sex(plan.sex),
        formats.or_not_known(plan.label),
        formats.date(plan.plan_date),
    )
    return PlanRow(plan, cells)


def _searched(row: PlanRow) -> str:
    return " ".join((*row.cells, row.plan.patient_name, row.plan.birth_date)).casefold()
