"""The list of what files hold: objects with their complaints below them, and what may be chosen."""

from functools import cache

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from pti.dicom.importing.report import ImportReport
from pti.ui.panels.widgets import icon
from pti.ui.theme import Colour
from pti.ui.viewmodels.importing import Choice, ImportRow, RowState, import_rows

_COLUMNS = ("What", "Name", "File", "State")
_SIGNS = {
    RowState.USABLE: ("check-circle-outline", Colour.GOOD),
    RowState.WARNING: ("alert-outline", Colour.WARNING),
    RowState.UNUSABLE: ("close-octagon-outline", Colour.ERROR),
    RowState.INCOMPLETE: ("link-off", Colour.ERROR),
    RowState.PASSED_OVER: ("minus-circle-outline", Colour.FAINT),
}
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ImportList(QWidget):
    """One plan and the images to match are chosen by their check marks."""

    choice_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ImportReport | None = None
        self._shown: tuple[ImportRow, ...] = ()
        self._items: list[QTreeWidgetItem] = []
        self._tree = QTreeWidget()
        self._tree.setObjectName("importTree")
        self._tree.setHeaderLabels(list(_COLUMNS))
        self._tree.setRootIsDecorated(True)
        self._tree.setUniformRowHeights(True)
        self._tree.header().setStretchLastSection(False)
        for column, width in ((0, 200), (2, 280), (3, 250)):
            self._tree.setColumnWidth(column, width)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._tree.itemChanged.connect(self._on_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree)

    @property
    def plan_uid(self) -> str | None:
        """The plan that is chosen."""
        return next(iter(self._chosen(Choice.PLAN)), None)

    @property
    def image_uids(self) -> frozenset[str]:
        """The images that are chosen."""
        return frozenset(self._chosen(Choice.IMAGE))

    def show_report(self, report: ImportReport, plan_uid: str | None, image_uids: frozenset[str]) -> None:
        """List a report, with these chosen."""
        self._report, self._shown = report, import_rows(report, plan_uid)
        with QSignalBlocker(self._tree):
            self._tree.clear()
            self._items = [_item(row, row.uid == plan_uid or row.uid in image_uids) for row in self._shown]
            for item, row in zip(self._items, self._shown, strict=True):
                item.addChildren([_line(reason, row) for reason in row.reasons])
            self._tree.addTopLevelItems(self._items)
            for item, row in zip(self._items, self._shown, strict=True):
                _span(item)
                item.setExpanded(row.state is not RowState.PASSED_OVER)

    def _chosen(self, choice: Choice) -> list[str]:
        rows = zip(self._items, self._shown, strict=True)
        return [row.uid for item, row in rows if row.choice is choice and item.checkState(0) == _CHECKED]

    def _on_changed(self, changed: QTreeWidgetItem, column: int) -> None:
        rows = zip(self._items, self._shown, strict=True)
        row = next((row for item, row in rows if item is changed), None)
        if row is None or self._report is None:
            return
        if row.choice is Choice.PLAN:
            self._choose_plan(row.uid if changed.checkState(0) == _CHECKED else None, self._report)
        self.choice_changed.emit()

    def _choose_plan(self, plan_uid: str | None, report: ImportReport) -> None:
        """Leave one plan chosen, and offer the images of its patient."""
        self._shown = import_rows(report, plan_uid)
        with QSignalBlocker(self._tree):
            for item, row in zip(self._items, self._shown, strict=True):
                if row.choice is Choice.PLAN:
                    _offer(item, row, row.uid == plan_uid)
                else:
                    _offer(item, row, row.choice is Choice.IMAGE and item.checkState(0) == _CHECKED)


@cache
def _sign(state: RowState) -> QIcon:
    return icon(*_SIGNS[state])


def _item(row: ImportRow, chosen: bool) -> QTreeWidgetItem:
    item = QTreeWidgetItem([row.kind, row.label, row.files, row.state.value])
    item.setIcon(3, _sign(row.state))
    item.setForeground(3, QColor(_SIGNS[row.state][1]))
    item.setToolTip(1, row.label)
    item.setToolTip(2, row.files)
    _offer(item, row, chosen)
    if row.state is RowState.PASSED_OVER:
        item.setForeground(1, QColor(Colour.MUTED))
    return item


def _offer(item: QTreeWidgetItem, row: ImportRow, chosen: bool) -> None:
    """Let a row be chosen, or not."""
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    if row.choice is Choice.NOTHING:
        item.setFlags(flags)
        item.setData(0, Qt.ItemDataRole.CheckStateRole, None)
    else:
        item.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, _CHECKED if chosen else _UNCHECKED)


def _line(reason: str, row: ImportRow) -> QTreeWidgetItem:
    line = QTreeWidgetItem([reason])
    line.setToolTip(0, reason)
    line.setFlags(Qt.ItemFlag.ItemIsEnabled)
    stops = row.state in (RowState.UNUSABLE, RowState.INCOMPLETE)
    line.setForeground(0, QColor(Colour.TEXT if stops else Colour.MUTED))
    return line


def _span(item: QTreeWidgetItem) -> None:
    """Give the lines below an object the whole width; Qt wants them in the tree for that."""
    for line in map(item.child, range(item.childCount())):
        if line is not None:
            line.setFirstColumnSpanned(True)
