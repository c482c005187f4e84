"""Outlines of slabs on coronal and sagittal slices."""

import numpy as np

from pti.imaging.display.slices import SlicePlane
from pti.ui.views.slice_contours import SliceContours, slab_outline
from tests.gui.conftest import ISOCENTRE_MM, make_open_case


def test_two_equal_slabs_make_a_rectangle() -> None:
    strokes = {tuple(s) for s in slab_outline(np.array([0.0, 10.0, 0.0, 10.0]), np.array([1.0, 1.0, 3.0, 3.0]), 2.0).tolist()}
    assert strokes == {
        (0.0, 0.0, 10.0, 0.0),
        (0.0, 0.0, 0.0, 1.0),
        (10.0, 0.0, 10.0, 1.0),
        (0.0, 1.0, 0.0, 3.0),
        (10.0, 1.0, 10.0, 3.0),
        (0.0, 3.0, 0.0, 4.0),
        (10.0, 3.0, 10.0, 4.0),
        (0.0, 4.0, 10.0, 4.0),
    }


def test_slab_with_a_hole_shows_the_border_only_where_one_slab_is() -> None:
    across = np.array([0.0, 30.0, 0.0, 10.0, 20.0, 30.0])
    strokes = slab_outline(across, np.array([1.0, 1.0, 3.0, 3.0, 3.0, 3.0]), 2.0).tolist()
    between = [stroke for stroke in strokes if stroke[1] == stroke[3] == 2.0 and stroke[0] != stroke[2]]
    assert between == [[10.0, 2.0, 20.0, 2.0]]


def test_slabs_apart_are_closed_each() -> None:
    strokes = slab_outline(np.array([0.0, 10.0, 0.0, 10.0]), np.array([1.0, 1.0, 9.0, 9.0]), 2.0).tolist()
    assert sorted(s[1] for s in strokes if s[1] == s[3]) == [0.0, 2.0, 8.0, 10.0]


def test_no_crossing_gives_no_stroke() -> None:
    assert slab_outline(np.empty(0), np.empty(0), 2.0).shape == (0, 4)


def test_ball_is_cut_to_a_circle() -> None:
    case = make_open_case()
    contours = SliceContours(case.structure_set, case.ct.volume.slice_step_mm)
    x, y, z = ISOCENTRE_MM
    ball = next(cut for cut in contours.cuts(SlicePlane.CORONAL, y) if cut.number == 1)
    ends = ball.strokes.reshape(-1, 2)
    radii = np.hypot(ends[:, 0] - x, ends[:, 1] + z)
    # Slabs of 2.5 mm: the ends of sides lie on the ball of 25 mm, corners at its top and bottom up to half a slab outside.
    assert np.median(np.abs(radii - 25.0)) < 0.1
    assert radii.max() < 25.0 + 2.5 / 2


def test_structure_that_the_slice_misses_is_left_out() -> None:
    case = make_open_case()
    contours = SliceContours(case.structure_set, case.ct.volume.slice_step_mm)
    assert contours.cuts(SlicePlane.SAGITTAL, 90.0) == ()
    assert [cut.number for cut in contours.cuts(SlicePlane.AXIAL, -15.0)] == [1, 2]
