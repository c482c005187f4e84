"""Small pieces that the panels are made of."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from pti.ui.actions import key_of
from pti.ui.theme import Colour


def icon(name: str, colour: str = Colour.TEXT, disabled: str = Colour.FAINT) -> QIcon:
    """A Material Design icon by its name, for example "check"."""
    import qtawesome  # its fonts can be loaded only once there is an application

    made: QIcon = qtawesome.icon(f"mdi6.{name}", color=colour, color_disabled=disabled)
    return made


def label(text: str = "", role: str = "", parent: QWidget | None = None) -> QLabel:
    """A label with a role of the style sheet; plain text, so that nothing in a patient's name is markup."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another role of the style sheet."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def card(name: str = "card") -> tuple[QFrame, QVBoxLayout]:
    """A raised rectangle with a vertical layout."""
    frame = QFrame()
    frame.setObjectName(name)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(16, 12, 16, 12)
    layout.setSpacing(6)
    return frame, layout


def separator() -> QFrame:
    """A thin vertical line."""
    line = QFrame()
    line.setObjectName("separator")
    return line


class ElidedLabel(QLabel):
    """A label that ends in dots where there is no room; the whole text is its tool tip."""

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def whole_text(self) -> str:
        """The text without dots."""
        return self._whole

    def set_whole_text(self, text: str) -> None:
        """Show a text."""
        self._whole = text
        self.updateGeometry()
        self._elide()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(48, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class ActionButton(QPushButton):
    """A button that follows an action: text, key in the tool tip, whether it can be pressed."""

    def __init__(self, action: QAction, role: str = "secondary", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action: QAction | None = None
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.follow(action)

    def follow(self, action: QAction) -> None:
        """Follow another action."""
        if self._action is action:
            return
        if self._action is not None:
            self._action.changed.disconnect(self._take_over)
            self.clicked.disconnect(self._action.trigger)
        self._action = action
        action.changed.connect(self._take_over)
        self.clicked.connect(action.trigger)
        self._take_over()

    def _take_over(self) -> None:
        if self._action is not None:
            self.setText(self._action.text())
            self.setToolTip(self._action.toolTip())
            self.setEnabled(self._action.isEnabled())


class NextButton(QPushButton):
    """The biggest button on the screen: the next action with its key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nextButton")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._action: QAction | None = None
        self._label, self._key = label(), label()
        self._label.setObjectName("nextLabel")
        self._key.setObjectName("nextKey")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 0, 18, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._key, 0, Qt.AlignmentFlag.AlignVCenter)
        for part in (self._label, self._key):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(self._trigger)

    @property
    def label_text(self) -> str:
        """What is written on it."""
        return self._label.text()

    def sizeHint(self) -> QSize:
        return QSize(300, 70)

    def present(self, action: QAction, waiting: str, key: str = "") -> None:
        """Stand for an action, or tell what runs instead of it."""
        self._action = action
        self._label.setText(f"{waiting} ..." if waiting else action.text())
        self._key.setText(key or key_of(action))
        self._key.setVisible(not waiting)
        self.setEnabled(action.isEnabled() and not waiting)
        self.setToolTip(action.toolTip())
        self.setAccessibleName(self._label.text())

    def _trigger(self) -> None:
        if self._action is not None:
            self._action.trigger()


class _ToolButton(QToolButton):
    """A flat button that never shortens its text."""

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def tool_button(action: QAction, icon_name: str = "", text: bool = True, segment: str = "") -> QToolButton:
    """A flat button for an action of the view."""
    button = _ToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if icon_name:
        action.setIcon(icon(icon_name))
        button.setIconSize(QSize(20, 20))
    button.setDefaultAction(action)
    if icon_name and text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    elif icon_name:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    if segment:
        button.setProperty("role", f"segment{segment}")
    return button
