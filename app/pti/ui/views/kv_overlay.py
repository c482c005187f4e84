"""What is drawn over a kV image: isocentre with centimetre scale, silhouettes, markers, letters and labels."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray
from pti.session.case import StructureOutline
from pti.ui.theme import Colour
from pti.ui.views.marks import EDGE, draw_line, draw_text, text_width
from pti.ui.views.transform import ViewTransform

#: The graticule reaches so far from the isocentre.
_REACH_MM = 50
_TICK, _LONG_TICK = 4.0, 8.0
#: Free space round the crossing, so that what lies at the isocentre can be seen.
_GAP = 7.0


def panel_to_content(geometry: ImagerGeometry, row: float, column: float) -> tuple[float, float]:
    """A pixel position as content (x, y): mm on the panel from the centre of the first pixel."""
    return column * geometry.column_spacing_mm, row * geometry.row_spacing_mm


def outline_path(outline: StructureOutline, geometry: ImagerGeometry) -> QPainterPath:
    """Closed lines in content coordinates; points of markers are left to :func:`draw_marker`."""
    path = QPainterPath()
    for line in outline.lines:
        if len(line) < 2:
            continue
        x, y = panel_to_content(geometry, line[0, 0], line[0, 1])
        path.moveTo(x, y)
        for row, column in line[1:]:
            x, y = panel_to_content(geometry, row, column)
            path.lineTo(x, y)
        path.closeSubpath()
    return path


def draw_outline(painter: QPainter, path: QPainterPath, colour: tuple[int, int, int], transform: ViewTransform) -> None:
    """One silhouette, its pen as wide at every zoom."""
    painter.save()
    painter.setTransform(QTransform(transform.scale, 0, 0, transform.scale, transform.offset_x, transform.offset_y), True)
    pen = QPen(QColor(*colour, 230), 1.4)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.restore()


def draw_markers(painter: QPainter, outline: StructureOutline, geometry: ImagerGeometry, transform: ViewTransform) -> None:
    """Points as small rings with a cross inside."""
    for line in outline.lines:
        if len(line) == 1:
            x, y = transform.to_view(panel_to_content(geometry, float(line[0, 0]), float(line[0, 1])))
            _ring(painter, QPointF(x, y), 6.0, QColor(*outline.colour))


def draw_shutter(
    painter: QPainter, area: QRectF, geometry: ImagerGeometry, transform: ViewTransform, corners: FloatArray | None
) -> None:
    """Darken what lies behind the jaws; it stays visible, so that nothing is hidden."""
    if corners is None:
        return
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    path.addRect(area)
    path.addPolygon(QPolygonF([_view(geometry, transform, corner) for corner in corners]))
    path.closeSubpath()
    painter.fillPath(path, QColor(0, 0, 0, 190))


def draw_planned_isocentre(painter: QPainter, at: QPointF) -> None:
    """Where the plan's isocentre is, at the pose that is shown."""
    _ring(painter, at, 9.0, QColor(Colour.ISOCENTRE), 2.0)


def draw_graticule(painter: QPainter, geometry: ImagerGeometry, transform: ViewTransform) -> None:
    """The machine isocentre as a cross along the panel's axes, a tick for each centimetre at the isocentre."""
    cross = geometry.project((0.0, 0.0, 0.0))
    colour = QColor(Colour.GRATICULE)
    centre = _view(geometry, transform, cross)
    centimetre = 10.0 * geometry.sid_mm / geometry.sad_mm * transform.scale
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        far = centimetre * _REACH_MM / 10
        draw_line(
            painter,
            QPointF(centre.x() + dx * _GAP, centre.y() + dy * _GAP),
            QPointF(centre.x() + dx * far, centre.y() + dy * far),
            colour,
        )
        for count in range(1, _REACH_MM // 10 + 1):
            half = _LONG_TICK if count % 5 == 0 else _TICK
            x, y = centre.x() + dx * count * centimetre, centre.y() + dy * count * centimetre
            draw_line(
                painter,
                QPointF(x - half * abs(dy), y - half * abs(dx)),
                QPointF(x + half * abs(dy), y + half * abs(dx)),
                colour,
            )
    draw_text(painter, QPointF(centre.x() + centimetre * 5 + 6, centre.y() + 4), "5 cm", 11, colour=Colour.GRATICULE)


def draw_curtain(painter: QPainter, x: float, area: QRectF) -> None:
    """The line between acquired image and DRR with a handle."""
    draw_line(painter, QPointF(x, area.top()), QPointF(x, area.bottom()), QColor(Colour.ACCENT_BRIGHT), 1.6)
    handle = QPointF(x, area.center().y() + area.height() * 0.3)
    painter.setPen(QPen(QColor(0, 0, 0, 160), 1.0))
    painter.setBrush(QColor(Colour.ACCENT))
    painter.drawEllipse(handle, 11.0, 11.0)
    painter.setPen(QPen(QColor("white"), 2.0))
    for side in (-1, 1):
        painter.drawLine(handle + QPointF(side * 3, -4), handle + QPointF(side * 6, 0))
        painter.drawLine(handle + QPointF(side * 6, 0), handle + QPointF(side * 3, 4))
    for text, left in (("kV", True), ("DRR", False)):
        at = x - 8 - text_width(text, 13, bold=True) if left else x + 8
        draw_text(painter, QPointF(at, area.top() + 92), text, 13, bold=True)


def draw_name(painter: QPainter, area: QRectF, name: str) -> None:
    """The name of the image that is shown alone, large."""
    width = text_width(name, 34, bold=True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(10, 12, 16, 170))
    painter.drawRoundedRect(QRectF(area.center().x() - width / 2 - 18, area.top() + 44, width + 36, 52), 8, 8)
    draw_text(painter, QPointF(area.center().x() - width / 2, area.top() + 82), name, 34, bold=True)


def draw_corner_labels(painter: QPainter, area: QRectF, title: str, second: str, lower: str) -> None:
    """The view's title and the DRR's pose at the upper left, window values at the lower left."""
    draw_text(painter, QPointF(area.left() + EDGE, area.top() + EDGE + 14), title, 17, bold=True)
    if second:
        draw_text(painter, QPointF(area.left() + EDGE, area.top() + EDGE + 36), second, 14)
    if lower:
        draw_text(painter, QPointF(area.left() + EDGE, area.bottom() - EDGE), lower, 12, colour=Colour.MUTED)


def _view(geometry: ImagerGeometry, transform: ViewTransform, pixel: FloatArray) -> QPointF:
    x, y = transform.to_view(panel_to_content(geometry, float(pixel[0]), float(pixel[1])))
    return QPointF(x, y) if math.isfinite(x + y) else QPointF(-1e6, -1e6)


def isocentre_in_view(geometry: ImagerGeometry, transform: ViewTransform) -> QPointF:
    """Where the machine isocentre is drawn."""
    return _view(geometry, transform, geometry.project((0.0, 0.0, 0.0)))


def pixel_in_view(geometry: ImagerGeometry, transform: ViewTransform, pixel: tuple[float, float]) -> QPointF:
    """Where a (row, column) of the panel is drawn."""
    return _view(geometry, transform, np.array(pixel))


def _ring(painter: QPainter, at: QPointF, radius: float, colour: QColor, width: float = 1.6) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 170), width + 2), QPen(colour, width)):
        painter.setPen(pen)
        painter.drawEllipse(at, radius, radius)
    painter.drawLine(at - QPointF(radius / 3, 0), at + QPointF(radius / 3, 0))
    painter.drawLine(at - QPointF(0, radius / 3), at + QPointF(0, radius / 3))
