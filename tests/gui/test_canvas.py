"""A view that cannot be drawn says so and leaves the program alive."""

import logging

import numpy as np
import pytest
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from pti.imaging.display.blending import Picture
from pti.imaging.display.sampling import Positions
from pti.ui.views.canvas import Canvas
from pti.ui.views.transform import Area


class Faulty(Canvas):
    """Draws a grey picture, or fails."""

    fails = True

    def content_area(self) -> Area:
        return Area(0.0, 0.0, 100.0, 80.0)

    def sample(self, x_mm: Positions, y_mm: Positions, width_px: int) -> Picture:
        return np.full((len(y_mm), len(x_mm)), 0xFF808080, np.uint32)

    def paint_overlay(self, painter: QPainter) -> None:
        if self.fails:
            raise ValueError("a contour that nobody expected")


def test_a_view_that_fails_says_so_once_in_the_log_and_draws_again_when_it_can(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    view = Faulty()
    qtbot.addWidget(view)
    view.resize(400, 300)
    with qtbot.waitExposed(view):
        view.show()
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        view.refresh()
        broken = view.grab().toImage()
        view.grab()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert broken.pixelColor(2, 2).name() == "#000000"  # nothing of the picture is left to be believed
    assert any(broken.pixelColor(x, 150 + y).red() > 200 for x in range(400) for y in range(-12, 6))
    view.fails = False
    view.refresh()
    assert view.grab().toImage().pixelColor(200, 20).name() == "#808080"
