"""The window's views under a real mouse and keyboard."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSlider, QWidget

from pti.session import intents as it
from pti.session.effects import LoadPlan, RunMatch, SendObjects, TakePair
from pti.session.model import SessionState, Severity
from pti.session.phases import Accepted, Loaded, Matched
from pti.ui.panels.structure_list import StructureList
from pti.ui.views.kv_view import KvView
from pti.ui.views.slice_view import SliceView
from tests.gui.conftest import ERROR_MM, ISOCENTRE_MM, Bench, States

OpenBench = Callable[[SessionState], Bench]
Part = TypeVar("Part", bound=QWidget)
PLAIN = Qt.KeyboardModifier.NoModifier


def part(bench: Bench, kind: type[Part], name: str) -> Part:
    found = bench.window.findChild(kind, name)
    assert found is not None, name
    return found


def kv_view(bench: Bench, index: int = 0) -> KvView:
    return part(bench, KvView, f"kvView{index}")


def pixels(widget: QWidget) -> NDArray[np.uint8]:
    """(row, column, blue-green-red) of what the widget shows."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    values = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return values[:, : image.width(), :3].copy()


def drag(widget: QWidget, button: Qt.MouseButton, start: QPoint, end: QPoint) -> None:
    """Press, move in three steps, release."""
    QTest.mousePress(widget, button, PLAIN, start)
    for share in (0.3, 0.7, 1.0):
        at = start + (end - start) * share
        point = QPointF(at)
        move = _mouse_move(widget, point, button)
        QApplication.sendEvent(widget, move)
    QTest.mouseRelease(widget, button, PLAIN, end)


def _mouse_move(widget: QWidget, at: QPointF, button: Qt.MouseButton) -> QMouseEvent:
    where = QPointF(widget.mapToGlobal(at.toPoint()))
    return QMouseEvent(QEvent.Type.MouseMove, at, where, Qt.MouseButton.NoButton, button, QApplication.keyboardModifiers())


