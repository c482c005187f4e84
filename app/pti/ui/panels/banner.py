"""The patient banner over the whole width."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pti.session.model import SessionState
from pti.ui.panels.widgets import ElidedLabel, label, separator
from pti.ui.viewmodels.banner import Banner, banner

NOT_A_DEVICE = "Research software - not a medical device"


class BannerPanel(QFrame):
    """Who lies here, how, and for which beam; always visible."""

    def __init__(self, room_label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setFixedHeight(84)
        self._shown: Banner | None = None
        self._name, self._identity = ElidedLabel(), ElidedLabel()
        self._name.setObjectName("patientName")
        self._identity.setObjectName("patientIdentity")
        self._name.setMinimumWidth(330)
        self._fields = QHBoxLayout()
        self._fields.setSpacing(22)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 8, 16, 8)
        layout.setSpacing(20)
        patient = QVBoxLayout()
        patient.setSpacing(0)
        patient.addWidget(self._name)
        patient.addWidget(self._identity)
        layout.addLayout(patient, 5)
        layout.addWidget(separator())
        layout.addLayout(self._fields, 6)
        layout.addLayout(_tags(room_label))

    def present(self, state: SessionState) -> None:
        """Show who is open."""
        shown = banner(state)
        if shown == self._shown:
            return
        self._shown = shown
        self._name.set_whole_text(shown.name)
        self._identity.set_whole_text(shown.identity)
        self._show_fields(shown)

    def _show_fields(self, shown: Banner) -> None:
        while (item := self._fields.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for caption, value in shown.fields:
            self._fields.addWidget(_field(caption, value))
        self._fields.addStretch(1)


def _field(caption: str, value: str) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 6, 0, 6)
    layout.setSpacing(2)
    layout.addWidget(label(caption, "caption"))
    text = label(value, "value")
    text.setObjectName(f"banner {caption}")
    layout.addWidget(text)
    layout.addStretch(1)
    return box


def _tags(room_label: str) -> QVBoxLayout:
    tags = QVBoxLayout()
    tags.setSpacing(5)
    tags.addStretch(1)
    tags.addWidget(label(NOT_A_DEVICE, "warningTag"), 0, Qt.AlignmentFlag.AlignRight)
    if room_label:
        tags.addWidget(label(room_label, "tag"), 0, Qt.AlignmentFlag.AlignRight)
    tags.addStretch(1)
    return tags
