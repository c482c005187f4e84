"""The plan's reference images, to be looked at (LOAD-08)."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pti.ui.panels.widgets import label
from pti.ui.viewmodels.kv import KvPicture
from pti.ui.views.kv_settings import KvSettings
from pti.ui.views.kv_view import KvView


class ReferenceDialog(QDialog):
    """One image at a time; the others by their names."""

    def __init__(self, pictures: tuple[KvPicture, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("referenceDialog")
        self.setWindowTitle("Reference images of the plan")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1000, 820)
        self._pictures = pictures
        self._names = QComboBox()
        self._names.setObjectName("referenceNames")
        self._names.addItems([picture.title for picture in pictures])
        self._view = KvView()
        self._view.apply(KvSettings(share=0.0))
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        head = QHBoxLayout()
        head.addWidget(label("Reference image", "title"))
        head.addWidget(self._names, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._view, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self._names.currentIndexChanged.connect(self._show)
        self._show(self._names.currentIndex())

    def _show(self, index: int) -> None:
        self._view.show_picture(self._pictures[index] if 0 <= index < len(self._pictures) else None)
