"""The couch correction: six rows that can be read from two metres."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from pti.registration.correction import AXES
from pti.session.model import SessionState
from pti.ui.actions import Actions, ViewCommand
from pti.ui.panels.widgets import ElidedLabel, card, label, set_role, tool_button
from pti.ui.theme import Colour
from pti.ui.viewmodels.beams import service_note
from pti.ui.viewmodels.correction import AxisRow, CorrectionTable, correction_table
from pti.ui.viewmodels.tolerance import Level

_HEADERS = ("", "Current", "Target", "Correction", "", "", "Direction", "")
_SIGNS = {Level.OK: "\u2713 OK", Level.CHECK: "! CHECK", Level.LARGE: "!! LARGE"}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _Row:
    """The labels of one axis."""

    def __init__(self, grid: QGridLayout, row: int, axis: str) -> None:
        self.name, self.current, self.target = label(role="axis"), label(role="couch"), label(role="couch")
        self.correction, self.unit = label(role="correction"), label(role="muted")
        self.arrow, self.direction, self.level = label(role="arrow"), label(role="direction"), label()
        self.level.setAlignment(Qt.AlignmentFlag.AlignCenter)
        parts = (
            ("name", self.name, _LEFT),
            ("current", self.current, _RIGHT),
            ("target", self.target, _RIGHT),
            ("correction", self.correction, _RIGHT),
            ("unit", self.unit, _LEFT),
            ("arrow", self.arrow, Qt.AlignmentFlag.AlignCenter),
            ("direction", self.direction, _LEFT),
            ("level", self.level, Qt.AlignmentFlag.AlignVCenter),
        )
        for column, (what, part, alignment) in enumerate(parts):
            part.setObjectName(f"{axis}.{what}")
            grid.addWidget(part, row, column, alignment)

    def present(self, row: AxisRow) -> None:
        """Show the axis."""
        self.name.setText(row.name)
        self.current.setText(row.current)
        self.target.setText(row.target)
        self.correction.setText(row.correction)
        self.unit.setText(row.unit)
        self.arrow.setText(row.arrow)
        self.direction.setText(row.direction)
        self.level.setText("" if row.level is None else _SIGNS[row.level])
        set_role(self.level, "" if row.level is None else f"level{row.level.value}")


class CorrectionPanel(QFrame):
    """Current, target and correction of the six axes with direction and tolerance."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("correctionTable")
        self.setStyleSheet(_STYLE)
        self._state: SessionState | None = None
        self._shown: CorrectionTable | None = None
        self._iec = actions[ViewCommand.IEC]
        self._iec.toggled.connect(self._again)
        box, layout = card("dockCard")
        layout.setContentsMargins(16, 6, 16, 8)
        layout.setSpacing(0)
        head = QHBoxLayout()
        self._title, self._beams = label("", "title"), ElidedLabel("title")
        self._beams.setObjectName("servedBeams")
        head.addWidget(self._title)
        head.addSpacing(10)
        head.addWidget(self._beams, 1)
        iec = tool_button(self._iec)
        iec.setProperty("role", "outlined")
        head.addWidget(iec)
        layout.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        _add_headers(grid)
        self._rows = tuple(_Row(grid, index + 1, axis) for index, axis in enumerate(AXES))
        layout.addLayout(grid, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box)

    def present(self, state: SessionState) -> None:
        """Show the correction of the match that is shown."""
        if self._state is not None and state.phase is self._state.phase:
            return
        self._state = state
        self._again()

    def _again(self) -> None:
        if self._state is None:
            return
        beams = service_note(self._state)
        self._beams.set_whole_text(beams.text)
        set_role(self._beams, "beamsApart" if beams.warns else "title")
        table = correction_table(self._state, iec=self._iec.isChecked())
        if table == self._shown:
            return
        self._shown = table
        self._title.setText(table.title)
        for part, row in zip(self._rows, table.rows, strict=True):
            part.present(row)


def _add_headers(grid: QGridLayout) -> None:
    for column, text in enumerate(_HEADERS):
        header: QLabel = label(text, "caption")
        grid.addWidget(header, 0, column, _RIGHT if column in (1, 2, 3) else _LEFT)
    for column, width in ((0, 98), (1, 62), (2, 62), (3, 96), (4, 26), (5, 24), (7, 82)):
        grid.setColumnMinimumWidth(column, width)
    grid.setColumnStretch(6, 1)
    for row in range(1, len(AXES) + 1):
        grid.setRowStretch(row, 1)


_STYLE = f"""
QLabel[role="axis"] {{ font-size: 16px; font-weight: 500; }}
QLabel[role="couch"] {{ font-size: 16px; color: {Colour.MUTED}; }}
QLabel[role="correction"] {{ font-size: 26px; font-weight: 600; }}
QLabel[role="arrow"] {{ font-size: 22px; color: {Colour.ACCENT_BRIGHT}; font-weight: 600; }}
QLabel[role="beamsApart"] {{ color: {Colour.WARNING}; font-size: 14px; font-weight: 600; }}
QLabel[role="direction"] {{ font-size: 14px; }}
QLabel[role="levelOK"] {{ color: {Colour.GOOD}; font-size: 13px; font-weight: 600; padding: 3px 8px;
    border: 1px solid #2c5a43; border-radius: 4px; }}
QLabel[role="levelCHECK"] {{ color: #1b1505; background: {Colour.WARNING}; font-size: 13px; font-weight: 600; padding: 3px 8px;
    border: 1px solid {Colour.WARNING}; border-radius: 4px; }}
QLabel[role="levelLARGE"] {{ color: #260604; background: {Colour.ERROR}; font-size: 13px; font-weight: 600; padding: 3px 8px;
    border: 1px solid {Colour.ERROR}; border-radius: 4px; }}
"""
