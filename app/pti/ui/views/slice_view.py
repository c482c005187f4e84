"""One slice of the planning CT with contours, isocentre and the lines of the two other slices."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from pti.imaging.display.blending import Mixture, Picture, mixed
from pti.imaging.display.overlays import Tint, draw_segments, lay_tint, make_tint
from pti.imaging.display.sampling import Positions
from pti.imaging.display.slices import Point, SlicePlane, extent, index_of, position_of, slice_samples, voxel_positions
from pti.imaging.display.window import SOFT_TISSUE, Window
from pti.imaging.structure_models import StructureModels
from pti.imaging.volume import CtVolume
from pti.ui.theme import Colour
from pti.ui.viewmodels import formats
from pti.ui.views.canvas import Canvas
from pti.ui.views.marks import EDGE, draw_edge_letters, draw_line, draw_scale_bar, draw_text
from pti.ui.views.slice_contours import Cuts, SliceContours, draw_points
from pti.ui.views.transform import Area

_AXES = ("x", "y", "z")
_NOTCH = 120
#: Room round the contoured body when the whole of it is shown.
_MARGIN_MM = 12.0
#: Of the areas of structures: what lies below must still be read.
_OPACITY = 0.22
_LINE_WIDTH = 1.6


@dataclass(frozen=True, slots=True)
class SliceSettings:
    """How the slices are looked at; the same for all three."""

    window: Window = SOFT_TISSUE
    hidden: frozenset[int] = frozenset()
    filled: bool = True


class SliceView(Canvas):
    """One of the three linked slices; the wheel goes through the slices, Ctrl and the wheel zoom."""

    point_chosen = Signal(object)
    window_changed = Signal(object)

    def __init__(self, plane: SlicePlane, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plane = plane
        self._ct: CtVolume | None = None
        self._contours: SliceContours | None = None
        self._point: Point = (0.0, 0.0, 0.0)
        self._isocentre: Point = (0.0, 0.0, 0.0)
        self._settings = SliceSettings()
        self._models: StructureModels | None = None
        self._cuts: Cuts = ()
        self._cuts_at: float | None = None
        self._tint: Tint | None = None
        self._tint_of: tuple[float, frozenset[int]] | None = None

    @property
    def plane(self) -> SlicePlane:
        """Which plane is shown."""
        return self._plane

    @property
    def point(self) -> Point:
        """The point that all three slices go through."""
        return self._point

    def show_ct(self, ct: CtVolume | None, contours: SliceContours | None, isocentre_mm: Point) -> None:
        """Show another CT, through its isocentre."""
        self._ct, self._contours = ct, contours
        self._isocentre = self._point = isocentre_mm
        self._forget_cuts()
        self.reset_view()

    def show_models(self, models: StructureModels | None) -> None:
        """Show areas and outlines that the structures' models have; None: they are on their way."""
        if models is not self._models:
            self._models = models
            self._forget_cuts()
            self.refresh()

    def _forget_cuts(self) -> None:
        self._cuts_at = self._tint_of = None

    def go_to(self, point_mm: Point) -> None:
        """Show the slice through a point."""
        if point_mm != self._point:
            self._point = point_mm
            self.refresh()

    def apply(self, settings: SliceSettings) -> None:
        """Show it in another way."""
        if settings != self._settings:
            self._settings = settings
            self.refresh()

    # -- Canvas

    def content_area(self) -> Area | None:
        if self._ct is None:
            return None
        right, down = extent(self._ct, self._plane.right_axis), extent(self._ct, self._plane.down_axis)
        top = down.low_mm if self._plane.down_sign > 0 else -down.high_mm
        return Area(right.low_mm, top, right.high_mm - right.low_mm, down.high_mm - down.low_mm)

    def fit_area(self) -> Area | None:
        area = self.content_area()
        bounds = None if self._contours is None else self._contours.bounds_mm
        if area is None or bounds is None:
            return area
        (x0, y0), (x1, y1) = (self._plane.to_plane(corner) for corner in bounds)
        left, right = max(x0 - _MARGIN_MM, area.left), min(x1 + _MARGIN_MM, area.left + area.width)
        top, bottom = max(min(y0, y1) - _MARGIN_MM, area.top), min(max(y0, y1) + _MARGIN_MM, area.top + area.height)
        return Area(left, top, right - left, bottom - top) if right > left and bottom > top else area

    def sample(self, x_mm: Positions, y_mm: Positions, width_px: int) -> Picture:
        assert self._ct is not None
        through = self._point[self._plane.through_axis]
        picture = mixed(slice_samples(self._ct, self._plane, through, x_mm, y_mm, self._settings.window), None, Mixture())
        if self._contours is not None:
            if self._settings.filled:
                lay_tint(
                    picture, self._area_tint(self._ct, self._contours), *voxel_positions(self._ct, self._plane, x_mm, y_mm)
                )
            self._draw_outlines(picture)
        return picture

    def _area_tint(self, ct: CtVolume, contours: SliceContours) -> Tint:
        wanted = (self._point[self._plane.through_axis], self._settings.hidden)
        if self._tint is None or self._tint_of != wanted:
            areas = contours.areas(self._plane, wanted[0], self._models or {}, wanted[1])
            rows, columns = (count for axis, count in enumerate(ct.hounsfield.shape) if axis != 2 - self._plane.through_axis)
            self._tint, self._tint_of = make_tint(areas, (rows, columns), _OPACITY), wanted
        return self._tint

    def _draw_outlines(self, picture: Picture) -> None:
        ratio, at = self.devicePixelRatioF(), self.view_transform
        # Pixel k of the device has its centre at k + 0.5.
        first = np.tile((at.offset_x * ratio - 0.5, at.offset_y * ratio - 0.5), 2)
        for cut in self._structure_cuts():
            if cut.number not in self._settings.hidden:
                draw_segments(picture, first + at.scale * ratio * cut.segments, cut.colour, _LINE_WIDTH * ratio)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        notches = event.angleDelta().y() / _NOTCH
        self._step(int(np.sign(notches)) * max(1, round(abs(notches))) if notches else 0)
        event.accept()

    def _step(self, slices: int) -> None:
        if self._ct is None or slices == 0:
            return
        axis = self._plane.through_axis
        last = self._ct.hounsfield.shape[2 - axis] - 1
        index = min(max(index_of(self._ct, axis, self._point[axis]) + slices, 0), last)
        point = list(self._point)
        point[axis] = position_of(self._ct, axis, index)
        self.point_chosen.emit((point[0], point[1], point[2]))

    def left_pressed(self, at: QPointF) -> None:
        self._choose(at)

    def left_dragged(self, at: QPointF, moved: QPointF) -> None:
        self._choose(at)

    def _choose(self, at: QPointF) -> None:
        area = self.content_area()
        if area is None:
            return
        right, down = self.view_transform.to_content((at.x(), at.y()))
        right = min(max(right, area.left), area.left + area.width)
        down = min(max(down, area.top), area.top + area.height)
        self.point_chosen.emit(self._plane.to_patient(right, down, self._point[self._plane.through_axis]))

    def window_dragged(self, right: float, down: float, modifiers: Qt.KeyboardModifier) -> None:
        self.window_changed.emit(self._settings.window.dragged(right, down))

    # -- what is drawn over it

    def paint_overlay(self, painter: QPainter) -> None:
        if self._ct is None:
            return
        area = QRectF(self.rect())
        draw_points(painter, self._structure_cuts(), self._settings.hidden, self.view_transform)
        self._paint_lines(painter, area)
        self._paint_isocentre(painter)
        draw_edge_letters(painter, area, self._plane.letters, 17)
        draw_scale_bar(painter, area, self.view_transform.scale)
        axis = self._plane.through_axis
        draw_text(painter, QPointF(EDGE, EDGE + 14), self._plane.value, 16, bold=True)
        position = f"{_AXES[axis]} {formats.decimal(self._point[axis])} mm"
        draw_text(painter, QPointF(EDGE, EDGE + 34), position, 13)
        if self._contours is not None and self._models is None and self._plane is not SlicePlane.AXIAL:
            draw_text(painter, QPointF(EDGE, EDGE + 52), "structures are on their way", 12, colour=Colour.MUTED)
        window = self._settings.window
        level = f"W {window.width:.0f}   L {window.centre:.0f}"
        draw_text(painter, QPointF(EDGE, area.bottom() - EDGE), level, 12, colour=Colour.MUTED)

    def _structure_cuts(self) -> Cuts:
        through = self._point[self._plane.through_axis]
        if self._contours is not None and self._cuts_at != through:
            self._cuts, self._cuts_at = self._contours.cuts(self._plane, through, self._models or {}), through
        return self._cuts

    def _paint_lines(self, painter: QPainter, area: QRectF) -> None:
        x, y = self.view_transform.to_view(self._plane.to_plane(self._point))
        painter.setPen(QPen(QColor(91, 151, 255, 110), 1.0))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _paint_isocentre(self, painter: QPainter) -> None:
        x, y = self.view_transform.to_view(self._plane.to_plane(self._isocentre))
        axis = self._plane.through_axis
        here = abs(self._point[axis] - self._isocentre[axis]) < 1.5
        colour = QColor(Colour.ISOCENTRE)
        colour.setAlpha(255 if here else 110)
        for a, b in (((-14, 0), (-5, 0)), ((5, 0), (14, 0)), ((0, -14), (0, -5)), ((0, 5), (0, 14))):
            draw_line(painter, QPointF(x + a[0], y + a[1]), QPointF(x + b[0], y + b[1]), colour, 2.0)
