"""The look: the program's own font with digits of one width, icons at hand, texts that do not look like markup."""

from PySide6.QtGui import QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication

from pti.foundation.resources import resource_path
from pti.ui.panels.widgets import ElidedLabel, icon, label
from pti.ui.theme import FAMILY, apply_theme, text_font


def test_the_programs_own_font_is_used_and_its_digits_are_equally_wide(qapp: QApplication) -> None:
    apply_theme(qapp)
    assert QFontInfo(qapp.font()).family() == FAMILY
    for size in (14, 26):
        metrics = QFontMetricsF(text_font(size))
        assert len({round(metrics.horizontalAdvance(digit * 4), 3) for digit in "0123456789"}) == 1


def test_the_font_comes_with_its_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in resource_path("fonts", "Inter-LICENSE.txt").read_text(encoding="utf-8")


def test_every_icon_of_the_style_sheet_exists(qapp: QApplication) -> None:
    apply_theme(qapp)
    named = [part.split(")")[0] for part in qapp.styleSheet().split("url(")[1:]]
    assert named
    assert all(resource_path("icons", name.rsplit("/", 1)[1]).is_file() for name in named)
    assert not icon("check-circle").pixmap(16, 16).isNull()


def test_markup_in_a_name_is_shown_as_it_stands(qapp: QApplication) -> None:
    shown = label("<b>Doe</b>")
    assert shown.text() == "<b>Doe</b>"
    assert shown.sizeHint().width() > label("Doe").sizeHint().width()


def test_long_text_ends_in_dots_and_is_whole_in_the_tool_tip(qapp: QApplication) -> None:
    shown = ElidedLabel()
    shown.resize(60, 20)
    shown.set_whole_text("A very long name that has no room here")
    assert shown.text().endswith("\N{HORIZONTAL ELLIPSIS}")
    assert shown.toolTip() == shown.whole_text
