"""The list of what files hold: objects with their complaints below them, and what may be chosen."""

from functools import cache

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QTreeWidgetItem, QVBoxLayout, QWidget

from pti.dicom.importing.report import ImportReport
from pti.ui.panels.reason_tree import ReasonTree, reason_line
from pti.ui.panels.widgets import icon
from pti.ui.theme import Colour
from pti.ui.viewmodels.importing import Choice, ImportRow, RowState, import_rows, registration_to_choose

_COLUMNS = (("What", 200), ("Name", None), ("File", 240), ("State", 340))
_SIGNS = {
    RowState.USABLE: ("check-circle-outline", Colour.GOOD),
    RowState.WARNING: ("alert-outline", Colour.WARNING),
    RowState.UNUSABLE: ("close-octagon-outline", Colour.ERROR),
    RowState.INCOMPLETE: ("link-off", Colour.ERROR),
    RowState.NOT_FITTING: ("link-off", Colour.MUTED),
    RowState.PASSED_OVER: ("minus-circle-outline", Colour.FAINT),
}
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ImportList(QWidget):
    """One plan, the images to match and their registration are chosen by their check marks."""

    choice_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ImportReport | None = None
        self._shown: tuple[ImportRow, ...] = ()
        self._items: list[QTreeWidgetItem] = []
        self._tree = ReasonTree(_COLUMNS)
        self._tree.setObjectName("importTree")
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

    @property
    def registration_uid(self) -> str | None:
        """The registration that is chosen."""
        return next(iter(self._chosen(Choice.REGISTRATION)), None)

    def show_report(self, report: ImportReport, plan_uid: str | None, image_uids: frozenset[str]) -> None:
        """List a report, with these chosen, and their registration where only one is theirs."""
        self._report, self._shown = report, import_rows(report, plan_uid, image_uids)
        chosen = {plan_uid, registration_to_choose(report, plan_uid, image_uids), *image_uids}
        with QSignalBlocker(self._tree):
            self._items = [_item(row, row.uid in chosen) for row in self._shown]
            rows = zip(self._items, self._shown, strict=True)
            self._tree.show_items(self._items, [item for item, row in rows if row.state is RowState.PASSED_OVER])

    def _chosen(self, choice: Choice) -> list[str]:
        rows = zip(self._items, self._shown, strict=True)
        return [row.uid for item, row in rows if row.choice is choice and item.checkState(0) == _CHECKED]

    def _on_changed(self, changed: QTreeWidgetItem, column: int) -> None:
        rows = zip(self._items, self._shown, strict=True)
        row = next((row for item, row in rows if item is changed), None)
        if row is None or self._report is None:
            return
        mine = row.uid if changed.checkState(0) == _CHECKED else None
        if row.choice is Choice.REGISTRATION:
            self._offer_anew(self._report, self.plan_uid, mine)
        else:
            plan_uid = mine if row.choice is Choice.PLAN else self.plan_uid
            self._offer_anew(self._report, plan_uid, self._registration_for(self._report, plan_uid))
        self.choice_changed.emit()

    def _registration_for(self, report: ImportReport, plan_uid: str | None) -> str | None:
        """The choice stays where plan and images leave the same registrations to choose from."""
        image_uids = self._images_for(report, plan_uid)
        offered = _registrations(import_rows(report, plan_uid, image_uids))
        if offered == _registrations(self._shown):
            return self.registration_uid
        return registration_to_choose(report, plan_uid, image_uids)

    def _images_for(self, report: ImportReport, plan_uid: str | None) -> frozenset[str]:
        """The images with a check mark that the plan leaves to be chosen."""
        rows = zip(self._items, import_rows(report, plan_uid), strict=True)
        return frozenset(row.uid for item, row in rows if row.choice is Choice.IMAGE and item.checkState(0) == _CHECKED)

    def _offer_anew(self, report: ImportReport, plan_uid: str | None, registration_uid: str | None) -> None:
        """Leave one plan and one registration chosen, and offer what goes with plan and images."""
        image_uids = self._images_for(report, plan_uid)
        self._shown = import_rows(report, plan_uid, image_uids)
        with QSignalBlocker(self._tree):
            for item, row in zip(self._items, self._shown, strict=True):
                _offer(item, row, row.uid in {plan_uid, registration_uid, *image_uids})
                _show_state(item, row)


@cache
def _sign(state: RowState) -> QIcon:
    return icon(*_SIGNS[state])


def _item(row: ImportRow, chosen: bool) -> QTreeWidgetItem:
    item = QTreeWidgetItem([row.kind, row.label, row.files])
    _show_state(item, row)
    item.setToolTip(1, row.label)
    item.setToolTip(2, row.files)
    _offer(item, row, chosen)
    if row.state is RowState.PASSED_OVER:
        item.setForeground(1, QColor(Colour.MUTED))
    stops = row.state in (RowState.UNUSABLE, RowState.INCOMPLETE)
    item.addChildren([reason_line(reason, Colour.TEXT if stops else Colour.MUTED) for reason in row.reasons])
    return item


def _show_state(item: QTreeWidgetItem, row: ImportRow) -> None:
    text = row.misfit or row.state.value
    item.setText(3, text)
    item.setToolTip(3, f"{row.state.value}: {row.misfit}" if row.misfit else text)
    item.setIcon(3, _sign(row.state))
    item.setForeground(3, QColor(_SIGNS[row.state][1]))


def _registrations(rows: tuple[ImportRow, ...]) -> frozenset[str]:
    return frozenset(row.uid for row in rows if row.choice is Choice.REGISTRATION)


def _offer(item: QTreeWidgetItem, row: ImportRow, chosen: bool) -> None:
    """Let a row be chosen, or not."""
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    if row.choice is Choice.NOTHING:
        item.setFlags(flags)
        item.setData(0, Qt.ItemDataRole.CheckStateRole, None)
    else:
        item.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, _CHECKED if chosen else _UNCHECKED)
