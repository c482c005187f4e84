"""The structures with their colours; each can be hidden."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from pti.dicom.structures import Structure, StructureSet
from pti.imaging.structure_models import StructureModels
from pti.ui.panels.widgets import label
from pti.ui.viewmodels import formats

_NUMBER = Qt.ItemDataRole.UserRole


class StructureList(QWidget):
    """Check boxes for all structures; `hidden_changed` tells the numbers of those that are not shown."""

    hidden_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown_set: StructureSet | None = None
        self._models: StructureModels = {}
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
            self._list.addItem(_item(structure, self._models))
        self._list.blockSignals(False)
        self.hidden_changed.emit(self.hidden)

    def present_models(self, models: StructureModels) -> None:
        """Tell the volumes of the structures that have one."""
        self._models = models
        self._list.blockSignals(True)
        for i, structure in enumerate(() if self._shown_set is None else self._shown_set.structures):
            self._list.item(i).setToolTip(_tip(structure, models))
        self._list.blockSignals(False)

    @property
    def hidden(self) -> frozenset[int]:
        """Numbers of the structures that are not shown."""
        return frozenset(item.data(_NUMBER) for item in self._drawn() if item.checkState() != Qt.CheckState.Checked)

    def _drawn(self) -> list[QListWidgetItem]:
        """Items of structures that have contours."""
        items = (self._list.item(i) for i in range(self._list.count()))
        return [item for item in items if item.flags() & Qt.ItemFlag.ItemIsUserCheckable]

    def _set_all(self, state: Qt.CheckState) -> None:
        self._list.blockSignals(True)
        for item in self._drawn():
            item.setCheckState(state)
        self._list.blockSignals(False)
        self.hidden_changed.emit(self.hidden)

    def _show_all(self) -> None:
        self._set_all(Qt.CheckState.Checked)

    def _hide_all(self) -> None:
        self._set_all(Qt.CheckState.Unchecked)

    def _on_changed(self, item: QListWidgetItem) -> None:
        self.hidden_changed.emit(self.hidden)


def _item(structure: Structure, models: StructureModels) -> QListWidgetItem:
    item = QListWidgetItem(structure.name)
    item.setData(_NUMBER, structure.number)
    item.setToolTip(_tip(structure, models))
    if structure.contours:
        item.setIcon(_swatch(structure))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked)
    else:
        item.setText(f"{structure.name} (no contours)")
        item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _tip(structure: Structure, models: StructureModels) -> str:
    kind = f" ({structure.interpreted_type.lower()})" if structure.interpreted_type else ""
    if not structure.contours:
        return f"{structure.name}{kind}: no contours"
    if structure.is_point:
        return f"{structure.name}{kind}"
    model = models.get(structure.number)
    volume = formats.volume(None if model is None else model.mask.volume_cm3)
    return f"{structure.name}{kind}: volume {volume}"


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
