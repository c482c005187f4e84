"""Below the images: what belongs to the step, and the next action beside it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from pti.network.queries import PlanSummary
from pti.session.model import SessionState
from pti.session.phases import Exporting, Loaded, Loading, NoPatient, Phase, Saving
from pti.ui.actions import Actions
from pti.ui.panels.action_panel import ActionPanel
from pti.ui.panels.beam_panel import BeamPanel
from pti.ui.panels.chosen_plan import ChosenPlanPanel
from pti.ui.panels.correction_panel import CorrectionPanel
from pti.ui.panels.quality_panel import QualityPanel
from pti.ui.panels.saved_panel import SavedPanel
from pti.ui.viewmodels.commands import Offer
from pti.ui.viewmodels.saved import shows_save

_HEIGHT = 256


class StepDock(QWidget):
    """The chosen plan, the beams, or the correction with the match's quality and what became of it."""

    beam_chosen = Signal(int)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen_plan = ChosenPlanPanel()
        self._beams = BeamPanel(actions)
        self._correction = CorrectionPanel(actions)
        self._quality = QualityPanel()
        self._saved = SavedPanel(actions)
        self._buttons = ActionPanel(actions)
        self._beams.beam_chosen.connect(self.beam_chosen)
        self._side = QStackedWidget()
        self._pages = QStackedWidget()
        self._match = QWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        for part in (self._quality, self._saved):
            self._side.addWidget(part)
        self._side.setMinimumWidth(234)
        self._correction.setMinimumWidth(724)
        match = QHBoxLayout(self._match)
        match.setContentsMargins(0, 0, 0, 0)
        match.setSpacing(8)
        match.addWidget(self._correction, 7)
        match.addWidget(self._side, 4)
        for page in (self._chosen_plan, self._beams, self._match):
            self._pages.addWidget(page)
        self._buttons.setMinimumWidth(290)
        self._buttons.setMaximumWidth(330)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._pages, 10)
        layout.addWidget(self._buttons, 3)
        self._pages.setFixedHeight(_HEIGHT)
        self._buttons.setFixedHeight(_HEIGHT)

    def present(self, state: SessionState) -> None:
        """Show what belongs to the step."""
        for part in (self._beams, self._correction, self._quality, self._saved):
            part.present(state)
        self._pages.setCurrentWidget(self._page_for(state.phase))
        self._side.setCurrentWidget(self._saved if shows_save(state.phase) else self._quality)

    def present_offer(self, offered: Offer) -> None:
        """Show what can be done next."""
        self._buttons.present(offered)

    def show_plan(self, plan: PlanSummary | None) -> None:
        """Show the plan that is chosen in the list."""
        self._chosen_plan.present(plan)

    def focus_next(self) -> None:
        """Let Enter press the next action."""
        self._buttons.next_button.setFocus()

    def _page_for(self, phase: Phase) -> QWidget:
        match phase:
            case NoPatient() | Loading():
                return self._chosen_plan
            case Loaded() | Saving(before=Loaded()) | Exporting(before=Loaded()):
                return self._beams
            case _:
                return self._match
