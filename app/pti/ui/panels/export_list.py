"""The list of what is to be exported, and of what became of it, with the reasons below."""

from functools import cache

from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QTreeWidgetItem, QVBoxLayout, QWidget

from pti.ui.panels.reason_tree import ReasonTree, reason_line
from pti.ui.panels.widgets import icon
from pti.ui.theme import Colour
from pti.ui.viewmodels.exporting import ExportRow, ExportState

_COLUMNS = (("What", None), ("Where it comes from", 200), ("Files", 110), ("State", 190))
_SIGNS = {
    ExportState.CHOSEN: ("file-export-outline", Colour.MUTED),
    ExportState.LEFT_OUT: ("minus-circle-outline", Colour.FAINT),
    ExportState.THERE: ("check-circle-outline", Colour.GOOD),
    ExportState.WAS_THERE: ("check-circle-outline", Colour.GOOD),
    ExportState.IN_PART: ("alert-outline", Colour.WARNING),
    ExportState.NOT_THERE: ("close-octagon-outline", Colour.ERROR),
}


class ExportList(QWidget):
    """Rows to be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[ExportRow, ...] = ()
        self._tree = ReasonTree(_COLUMNS)
        self._tree.setObjectName("exportTree")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree)

    def show_rows(self, rows: tuple[ExportRow, ...]) -> None:
        """List these."""
        if rows == self._shown:
            return
        self._shown = rows
        self._tree.show_items([_item(row) for row in rows])


@cache
def _sign(state: ExportState) -> QIcon:
    return icon(*_SIGNS[state])


def _item(row: ExportRow) -> QTreeWidgetItem:
    item = QTreeWidgetItem([row.name, row.origin, row.files, row.state.value])
    item.setIcon(3, _sign(row.state))
    item.setForeground(3, QColor(_SIGNS[row.state][1]))
    item.setToolTip(0, row.name)
    if row.state is ExportState.LEFT_OUT:
        for column in range(3):
            item.setForeground(column, QColor(Colour.FAINT))
    item.addChildren([reason_line(reason) for reason in row.reasons])
    return item
