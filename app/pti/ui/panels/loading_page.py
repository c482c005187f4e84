"""What is going on while a patient is loaded, large."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from pti.session.model import SessionState
from pti.session.phases import Loading
from pti.ui.actions import Actions
from pti.ui.panels.widgets import ActionButton, card, label
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.commands import Command
from pti.ui.viewmodels.messages import running


class LoadingPage(QWidget):
    """Name, step and share of the load, with Stop."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._text, self._share = label("", "heading"), label("", "muted"), label("", "heading")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        stop = ActionButton(actions[Command.STOP], "stop")
        stop.setMinimumHeight(46)
        box = self._box(stop)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(box, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def _box(self, stop: QWidget) -> QFrame:
        box, layout = card()
        box.setFixedWidth(560)
        layout.setContentsMargins(32, 28, 32, 28)
        layout.setSpacing(16)
        layout.addWidget(self._name)
        line = QHBoxLayout()
        line.addWidget(self._text, 1)
        line.addWidget(self._share)
        layout.addLayout(line)
        layout.addWidget(self._bar)
        layout.addSpacing(8)
        layout.addWidget(stop, 0, Qt.AlignmentFlag.AlignRight)
        return box

    def present(self, state: SessionState) -> None:
        """Show how far the load is."""
        now = running(state)
        if not isinstance(state.phase, Loading) or now is None:
            return
        self._name.setText(f"Loading {formats.person(state.phase.plan.patient_name)}")
        self._text.setText(now.text)
        self._share.setText("" if now.per_cent is None else f"{now.per_cent} %")
        self._bar.setRange(0, 0 if now.per_cent is None else 100)
        self._bar.setValue(now.per_cent or 0)