def wheel(widget: QWidget, at: QPointF, notches: int) -> None:
    where = QPointF(widget.mapToGlobal(at.toPoint()))
    event = QWheelEvent(
        at, where, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, PLAIN, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(widget, event)


def press_key(bench: Bench, key: Qt.Key) -> None:
    QTest.keyClick(bench.window, key)


# -- blending


def test_blend_keys_show_the_image_both_and_the_drr(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    view, slider = kv_view(bench), part(bench, QSlider, "blendSlider")
    shown = {}
    for key, value in ((Qt.Key.Key_1, 0), (Qt.Key.Key_2, 50), (Qt.Key.Key_3, 100)):
        press_key(bench, key)
        assert slider.value() == value
        shown[value] = pixels(view).astype(float)
    middle = (shown[0] + shown[100]) / 2
    assert np.abs(shown[0] - shown[100]).mean() > 3
    # Lines over the image have soft edges on both: away from them the half blend is the mean of the two.
    assert np.median(np.abs(shown[50] - middle)) <= 1.5


def test_dragging_the_slider_changes_the_picture(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    slider, view = part(bench, QSlider, "blendSlider"), kv_view(bench, 1)
    before = pixels(view)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert view.settings.share == 0.0
    assert (pixels(view) != before).any()


def test_flicker_changes_between_image_and_drr_and_tells_which(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    view = kv_view(bench)
    press_key(bench, Qt.Key.Key_F)
    first = pixels(view)
    press_key(bench, Qt.Key.Key_F)
    second = pixels(view)
    assert (first != second).mean() > 0.05
    press_key(bench, Qt.Key.Key_F)
    # Edges of letters may differ by a level or two between two paintings.
    assert (pixels(view) != first).mean() < 0.001
    press_key(bench, Qt.Key.Key_2)
    assert view.settings.flicker is None


def test_colour_overlay_is_grey_only_where_both_agree(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    view = kv_view(bench)
    for key in (Qt.Key.Key_G, Qt.Key.Key_S):  # without lines over the image
        press_key(bench, key)
    view.set_windows(view.acquired_window, view.acquired_window)
    grey = pixels(view)
    assert (np.ptp(grey, axis=2) <= 1).mean() > 0.99
    press_key(bench, Qt.Key.Key_O)
    centre = pixels(view)[200:300, 250:400].astype(int)
    matched_colour = np.ptp(centre, axis=2).mean()
    press_key(bench, Qt.Key.Key_P)
    planned_colour = np.ptp(pixels(view)[200:300, 250:400].astype(int), axis=2).mean()
    assert planned_colour > matched_colour + 3


def test_planned_and_matched_position_can_be_compared(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    view = kv_view(bench)
    assert view.picture is not None
    assert view.picture.rendering_label == "DRR: matched position"
    matched = pixels(view)
    press_key(bench, Qt.Key.Key_P)
    assert view.picture.rendering_label == "DRR: planned position"
    assert (pixels(view) != matched).any()
    press_key(bench, Qt.Key.Key_M)
    assert (pixels(view) != matched).mean() < 0.001


def test_curtain_line_can_be_dragged(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    view = kv_view(bench)
    press_key(bench, Qt.Key.Key_C)
    assert view.settings.curtain == 0.5
    middle = QPoint(view.width() // 2, 100)
    drag(view, Qt.MouseButton.LeftButton, middle, QPoint(view.width() // 4, 100))
    assert view.settings.curtain == pytest.approx(0.25, abs=0.01)
    assert kv_view(bench, 1).settings.curtain == view.settings.curtain


# -- window and level, zoom, pan


def test_right_drag_changes_window_and_level(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    view = kv_view(bench)
    before = (view.acquired_window, view.drr_window)
    shown = pixels(view)
    drag(view, Qt.MouseButton.RightButton, QPoint(200, 200), QPoint(300, 200))
    assert view.acquired_window.width > before[0].width
    assert view.drr_window.width > before[1].width
    assert view.acquired_window.centre == pytest.approx(before[0].centre)
    drag(view, Qt.MouseButton.RightButton, QPoint(200, 200), QPoint(200, 260))
    assert view.acquired_window.centre < before[0].centre
    assert (pixels(view) != shown).any()
    press_key(bench, Qt.Key.Key_W)
    assert (view.acquired_window, view.drr_window) == before


def test_right_drag_on_the_image_alone_leaves_the_drr(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    view = kv_view(bench)
    press_key(bench, Qt.Key.Key_1)
    drr = view.drr_window
    drag(view, Qt.MouseButton.RightButton, QPoint(200, 200), QPoint(300, 230))
    assert view.drr_window == drr


def test_wheel_zooms_at_the_pointer_and_reset_shows_all(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    view = kv_view(bench)
    fitted = view.view_transform
    at = QPointF(150, 260)
    content = fitted.to_content((at.x(), at.y()))
    wheel(view, at, 3)
    assert view.view_transform.scale == pytest.approx(fitted.scale * 1.15**3)
    assert view.view_transform.to_view(content) == pytest.approx((at.x(), at.y()))
    drag(view, Qt.MouseButton.MiddleButton, QPoint(100, 100), QPoint(140, 70))
    assert view.view_transform.to_view(content) == pytest.approx((at.x() + 40, at.y() - 30))
    press_key(bench, Qt.Key.Key_R)
    assert view.view_transform == fitted


def test_double_click_shows_one_view_in_full_and_back(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    first, second = kv_view(bench, 0), kv_view(bench, 1)
    size = first.size()
    QTest.mouseDClick(first, Qt.MouseButton.LeftButton, PLAIN, QPoint(50, 50))
    assert not second.isVisible()
    QApplication.processEvents()
    assert first.width() > size.width() * 1.5
    assert first.height() > size.height()
    QTest.mouseDClick(first, Qt.MouseButton.LeftButton, PLAIN, QPoint(50, 50))
    assert second.isVisible()
    QApplication.processEvents()
    assert first.size() == size


# -- geometry on the screen


@pytest.mark.parametrize("zoomed", [False, True])
def test_machine_isocentre_is_drawn_where_it_is_projected(open_bench: OpenBench, states: States, zoomed: bool) -> None:
    bench = open_bench(states.acquired)
    view = kv_view(bench, 1)
    if zoomed:
        wheel(view, QPointF(220, 140), -3)
    assert view.picture is not None
    # The middle of a centred panel of 192 x 256 pixels of 1.5 mm: pixel (95.5, 127.5), 143.25 mm below the first centre.
    x, y = view.view_transform.to_view((127.5 * 1.5, 95.5 * 1.5))
    at = view.isocentre_in_view()
    assert (at.x(), at.y()) == pytest.approx((x, y))
    with_cross = pixels(view).astype(int)
    press_key(bench, Qt.Key.Key_G)
    without = pixels(view).astype(int)
    changed = np.argwhere(np.abs(with_cross - without).max(axis=2) > 30)
    # The cross is symmetric about the isocentre but for its label at the right: its arms give the middle.
    rows, columns = changed[:, 0], changed[:, 1]
    on_vertical_arm = np.abs(columns + 0.5 - x) < 2
    assert (rows[on_vertical_arm].min() + rows[on_vertical_arm].max() + 1) / 2 == pytest.approx(y, abs=1.0)
    on_horizontal_arm = np.abs(rows + 0.5 - y) < 2
    assert columns[on_horizontal_arm].min() == pytest.approx(x - 50 * 3700 / 2700 * view.view_transform.scale, abs=4.0)


def test_planned_isocentre_stands_off_the_machines_by_the_error_found(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    view = kv_view(bench, 0)
    assert view.picture is not None
    assert view.picture.rendering is not None
    row, column = view.picture.rendering.isocentre_pixel
    magnification = 3700 / (2700 - ERROR_MM[2])
    # At gantry 0, columns run along the room's X and rows against its Y.
    assert column - 127.5 == pytest.approx(ERROR_MM[0] * magnification / 1.5, abs=0.01)
    assert row - 95.5 == pytest.approx(-ERROR_MM[1] * magnification / 1.5, abs=0.01)


def test_structures_are_drawn_on_the_images_and_can_be_hidden(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired)
    view = kv_view(bench)

    def red(image: NDArray[np.uint8]) -> int:
        return int(((image[..., 2] > 200) & (image[..., 1] < 110) & (image[..., 0] < 110)).sum())

    assert red(pixels(view)) > 50
    bench.window.findChildren(StructureList)[0].hidden_changed.emit(frozenset({1}))
    assert red(pixels(view)) == 0
    bench.window.findChildren(StructureList)[0].hidden_changed.emit(frozenset())
    press_key(bench, Qt.Key.Key_S)
    assert red(pixels(view)) == 0


def test_only_the_image_is_shown_until_its_rendering_comes(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.acquired_without_views)
    view = kv_view(bench)
    assert view.picture is not None
    assert view.picture.rendering is None
    assert pixels(view).std() > 20
    assert (np.ptp(pixels(view)[250:300, 20:60], axis=2) <= 1).all()


# -- slices


def test_wheel_goes_through_the_slices_and_a_click_links_them(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.loaded)
    axial = part(bench, SliceView, "sliceAxial")
    coronal = part(bench, SliceView, "sliceCoronal")
    assert axial.point == ISOCENTRE_MM
    wheel(axial, QPointF(100, 100), 2)
    assert axial.point[2] == pytest.approx(ISOCENTRE_MM[2] + 5.0, abs=1.3)
    assert coronal.point == axial.point
    x, y = axial.view_transform.to_view((30.0, -20.0))
    QTest.mouseClick(axial, Qt.MouseButton.LeftButton, PLAIN, QPoint(round(x), round(y)))
    assert coronal.point[:2] == pytest.approx((30.0, -20.0), abs=0.6)


def test_right_drag_sets_the_window_of_all_slices(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.loaded)
    axial, sagittal = part(bench, SliceView, "sliceAxial"), part(bench, SliceView, "sliceSagittal")
    before = pixels(sagittal)
    drag(axial, Qt.MouseButton.RightButton, QPoint(100, 100), QPoint(160, 120))
    assert (pixels(sagittal) != before).mean() > 0.01


def test_superior_is_at_the_top_of_the_coronal_slice_and_left_at_the_right(open_bench: OpenBench, states: States) -> None:
    coronal = part(open_bench(states.loaded), SliceView, "sliceCoronal")
    up = coronal.view_transform.to_view(coronal.plane.to_plane((0.0, 0.0, 50.0)))
    left = coronal.view_transform.to_view(coronal.plane.to_plane((50.0, 0.0, 0.0)))
    middle = coronal.view_transform.to_view(coronal.plane.to_plane((0.0, 0.0, 0.0)))
    assert up[1] < middle[1]
    assert left[0] > middle[0]


# -- the window


@pytest.mark.parametrize(
    ("step", "key", "effect"),
    [
        ("loaded", Qt.Key.Key_F5, TakePair),
        ("acquired", Qt.Key.Key_F6, RunMatch),
        ("matched", Qt.Key.Key_F6, RunMatch),
        ("matched", Qt.Key.Key_F5, TakePair),
        ("acquired", Qt.Key.Key_F9, SendObjects),
    ],
)
def test_keys_do_what_the_phase_allows(open_bench: OpenBench, states: States, step: str, key: Qt.Key, effect: type) -> None:
    bench = open_bench(getattr(states, step))
    press_key(bench, key)
    assert [type(done) for done in bench.effects if isinstance(done, TakePair | RunMatch | SendObjects)] == [effect]


@pytest.mark.parametrize(("step", "key"), [("loaded", Qt.Key.Key_F6), ("loaded", Qt.Key.Key_F8), ("acquired", Qt.Key.Key_F8)])
def test_keys_do_nothing_where_the_phase_forbids_them(open_bench: OpenBench, states: States, step: str, key: Qt.Key) -> None:
    bench = open_bench(getattr(states, step))
    before = bench.store.state
    press_key(bench, key)
    assert bench.store.state is before


def test_review_is_accepted_with_the_biggest_button_and_then_locked(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    button = part(bench, QPushButton, "nextButton")
    assert all(
        button.width() * button.height() >= other.width() * other.height()
        for other in bench.window.findChildren(QPushButton)
        if other.isVisible()
    )
    assert button.height() >= 44
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, PLAIN)
    assert isinstance(bench.store.state.phase, Accepted)
    assert part(bench, QLabel, "acceptedLine").text().startswith("Accepted by Olga Operator")
    assert not part(bench, QPushButton, "discardButton").isVisible()


def test_not_accepted_drops_the_match_and_keeps_the_images(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    QTest.mouseClick(part(bench, QPushButton, "discardButton"), Qt.MouseButton.LeftButton, PLAIN)
    assert not isinstance(bench.store.state.phase, Matched)
    assert part(bench, QLabel, "lateral.correction").text() == "\N{EN DASH}"


def test_correction_is_shown_large_and_with_its_sign(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    shown = part(bench, QLabel, "lateral.correction")
    assert shown.text() == "\N{MINUS SIGN}9.0"
    assert shown.font().pixelSize() >= 22
    assert part(bench, QLabel, "longitudinal.correction").text() == "+7.0"
    assert part(bench, QLabel, "vertical.correction").text() == "\N{MINUS SIGN}5.0"
    assert "CHECK" in part(bench, QLabel, "lateral.level").text()


def test_what_the_images_do_not_show_is_not_known(open_bench: OpenBench, states: States) -> None:
    phase = states.matched.phase
    assert isinstance(phase, Matched)
    result = replace(phase.record.result, unobserved_direction=(0.0, 0.0, 1.0))
    bench = open_bench(replace(states.matched, phase=replace(phase, record=replace(phase.record, result=result))))
    assert part(bench, QLabel, "vertical.correction").text() == "N/A"
    assert part(bench, QLabel, "vertical.level").text() == ""
    assert part(bench, QLabel, "lateral.correction").text() == "\N{MINUS SIGN}9.0"


def test_error_opens_the_message_list_until_it_is_acknowledged(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.loaded)
    drawer = part(bench, QWidget, "messageDrawer")
    bench.store.dispatch(it.Notice(Severity.WARNING, "W", "Careful", "a detail", "look"))
    assert not drawer.isVisible()
    assert "Careful" in part(bench, QLabel, "newestMessage").text()
    bench.store.dispatch(it.Notice(Severity.ERROR, "PTI-X-1", "It broke", "because", "Mend it"))
    assert drawer.isVisible()
    words = " ".join(label.text() for label in drawer.findChildren(QLabel))
    assert all(word in words for word in ("It broke", "because", "What to do: Mend it", "Careful", "PTI-X-1"))
    QTest.mouseClick(part(bench, QPushButton, "acknowledgeButton"), Qt.MouseButton.LeftButton, PLAIN)
    assert not drawer.isVisible()
    assert all(message.acknowledged for message in bench.store.state.messages)


def test_search_narrows_the_list_and_enter_opens_the_plan(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.no_patient)
    button = part(bench, QPushButton, "nextButton")
    assert not button.isEnabled()
    search = part(bench, QWidget, "planSearch")
    QTest.keyClicks(search, "tina")
    assert part(bench, QLabel, "chosenName").text() == "Test, Tina"
    assert button.isEnabled()
    QTest.keyClick(search, Qt.Key.Key_Return)
    loads = [effect for effect in bench.effects if isinstance(effect, LoadPlan)]
    assert [effect.plan.patient_id for effect in loads] == ["T-1"]


def test_other_beam_becomes_active_by_double_click(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.loaded)
    bench.store.dispatch(it.SelectBeam(2))
    assert part(bench, QLabel, "banner Beam").text() == "2 \N{MIDDLE DOT} Field 2"
    assert isinstance(bench.store.state.phase, Loaded)


def test_help_lists_every_action_with_its_key(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.loaded)
    press_key(bench, Qt.Key.Key_F1)
    dialog = part(bench, QWidget, "keysDialog")
    assert dialog.isVisible()
    words = {label.text() for label in dialog.findChildren(QLabel)}
    assert {action.whatsThis() for action in bench.window.actions_by_command.all()} <= words
    dialog.close()


@pytest.mark.parametrize("step", ["no_patient", "loaded", "acquired_without_views", "acquired", "matched"])
def test_every_step_paints_and_no_button_cuts_its_text(open_bench: OpenBench, states: States, step: str) -> None:
    bench = open_bench(getattr(states, step))
    bench.window.resize(1280, 800)
    QApplication.processEvents()
    assert pixels(bench.window).std() > 10
    for button in bench.window.findChildren(QPushButton):
        if button.isVisible() and button.text():
            assert button.fontMetrics().horizontalAdvance(button.text()) <= button.width() - 4, button.text()


@pytest.mark.parametrize("step", ["loaded", "acquired", "matched"])
def test_the_smallest_window_has_room_for_all_its_parts(open_bench: OpenBench, states: States, step: str) -> None:
    window = open_bench(getattr(states, step)).window
    window.resize(400, 300)
    assert window.width() == 1280
    parts = window.centralWidget()
    assert parts is not None
    assert parts.minimumSizeHint().width() <= 1280


def test_the_longest_direction_has_room_in_the_smallest_window(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.matched)
    bench.window.resize(1280, 800)
    direction = part(bench, QLabel, "rotation.direction")
    direction.setText("anticlockwise from above")
    QApplication.processEvents()
    assert direction.width() >= direction.fontMetrics().horizontalAdvance(direction.text())


def test_closing_asks_nothing_when_everything_is_saved(open_bench: OpenBench, states: States) -> None:
    bench = open_bench(states.loaded)
    bench.window.confirm_close = True
    assert bench.window.close()


def test_long_names_leave_identity_and_numbers_whole(open_bench: OpenBench, states: States) -> None:
    phase = states.loaded.phase
    assert isinstance(phase, Loaded)
    plan = phase.case.plan
    patient = replace(plan.patient, name="Featherstonehaugh-Montgomery^Alexandrina", patient_id="1234567890-ABCDEF")
    beam = replace(phase.case.active_beam, name="G300 T045 posterior oblique", isocentre_mm=(-123.4, -170.2, -1002.1))
    case = replace(phase.case, plan=replace(plan, patient=patient, label="Craniospinal axis boost"), active_beam=beam)
    bench = open_bench(replace(states.loaded, phase=Loaded(case), operator="Maria-Magdalena Operator"))
    bench.window.resize(1280, 800)
    QApplication.processEvents()
    assert bench.window.width() == 1280
    assert part(bench, QLabel, "patientName").text() == "Featherstonehaugh-Montgomery, Alexandrina"
    assert part(bench, QLabel, "patientIdentity").text().endswith("Female")
    assert "1002.1" in part(bench, QLabel, "banner Isocentre (mm)").text()
