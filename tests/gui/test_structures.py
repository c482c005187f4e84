"""Structures on the slices page and in its list, as they look and under a real keyboard."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QPushButton, QWidget

from pti.dicom.structures import Contour, Structure
from pti.foundation.cancel import CancelToken
from pti.runtime.jobs.modelling import model_structures
from pti.session import intents as it
from pti.session.model import ModelledStructures, SessionState
from pti.session.phases import Loaded
from pti.ui.panels.structure_list import StructureList
from pti.ui.views.slice_view import SliceView
from tests.gui.conftest import ISOCENTRE_MM, Bench, States

OpenBench = Callable[[SessionState], Bench]
PLAIN = Qt.KeyboardModifier.NoModifier
SLICES = ("sliceAxial", "sliceCoronal", "sliceSagittal")


@pytest.fixture
def modelled(states: States) -> SessionState:
    """A patient with models, and with one structure that was never drawn."""
    assert isinstance(states.loaded.phase, Loaded)
    case = states.loaded.phase.case
    never_drawn = Structure(7, "Chiasm", "ORGAN", (1, 2, 3), ())
    structures = replace(case.structure_set, structures=(*case.structure_set.structures, never_drawn))
    case = replace(case, structure_set=structures)
    models, warnings = model_structures(structures, case.ct.volume, CancelToken())
    assert warnings == ()
    return replace(states.loaded, phase=Loaded(case), modelled=ModelledStructures(9, models))


def view(bench: Bench, name: str) -> SliceView:
    found = bench.window.findChild(SliceView, name)
    assert found is not None
    return found


def pixels(widget: QWidget) -> NDArray[np.int64]:
    """(row, column, blue-green-red)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    values = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return values[:, : image.width(), :3].astype(np.int64)


def redness(widget: QWidget, place: tuple[float, float]) -> int:
    """How much redder than blue the picture is near a place of the slice."""
    assert isinstance(widget, SliceView)
    x, y = widget.view_transform.to_view(place)
    patch = pixels(widget)[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3]
    return int((patch[..., 2] - patch[..., 0]).mean())


def place_in_ball(slice_view: SliceView) -> tuple[float, float]:
    """Off the isocentre, where lines cross."""
    x, y, z = ISOCENTRE_MM
    return slice_view.plane.to_plane((x + 9.0, y + 9.0, z + 9.0))


@pytest.mark.parametrize("name", SLICES)
def test_areas_can_be_switched_off_and_on_by_key(open_bench: OpenBench, modelled: SessionState, name: str) -> None:
    bench = open_bench(modelled)
    shown = view(bench, name)
    assert redness(shown, place_in_ball(shown)) > 25
    QTest.keyClick(bench.window, Qt.Key.Key_L)
    assert abs(redness(shown, place_in_ball(shown))) <= 1
    QTest.keyClick(bench.window, Qt.Key.Key_L)
    assert redness(shown, place_in_ball(shown)) > 25


@pytest.mark.parametrize("name", SLICES)
def test_outline_lies_where_the_ball_ends_and_can_be_hidden(open_bench: OpenBench, modelled: SessionState, name: str) -> None:
    bench = open_bench(modelled)
    QTest.keyClick(bench.window, Qt.Key.Key_L)
    shown = view(bench, name)
    red = pixels(shown)
    places = np.argwhere((red[..., 2] > 200) & (red[..., 1] < 110) & (red[..., 0] < 110))
    centre = shown.view_transform.to_view(shown.plane.to_plane(ISOCENTRE_MM))
    off_mm = np.hypot(places[:, 1] + 0.5 - centre[0], places[:, 0] + 0.5 - centre[1]) / shown.view_transform.scale - 25.0
    assert len(places) > 100
    # Voxels of 2.5 mm; an axial slice lies up to half a slice off the isocentre.
    assert np.abs(off_mm).max() < 1.5
    listed(bench).item(0).setCheckState(Qt.CheckState.Unchecked)
    red = pixels(shown)
    assert not ((red[..., 2] > 200) & (red[..., 1] < 110) & (red[..., 0] < 110)).any()


