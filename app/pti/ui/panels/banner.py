"""The patient banner over the whole width."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pti.session.model import SessionState
from pti.ui.panels.widgets import ElidedLabel, label, separator
from pti.ui.viewmodels.banner import Banner, banner

NOT_A_DEVICE = "Research software - not a medical device"
#: Longer values end in dots.
_WIDEST = 210


class BannerPanel(QFrame):
    """Who lies here, how, and for which beam; always visible."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setFixedHeight(78)
        self._shown: Banner | None = None
        self._name, self._identity = ElidedLabel(), ElidedLabel()
        self._name.setObjectName("patientName")
        self._identity.setObjectName("patientIdentity")
        self._fields: QWidget | None = None
        patient = QVBoxLayout()
        patient.setSpacing(0)
        patient.addStretch(1)
        patient.addWidget(self._name)
        patient.addWidget(self._identity)
        patient.addStretch(1)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(20, 6, 20, 6)
        self._layout.setSpacing(20)
        self._layout.addLayout(patient, 1)
        self._layout.addWidget(separator())

    def present(self, state: SessionState) -> None:
        """Show who is open."""
        shown = banner(state)
        if shown == self._shown:
            return
        self._shown = shown
        self._name.set_whole_text(shown.name)
        self._identity.set_whole_text(shown.identity)
        if self._fields is not None:
            self._layout.removeWidget(self._fields)
            self._fields.setParent(None)
            self._fields.deleteLater()
        self._fields = _fields(shown)
        self._layout.addWidget(self._fields)


class Tags(QWidget):
    """What must never be forgotten: what this program is, and where the images come from."""

    def __init__(self, room_label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 16, 0)
        line.setSpacing(8)
        if room_label:
            line.addWidget(label(room_label, "tag"), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(label(NOT_A_DEVICE, "warningTag"), 0, Qt.AlignmentFlag.AlignVCenter)


def _fields(shown: Banner) -> QWidget:
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(22)
    for caption, value in shown.fields:
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addStretch(1)
        column.addWidget(label(caption, "caption"))
        text = label(value, "value")
        text.setObjectName(f"banner {caption}")
        text.ensurePolished()
        shorter = text.fontMetrics().elidedText(value, Qt.TextElideMode.ElideRight, _WIDEST)
        if shorter != value:
            text.setText(shorter)
            text.setToolTip(value)
        column.addWidget(text)
        column.addStretch(1)
        line.addLayout(column)
    return box
