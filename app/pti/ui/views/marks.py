"""Letters and labels on images: readable on white and on black."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from pti.ui.theme import Colour, text_font

_HALO = QColor(0, 0, 0, 200)
EDGE = 14


def draw_text(
    painter: QPainter, at: QPointF, text: str, size_px: int, *, bold: bool = False, colour: str = Colour.TEXT
) -> None:
    """Text with a dark halo; `at` is the left end of its baseline."""
    path = QPainterPath()
    path.addText(at, text_font(size_px, QFont.Weight.DemiBold if bold else QFont.Weight.Medium), text)
    painter.strokePath(path, QPen(_HALO, 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(path, QColor(colour))


def text_width(text: str, size_px: int, *, bold: bool = False) -> float:
    """How wide :func:`draw_text` draws."""
    return QFontMetricsF(text_font(size_px, QFont.Weight.DemiBold if bold else QFont.Weight.Medium)).horizontalAdvance(text)


def draw_edge_letters(painter: QPainter, area: QRectF, letters: tuple[str, str, str, str], size_px: int = 20) -> None:
    """Patient directions at the middle of the left, right, top and bottom edge."""
    left, right, top, bottom = letters
    middle = area.center()
    half = size_px * 0.36
    draw_text(painter, QPointF(area.left() + EDGE, middle.y() + half), left, size_px, bold=True)
    width = text_width(right, size_px, bold=True)
    draw_text(painter, QPointF(area.right() - EDGE - width, middle.y() + half), right, size_px, bold=True)
    width = text_width(top, size_px, bold=True)
    draw_text(painter, QPointF(middle.x() - width / 2, area.top() + EDGE + 0.75 * size_px), top, size_px, bold=True)
    width = text_width(bottom, size_px, bold=True)
    draw_text(painter, QPointF(middle.x() - width / 2, area.bottom() - EDGE), bottom, size_px, bold=True)


def draw_line(painter: QPainter, a: QPointF, b: QPointF, colour: QColor, width: float = 1.2) -> None:
    """A line with a dark halo."""
    painter.setPen(QPen(QColor(0, 0, 0, 130), width + 2))
    painter.drawLine(a, b)
    painter.setPen(QPen(colour, width))
    painter.drawLine(a, b)


def draw_scale_bar(painter: QPainter, area: QRectF, pixels_per_mm: float) -> None:
    """A bar at the lower right whose length is told in mm."""
    length_mm = next((mm for mm in (100, 50, 20, 10, 5, 2, 1) if mm * pixels_per_mm <= area.width() / 4), 1)
    length = length_mm * pixels_per_mm
    right, y = area.right() - EDGE, area.bottom() - EDGE
    colour = QColor(Colour.TEXT)
    draw_line(painter, QPointF(right - length, y), QPointF(right, y), colour, 2.0)
    for x in (right - length, right):
        draw_line(painter, QPointF(x, y - 5), QPointF(x, y), colour, 2.0)
    text = f"{length_mm} mm"
    draw_text(painter, QPointF(right - length / 2 - text_width(text, 12) / 2, y - 9), text, 12)
