"""Accepted, stored, waiting: what became of everything that was to be saved."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pti.session.model import SessionState
from pti.ui.actions import Actions
from pti.ui.panels.widgets import ActionButton, card, icon, label
from pti.ui.theme import Colour
from pti.ui.viewmodels.commands import Command
from pti.ui.viewmodels.quality import accepted_line
from pti.ui.viewmodels.saved import Outcome, Saved, SavedRow, saved

_SIGNS = {
    Outcome.STORED: ("check-circle", Colour.GOOD),
    Outcome.REFUSED: ("close-circle", Colour.ERROR),
    Outcome.WAITING: ("upload-outline", Colour.MUTED),
    Outcome.NOT_TO_SEND: ("file-outline", Colour.MUTED),
}


class SavedPanel(QWidget):
    """One line for each object: stored, or why not; the outbox with Send now."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Saved, str] | None = None
        box, layout = card("dockCard")
        self._accepted = label()
        self._accepted.setObjectName("acceptedLine")
        self._accepted.setWordWrap(True)
        layout.addWidget(self._accepted)
        self._headline = label("", "value")
        self._headline.setObjectName("savedHeadline")
        self._headline.setWordWrap(True)
        layout.addWidget(self._headline)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        layout.addLayout(self._rows)
        layout.addStretch(1)
        self._pending = label("", "muted")
        self._pending.setObjectName("outboxLine")
        self._send = ActionButton(actions[Command.SEND_PENDING], "")
        self._send.setObjectName("sendNowButton")
        line = QHBoxLayout()
        line.addWidget(self._pending, 1)
        line.addWidget(self._send)
        layout.addLayout(line)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box)

    def present(self, state: SessionState) -> None:
        """Show the results."""
        shown = (saved(state), accepted_line(state.phase))
        if shown == self._shown:
            return
        self._shown = shown
        results, accepted = shown
        self._accepted.setText(accepted)
        self._accepted.setVisible(bool(accepted))
        self._headline.setText(results.headline)
        self._pending.setText(f"Outbox: {results.pending}" if results.pending else "Outbox: empty")
        self._send.setVisible(results.pending > 0)
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for row in results.rows:
            self._rows.addWidget(_row(row))


def _row(row: SavedRow) -> QWidget:
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(5)
    sign = label()
    name, colour = _SIGNS[row.outcome]
    sign.setPixmap(icon(name, colour).pixmap(20, 20))
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    refused = row.outcome is Outcome.REFUSED
    words = QVBoxLayout() if refused else QHBoxLayout()
    words.setSpacing(1 if refused else 4)
    words.addWidget(label(row.kind), 0 if refused else 1)
    outcome = label(row.detail, "" if refused else "muted")
    outcome.setWordWrap(refused)
    words.addWidget(outcome)
    line.addLayout(words, 1)
    return box
