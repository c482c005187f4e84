"""The look: colours, fonts and style sheet. Dark and calm; amber and red only warn."""

from functools import cache

from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from pti.foundation.resources import resource_path

FAMILY = "Inter"
FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")


class Colour:
    """Every colour of the window; images stand on black."""

    IMAGE = "#000000"
    WINDOW = "#16181d"
    CHROME = "#1f2228"
    RAISED = "#2a2e37"
    HOVER = "#353a45"
    LINE = "#363b46"
    TEXT = "#eceef2"
    MUTED = "#a3abb8"
    FAINT = "#6d7583"
    ACCENT = "#3d82f6"
    ACCENT_BRIGHT = "#5b97ff"
    ACCENT_DARK = "#1e3a6b"
    GOOD = "#5fce93"
    WARNING = "#f5b340"
    ERROR = "#ff6b61"
    GRATICULE = "#8fd3ff"
    ISOCENTRE = "#59f0a7"


def apply_theme(application: QApplication) -> None:
    """Give the application its style, palette, font and style sheet."""
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(_palette())
    application.setFont(_font())
    application.setStyleSheet(_STYLE.replace(_ICONS, resource_path("icons").as_posix()))
    application.setWindowIcon(QIcon(str(resource_path("icons", "pti.svg"))))


def text_font(size_px: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's font for painting; digits are equally wide."""
    font = QFont(FAMILY)
    font.setPixelSize(size_px)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _font() -> QFont:
    _load_fonts()
    return text_font(14)


@cache
def _load_fonts() -> None:
    for name in FONT_FILES:
        QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))


def _palette() -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    for which, colour in (
        (role.Window, Colour.WINDOW),
        (role.WindowText, Colour.TEXT),
        (role.Base, Colour.CHROME),
        (role.AlternateBase, Colour.RAISED),
        (role.Text, Colour.TEXT),
        (role.Button, Colour.RAISED),
        (role.ButtonText, Colour.TEXT),
        (role.BrightText, Colour.TEXT),
        (role.ToolTipBase, Colour.RAISED),
        (role.ToolTipText, Colour.TEXT),
        (role.PlaceholderText, Colour.FAINT),
        (role.Highlight, Colour.ACCENT_DARK),
        (role.HighlightedText, Colour.TEXT),
        (role.Accent, Colour.ACCENT),
        (role.Link, Colour.ACCENT_BRIGHT),
        (role.Light, Colour.LINE),
        (role.Mid, Colour.LINE),
        (role.Dark, Colour.IMAGE),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(Colour.FAINT))
    return palette


