"""The list of plans with its search field."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pti.network.queries import PlanSummary
from pti.session.model import SessionState
from pti.ui.actions import Actions, ViewCommand
from pti.ui.panels.widgets import ActionButton, icon, label
from pti.ui.viewmodels.commands import Command
from pti.ui.viewmodels.plans import COLUMNS, PlanRow, emptiness, plan_rows

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class PlanModel(QAbstractTableModel):
    """Plans as rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PlanRow, ...] = ()

    @property
    def rows(self) -> tuple[PlanRow, ...]:
        """What is in the table."""
        return self._rows

    def set_rows(self, rows: tuple[PlanRow, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and index.isValid():
            return self._rows[index.row()].cells[index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class PlanPage(QWidget):
    """Search, list, choose; arrow keys work from the search field too."""

    chosen = Signal(object)
    open_asked = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: SessionState | None = None
        self._model = PlanModel(self)
        self._search = _search_field()
        self._table = _table(self._model)
        self._empty = label("", "muted")
        self._empty.setObjectName("planListEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._refresh = ActionButton(actions[Command.REFRESH])
        self._refresh.setObjectName("refreshButton")
        self._refresh.setIcon(icon("refresh"))
        self._refresh.setIconSize(QSize(20, 20))
        self._files = ActionButton(actions[Command.OPEN_FILES])
        self._files.setObjectName("openFilesButton")
        self._files.setIcon(icon("folder-open-outline"))
        self._files.setIconSize(QSize(20, 20))
        self._lay_out()
        self._search.textChanged.connect(self._on_search)
        self._search.installEventFilter(self)
        self._table.installEventFilter(self)
        self._table.selectionModel().currentRowChanged.connect(self._on_current)
        self._table.doubleClicked.connect(self._on_double_clicked)
        actions[ViewCommand.SEARCH].triggered.connect(self._search.setFocus)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._search, 1)
        top.addWidget(self._refresh)
        top.addWidget(self._files)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 8)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(holder, 1)

    @property
    def selected(self) -> PlanSummary | None:
        """The plan that is selected."""
        index = self._table.currentIndex()
        return self._model.rows[index.row()].plan if index.isValid() else None

    def present(self, state: SessionState) -> None:
        """Show the plans."""
        old, self._state = self._state, state
        if old is None or old.plan_list is not state.plan_list:
            self._fill()

    def focus_first(self) -> None:
        """Let a person type at once."""
        self._search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if (
                event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
                and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
            ):
                self.open_asked.emit()
                return True
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            if watched is self._search and event.key() in steps:
                self._move(steps[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)

    def _move(self, rows: int) -> None:
        last = len(self._model.rows) - 1
        if last >= 0:
            self._select(min(max(self._table.currentIndex().row() + rows, 0), last))

    def _fill(self) -> None:
        if self._state is None:
            return
        before = self.selected
        rows = plan_rows(self._state.plan_list.plans, self._search.text())
        self._model.set_rows(rows)
        self._empty.setText(emptiness(self._state, self._search.text()))
        self._stack.setCurrentWidget(self._table if rows else self._empty)
        again = next((i for i, row in enumerate(rows) if before is not None and row.plan == before), None)
        # One plan left by the search is the one that is meant; several are for the person to choose from.
        if again is None and len(rows) == 1:
            again = 0
        if again is None:
            self.chosen.emit(None)
        else:
            self._select(again)

    def _select(self, row: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self._table.selectionModel().setCurrentIndex(self._model.index(row, 0), flags)

    def _on_search(self, text: str) -> None:
        self._fill()

    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.chosen.emit(self.selected)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.open_asked.emit()


def _search_field() -> QLineEdit:
    field = QLineEdit()
    field.setObjectName("planSearch")
    field.setPlaceholderText("Search by name, ID, birth date or plan   (Ctrl+F)")
    field.setClearButtonEnabled(True)
    return field


def _table(model: PlanModel) -> QTableView:
    table = QTableView()
    table.setObjectName("planTable")
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(46)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    for column, width in ((2, 140), (3, 110), (5, 140)):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(column, width)
    return table
