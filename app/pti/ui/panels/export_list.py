"""The list of what is to be exported, and of what became of it, with the reasons below."""

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from pti.ui.panels.widgets import icon
from pti.ui.theme import Colour
from pti.ui.viewmodels.exporting import ExportRow, ExportState

_COLUMNS = ("What", "Where it comes from", "Files", "State")
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
        self._tree = QTreeWidget()
        self._tree.setObjectName("exportTree")
        self._tree.setHeaderLabels(list(_COLUMNS))
        self._tree.setUniformRowHeights(True)
        self._tree.header().setStretchLastSection(False)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 200), (2, 110), (3, 190)):
            self._tree.setColumnWidth(column, width)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree)

    def show_rows(self, rows: tuple[ExportRow, ...]) -> None:
        """List these."""
        if rows == self._shown:
            return
        self._shown = rows
        self._tree.clear()
        items = [_item(row) for row in rows]
        self._tree.addTopLevelItems(items)
        for item in items:
            item.setExpanded(True)
            for line in filter(None, map(item.child, range(item.childCount()))):
                line.setFirstColumnSpanned(True)  # Qt wants it in the tree for that


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
    for reason in row.reasons:
        line = QTreeWidgetItem([reason])
        line.setToolTip(0, reason)
        line.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.addChild(line)
    return item
