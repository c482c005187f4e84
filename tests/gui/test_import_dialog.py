"""File mode in the window: choose a folder, see what it holds, open it; with mouse and keyboard."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from pti.acquisition.image_set import to_rt_images
from pti.dicom.files import read_file, write_file
from pti.dicom.plan import read_plan
from pti.dicom.rt_image import read_rt_image, write_rt_image
from pti.dicom.spatial_registration import write_spatial_registration
from pti.foundation.cancel import CancelToken
from pti.foundation.clock import local_now
from pti.foundation.machine import load_machine
from pti.foundation.resources import resource_path
from pti.geometry.couch import IsocentricCouch
from pti.main.files import load_ct
from pti.registration.result import MatchResult
from pti.session.case import MatchRecord
from pti.session.phases import Acquired, Loaded, Matched, NoPatient
from pti.session.poses import planned_pose
from pti.simulator.room import SetupError, VirtualRoom
from pti.ui.window import MainWindow
from tests.support.session_values import NOW, make_registration
from tests.support.site import Site, running_site
from tests.support.widgets import part

PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_patient: Path) -> Path:
    """The demo patient's files, a kV pair of him, and a file that is no DICOM."""
    folder = tmp_path_factory.mktemp("files") / "patient"
    shutil.copytree(small_patient, folder)
    plan = read_plan(read_file(folder / "RTPLAN.dcm"))
    beam = plan.treatment_beams[0]
    couch = IsocentricCouch(12.0, 845.0, -162.0).to_iec()
    machine = load_machine(resource_path("machine", "default.toml"))
    error = SetupError(4.0, -3.0, 2.0, 0.5, -0.5, 1.0)
    room = VirtualRoom(load_ct(folder).volume, planned_pose(plan, beam), couch, error, machine, 3, local_now)
    exposures = room.acquire_pair(CancelToken(), lambda _: None)
    for image in to_rt_images(exposures, plan, beam, operator="Test", series_number=1):
        write_file(write_rt_image(image), folder / f"{image.label}.dcm")
    (folder / "notes.txt").write_text("no DICOM")
    return folder


