"""The main window: presents the session's state and turns what a person does into intents."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from pti.network.queries import PlanSummary
from pti.session import intents as it
from pti.session.model import SessionState
from pti.session.phases import Exporting, Loaded, Loading, NoPatient, Phase, Saving
from pti.session.store import Store
from pti.ui.actions import Actions, ViewCommand
from pti.ui.closing import close_without_saving
from pti.ui.export_dialog import ExportDialog
from pti.ui.help import KeysDialog
from pti.ui.import_dialog import ImportDialog
from pti.ui.messages import MessageBar, MessageDrawer
from pti.ui.panels.banner import BannerPanel, Tags
from pti.ui.panels.kv_page import KvPage
from pti.ui.panels.loading_page import LoadingPage
from pti.ui.panels.plan_page import PlanPage
from pti.ui.panels.rail import StepRail
from pti.ui.panels.slices_page import SlicesPage
from pti.ui.panels.step_dock import StepDock
from pti.ui.reference_dialog import ReferenceDialog
from pti.ui.viewmodels.commands import Command, offer, would_be_lost
from pti.ui.viewmodels.kv import reference_pictures
from pti.ui.viewmodels.messages import list_must_open

_LEAST_SIZE = 1280, 740
_DRAWER_WIDTH = 460
_TOOL_BAR_HEIGHT = 46

_INTENTS: dict[Command, it.UserIntent] = {
    Command.REFRESH: it.RefreshPlans(),
    Command.ACQUIRE: it.AcquirePair(),
    Command.MATCH: it.StartMatch(),
    Command.ACCEPT: it.AcceptMatch(),
    Command.DISCARD: it.DiscardMatch(),
    Command.SAVE: it.Save(),
    Command.SEND_PENDING: it.SendPending(),
    Command.CLOSE: it.ClosePatient(),
    Command.STOP: it.StopTask(),
}


class MainWindow(QMainWindow):
    """The workstation's window.

    Parameters
    ----------
    store : whose state is presented, and who gets the intents
    room_label : where images come from, shown in the banner
    """

    def __init__(self, store: Store, *, room_label: str) -> None:
        super().__init__()
        self.confirm_close = True
        self._store = store
        self._room_label = room_label
        self._chosen: PlanSummary | None = None
        self._opened_for = 0
        self._phase_shown: type[Phase] = NoPatient
        self._asked_for_plans = False
        self.setObjectName("mainWindow")
        self.setWindowTitle("PTI - Proton Therapy Imaging")
        self.setMinimumSize(*_LEAST_SIZE)
        self._actions = Actions(self)
        self._make_parts()
        self.setCentralWidget(self._laid_out())
        self._drawer.setParent(self.centralWidget())
        self._drawer.hide()
        self._connect()
        store.subscribe(self.present)

    def _make_parts(self) -> None:
        self._banner = BannerPanel()
        self._rail = StepRail()
        self._plans = PlanPage(self._actions)
        self._loading = LoadingPage(self._actions)
        self._slices = SlicesPage(self._actions)
        self._kv = KvPage(self._actions)
        self._pages = QStackedWidget()
        for page in (self._plans, self._loading, self._slices, self._kv):
            self._pages.addWidget(page)
        self._dock = StepDock(self._actions)
        self._bar = MessageBar(self._actions)
        self._drawer = MessageDrawer(self._actions)
        self._files = ImportDialog(self)
        self._export = ExportDialog(self)

    def _laid_out(self) -> QWidget:
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._banner)
        steps = QHBoxLayout()
        steps.setSpacing(0)
        steps.addWidget(self._rail, 1)
        steps.addWidget(Tags(self._room_label))
        layout.addLayout(steps)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._dock)
        layout.addWidget(self._bar)
        return central

    def _connect(self) -> None:
        for action in self._actions.all():
            self.addAction(action)
        for command in _INTENTS:
            self._actions[command].triggered.connect(self._on_command)
        self._actions[Command.OPEN].triggered.connect(self._open)
        self._actions[Command.OPEN_FILES].triggered.connect(self._files.choose)
        self._files.intent.connect(self._store.dispatch)
        self._actions[Command.EXPORT].triggered.connect(self._ask_what_to_export)
        self._export.intent.connect(self._store.dispatch)
        self._plans.chosen.connect(self._choose)
        self._plans.open_asked.connect(self._actions[Command.OPEN].trigger)
        self._dock.beam_chosen.connect(self._select_beam)
        self._slices.hidden_changed.connect(self._hide_structures)
        self._slices.maximised.connect(self._on_maximised)
        self._kv.maximised.connect(self._on_maximised)
        self._actions[ViewCommand.RESET].triggered.connect(self._reset_views)
        self._actions[ViewCommand.MESSAGES].toggled.connect(self._show_drawer)
        self._actions[ViewCommand.ACKNOWLEDGE].triggered.connect(self._acknowledge)
        self._actions[ViewCommand.REFERENCES].triggered.connect(self._show_references)
        self._actions[ViewCommand.HELP].triggered.connect(self._show_keys)
        self._actions[ViewCommand.FULL_SCREEN].triggered.connect(self._toggle_full_screen)

    @property
    def actions_by_command(self) -> Actions:
        """All actions of the window."""
        return self._actions

    # -- presenting

    def present(self, state: SessionState) -> None:
        """Show a state."""
        parts = (
            self._banner,
            self._rail,
            self._plans,
            self._loading,
            self._slices,
            self._kv,
            self._dock,
            self._bar,
            self._drawer,
        )
        for part in (*parts, self._files, self._export):
            part.present(state)
        self._show_pages(state)
        self._present_offer(state)
        self._open_drawer_for_errors(state)

    def _present_offer(self, state: SessionState) -> None:
        self._actions[ViewCommand.REFERENCES].setEnabled(state.case is not None and bool(state.case.reference_images))
        offered = offer(state, plan_chosen=self._chosen is not None)
        self._actions.present(offered)
        self._dock.present_offer(offered)

    def _show_pages(self, state: SessionState) -> None:
        page = self._page_for(state.phase)
        if type(state.phase) is not self._phase_shown:
            # A new step must show its values and its next action.
            self._phase_shown = type(state.phase)
            self._kv.restore()
            self._slices.restore()
        if self._pages.currentWidget() is not page:
            self._pages.setCurrentWidget(page)
            if page is self._plans:
                self._plans.focus_first()
            else:
                self._dock.focus_next()

    def _page_for(self, phase: Phase) -> QWidget:
        match phase:
            case NoPatient():
                return self._plans
            case Loading():
                return self._loading
            case Loaded() | Saving(before=Loaded()) | Exporting(before=Loaded()):
                return self._slices
            case _:
                return self._kv

    def _open_drawer_for_errors(self, state: SessionState) -> None:
        waiting = list_must_open(state)
        if waiting and state.messages_made > self._opened_for:
            self._opened_for = state.messages_made
            self._actions[ViewCommand.MESSAGES].setChecked(True)
        elif not waiting and self._opened_for and all(m.acknowledged for m in state.messages):
            self._opened_for = 0
            self._actions[ViewCommand.MESSAGES].setChecked(False)

    # -- what a person wants

    def _on_command(self) -> None:
        sender = self.sender()
        for command, intent in _INTENTS.items():
            if self._actions[command] is sender:
                self._store.dispatch(intent)

    def _open(self) -> None:
        if self._chosen is not None:
            self._store.dispatch(it.OpenPlan(self._chosen))

    def _ask_what_to_export(self) -> None:
        self._export.ask(self._store.state)

    def _choose(self, plan: PlanSummary | None) -> None:
        self._chosen = plan
        self._dock.show_plan(plan)
        self._present_offer(self._store.state)

    def _select_beam(self, number: int) -> None:
        self._store.dispatch(it.SelectBeam(number))

    def _acknowledge(self) -> None:
        self._store.dispatch(it.AcknowledgeMessages())
        self._actions[ViewCommand.MESSAGES].setChecked(False)

    def _hide_structures(self, numbers: frozenset[int]) -> None:
        case = self._store.state.case
        structures = () if case is None else case.structure_set.structures
        self._kv.hide_structures(frozenset(s.name for s in structures if s.number in numbers))

    def _on_maximised(self, on: bool) -> None:
        """One image takes the room of the panels below too."""
        self._dock.setVisible(not on)

    def _reset_views(self) -> None:
        self._kv.reset_views()
        self._slices.reset_views()

    def _show_references(self) -> None:
        case = self._store.state.case
        if case is not None:
            ReferenceDialog(reference_pictures(case), self).open()

    def _show_keys(self) -> None:
        KeysDialog(self._actions, self).open()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _show_drawer(self, on: bool) -> None:
        self._drawer.setVisible(on)
        if on:
            self._place_drawer()
            self._drawer.raise_()

    def _place_drawer(self) -> None:
        area = self._pages.geometry()
        width = min(_DRAWER_WIDTH, area.width() - 32)
        top = area.top() + _TOOL_BAR_HEIGHT + 8
        self._drawer.setGeometry(QRect(area.right() - width - 11, top, width, max(area.bottom() - top - 8, 200)))

    # -- Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._drawer.isVisible():
            self._place_drawer()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked_for_plans:
            self._asked_for_plans = True
            self._plans.focus_first()
            if self._store.state.plan_list.plans is None:
                self._store.dispatch(it.RefreshPlans())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.confirm_close and would_be_lost(self._store.state.phase) and not close_without_saving(self):
            event.ignore()
            return
        event.accept()
