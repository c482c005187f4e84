"""The rail of steps: done, current, to come."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pti.session.model import SessionState
from pti.ui.theme import Colour, text_font
from pti.ui.viewmodels.steps import Status, StepItem, steps

_RADIUS = 12.0


class StepRail(QWidget):
    """Paints the steps in one line, joined by a track."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepRail")
        self.setFixedHeight(42)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._items: tuple[StepItem, ...] = ()

    @property
    def items(self) -> tuple[StepItem, ...]:
        """What is shown."""
        return self._items

    def sizeHint(self) -> QSize:
        return QSize(800, 42)

    def present(self, state: SessionState) -> None:
        """Show where the session stands."""
        items = steps(state.phase)
        if items != self._items:
            self._items = items
            self.setAccessibleDescription(", ".join(f"{i.step.value}: {i.status.value}" for i in items))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / max(len(self._items), 1)
        for index, item in enumerate(self._items):
            self._paint_item(painter, index, item, QRectF(index * width, 0, width, self.height()))

    def _paint_item(self, painter: QPainter, index: int, item: StepItem, area: QRectF) -> None:
        current = item.status is Status.CURRENT
        if current:
            painter.fillRect(area, QColor(Colour.CHROME))
            painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 3), QColor(Colour.ACCENT))
        font = text_font(16, QFont.Weight.DemiBold if current else QFont.Weight.Medium)
        painter.setFont(font)
        text_width = painter.fontMetrics().horizontalAdvance(item.step.value)
        left = area.center().x() - (text_width + 2 * _RADIUS + 10) / 2
        centre = QPointF(left + _RADIUS, area.center().y() - 1)
        self._paint_mark(painter, centre, index + 1, item.status)
        painter.setPen(QColor(Colour.TEXT if current else Colour.MUTED if item.status is Status.DONE else Colour.FAINT))
        painter.setFont(font)
        text_area = QRectF(left + 2 * _RADIUS + 10, area.top() - 1, text_width + 4, area.height())
        painter.drawText(text_area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, item.step.value)

    def _paint_mark(self, painter: QPainter, centre: QPointF, number: int, status: Status) -> None:
        if status is Status.DONE:
            painter.setPen(QPen(QColor(Colour.GOOD), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, _RADIUS - 1, _RADIUS - 1)
            painter.drawPolyline([centre + QPointF(-5, 0), centre + QPointF(-1.5, 4), centre + QPointF(5, -4)])
            return
        current = status is Status.CURRENT
        painter.setPen(QPen(QColor(Colour.ACCENT if current else Colour.LINE), 2.0))
        painter.setBrush(QColor(Colour.ACCENT) if current else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, _RADIUS - 1, _RADIUS - 1)
        painter.setPen(QColor("white" if current else Colour.FAINT))
        painter.setFont(text_font(13, QFont.Weight.DemiBold))
        box = QRectF(centre.x() - _RADIUS, centre.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))
