"""The cheat sheet of keys, made from the actions."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pti.ui.actions import Actions, keys_of
from pti.ui.panels.widgets import label
from pti.ui.theme import Colour
from pti.ui.viewmodels.commands import Command

_MOUSE = (
    ("Wheel", "Zoom at the pointer; on CT slices: next slice, with Ctrl zoom"),
    ("Left drag", "Move the image; on CT slices: choose the point; drag the curtain's line"),
    ("Middle drag", "Move the image"),
    ("Right drag", "Window and level; Shift: acquired image only, Ctrl: DRR only"),
    ("Double click", "One view in full size, and back"),
)


class KeysDialog(QDialog):
    """All keys and what they do."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setWindowTitle("Keys")
        columns = QHBoxLayout()
        columns.setSpacing(48)
        every = actions.all()
        session, view = every[: len(Command)], every[len(Command) :]
        lines = [(keys_of(action), action.whatsThis()) for action in session]
        left = _table("Session", lines)
        left.addLayout(_table("Mouse", list(_MOUSE)))
        left.addStretch(1)
        right = _table("View", [(keys_of(action), action.whatsThis()) for action in view])
        right.addStretch(1)
        columns.addLayout(left)
        columns.addLayout(right)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 20)
        layout.setSpacing(16)
        layout.addLayout(columns)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _table(title: str, lines: list[tuple[str, str]]) -> QVBoxLayout:
    box = QVBoxLayout()
    box.setSpacing(10)
    heading = label(title, "heading")
    heading.setFixedHeight(34)
    box.addWidget(heading)
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(5)
    for row, (keys, words) in enumerate(lines):
        key = label(keys)
        key.setStyleSheet(f"color: {Colour.ACCENT_BRIGHT}; font-weight: 600;")
        grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(words), row, 1)
    grid.setColumnStretch(1, 1)
    box.addLayout(grid)
    box.addSpacing(16)
    return box
