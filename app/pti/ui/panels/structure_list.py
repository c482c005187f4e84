"""The structures with their colours; each can be hidden."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from pti.dicom.structures import Structure, StructureSet
from pti.ui.panels.widgets import label

_NUMBER = Qt.ItemDataRole.UserRole


class StructureList(QWidget):
    """Check boxes for all structures; `hidden_changed` tells the numbers of those that are not shown."""

    hidden_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown_set: StructureSet | None = None
        self._list = QListWidget()
        self._list.setObjectName("structureList")
        self._list.itemChanged.connect(self._on_changed)
        everything, nothing = QPushButton("All"), QPushButton("None")
        everything.clicked.connect(self._show_all)
        nothing.clicked.connect(self._hide_all)
        buttons = QHBoxLayout()
        buttons.addWidget(label("Structures", "title"), 1)
        for button in (everything, nothing):
            button.setFixedWidth(64)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(buttons)
        layout.addWidget(self._list, 1)

    def present(self, structures: StructureSet | None) -> None:
        """List a structure set; the check marks stay while it is the same one."""
        if structures is self._shown_set:
            return
        self._shown_set = structures
        self._list.blockSignals(True)
        self._list.clear()
        for structure in () if structures is None else structures.structures:
            if structure.contours:
                self._list.addItem(_item(structure))
        self._list.blockSignals(False)
        self.hidden_changed.emit(self.hidden)

    @property
    def hidden(self) -> frozenset[int]:
        """Numbers of the structures that are not shown."""
        items = (self._list.item(i) for i in range(self._list.count()))
        return frozenset(item.data(_NUMBER) for item in items if item.checkState() != Qt.CheckState.Checked)

    def _set_all(self, state: Qt.CheckState) -> None:
        self._list.blockSignals(True)
        for i in range(self._list.count()):
            self._list.item(i).setCheckState(state)
        self._list.blockSignals(False)
        self.hidden_changed.emit(self.hidden)

    def _show_all(self) -> None:
        self._set_all(Qt.CheckState.Checked)

    def _hide_all(self) -> None:
        self._set_all(Qt.CheckState.Unchecked)

    def _on_changed(self, item: QListWidgetItem) -> None:
        self.hidden_changed.emit(self.hidden)


def _item(structure: Structure) -> QListWidgetItem:
    item = QListWidgetItem(_swatch(structure), structure.name)
    item.setData(_NUMBER, structure.number)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked)
    item.setToolTip(
        f"{structure.name} ({structure.interpreted_type.lower()})" if structure.interpreted_type else structure.name
    )
    return item


def _swatch(structure: Structure) -> QIcon:
    """A square in the structure's colour; a ring for points."""
    pixmap = QPixmap(28, 28)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(2.0)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(*structure.colour)
    if structure.is_point:
        painter.setPen(QPen(colour, 2.0))
        painter.drawEllipse(2, 2, 10, 10)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawRoundedRect(1, 1, 12, 12, 3, 3)
    painter.end()
    return QIcon(pixmap)
