"""The window from opening the patient to Save, with mouse and keyboard, against the embedded system over real DICOM."""

from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from pydicom import dcmread
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QTableView, QWidget
from pytestqt.qtbot import QtBot

from pti.foundation.instances import RT_IMAGE, SPATIAL_REGISTRATION
from pti.registration.correction import AXES
from pti.session.phases import Accepted, Acquired, Loaded, Loading, Matched, NoPatient, Phase
from pti.simulator.room import SetupError
from pti.ui.window import MainWindow
from tests.support.site import Site, running_site
from tests.support.widgets import part

ERROR = SetupError(5.0, -4.0, 3.0, 1.0, -1.5, 2.0)
PATIENCE_MS = 120_000


@pytest.fixture
def site(qapp: object, tmp_path: Path, small_patient: Path) -> Iterator[Site]:
    with running_site(tmp_path, small_patient, error=ERROR) as site:
        yield site


def press(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Click a button with the mouse, as soon as it may be clicked."""
    button = part(window, QPushButton, name)
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=PATIENCE_MS)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for(qtbot: QtBot, site: Site, *phases: type[Phase]) -> None:
    store = site.workstation.store
    qtbot.waitUntil(lambda: isinstance(store.state.phase, phases), timeout=PATIENCE_MS)


def texts(window: QWidget) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def number_of(shown: QLabel) -> float:
    """The number that a label shows; a minus is a real minus sign there."""
    return float(shown.text().replace("\N{MINUS SIGN}", "-"))


def open_patient_by_keyboard(qtbot: QtBot, window: MainWindow, site: Site) -> None:
    table = part(window, QTableView, "planTable")
    qtbot.waitUntil(lambda: table.model().rowCount() == 1, timeout=PATIENCE_MS)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    wait_for(qtbot, site, Loaded)


@pytest.mark.requirement("ACQ-01", "SCU-01", "COUCH-02")
def test_a_person_goes_from_opening_to_save_with_mouse_and_keyboard(site: Site, window: MainWindow, qtbot: QtBot) -> None:
    open_patient_by_keyboard(qtbot, window, site)
    assert "Demo, Phantom" in texts(window)
    press(qtbot, window, "nextButton")
    wait_for(qtbot, site, Acquired)
    QTest.keyClick(window, Qt.Key.Key_F6)
    wait_for(qtbot, site, Matched)
    state = site.workstation.store.state
    assert isinstance(state.phase, Matched)
    qtbot.waitUntil(lambda: part(window, QWidget, "kvView0").isVisible())
    move_slider(qtbot, part(window, QSlider, "blendSlider"))
    shown = [number_of(part(window, QLabel, f"{axis}.correction")) for axis in AXES]
    assert shown == pytest.approx([-value for value in astuple(ERROR)], abs=0.5)
    current = [number_of(part(window, QLabel, f"{axis}.current")) for axis in AXES]
    target = [number_of(part(window, QLabel, f"{axis}.target")) for axis in AXES]
    assert [b - a for a, b in zip(current, target, strict=True)] == pytest.approx(shown, abs=0.15)
    press(qtbot, window, "nextButton")
    wait_for(qtbot, site, Accepted)
    press(qtbot, window, "nextButton")
    qtbot.waitUntil(lambda: is_saved(site), timeout=PATIENCE_MS)
    saved = {result.sop_instance_uid for result in site.workstation.store.state.save_results}
    held = {instance.sop_instance_uid: instance.path for instance in site.demo.tms.instances()}
    assert saved <= held.keys()
    classes = sorted(str(dcmread(held[uid], stop_before_pixels=True).SOPClassUID) for uid in saved)
    assert classes == sorted([RT_IMAGE, RT_IMAGE, SPATIAL_REGISTRATION])
    press(qtbot, window, "closeButton")
    wait_for(qtbot, site, NoPatient)


def move_slider(qtbot: QtBot, slider: QSlider) -> None:
    """Drag the blend slider with the mouse; the view must look different afterwards."""
    before = slider.value()
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(slider, QPoint(slider.width() - 8, slider.height() // 2))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 8, slider.height() // 2))
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert slider.value() != before


def is_saved(site: Site) -> bool:
    phase = site.workstation.store.state.phase
    return isinstance(phase, Accepted) and phase.saved


@pytest.mark.requirement("QR-06", "NET-07")
def test_a_dead_peer_opens_the_message_list_by_itself_and_the_program_goes_on(
    site: Site, window: MainWindow, qtbot: QtBot
) -> None:
    table = part(window, QTableView, "planTable")
    qtbot.waitUntil(lambda: table.model().rowCount() == 1, timeout=PATIENCE_MS)
    site.demo.tms.stop()
    messages = part(window, QWidget, "messageDrawer")
    assert not messages.isVisible()
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(messages.isVisible, timeout=PATIENCE_MS)
    assert isinstance(site.workstation.store.state.phase, NoPatient)
    assert "cannot be reached" in texts(messages)
    press(qtbot, window, "acknowledgeButton")
    qtbot.waitUntil(lambda: not messages.isVisible())
    site.demo.tms.start()
    open_patient_by_keyboard(qtbot, window, site)


@pytest.mark.requirement("NET-09")
def test_stop_button_ends_loading(site: Site, window: MainWindow, qtbot: QtBot) -> None:
    table = part(window, QTableView, "planTable")
    qtbot.waitUntil(lambda: table.model().rowCount() == 1, timeout=PATIENCE_MS)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    wait_for(qtbot, site, Loading)
    press(qtbot, window, "stopButton")
    wait_for(qtbot, site, NoPatient)
    open_patient_by_keyboard(qtbot, window, site)
