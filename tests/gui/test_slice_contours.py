"""Structures on slices: contours as they were drawn, cuts of surfaces, and areas."""

from dataclasses import replace

import numpy as np
import pytest

from pti.dicom.structures import Contour, Structure
from pti.foundation.cancel import CancelToken
from pti.geometry.rigid import FloatArray
from pti.imaging.display.slices import SlicePlane
from pti.imaging.structure_models import StructureModels
from pti.runtime.jobs.modelling import model_structures
from pti.session.case import OpenCase
from pti.ui.views.slice_contours import Cut, SliceContours
from tests.gui.conftest import ISOCENTRE_MM, make_open_case

X, Y, Z = ISOCENTRE_MM


def with_structures(*structures: Structure) -> OpenCase:
    case = make_open_case()
    return replace(case, structure_set=replace(case.structure_set, structures=structures))


def contours_and_models(case: OpenCase) -> tuple[SliceContours, StructureModels]:
    models, _ = model_structures(case.structure_set, case.ct.volume, CancelToken())
    return SliceContours(case.structure_set, case.ct.volume), models


def cut_of(case: OpenCase, plane: SlicePlane, through_mm: float, number: int = 1) -> Cut | None:
    contours, models = contours_and_models(case)
    return next((cut for cut in contours.cuts(plane, through_mm, models) if cut.number == number), None)


def line(geometric_type: str, z_mm: float, *xy: tuple[float, float]) -> Contour:
    return Contour(geometric_type, np.array([(x, y, z_mm) for x, y in xy], dtype=np.float64))


def lengths(cut: Cut) -> FloatArray:
    return np.asarray(np.hypot(cut.segments[:, 2] - cut.segments[:, 0], cut.segments[:, 3] - cut.segments[:, 1]))


@pytest.mark.parametrize("plane", [SlicePlane.CORONAL, SlicePlane.SAGITTAL])
def test_ball_is_cut_to_a_circle_with_superior_up(plane: SlicePlane) -> None:
    case = make_open_case()
    ball = cut_of(case, plane, ISOCENTRE_MM[plane.through_axis])
    assert ball is not None
    ends = ball.segments.reshape(-1, 2)
    radii = np.hypot(ends[:, 0] - ISOCENTRE_MM[plane.right_axis], ends[:, 1] + Z)
    # Voxels of 2.5 mm, smoothed: half a voxel at worst.
    assert np.median(np.abs(radii - 25.0)) < 0.5
    assert np.abs(radii - 25.0).max() < 1.25
    assert lengths(ball).sum() == pytest.approx(2 * np.pi * 25.0, rel=0.03)


def test_contours_are_seen_at_once_and_other_cuts_once_the_models_are_there() -> None:
    case = make_open_case()
    contours, models = contours_and_models(case)
    z = float(case.ct.volume.slice_positions_mm[40])
    assert [cut.number for cut in contours.cuts(SlicePlane.AXIAL, z, {})] == [1]
    assert contours.cuts(SlicePlane.CORONAL, Y, {}) == ()
    assert [cut.number for cut in contours.cuts(SlicePlane.CORONAL, Y, models)] == [1]


def test_structure_that_the_slice_misses_is_left_out() -> None:
    contours, models = contours_and_models(make_open_case())
    assert contours.cuts(SlicePlane.SAGITTAL, 90.0, models) == ()
    assert [cut.number for cut in contours.cuts(SlicePlane.AXIAL, -15.0, models)] == [1, 2]


def test_open_contour_is_not_closed() -> None:
    corners = ((-10.0, 0.0), (0.0, 8.0), (10.0, 0.0))
    z = float(make_open_case().ct.volume.slice_positions_mm[42])
    case = with_structures(Structure(1, "Wire", "", (9, 9, 9), (line("OPEN_PLANAR", z, *corners),)))
    cut = cut_of(case, SlicePlane.AXIAL, z)
    assert cut is not None
    assert cut.segments.tolist() == [[-10.0, 0.0, 0.0, 8.0], [0.0, 8.0, 10.0, 0.0]]
    closed = with_structures(Structure(1, "Ring", "", (9, 9, 9), (line("CLOSED_PLANAR", z, *corners),)))
    ring = cut_of(closed, SlicePlane.AXIAL, z)
    assert ring is not None
    assert ring.segments.tolist()[2:] == [[10.0, 0.0, -10.0, 0.0]]
    crossed = cut_of(case, SlicePlane.CORONAL, 4.0)
    assert crossed is not None
    # Where y is 4 on the way up and on the way down, as high as a slice is thick.
    assert crossed.segments == pytest.approx(np.array([[-5.0, -z - 1.25, -5.0, -z + 1.25], [5.0, -z - 1.25, 5.0, -z + 1.25]]))


def test_slice_between_two_contours_shows_the_one_it_belongs_to() -> None:
    positions = make_open_case().ct.volume.slice_positions_mm
    every_second = [float(z) for z in positions[30:40:2]]
    square = ((-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0))
    case = with_structures(Structure(1, "Cube", "", (9, 9, 9), tuple(line("CLOSED_PLANAR", z, *square) for z in every_second)))
    contours, models = contours_and_models(case)
    shown = [bool(contours.cuts(SlicePlane.AXIAL, float(z), models)) for z in positions]
    filled = [bool(contours.areas(SlicePlane.AXIAL, float(z), models, frozenset())) for z in positions]
    assert np.flatnonzero(shown).tolist() == list(range(29, 39))
    assert filled == shown


def test_contour_of_one_point_is_not_lost() -> None:
    z = float(make_open_case().ct.volume.slice_positions_mm[20])
    case = with_structures(Structure(1, "Dot", "", (9, 9, 9), (line("CLOSED_PLANAR", z, (3.0, 4.0)),)))
    cut = cut_of(case, SlicePlane.AXIAL, z)
    assert cut is not None
    assert cut.segments.tolist() == [[3.0, 4.0, 3.0, 4.0]]


def test_areas_come_largest_first_without_the_body_and_what_is_hidden() -> None:
    positions = make_open_case().ct.volume.slice_positions_mm[30:36]

    def cube(number: int, half: float, kind: str = "ORGAN") -> Structure:
        square = ((-half, -half), (half, -half), (half, half), (-half, half))
        contours = tuple(line("CLOSED_PLANAR", float(z), *square) for z in positions)
        return Structure(number, f"Cube {number}", kind, (number, 0, 0), contours)

    case = with_structures(cube(1, 10.0), cube(2, 30.0), cube(3, 60.0, "EXTERNAL"), cube(4, 20.0))
    contours, models = contours_and_models(case)
    areas = contours.areas(SlicePlane.AXIAL, float(positions[2]), models, frozenset({4}))
    assert [colour for _, colour in areas] == [(2, 0, 0), (1, 0, 0)]
    assert [cut.number for cut in contours.cuts(SlicePlane.CORONAL, 0.0, models)] == [1, 2, 3, 4]


def test_bounds_are_of_all_contours_and_none_without() -> None:
    z = 1.25
    case = with_structures(
        Structure(1, "Empty", "", (9, 9, 9), ()),
        Structure(2, "Wire", "", (9, 9, 9), (line("OPEN_PLANAR", z, (-10.0, 3.0), (20.0, 8.0)),)),
    )
    assert SliceContours(case.structure_set, case.ct.volume).bounds_mm == ((-10.0, 3.0, z), (20.0, 8.0, z))
    empty = with_structures(Structure(1, "Empty", "", (9, 9, 9), ()))
    assert SliceContours(empty.structure_set, empty.ct.volume).bounds_mm is None
