"""The Qt application and the window of a workstation."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer
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


@contextmanager
def ended_by_signals(application: QApplication) -> Iterator[None]:
    """Let Ctrl+C in the terminal and a polite kill end the program as closing the window does."""
    previous = {number: signal.signal(number, lambda *_: application.quit()) for number in (signal.SIGINT, signal.SIGTERM)}
    # Python looks at signals only while it runs; Qt's loop sleeps in C++.
    waker = QTimer()
    waker.timeout.connect(_let_python_look)
    waker.start(200)
    try:
        yield
    finally:
        waker.stop()
        for number, handler in previous.items():
            signal.signal(number, handler)


def _let_python_look() -> None:
    """Nothing to do: running is enough."""


def open_window(workstation: Workstation) -> MainWindow:
    """The main window on the workstation's store."""
    window = MainWindow(workstation.store, room_label=ROOM_LABEL)
    window.resize(1600, 1000)
    return window
