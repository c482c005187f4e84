"""Everything that can be done, with its key and its words: the only place where actions are made."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from pti.ui.viewmodels.commands import Command, Offer


class ViewCommand(Enum):
    """What changes the view only."""

    FLICKER = "flicker"
    POSE = "pose"
    ACQUIRED_ONLY = "acquired only"
    BOTH = "both"
    DRR_ONLY = "drr only"
    CURTAIN = "curtain"
    COLOURS = "colours"
    GRATICULE = "graticule"
    OUTLINES = "outlines"
    FILL = "fill"
    WINDOW = "window"
    RESET = "reset view"
    IEC = "iec"
    REFERENCES = "references"
    MESSAGES = "messages"
    ACKNOWLEDGE = "acknowledge"
    SEARCH = "search"
    HELP = "help"
    FULL_SCREEN = "full screen"


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    keys: tuple[str, ...]
    tip: str
    checkable: bool = False


_COMMANDS: dict[Command, _Words] = {
    Command.REFRESH: _Words("Refresh list", ("Ctrl+R",), "Ask the treatment management system for its plans"),
    Command.OPEN: _Words("Open patient", ("Ctrl+O",), "Load the chosen plan with its structures and planning CT"),
    Command.OPEN_FILES: _Words("Open files", ("Ctrl+Shift+O",), "Open a patient from DICOM files, without the network"),
    Command.ACQUIRE: _Words("Take kV pair", ("F5",), "Take one image with each kV system"),
    Command.MATCH: _Words("Match", ("F6",), "Match the images to the planning CT in six axes"),
    Command.ACCEPT: _Words("Accept", ("F8",), "Accept the match; images and match are locked"),
    Command.DISCARD: _Words("Not accepted", ("Ctrl+D",), "Drop this match; the images stay"),
    Command.SAVE: _Words("Save", ("F9", "Ctrl+S"), "Send images and registration to the treatment management system"),
    Command.EXPORT: _Words(
        "Export", ("Ctrl+E",), "Write the patient's objects to a folder, as DICOM files; it does not save them"
    ),
    Command.SEND_PENDING: _Words("Send now", ("Ctrl+Shift+S",), "Try again to send what waits in the outbox"),
    Command.CLOSE: _Words("Close patient", ("Ctrl+W",), "Close the patient; what is not saved is sent first"),
    Command.STOP: _Words("Stop", ("Esc",), "Stop what is running"),
}
_VIEW: dict[ViewCommand, _Words] = {
    ViewCommand.ACQUIRED_ONLY: _Words("kV", ("1",), "Show the acquired images only"),
    ViewCommand.BOTH: _Words("50 %", ("2",), "Show acquired image and DRR half and half"),
    ViewCommand.DRR_ONLY: _Words("DRR", ("3",), "Show the DRRs only"),
    ViewCommand.FLICKER: _Words("Flicker", ("F",), "Change between acquired image and DRR at each press", False),
    ViewCommand.POSE: _Words("Matched", ("P", "M"), "Change between planned and matched position", True),
    ViewCommand.CURTAIN: _Words(
        "Curtain", ("C",), "Acquired image to the left of a line, DRR to its right; drag the line", True
    ),
    ViewCommand.COLOURS: _Words("Colours", ("O",), "Next colours: grey, orange and blue, green and magenta"),
    ViewCommand.GRATICULE: _Words("Graticule", ("G",), "Machine isocentre with a centimetre scale", True),
    ViewCommand.OUTLINES: _Words("Structures", ("S",), "Structures and markers on the images", True),
    ViewCommand.FILL: _Words("Fill", ("L",), "Fill the structures on the slices with their colours", True),
    ViewCommand.WINDOW: _Words("Auto window", ("W",), "Automatic window and level"),
    ViewCommand.RESET: _Words("Reset view", ("R",), "Whole image, automatic window, both views"),
    ViewCommand.IEC: _Words("IEC 61217", ("I",), "Show couch values in IEC 61217 instead of Isocentric Standard", True),
    ViewCommand.REFERENCES: _Words("Reference images", ("Ctrl+I",), "Show the RT Images that the plan refers to"),
    ViewCommand.MESSAGES: _Words("Messages", ("F2",), "Show or hide the list of messages", True),
    ViewCommand.ACKNOWLEDGE: _Words("Acknowledge all", ("Ctrl+Return",), "All messages are read"),
    ViewCommand.SEARCH: _Words("Search", ("Ctrl+F",), "Search the list of plans"),
    ViewCommand.HELP: _Words("Keys", ("F1",), "Show all keys"),
    ViewCommand.FULL_SCREEN: _Words("Full screen", ("F11",), "Use the whole screen, and back"),
}


class Actions(QObject):
    """All actions of the window, by command."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._by_command: dict[Command | ViewCommand, QAction] = {}
        for command, words in _COMMANDS.items():
            self._by_command[command] = self._make(words, command.value)
        for view_command, words in _VIEW.items():
            self._by_command[view_command] = self._make(words, view_command.value)
        self.blend_group = QActionGroup(self)
        for which in (ViewCommand.ACQUIRED_ONLY, ViewCommand.BOTH, ViewCommand.DRR_ONLY):
            self.blend_group.addAction(self[which])

    def __getitem__(self, command: Command | ViewCommand) -> QAction:
        return self._by_command[command]

    def all(self) -> tuple[QAction, ...]:
        """Every action, in the order of the cheat sheet."""
        return tuple(self._by_command.values())

    def present(self, offered: Offer) -> None:
        """Name the session's actions and let only what is possible be done."""
        for command in Command:
            action = self[command]
            action.setEnabled(command in offered.possible)
            action.setText(offered.labels[command])
            action.setToolTip(tip(action, _COMMANDS[command].tip))

    def _make(self, words: _Words, name: str) -> QAction:
        action = QAction(words.text, self)
        action.setObjectName(f"action {name}")
        action.setShortcuts([QKeySequence(key) for key in words.keys])
        action.setAutoRepeat(False)
        action.setCheckable(words.checkable)
        action.setWhatsThis(words.tip)
        action.setToolTip(tip(action, words.tip))
        return action


def key_of(action: QAction) -> str:
    """The first key of an action as it is printed on the keyboard."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def keys_of(action: QAction) -> str:
    """All keys of an action."""
    return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


def tip(action: QAction, words: str) -> str:
    """The words with the action's keys."""
    return f"{words}  ({keys_of(action)})"
