"""Messages and progress: the slim bar at the bottom and the list that opens for errors."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QProgressBar, QToolButton, QVBoxLayout, QWidget

from pti.session.model import Message, SessionState, Severity
from pti.ui.actions import Actions, ViewCommand
from pti.ui.panels.widgets import ActionButton, ElidedLabel, icon, label, tool_button
from pti.ui.theme import Colour
from pti.ui.viewmodels.commands import Command
from pti.ui.viewmodels.formats import breakable, clock_time
from pti.ui.viewmodels.messages import newest, running, unread

_SIGNS = {
    Severity.INFO: ("information-outline", Colour.ACCENT_BRIGHT, "Note"),
    Severity.WARNING: ("alert-outline", Colour.WARNING, "Warning"),
    Severity.ERROR: ("alert-octagon", Colour.ERROR, "Error"),
}


class MessageBar(QFrame):
    """The newest message, what runs with Stop, and what is at hand in every step: Export, the messages, the keys."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setFixedHeight(44)
        self._sign, self._text = label(), ElidedLabel()
        self._text.setObjectName("newestMessage")
        self._sign.setFixedSize(22, 22)
        self._running = label("", "muted")
        self._running.setObjectName("runningText")
        self._bar = QProgressBar()
        self._bar.setObjectName("progressBar")
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(220, 8)
        self._stop = ActionButton(actions[Command.STOP], "stop")
        self._stop.setObjectName("stopButton")
        self._list = tool_button(actions[ViewCommand.MESSAGES], "message-text-outline")
        self._list.setObjectName("messagesButton")
        self._list_action = actions[ViewCommand.MESSAGES]
        export = tool_button(actions[Command.EXPORT], "file-export-outline")
        export.setObjectName("exportToolButton")
        help_button = tool_button(actions[ViewCommand.HELP], "keyboard-outline")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 0, 12, 0)
        layout.setSpacing(12)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        for part in (self._running, self._bar, self._stop, export, self._list, help_button):
            layout.addWidget(part)

    def present(self, state: SessionState) -> None:
        """Show the newest message and what runs."""
        message = newest(state)
        self._sign.setVisible(message is not None)
        if message is None:
            self._text.set_whole_text("")
        else:
            name, colour, _ = _SIGNS[message.severity]
            self._sign.setPixmap(icon(name, colour).pixmap(22, 22))
            self._text.set_whole_text(f"{message.title}: {message.detail}" if message.detail else message.title)
        count = unread(state)
        self._list_action.setText(f"Messages ({count})" if count else "Messages")
        self._show_running(state)

    def _show_running(self, state: SessionState) -> None:
        now = running(state)
        for part in (self._running, self._bar, self._stop):
            part.setVisible(now is not None)
        if now is None:
            return
        share = "" if now.per_cent is None else f"   {now.per_cent} %"
        self._running.setText(f"{now.text}{share}")
        self._bar.setRange(0, 0 if now.per_cent is None else 100)
        self._bar.setValue(now.per_cent or 0)


class MessageDrawer(QFrame):
    """All messages, newest first, each with its time and what to do."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageDrawer")
        self._shown: tuple[Message, ...] = ()
        self._list = QListWidget()
        self._list.setObjectName("messageList")
        self._list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        acknowledge = ActionButton(actions[ViewCommand.ACKNOWLEDGE])
        acknowledge.setObjectName("acknowledgeButton")
        head = QHBoxLayout()
        head.addWidget(label("Messages", "value"), 1)
        close = QToolButton()
        close.setIcon(icon("close", Colour.MUTED))
        close.setToolTip(actions[ViewCommand.MESSAGES].toolTip())
        close.clicked.connect(actions[ViewCommand.MESSAGES].toggle)
        head.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 14)
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        layout.addWidget(acknowledge)

    @property
    def list_widget(self) -> QListWidget:
        """The list itself."""
        return self._list

    def present(self, state: SessionState) -> None:
        """Show all messages."""
        if state.messages == self._shown:
            return
        self._shown = state.messages
        self._fill()

    def resizeEvent(self, event: object) -> None:
        self._fill()

    def _fill(self) -> None:
        self._list.clear()
        width = max(self.width() - 56, 200)
        for message in reversed(self._shown):
            entry = _entry(message)
            height = entry.heightForWidth(width) if entry.hasHeightForWidth() else entry.sizeHint().height()
            item = QListWidgetItem()
            item.setSizeHint(QSize(width, max(height, entry.minimumSizeHint().height()) + 6))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{message.title}. {message.detail} {message.remedy}")
            self._list.addItem(item)
            self._list.setItemWidget(item, entry)


def _entry(message: Message) -> QWidget:
    name, colour, word = _SIGNS[message.severity]
    faded = message.acknowledged
    box = QWidget()
    sign = label()
    sign.setPixmap(icon(name, Colour.FAINT if faded else colour).pixmap(22, 22))
    head = label(f"{clock_time(message.at)}   {word}   {message.code}".rstrip(), "caption")
    texts = QVBoxLayout()
    texts.setSpacing(3)
    texts.addWidget(head)
    for text, style in ((message.title, "font-size: 15px; font-weight: 600;"), (message.detail, ""), (_remedy(message), "")):
        if text:
            part = label(breakable(text), "" if style else "muted")
            part.setWordWrap(True)
            part.setStyleSheet(style if not faded else f"{style} color: {Colour.MUTED};")
            texts.addWidget(part)
    layout = QHBoxLayout(box)
    layout.setContentsMargins(2, 10, 2, 10)
    layout.setSpacing(12)
    layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    layout.addLayout(texts, 1)
    return box


def _remedy(message: Message) -> str:
    return f"What to do: {message.remedy}" if message.remedy else ""
