"""The plan's reference images in the window: offered where there are any, and shown as they came."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog
from pytestqt.qtbot import QtBot

from pti.session.case import ReferenceImage
from pti.session.model import SessionState
from pti.session.phases import Loaded
from pti.ui.actions import ViewCommand
from pti.ui.views.kv_view import KvView
from tests.gui.conftest import Bench, States
from tests.support.widgets import part


def with_references(states: States) -> SessionState:
    """The loaded patient; his own kV images stand for reference images."""
    acquired = states.acquired
    assert acquired.case is not None
    (pair,) = acquired.case.taken
    references = tuple(ReferenceImage(i, d) for i, d in zip(pair.images, pair.displays, strict=True))
    assert isinstance(states.loaded.phase, Loaded)
    return replace(states.loaded, phase=Loaded(replace(states.loaded.phase.case, reference_images=references)))


def test_reference_images_are_opened_by_their_key_and_chosen_by_name(
    qtbot: QtBot, states: States, open_bench: Callable[[SessionState], Bench]
) -> None:
    window = open_bench(with_references(states)).window
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    dialog = part(window, QDialog, "referenceDialog")
    qtbot.waitUntil(dialog.isVisible)
    view = dialog.findChild(KvView)
    assert isinstance(view, KvView)
    assert view.picture is not None
    assert view.picture.name == "kV A"
    names = part(dialog, QComboBox, "referenceNames")
    QTest.keyClick(names, Qt.Key.Key_Down)
    assert view.picture.name == "kV B"
    dialog.accept()


def test_without_reference_images_none_are_offered(states: States, open_bench: Callable[[SessionState], Bench]) -> None:
    window = open_bench(states.loaded).window
    assert not window.actions_by_command[ViewCommand.REFERENCES].isEnabled()
