"""The next action, large, and what else can be done."""

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from pti.ui.actions import Actions
from pti.ui.panels.widgets import ActionButton, NextButton, card, label
from pti.ui.viewmodels.commands import Command, Offer

#: Names that tests and people know the buttons by.
_NAMES = {
    Command.OPEN: "openButton",
    Command.ACQUIRE: "acquireButton",
    Command.MATCH: "matchButton",
    Command.ACCEPT: "acceptButton",
    Command.DISCARD: "discardButton",
    Command.SAVE: "saveButton",
    Command.CLOSE: "closeButton",
}


class ActionPanel(QWidget):
    """Always at the lower right, so that the hand finds it."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._shown: tuple[Command, ...] = ()
        box, layout = card("dockCard")
        layout.setSpacing(8)
        self._next = NextButton()
        self._secondary = {command: ActionButton(actions[command]) for command in _NAMES}
        for command, button in self._secondary.items():
            button.setObjectName(_NAMES[command])
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._title = label("Next step", "title")
        layout.addWidget(self._title)
        layout.addWidget(self._next)
        layout.addStretch(1)
        layout.addLayout(self._grid)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box)

    @property
    def next_button(self) -> NextButton:
        """The biggest button on the screen."""
        return self._next

    def present(self, offered: Offer) -> None:
        """Show what is offered."""
        key = "Enter" if offered.primary is Command.OPEN else ""
        self._next.present(self._actions[offered.primary], offered.waiting, key)
        if offered.secondary != self._shown:
            self._shown = offered.secondary
            self._arrange()

    def _arrange(self) -> None:
        for button in self._secondary.values():
            self._grid.removeWidget(button)
            button.hide()
        for index, command in enumerate(self._shown):
            row, column = divmod(index, 2)
            alone = index == len(self._shown) - 1 and column == 0
            self._grid.addWidget(self._secondary[command], row, column, 1, 2 if alone else 1)
            self._secondary[command].show()
