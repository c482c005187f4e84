"""The treatment beams of the plan; one is active."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from pti.session.model import SessionState
from pti.session.phases import Loaded
from pti.ui.actions import Actions, ViewCommand
from pti.ui.panels.widgets import card, label, tool_button
from pti.ui.theme import Colour
from pti.ui.viewmodels.beams import COLUMNS, BeamRow, beam_rows


class BeamPanel(QWidget):
    """A table of beams; a double click or Enter makes a beam active while no image waits to be matched."""

    beam_chosen = Signal(int)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[BeamRow, ...] = ()
        self._table = QTableWidget(0, len(COLUMNS))
        self._table.setObjectName("beamTable")
        self._table.setHorizontalHeaderLabels(list(COLUMNS))
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(38)
        header = self._table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._table.itemActivated.connect(self._on_activated)
        box, layout = card("dockCard")
        layout.setContentsMargins(16, 12, 8, 8)
        self._references = tool_button(actions[ViewCommand.REFERENCES])
        self._references.setProperty("role", "outlined")
        head = QHBoxLayout()
        head.addWidget(label("Treatment beams: double click to make another beam active", "title"), 1)
        head.addWidget(self._references)
        layout.addLayout(head)
        layout.addWidget(self._table, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box)

    def present(self, state: SessionState) -> None:
        """Show the plan's beams, and whether there are reference images."""
        references = () if state.case is None else state.case.reference_images
        self._references.setVisible(bool(references))
        self._table.setEnabled(isinstance(state.phase, Loaded))
        rows = beam_rows(state)
        if rows == self._rows:
            return
        self._rows = rows
        self._table.setRowCount(len(rows))
        for line, row in enumerate(rows):
            for column, text in enumerate(row.cells):
                self._table.setItem(line, column, _item(text, row))
            if row.active:
                self._table.selectRow(line)

    def _on_activated(self, item: QTableWidgetItem) -> None:
        self.beam_chosen.emit(self._rows[item.row()].number)


def _item(text: str, row: BeamRow) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    font = item.font()
    font.setBold(row.active)
    item.setFont(font)
    if not row.served:
        item.setForeground(QColor(Colour.WARNING))
    return item
