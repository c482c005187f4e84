"""The common part of all image views: a picture that is sampled for the screen's pixels, zoom, pan, drags."""

import logging
import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pti.imaging.display.blending import Picture
from pti.imaging.display.sampling import Positions
from pti.ui.theme import Colour
from pti.ui.views.marks import EDGE, draw_text
from pti.ui.views.transform import Area, ViewTransform

_log = logging.getLogger(__name__)

#: Stands in a view that a mistake of the program keeps from being drawn.
FAILED = "This view cannot be drawn; the log tells why. Do not rely on it."
#: One notch of the wheel.
_ZOOM_STEP = 1.15
_NOTCH = 120


class Canvas(QWidget):
    """Paints the picture that a subclass samples, and turns mouse events into zoom, pan and drags."""

    maximise_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._transform = ViewTransform()
        self._fitted = True
        self._picture: Picture | None = None
        self._stale = True
        self._failed = False
        self._drag: tuple[Qt.MouseButton, QPointF] | None = None

    # -- what a subclass answers

    def content_area(self) -> Area | None:
        """What there is to see; None: nothing."""
        raise NotImplementedError

    def fit_area(self) -> Area | None:
        """What :meth:`reset_view` shows: everything unless a subclass knows what matters."""
        return self.content_area()

    def sample(self, x_mm: Positions, y_mm: Positions, width_px: int) -> Picture:
        """The picture at these content positions."""
        raise NotImplementedError

    def paint_overlay(self, painter: QPainter) -> None:
        """Draw lines and letters over the picture, in logical pixels."""
        raise NotImplementedError

    def window_dragged(self, right: float, down: float, modifiers: Qt.KeyboardModifier) -> None:
        """The right button was dragged by these shares of the view's size."""

    def left_pressed(self, at: QPointF) -> None:
        """The left button went down."""

    def left_dragged(self, at: QPointF, moved: QPointF) -> None:
        """The left button was dragged; pans unless a subclass knows better."""
        self._pan(moved)

    # -- state of the view

    @property
    def view_transform(self) -> ViewTransform:
        """Where the content stands."""
        return self._transform

    def reset_view(self) -> None:
        """Show the whole content."""
        self._fitted = True
        self._fit()

    def refresh(self) -> None:
        """Sample and paint anew."""
        self._stale, self._failed = True, False
        self.update()

    def _set_transform(self, transform: ViewTransform) -> None:
        self._fitted = False
        self._transform = transform
        self.refresh()

    def _fit(self) -> None:
        area = self.fit_area()
        if self._fitted and area is not None and self.width() > 0 and self.height() > 0:
            self._transform = ViewTransform.fitting(area, self.width(), self.height())
        self.refresh()

    def _pan(self, moved: QPointF) -> None:
        if self.content_area() is not None:
            self._set_transform(self._transform.moved(moved.x(), moved.y()))

    def zoom(self, factor: float, at: QPointF) -> None:
        """Enlarge about a point of the view."""
        if self.content_area() is not None:
            self._set_transform(self._transform.zoomed(factor, (at.x(), at.y())))

    # -- Qt's events

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self._fit()
        else:
            old = event.oldSize()
            self._transform = self._transform.moved((self.width() - old.width()) / 2, (self.height() - old.height()) / 2)
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:  # ended even if painting fails
            painter.fillRect(self.rect(), QColor(Colour.IMAGE))
            try:
                self._paint(painter)
            except Exception:  # noqa: BLE001 - out of here it would end the process, and the session with it
                self._tell_failure(painter)

    def _paint(self, painter: QPainter) -> None:
        if self.content_area() is not None:
            self._paint_picture(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_overlay(painter)

    def _tell_failure(self, painter: QPainter) -> None:
        """Say that nothing here can be believed; the log has the error, once for each change of the view."""
        if not self._failed:
            self._failed = True
            _log.exception("the view %s cannot be drawn", self.objectName())
        painter.resetTransform()
        painter.fillRect(self.rect(), QColor(Colour.IMAGE))
        draw_text(painter, QPointF(EDGE, self.height() / 2), FAILED, 16, bold=True, colour=Colour.ERROR)

    def _paint_picture(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        width, height = math.ceil(self.width() * ratio), math.ceil(self.height() * ratio)
        if self._stale or self._picture is None or self._picture.shape != (height, width):
            x_mm, y_mm = self._transform.pixel_centres(width, height, ratio)
            self._picture = np.ascontiguousarray(self.sample(x_mm, y_mm, width))
            self._stale = False
        image = QImage(self._picture.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        painter.drawImage(QRectF(0, 0, width / ratio, height / ratio), image)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _NOTCH
        if notches:
            self.zoom(_ZOOM_STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag = (event.button(), event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self.left_pressed(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        button, last = self._drag
        moved = event.position() - last
        self._drag = (button, event.position())
        match button:
            case Qt.MouseButton.LeftButton:
                self.left_dragged(event.position(), moved)
            case Qt.MouseButton.MiddleButton:
                self._pan(moved)
            case Qt.MouseButton.RightButton:
                self.window_dragged(moved.x() / self.width(), moved.y() / self.height(), event.modifiers())
            case _:
                pass

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.maximise_asked.emit()
