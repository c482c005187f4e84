"""The treatment beams of the plan; one is active."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from pti.session.model import Loaded, OpenCase, SessionState
from pti.ui.panels.widgets import card, label
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.banner import beam_title

_COLUMNS = ("", "Beam", "Gantry", "Couch", "Isocentre x, y, z (mm)", "Position")


class BeamPanel(QWidget):
    """A table of beams; a double click or Enter makes a beam active while no image waits to be matched."""

    beam_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case: OpenCase | None = None
        self._table = QTableWidget(0, len(_COLUMNS))
        self._table.setObjectName("beamTable")
        self._table.setHorizontalHeaderLabels(list(_COLUMNS))
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
        layout.addWidget(label("Treatment beams: double click to make another beam active", "title"))
        layout.addWidget(self._table, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box)

    def present(self, state: SessionState) -> None:
        """Show the plan's beams."""
        case = state.case
        self._table.setEnabled(isinstance(state.phase, Loaded))
        if case is None or (
            self._case is not None and case.plan is self._case.plan and case.active_beam is self._case.active_beam
        ):
            return
        self._case = case
        beams = case.plan.treatment_beams
        self._table.setRowCount(len(beams))
        for row, beam in enumerate(beams):
            active = beam == case.active_beam
            cells = (
                "\u25cf active" if active else "\u25cb",
                beam_title(beam),
                formats.angle(beam.gantry_deg),
                formats.angle(beam.rotation_deg),
                "  ".join(formats.decimal(value) for value in beam.isocentre_mm),
                formats.patient_position(beam.patient_position),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                font = item.font()
                font.setBold(active)
                item.setFont(font)
                self._table.setItem(row, column, item)
            if active:
                self._table.selectRow(row)

    def _on_activated(self, item: QTableWidgetItem) -> None:
        if self._case is not None:
            self.beam_chosen.emit(self._case.plan.treatment_beams[item.row()].number)
