"""How well the match fits, and the checks of the images."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pti.session.case import ImageCheck
from pti.session.model import SessionState
from pti.ui.panels.widgets import ElidedLabel, card, icon, label
from pti.ui.theme import Colour
from pti.ui.viewmodels.quality import CheckLine, Likeness, Quality, check_lines, checks, quality
from pti.ui.viewmodels.tolerance import Level

#: More checks than this do not fit below one another.
_MOST_CHECKS = 10


class _Bar(QWidget):
    """A share as a thin bar; an empty one where it is not known."""

    def __init__(self, share: float | None, colour: str) -> None:
        super().__init__()
        self._share, self._colour = share, QColor(colour)
        self.setFixedHeight(6)
        self.setMinimumWidth(60)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(Colour.RAISED))
        painter.drawRoundedRect(self.rect(), 3, 3)
        if self._share is None:
            return
        painter.setBrush(self._colour)
        painter.drawRoundedRect(0, 0, round(self.width() * self._share), self.height(), 3, 3)


class QualityPanel(QWidget):
    """Likeness of each view, time, algorithm, who accepted; below it the checks of the images."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Quality | None, tuple[ImageCheck, ...]] | None = None
        self._box, self._layout = card("dockCard")
        self._content: QWidget | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._box)

    def present(self, state: SessionState) -> None:
        """Show the match and the checks."""
        shown = (quality(state), checks(state))
        if shown == self._shown:
            return
        self._shown = shown
        if self._content is not None:
            self._layout.removeWidget(self._content)
            self._content.setParent(None)
            self._content.deleteLater()
        self._content = _content(*shown)
        self._layout.addWidget(self._content)


def _content(match: Quality | None, image_checks: tuple[ImageCheck, ...]) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(5)
    if match is not None:
        layout.addWidget(label("Likeness of image and DRR", "title"))
        for likeness in match.likenesses:
            layout.addLayout(_likeness(likeness))
        if match.verdict:
            layout.addWidget(_warning(match.verdict))
        details = ElidedLabel("muted")
        details.setToolTip(match.details[-1][1])
        details.set_whole_text("     ".join(f"{name} {value}" for name, value in match.details))
        layout.addWidget(details)
        layout.addSpacing(4)
    if image_checks:
        if match is None:
            layout.addWidget(label("Checks of the images", "title"))
        for line in check_lines(image_checks, short=match is not None or len(image_checks) > _MOST_CHECKS):
            layout.addWidget(_check(line))
    layout.addStretch(1)
    return box


def _likeness(likeness: Likeness) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    name = label(likeness.name)
    name.setFixedWidth(58)
    low = likeness.level not in (Level.OK, None)
    line.addWidget(name)
    line.addWidget(_Bar(likeness.share, Colour.WARNING if low else Colour.ACCENT), 1)
    value = label(f"{likeness.text}{'  LOW' if low else ''}", "likeness")
    value.setStyleSheet(f"font-size: 16px; font-weight: 600; color: {Colour.WARNING if low else Colour.TEXT};")
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    value.setMinimumWidth(52)
    line.addWidget(value)
    return line


def _warning(text: str) -> QFrame:
    frame = QFrame()
    line = QHBoxLayout(frame)
    line.setContentsMargins(0, 2, 0, 2)
    sign = label()
    sign.setPixmap(icon("alert", Colour.WARNING).pixmap(20, 20))
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    words = label(text)
    words.setObjectName("matchVerdict")
    words.setWordWrap(True)
    words.setStyleSheet(f"color: {Colour.WARNING}; font-weight: 500;")
    line.addWidget(words, 1)
    return frame


def _check(check: CheckLine) -> QWidget:
    frame = QWidget()
    line = QHBoxLayout(frame)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    sign = label()
    name, colour = ("check-circle-outline", Colour.GOOD) if check.passed else ("close-circle", Colour.ERROR)
    sign.setPixmap(icon(name, colour).pixmap(18, 18))
    line.addWidget(sign)
    words = ElidedLabel("" if not check.passed else "muted")
    words.set_whole_text(check.text)
    frame.setToolTip(check.detail)
    line.addWidget(words, 1)
    return frame
