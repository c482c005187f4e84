"""The patient banner over the whole width."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pti.session.model import SessionState
from pti.ui.panels.widgets import ElidedLabel, label, separator
from pti.ui.theme import text_font
from pti.ui.viewmodels.banner import Banner, banner

NOT_A_DEVICE = "Research software - not a medical device"
#: A long name is written smaller.
_NAME_SIZES = (28, 25, 22, 19, 17)
#: These values end in dots where there is no room; numbers never do.
_MAY_BE_SHORTENED = ("Plan", "Beam", "Operator")


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
        self._name.setMinimumWidth(320)
        self._name_size = _NAME_SIZES[0]
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
        self._identity.setMinimumWidth(self._identity.sizeHint().width())
        self._fit_name()
        if self._fields is not None:
            self._layout.removeWidget(self._fields)
            self._fields.setParent(None)
            self._fields.deleteLater()
        self._fields = _fields(shown)
        self._layout.addWidget(self._fields)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_name()

    def _fit_name(self) -> None:
        """Write a long name smaller before anything of it is left out."""
        name, room = self._name.whole_text, self._name.width()
        fitting = (
            px for px in _NAME_SIZES if QFontMetrics(text_font(px, QFont.Weight.DemiBold)).horizontalAdvance(name) < room
        )
        size = next(fitting, _NAME_SIZES[-1])
        if size != self._name_size:
            self._name_size = size
            self._name.setStyleSheet(f"font-size: {size}px;")


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
        text = ElidedLabel("value")
        text.setObjectName(f"banner {caption}")
        text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        text.set_whole_text(value)
        if caption not in _MAY_BE_SHORTENED:
            text.setMinimumWidth(text.sizeHint().width())
        column.addWidget(text)
        column.addStretch(1)
        line.addLayout(column)
    return box