_C = Colour
#: Stands in the style sheet for the folder of the icons.
_ICONS = "icons:"
_STYLE = f"""
QToolTip {{ background: {_C.RAISED}; color: {_C.TEXT}; border: 1px solid {_C.LINE}; padding: 6px 8px; }}
QFrame#card, QFrame#dockCard {{ background: {_C.CHROME}; border: none; border-radius: 8px; }}
QLabel[role="caption"] {{ color: {_C.MUTED}; font-size: 12px; }}
QLabel[role="title"] {{ color: {_C.MUTED}; font-size: 13px; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: 22px; font-weight: 600; }}
QLabel[role="value"] {{ font-size: 16px; font-weight: 500; }}
QLabel[role="muted"] {{ color: {_C.MUTED}; }}
QLabel[role="tag"] {{ color: {_C.MUTED}; background: {_C.RAISED}; border-radius: 4px; padding: 3px 8px; font-size: 12px; }}
QLabel[role="warningTag"] {{ color: {_C.WARNING}; background: #3a3020; border-radius: 4px; padding: 3px 8px; font-size: 12px;
    font-weight: 500; }}

QPushButton {{ background: {_C.RAISED}; border: 1px solid {_C.LINE}; border-radius: 6px; padding: 0 14px; min-height: 34px; }}
QPushButton:hover {{ background: {_C.HOVER}; }}
QPushButton:pressed {{ background: {_C.ACCENT_DARK}; }}
QPushButton:focus {{ border-color: {_C.ACCENT_BRIGHT}; }}
QPushButton:disabled {{ color: {_C.FAINT}; background: {_C.CHROME}; border-color: {_C.RAISED}; }}
QPushButton[role="secondary"] {{ min-height: 44px; font-size: 15px; padding: 0 8px; }}
QPushButton[role="primary"] {{ background: {_C.ACCENT}; border-color: {_C.ACCENT}; color: white; font-size: 16px;
    font-weight: 600; min-height: 44px; }}
QPushButton[role="primary"]:hover {{ background: {_C.ACCENT_BRIGHT}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {_C.TEXT}; }}
QPushButton[role="primary"]:disabled {{ background: {_C.RAISED}; border-color: {_C.RAISED}; color: {_C.FAINT}; }}
QPushButton#nextButton {{ background: {_C.ACCENT}; border: 1px solid {_C.ACCENT}; border-radius: 8px; min-height: 68px; }}
QPushButton#nextButton:hover {{ background: {_C.ACCENT_BRIGHT}; }}
QPushButton#nextButton:pressed {{ background: #2a65c9; }}
QPushButton#nextButton:focus {{ border: 2px solid {_C.TEXT}; }}
QPushButton#nextButton:disabled {{ background: {_C.RAISED}; border-color: {_C.RAISED}; }}
QLabel#nextLabel {{ font-size: 24px; font-weight: 600; color: white; }}
QLabel#nextLabel:disabled {{ color: {_C.MUTED}; }}
QLabel#nextKey {{ font-size: 14px; font-weight: 500; color: white; background: rgba(255, 255, 255, 40); border-radius: 4px;
    padding: 3px 8px; }}
QLabel#nextKey:disabled {{ color: {_C.FAINT}; background: transparent; }}
QPushButton[role="stop"] {{ min-height: 34px; padding: 0 18px; font-weight: 600; color: {_C.TEXT}; border-color: {_C.ERROR};
    background: #45262a; }}
QPushButton[role="stop"]:hover {{ background: #5c2f33; }}
QPushButton[role="stop"]:disabled {{ color: {_C.FAINT}; border-color: {_C.LINE}; background: {_C.CHROME}; }}

QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 0 10px; min-height: 32px;
    color: {_C.TEXT}; }}
QToolButton:hover {{ background: {_C.HOVER}; }}
QToolButton:checked {{ background: {_C.ACCENT_DARK}; border-color: {_C.ACCENT}; }}
QToolButton:disabled, QToolButton:checked:disabled {{ color: {_C.FAINT}; background: transparent; border-color: transparent; }}
QToolButton[role="outlined"] {{ border-color: {_C.LINE}; min-height: 22px; max-height: 22px; font-size: 13px; }}
QToolButton[role="segmentLeft"] {{ background: {_C.RAISED}; border-color: {_C.LINE};
    border-top-right-radius: 0; border-bottom-right-radius: 0; }}
QToolButton[role="segmentMiddle"] {{ background: {_C.RAISED}; border-color: {_C.LINE}; border-radius: 0; }}
QToolButton[role="segmentRight"] {{ background: {_C.RAISED}; border-color: {_C.LINE};
    border-top-left-radius: 0; border-bottom-left-radius: 0; }}
QToolButton[role^="segment"]:checked {{ background: {_C.ACCENT_DARK}; border-color: {_C.ACCENT}; }}
QToolButton[role^="segment"]:hover {{ background: {_C.HOVER}; }}

QLineEdit, QComboBox {{ background: {_C.CHROME}; border: 1px solid {_C.LINE}; border-radius: 6px; padding: 0 10px;
    min-height: 34px; selection-background-color: {_C.ACCENT}; }}
QLineEdit:focus, QComboBox:focus {{ border-color: {_C.ACCENT_BRIGHT}; }}
QLineEdit#planSearch {{ font-size: 16px; min-height: 44px; padding: 0 14px; }}
QComboBox::drop-down {{ border: none; width: 28px; }}
QComboBox::down-arrow {{ image: url({_ICONS}/chevron-down.svg); width: 16px; height: 16px; }}
QComboBox QAbstractItemView {{ background: {_C.RAISED}; border: 1px solid {_C.LINE}; outline: none; }}

QTableView, QTreeView, QListView {{ background: {_C.CHROME}; border: none; border-radius: 8px; outline: none;
    selection-background-color: {_C.ACCENT_DARK}; selection-color: {_C.TEXT}; gridline-color: transparent; }}
QTableView::item {{ padding: 0 12px; border-bottom: 1px solid {_C.RAISED}; }}
QTableView::item:hover {{ background: {_C.RAISED}; }}
QTableView::item:selected {{ background: {_C.ACCENT_DARK}; }}
QTableView#planTable {{ font-size: 16px; }}
QListView::item {{ min-height: 30px; padding: 0 6px; border-radius: 4px; }}
QListView::item:hover {{ background: {_C.RAISED}; }}
QHeaderView::section {{ background: {_C.CHROME}; color: {_C.MUTED}; border: none; border-bottom: 1px solid {_C.LINE};
    padding: 8px 14px; font-size: 12px; font-weight: 600; }}
QHeaderView {{ background: {_C.CHROME}; }}
QTableCornerButton::section {{ background: {_C.CHROME}; border: none; }}

QTreeView::item {{ min-height: 28px; }}
QTreeView QHeaderView::section {{ padding: 8px 4px; }}
QListView::indicator, QTreeView::indicator, QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {_C.MUTED};
    border-radius: 3px; background: {_C.WINDOW}; }}
QListView::indicator:checked, QTreeView::indicator:checked, QCheckBox::indicator:checked {{ background: {_C.ACCENT};
    border-color: {_C.ACCENT}; image: url({_ICONS}/check.svg); }}
QCheckBox {{ spacing: 8px; min-height: 30px; }}

QSlider::groove:horizontal {{ height: 4px; background: {_C.LINE}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {_C.ACCENT}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 18px; height: 18px; margin: -7px 0; border-radius: 9px; background: {_C.TEXT}; }}
QSlider::handle:horizontal:hover {{ background: white; }}
QSlider::handle:horizontal:disabled {{ background: {_C.FAINT}; }}
QSlider::sub-page:horizontal:disabled {{ background: {_C.LINE}; }}

QProgressBar {{ background: {_C.RAISED}; border: none; border-radius: 4px; max-height: 8px; }}
QProgressBar::chunk {{ background: {_C.ACCENT}; border-radius: 4px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {_C.LINE}; border-radius: 4px; min-height: 32px; }}
QScrollBar::handle:vertical:hover {{ background: {_C.FAINT}; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {_C.LINE}; border-radius: 4px; min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenu {{ background: {_C.RAISED}; border: 1px solid {_C.LINE}; padding: 6px; }}
QMenu::item {{ padding: 6px 18px; border-radius: 4px; }}
QMenu::item:selected {{ background: {_C.ACCENT_DARK}; }}
QMenu::item:disabled {{ color: {_C.FAINT}; }}

QFrame#banner, QFrame#messageBar {{ background: {_C.CHROME}; }}
QLabel#patientName {{ font-size: 28px; font-weight: 600; }}
QLabel#patientIdentity {{ font-size: 16px; color: {_C.TEXT}; font-weight: 500; }}
QFrame#messageDrawer {{ background: {_C.CHROME}; border: 1px solid {_C.LINE}; border-radius: 10px; }}
QFrame#toolBar {{ background: {_C.CHROME}; }}
QFrame#separator {{ background: {_C.LINE}; max-width: 1px; min-width: 1px; border: none; }}
QDialog {{ background: {_C.CHROME}; }}
QDialog QPushButton[role="stop"] {{ min-height: 44px; font-size: 15px; }}
"""
