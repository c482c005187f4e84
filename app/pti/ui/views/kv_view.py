"""One kV image blended with its DRR, with isocentre, scale, silhouettes and labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from pti.imaging.display.blending import Mixture, Palette, Picture, mixed
from pti.imaging.display.sampling import Grey, Positions, between_panels, windowed_samples
from pti.imaging.display.window import Window, automatic_window
from pti.session.case import ViewRendering
from pti.ui.theme import Colour
from pti.ui.viewmodels.kv import KvPicture, drr_inside_field, inside_field
from pti.ui.views import kv_overlay as overlay
from pti.ui.views.canvas import Canvas
from pti.ui.views.kv_settings import Flicker, KvSettings
from pti.ui.views.marks import draw_edge_letters, draw_text, text_width
from pti.ui.views.transform import Area, ViewTransform

_UNSET = Window(0.5, 1.0)
#: The curtain is grabbed this near to its line.
_GRAB = 16.0


_Key = tuple[ViewTransform, int, int, Window, Window]


@dataclass(frozen=True, slots=True, eq=False)
class _Greys:
    """Both images sampled for the screen, and what they were sampled from."""

    key: _Key
    display: NDArray[np.float32]
    rendering: ViewRendering | None
    acquired: Grey
    drr: Grey | None


class KvView(Canvas):
    """Shows one image of the pair.

    The right button's drag changes the window of what is visible: of both images when they are blended, with Shift only
    the acquired image's, with Ctrl only the DRR's.
    """

    curtain_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kv: KvPicture | None = None
        self._settings = KvSettings()
        self._acquired_window = _UNSET
        self._drr_window = _UNSET
        self._drr_windowed_for: ViewRendering | None = None
        self._paths: list[tuple[QPainterPath, int]] = []
        self._paths_of: ViewRendering | None = None
        self._waiting_text = ""
        self._moves_curtain = False
        self._greys: _Greys | None = None

    # -- what is shown

    @property
    def picture(self) -> KvPicture | None:
        """The image that is shown."""
        return self._kv

    @property
    def settings(self) -> KvSettings:
        """How it is shown."""
        return self._settings

    @property
    def acquired_window(self) -> Window:
        """Window of the acquired image."""
        return self._acquired_window

    @property
    def drr_window(self) -> Window:
        """Window of the DRR."""
        return self._drr_window

    def show_picture(self, picture: KvPicture | None, waiting_text: str = "") -> None:
        """Show an image, or `waiting_text` where there is none; what did not change is not done again."""
        old, self._kv, self._waiting_text = self._kv, picture, waiting_text
        if picture is None:
            self._paths_of, self._drr_windowed_for = None, None
            self.reset_view()
            return
        if old is None or old.display is not picture.display:
            self._acquired_window = automatic_window(inside_field(picture))
            self._drr_windowed_for = None
            self.reset_view()
        self._take_rendering(picture.rendering)
        self.refresh()

    def apply(self, settings: KvSettings) -> None:
        """Show it in another way."""
        if settings != self._settings:
            self._settings = settings
            self.refresh()

    def set_windows(self, acquired: Window, drr: Window) -> None:
        """Set window and level of both images."""
        self._acquired_window, self._drr_window = acquired, drr
        self.refresh()

    def reset_windows(self) -> None:
        """Automatic windows."""
        if self._kv is None:
            return
        rendering = self._kv.rendering
        drr = _UNSET if rendering is None else automatic_window(drr_inside_field(self._kv, rendering))
        self.set_windows(automatic_window(inside_field(self._kv)), drr)

    def _take_rendering(self, rendering: ViewRendering | None) -> None:
        if rendering is None or self._kv is None:
            self._paths_of = None
            return
        if self._drr_windowed_for is None:
            # Planned and matched position share one window, so that they can be compared.
            self._drr_window = automatic_window(drr_inside_field(self._kv, rendering))
            self._drr_windowed_for = rendering
        if self._paths_of is not rendering:
            geometry = self._kv.geometry
            self._paths = [(overlay.outline_path(o, geometry), index) for index, o in enumerate(rendering.outlines)]
            self._paths_of = rendering

    # -- Canvas

    def content_area(self) -> Area | None:
        if self._kv is None:
            return None
        g = self._kv.geometry
        dx, dy = g.column_spacing_mm, g.row_spacing_mm
        return Area(-dx / 2, -dy / 2, g.columns * dx, g.rows * dy)

    def sample(self, x_mm: Positions, y_mm: Positions, width_px: int) -> Picture:
        acquired, drr = self._greys_at(x_mm, y_mm)
        return mixed(acquired, drr, Mixture() if drr is None else self._mixture(width_px))

    def _greys_at(self, x_mm: Positions, y_mm: Positions) -> tuple[Grey, Grey | None]:
        """Both images at these positions; what is at hand is used again, so that blending only mixes."""
        assert self._kv is not None
        geometry, rendering = self._kv.geometry, self._kv.rendering
        key = (self.view_transform, len(x_mm), len(y_mm), self._acquired_window, self._drr_window)
        known = self._greys
        if known is not None and known.key == key and known.display is self._kv.display and known.rendering is rendering:
            return known.acquired, known.drr
        rows = np.asarray(y_mm / np.float32(geometry.row_spacing_mm), dtype=np.float32)
        columns = np.asarray(x_mm / np.float32(geometry.column_spacing_mm), dtype=np.float32)
        acquired = windowed_samples(self._kv.display, rows, columns, self._acquired_window)
        drr = None
        if rendering is not None:
            on_drr = between_panels(geometry, rendering.geometry)
            drr = windowed_samples(rendering.drr, *on_drr(rows, columns), self._drr_window)
        self._greys = _Greys(key, self._kv.display, rendering, acquired, drr)
        return acquired, drr

    def _mixture(self, width_px: int) -> Mixture:
        s = self._settings
        if s.flicker is not None:
            return Mixture(s.shown_share)
        split = None if s.curtain is None else round(s.curtain * width_px)
        return Mixture(s.share, s.palette, split)

    def window_dragged(self, right: float, down: float, modifiers: Qt.KeyboardModifier) -> None:
        share = self._settings.shown_share
        only_acquired = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        only_drr = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if not only_drr and (share < 1.0 or self._settings.curtain is not None):
            self._acquired_window = self._acquired_window.dragged(right, down)
        if not only_acquired and (share > 0.0 or self._settings.curtain is not None):
            self._drr_window = self._drr_window.dragged(right, down)
        self.refresh()

    def left_pressed(self, at: QPointF) -> None:
        curtain = self._settings.curtain
        self._moves_curtain = curtain is not None and abs(at.x() - curtain * self.width()) <= _GRAB

    def left_dragged(self, at: QPointF, moved: QPointF) -> None:
        if self._moves_curtain:
            self.curtain_moved.emit(min(max(at.x() / self.width(), 0.0), 1.0))
        else:
            super().left_dragged(at, moved)

    # -- what is drawn over it

    def isocentre_in_view(self) -> QPointF:
        """Where the machine isocentre is drawn."""
        assert self._kv is not None
        return overlay.isocentre_in_view(self._kv.geometry, self.view_transform)

    def paint_overlay(self, painter: QPainter) -> None:
        area = QRectF(self.rect())
        if self._kv is None:
            self._paint_waiting(painter, area)
            return
        overlay.draw_shutter(painter, area, self._kv.geometry, self.view_transform, self._kv.field_pixels)
        self._paint_structures(painter)
        if self._settings.graticule:
            overlay.draw_graticule(painter, self._kv.geometry, self.view_transform)
        self._paint_planned_isocentre(painter)
        draw_edge_letters(painter, area, self._kv.letters)
        self._paint_labels(painter, area)

    def _paint_structures(self, painter: QPainter) -> None:
        kv = self._kv
        if kv is None or kv.rendering is None or not self._settings.outlines:
            return
        for path, index in self._paths:
            outline = kv.rendering.outlines[index]
            if outline.name not in self._settings.hidden:
                overlay.draw_outline(painter, path, outline.colour, self.view_transform)
                overlay.draw_markers(painter, outline, kv.geometry, self.view_transform)

    def _paint_planned_isocentre(self, painter: QPainter) -> None:
        kv = self._kv
        if kv is not None and kv.rendering is not None and self._settings.graticule:
            at = overlay.pixel_in_view(kv.geometry, self.view_transform, kv.rendering.isocentre_pixel)
            overlay.draw_planned_isocentre(painter, at)

    def _paint_labels(self, painter: QPainter, area: QRectF) -> None:
        kv, settings = self._kv, self._settings
        assert kv is not None
        if kv.rendering is None:
            overlay.draw_corner_labels(painter, area, kv.title, "", "")
            if kv.rendering_label:
                self._note(painter, area, "Rendering the DRR ...")
            return
        overlay.draw_corner_labels(painter, area, kv.title, kv.rendering_label, self._legend())
        if settings.flicker is not None:
            overlay.draw_name(painter, area, kv.name if settings.flicker is Flicker.ACQUIRED else kv.rendering_label)
        elif settings.curtain is not None:
            overlay.draw_curtain(painter, settings.curtain * area.width(), area)

    def _legend(self) -> str:
        palette = self._settings.palette
        if self._settings.flicker is not None or self._settings.curtain is not None or palette is Palette.GREY:
            return ""
        first, second = ("orange", "blue") if palette is Palette.ORANGE_BLUE else ("green", "magenta")
        return f"{first} = kV     {second} = DRR"

    def _note(self, painter: QPainter, area: QRectF, text: str) -> None:
        width = text_width(text, 14)
        draw_text(painter, QPointF(area.center().x() - width / 2, area.bottom() - 44), text, 14, colour=Colour.MUTED)

    def _paint_waiting(self, painter: QPainter, area: QRectF) -> None:
        width = text_width(self._waiting_text, 20)
        at = QPointF(area.center().x() - width / 2, area.center().y())
        draw_text(painter, at, self._waiting_text, 20, colour=Colour.MUTED)