@pytest.fixture(scope="module")
def folder_with_match(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    """The same with two registrations: one of both images, one of the first alone."""
    whole = tmp_path_factory.mktemp("files") / "matched"
    shutil.copytree(folder, whole)
    plan = read_plan(read_file(whole / "RTPLAN.dcm"))
    images = tuple(read_rt_image(read_file(whole / f"{label}.dcm")) for label in ("kV A", "kV B"))
    pose = planned_pose(plan, plan.treatment_beams[0])
    for number, registered in enumerate((images, images[:1])):
        result = MatchResult(pose, 0.9, (0.9,) * len(registered), None, True, 1, 0.1, "test 1")
        record = MatchRecord(result, f"2.25.510{number}", f"2.25.520{number}", NOW)
        registration = make_registration(plan, load_ct(whole), registered, record, NOW + timedelta(hours=number))
        write_file(write_spatial_registration(registration), whole / f"match{number}.dcm")
    return whole


@pytest.fixture
def site(qapp: object, tmp_path: Path, small_patient: Path) -> Iterator[Site]:
    with running_site(tmp_path, small_patient) as site:
        yield site


def click(window: QWidget, name: str) -> None:
    QTest.mouseClick(part(window, QPushButton, name), Qt.MouseButton.LeftButton)


@pytest.fixture
def choose(window: MainWindow, site: Site, qtbot: QtBot) -> Callable[[Path], None]:
    """``choose(folder)`` goes through the folder dialog and waits until the folder was looked at."""

    def go(folder: Path) -> None:
        click(window, "openFilesButton")
        chooser = part(window, QFileDialog, "folderChooser")
        qtbot.waitUntil(chooser.isVisible)
        name = part(chooser, QLineEdit, "fileNameEdit")
        name.setText(str(folder))
        QTest.keyClick(name, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: has_report(site), timeout=PATIENCE_MS)

    return go


def has_report(site: Site) -> bool:
    check = site.workstation.store.state.file_check
    return check is not None and check.report is not None


def rows(window: MainWindow) -> dict[str, QTreeWidgetItem]:
    tree = part(window, QTreeWidget, "importTree")
    items = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    return {f"{item.text(0)} {item.text(1)}".strip(): item for item in items if item is not None}


def verdict(window: MainWindow) -> str:
    return part(window, QLabel, "importVerdict").text()


@pytest.mark.requirement("FILE-01")
def test_a_patient_is_opened_from_files_and_his_images_are_matched(
    window: MainWindow, site: Site, qtbot: QtBot, folder: Path, choose: Callable[[Path], None]
) -> None:
    choose(folder)
    assert "Demo, Phantom" in verdict(window)
    assert verdict(window).endswith("2 images to match.")
    click(window, "importOpenButton")
    store = site.workstation.store
    qtbot.waitUntil(lambda: isinstance(store.state.phase, Acquired), timeout=PATIENCE_MS)
    phase = store.state.phase
    assert isinstance(phase, Acquired)
    assert [image.label for image in phase.pair.images] == ["kV A", "kV B"]
    assert not part(window, QWidget, "importDialog").isVisible()
    qtbot.waitUntil(lambda: part(window, QPushButton, "nextButton").isEnabled(), timeout=PATIENCE_MS)
    click(window, "nextButton")
    qtbot.waitUntil(lambda: isinstance(store.state.phase, Matched), timeout=PATIENCE_MS)


@pytest.mark.requirement("FILE-02")
def test_what_is_passed_over_is_listed_and_a_filter_leaves_kinds_out(
    window: MainWindow, site: Site, qtbot: QtBot, folder: Path, choose: Callable[[Path], None]
) -> None:
    choose(folder)
    passed = rows(window)["Other files"].child(0)
    assert passed is not None
    assert passed.text(0).startswith("notes.txt: ")
    box = part(window, QCheckBox, "kind RT_IMAGE")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    qtbot.waitUntil(
        lambda: has_report(site) and not any(name.startswith("RT Image") for name in rows(window)), timeout=PATIENCE_MS
    )
    assert verdict(window).endswith("CT images.")
    click(window, "importOpenButton")
    qtbot.waitUntil(lambda: isinstance(site.workstation.store.state.phase, Loaded), timeout=PATIENCE_MS)


def test_images_can_be_left_out_by_their_check_marks(window: MainWindow, folder: Path, choose: Callable[[Path], None]) -> None:
    choose(folder)
    for name, item in rows(window).items():
        if name.startswith("RT Image"):
            item.setCheckState(0, Qt.CheckState.Unchecked)
    assert verdict(window).endswith("CT images.")


def image_row(window: MainWindow, label: str) -> QTreeWidgetItem:
    return rows(window)[f"RT Image {label}"]


@pytest.mark.requirement("FILE-01", "M23-02")
def test_images_are_opened_with_their_match_which_waits_to_be_judged(
    window: MainWindow, site: Site, qtbot: QtBot, folder_with_match: Path, choose: Callable[[Path], None]
) -> None:
    choose(folder_with_match)
    assert verdict(window).endswith("2 images to match and their match of 4 Mar 2026 05:06:07.")
    QTest.keyClick(part(window, QWidget, "importDialog"), Qt.Key.Key_Return)
    store = site.workstation.store
    qtbot.waitUntil(lambda: isinstance(store.state.phase, Matched), timeout=PATIENCE_MS)
    verdicts = part(window, QLabel, "matchVerdict")
    assert verdicts.text().startswith("From a file")
    likenesses = [label.text() for label in window.findChildren(QLabel) if label.property("role") == "likeness"]
    assert likenesses == ["N/A", "N/A", "N/A"]


def test_the_registrations_on_offer_follow_the_images_that_are_chosen(
    window: MainWindow, folder_with_match: Path, choose: Callable[[Path], None]
) -> None:
    choose(folder_with_match)
    both, first = (item for name, item in rows(window).items() if name.startswith("Spatial Registration"))
    assert (both.checkState(0), first.text(3)) == (Qt.CheckState.Checked, "names other images")
    image_row(window, "kV B").setCheckState(0, Qt.CheckState.Unchecked)
    # Both are matches of the first image now: none is guessed.
    assert (both.checkState(0), first.checkState(0)) == (Qt.CheckState.Unchecked, Qt.CheckState.Unchecked)
    assert "choose one, or none" in verdict(window)
    first.setCheckState(0, Qt.CheckState.Checked)
    assert verdict(window).endswith("1 image to match and its match of 4 Mar 2026 06:06:07.")
    both.setCheckState(0, Qt.CheckState.Checked)
    assert first.checkState(0) is Qt.CheckState.Unchecked
    image_row(window, "kV A").setCheckState(0, Qt.CheckState.Unchecked)
    assert (first.text(3), both.text(3)) == ("its images are not chosen", "its images are not chosen")
    assert verdict(window).endswith("CT images.")


def test_a_match_that_was_not_wanted_stays_out(
    window: MainWindow, site: Site, qtbot: QtBot, folder_with_match: Path, choose: Callable[[Path], None]
) -> None:
    choose(folder_with_match)
    both = next(item for name, item in rows(window).items() if name.startswith("Spatial Registration"))
    both.setCheckState(0, Qt.CheckState.Unchecked)
    assert verdict(window).endswith("2 images to match.")
    click(window, "importOpenButton")
    qtbot.waitUntil(lambda: isinstance(site.workstation.store.state.phase, Acquired), timeout=PATIENCE_MS)


def test_a_match_that_was_not_wanted_is_not_chosen_again_when_an_image_is_left_out(
    window: MainWindow, tmp_path: Path, folder_with_match: Path, choose: Callable[[Path], None]
) -> None:
    shutil.copytree(folder_with_match, tmp_path / "one")
    (tmp_path / "one" / "match1.dcm").unlink()
    choose(tmp_path / "one")
    match = next(item for name, item in rows(window).items() if name.startswith("Spatial Registration"))
    match.setCheckState(0, Qt.CheckState.Unchecked)
    image_row(window, "kV B").setCheckState(0, Qt.CheckState.Unchecked)
    assert match.checkState(0) is Qt.CheckState.Unchecked
    assert verdict(window).endswith("1 image to match.")


def test_a_folder_that_cannot_be_opened_says_why_and_closing_leaves_the_program_as_it_was(
    window: MainWindow, site: Site, tmp_path: Path, folder: Path, choose: Callable[[Path], None]
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "RTSTRUCT.dcm").unlink()
    choose(broken)
    assert verdict(window) == "No plan can be opened: see what is missing below it."
    plan = next(item for name, item in rows(window).items() if name.startswith("RT Ion Plan"))
    reason = plan.child(0)
    assert reason is not None
    assert "is not among the files" in reason.text(0)
    assert not part(window, QPushButton, "importOpenButton").isEnabled()
    click(window, "importCloseButton")
    assert site.workstation.store.state.file_check is None
    assert isinstance(site.workstation.store.state.phase, NoPatient)
