"""A tree of rows whose reasons stand below them, each on a line."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from pti.ui.theme import Colour


class ReasonTree(QTreeWidget):
    """Rows are read across the columns, reasons over the whole width.

    Parameters
    ----------
    columns : heading and width in pixels of each; the one without a width takes what the others leave
    """

    def __init__(self, columns: Sequence[tuple[str, int | None]]) -> None:
        super().__init__()
        self.setHeaderLabels([heading for heading, _ in columns])
        self.setUniformRowHeights(True)
        self.header().setStretchLastSection(False)
        for column, (_, width) in enumerate(columns):
            if width is None:
                self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            else:
                self.setColumnWidth(column, width)

    def show_items(self, items: Sequence[QTreeWidgetItem], closed: Sequence[QTreeWidgetItem] = ()) -> None:
        """Show these instead of what was shown; the reasons of `closed` ones are seen only when they are opened."""
        self.clear()
        self.addTopLevelItems(items)
        for item in items:
            for line in filter(None, map(item.child, range(item.childCount()))):
                line.setFirstColumnSpanned(True)  # Qt wants it in the tree for that
            item.setExpanded(item not in closed)


def reason_line(reason: str, colour: str = Colour.TEXT) -> QTreeWidgetItem:
    """A reason to stand below a row; its tool tip tells it whole."""
    line = QTreeWidgetItem([reason])
    line.setToolTip(0, reason)
    line.setFlags(Qt.ItemFlag.ItemIsEnabled)
    line.setForeground(0, QColor(colour))
    return line
