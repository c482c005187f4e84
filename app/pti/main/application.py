"""The Qt application and the window of a workstation."""

import os

from PySide6.QtWidgets import QApplication

from pti.main.workstation import Workstation
from pti.ui.theme import apply_theme
from pti.ui.window import MainWindow

ROOM_LABEL = "Virtual treatment room"


def make_application(*, offscreen: bool) -> QApplication:
    """The one QApplication of the process, with the theme; `offscreen` needs no display."""
    if offscreen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["pti"])
    assert isinstance(application, QApplication)
    application.setApplicationName("PTI")
    apply_theme(application)
    return application


def open_window(workstation: Workstation) -> MainWindow:
    """The main window on the workstation's store."""
    window = MainWindow(workstation.store, room_label=ROOM_LABEL)
    window.resize(1600, 1000)
    return window