def test_coronal_outline_comes_with_the_models(open_bench: OpenBench, modelled: SessionState) -> None:
    assert modelled.modelled is not None
    models = modelled.modelled.models
    assert models is not None
    bench = open_bench(replace(modelled, modelled=ModelledStructures(9)))
    axial, coronal = view(bench, "sliceAxial"), view(bench, "sliceCoronal")
    notice = np.s_[56:72, 10:180]
    assert np.ptp(pixels(coronal)[notice]) > 60  # it says that structures are on their way
    assert redness(axial, place_in_ball(axial)) <= 1
    bench.store.dispatch(it.StructuresModelled(9, models, ()))
    assert redness(axial, place_in_ball(axial)) > 25
    assert np.ptp(pixels(coronal)[notice]) < 20
    assert redness(coronal, place_in_ball(coronal)) > 25


def listed(bench: Bench) -> QListWidget:
    found = bench.window.findChild(QListWidget, "structureList")
    assert found is not None
    return found


def test_list_tells_volumes_and_greys_what_was_never_drawn(open_bench: OpenBench, modelled: SessionState) -> None:
    items = listed(open_bench(modelled))
    texts = [items.item(i).text() for i in range(items.count())]
    assert texts == ["Target", "Seed", "Chiasm (no contours)"]
    tip = items.item(0).toolTip()
    assert tip.startswith("Target (ptv): volume ")
    volume = float(tip.removeprefix("Target (ptv): volume ").removesuffix(" cm\N{SUPERSCRIPT THREE}"))
    # A ball of 25 mm in voxels of 2.5 mm.
    assert volume == pytest.approx(4 / 3 * np.pi * 2.5**3, rel=0.03)
    assert items.item(1).toolTip() == "Seed (marker)"
    assert items.item(2).flags() == Qt.ItemFlag.NoItemFlags


def test_volume_is_not_known_before_the_models_are_there(open_bench: OpenBench, modelled: SessionState) -> None:
    items = listed(open_bench(replace(modelled, modelled=ModelledStructures(9))))
    assert items.item(0).toolTip() == "Target (ptv): volume N/A"


def test_all_and_none_leave_what_was_never_drawn_alone(open_bench: OpenBench, modelled: SessionState) -> None:
    bench = open_bench(modelled)
    page = bench.window.findChildren(StructureList)[0]
    hidden: list[frozenset[int]] = []
    page.hidden_changed.connect(hidden.append)
    for text in ("None", "All"):
        button = next(b for b in page.findChildren(QPushButton) if b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, PLAIN)
    assert hidden == [frozenset({1, 2}), frozenset()]


def test_marker_is_drawn_as_a_ring(open_bench: OpenBench, modelled: SessionState) -> None:
    bench = open_bench(modelled)
    axial = view(bench, "sliceAxial")
    axial.point_chosen.emit((20.0, 10.0, -15.0))
    x, y = axial.view_transform.to_view((20.0, 10.0))
    ring = pixels(axial)[round(y) - 8 : round(y) + 9, round(x) - 8 : round(x) + 9]
    assert ((ring[..., 0] > 200) & (ring[..., 2] < 150)).sum() > 10


def test_structure_larger_than_the_view_fills_it(open_bench: OpenBench, modelled: SessionState) -> None:
    bench = open_bench(modelled)
    axial = view(bench, "sliceAxial")
    axial.zoom(60.0, axial.rect().center().toPointF())
    assert redness(axial, axial.view_transform.to_content((100.0, 100.0))) > 25


def test_contour_type_decides_how_a_wire_looks(open_bench: OpenBench, states: States) -> None:
    """An open contour shaped like a hook: where it is not closed there is no line."""
    assert isinstance(states.loaded.phase, Loaded)
    case = states.loaded.phase.case
    z = float(case.ct.volume.slice_positions_mm[42])
    hook = np.array([(-20.0, -20.0, z), (-20.0, 20.0, z), (20.0, 20.0, z)])

    def picture(geometric_type: str) -> tuple[int, int]:
        wire = Structure(1, "Wire", "", (255, 0, 0), (Contour(geometric_type, hook),))
        opened = replace(case, structure_set=replace(case.structure_set, structures=(wire,)))
        bench = open_bench(replace(states.loaded, phase=Loaded(opened)))
        axial = view(bench, "sliceAxial")
        axial.point_chosen.emit((60.0, 60.0, z))
        return redness(axial, (-20.0, 5.0)), redness(axial, (5.0, 5.0))

    assert picture("OPEN_PLANAR")[0] > 40
    assert abs(picture("OPEN_PLANAR")[1]) <= 1
    assert picture("CLOSED_PLANAR")[1] > 40
