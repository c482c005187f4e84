"""Export in the window: what is offered, where it goes, what became of it; with mouse and keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QLabel, QLineEdit, QPushButton, QToolButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from pti.session import effects as fx
from pti.session import intents as it
from pti.session.exportable import EXPORTABLE_KINDS
from pti.session.model import SessionState
from pti.session.phases import Acquired, Exporting
from pti.ui.viewmodels.commands import Command
from pti.ui.window import MainWindow
from tests.gui.conftest import Bench, States
from tests.support.site import Site, running_site
from tests.support.widgets import part

PATIENCE_MS = 60_000
OpenBench = Callable[[SessionState], Bench]


@pytest.fixture
def site(qapp: object, tmp_path: Path, small_patient: Path) -> Iterator[Site]:
    with running_site(tmp_path / "site", small_patient) as site:
        yield site


@pytest.fixture
def loaded(window: MainWindow, site: Site) -> MainWindow:
    """The window with the patient open and one pair taken."""
    site.open_patient()
    site.driver.step("acquire", it.AcquirePair(), lambda s: isinstance(s.phase, Acquired))
    return window


def dialog(window: QWidget) -> QDialog:
    return part(window, QDialog, "exportDialog")


def choose(window: QWidget, folder: Path, qtbot: QtBot) -> None:
    """Go through the folder dialog."""
    QTest.mouseClick(part(window, QPushButton, "exportFolderButton"), Qt.MouseButton.LeftButton)
    chooser = part(window, QFileDialog, "exportFolderChooser")
    qtbot.waitUntil(chooser.isVisible)
    name = part(chooser, QLineEdit, "fileNameEdit")
    name.setText(str(folder))
    QTest.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: part(window, QPushButton, "exportButton").isEnabled())


def verdict(window: QWidget) -> str:
    return part(window, QLabel, "exportVerdict").text()


def rows(window: QWidget) -> dict[str, str]:
    """Name -> state of each row."""
    tree = part(window, QTreeWidget, "exportTree")
    items = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    return {item.text(0): item.text(3) for item in items if item is not None}


def export(window: QWidget, site: Site, qtbot: QtBot) -> None:
    before = site.workstation.store.state.exported
    QTest.keyClick(part(window, QPushButton, "exportButton"), Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: (
            site.workstation.store.state.exported not in (None, before)
            and not isinstance(site.workstation.store.state.phase, Exporting)
        ),
        timeout=PATIENCE_MS,
    )


@pytest.mark.requirement("FILE-01")
def test_a_patient_is_exported_and_what_is_there_already_counts(
    loaded: MainWindow, site: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    target = tmp_path / "stick"
    target.mkdir()
    loaded.actions_by_command[Command.EXPORT].trigger()
    assert dialog(loaded).isVisible()
    assert verdict(loaded).startswith("Choose the folder that the files of Demo, Phantom")
    assert not part(loaded, QPushButton, "exportButton").isEnabled()
    assert rows(loaded) == {
        "90 CT images": "will be written",
        "RT Structure Set DEMO": "will be written",
        "RT Image kV A": "will be written",
        "RT Image kV B": "will be written",
    }
    choose(loaded, target, qtbot)
    assert verdict(loaded).startswith("Writes 93 files of Demo, Phantom (ID PTI-DEMO-1) to this folder.")
    export(loaded, site, qtbot)
    assert verdict(loaded) == "All 93 files are in the folder. Export does not send; Save does."
    assert set(rows(loaded).values()) == {"written"}
    assert len(list(target.iterdir())) == 93
    assert part(loaded, QPushButton, "exportCloseButton").isDefault()
    export(loaded, site, qtbot)
    assert set(rows(loaded).values()) == {"was there already"}
    QTest.keyClick(dialog(loaded), Qt.Key.Key_Escape)
    assert not dialog(loaded).isVisible()


@pytest.mark.requirement("FILE-02")
def test_kinds_are_left_out_and_what_is_not_written_says_why(
    loaded: MainWindow, site: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    target = tmp_path / "stick"
    target.mkdir()
    loaded.actions_by_command[Command.EXPORT].trigger()
    choose(loaded, target, qtbot)
    box = part(loaded, QCheckBox, "export CT")
    assert box.text() == "CT images (90)"
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert rows(loaded)["90 CT images"] == "left out"
    uid = site.workstation.store.state.case.structure_set.sop_instance_uid  # type: ignore[union-attr]
    (target / f"RTSTRUCT.{uid}.dcm").write_bytes(b"other")
    export(loaded, site, qtbot)
    assert verdict(loaded) == "1 of 3 files are NOT in the folder; the list says why."
    assert rows(loaded)["RT Structure Set DEMO"] == "not written"
    assert len(list(target.iterdir())) == 3
    tree = part(loaded, QTreeWidget, "exportTree")
    reasons = [tree.topLevelItem(1).child(0).text(0)]  # type: ignore[union-attr]
    assert reasons == ["another file is there under the same name, and was left as it is"]
    assert part(loaded, QPushButton, "exportButton").isDefault()


def test_export_is_at_hand_in_every_step_of_an_open_patient(open_bench: OpenBench, states: States) -> None:
    for state in (states.loaded, states.acquired, states.matched):
        window = open_bench(state).window
        button = part(window, QToolButton, "exportToolButton")
        assert (button.text(), button.isVisible(), button.isEnabled()) == ("Export", True, True)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert dialog(window).isVisible()
    assert not part(open_bench(states.no_patient).window, QToolButton, "exportToolButton").isEnabled()


def test_registrations_that_are_not_there_cannot_be_chosen(open_bench: OpenBench, states: States) -> None:
    window = open_bench(states.matched).window
    window.actions_by_command[Command.EXPORT].trigger()
    box = part(window, QCheckBox, "export REGISTRATION")
    assert (box.text(), box.isEnabled()) == ("Registrations (0)", False)


def test_escape_stops_what_is_being_written_and_the_dialog_stays(open_bench: OpenBench, states: States, tmp_path: Path) -> None:
    bench = open_bench(states.acquired)
    bench.window.actions_by_command[Command.EXPORT].trigger()
    bench.store.dispatch(it.ExportObjects(tmp_path, frozenset(EXPORTABLE_KINDS)))
    close = part(bench.window, QPushButton, "exportCloseButton")
    assert close.text() == "Stop"
    QTest.keyClick(dialog(bench.window), Qt.Key.Key_Escape)
    (started, stopped) = bench.effects[-2:]
    assert isinstance(started, fx.ExportObjects)
    assert stopped == fx.CancelTask(started.task)
    assert dialog(bench.window).isVisible()
    assert not close.isEnabled()  # it is stopping
    bench.store.dispatch(it.ObjectsExported(started.task, (), stopped=True))
    assert (close.text(), close.isEnabled()) == ("Close", True)


def test_the_dialog_goes_with_the_patient(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.loaded)
    bench.window.actions_by_command[Command.EXPORT].trigger()
    assert dialog(bench.window).isVisible()
    bench.store.dispatch(it.ClosePatient())
    assert not dialog(bench.window).isVisible()
    assert not bench.window.actions_by_command[Command.EXPORT].isEnabled()
