"""Coloured areas and lines over pictures, against plain arithmetic for each pixel."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pti.geometry.frames import patient_frame
from pti.imaging.display.overlays import draw_segments, lay_tint, make_tint
from pti.imaging.display.slices import SlicePlane, voxel_positions
from pti.imaging.masks import Section, make_mask
from pti.imaging.volume import CtVolume

GREY = 0xFF646464


def parts(picture: NDArray[np.uint32]) -> NDArray[np.int64]:
    """(row, column, part): red, green, blue."""
    return np.stack([picture >> shift & 255 for shift in (16, 8, 0)], axis=-1).astype(np.int64)


def grey(rows: int = 30, columns: int = 40) -> NDArray[np.uint32]:
    return np.full((rows, columns), GREY, dtype=np.uint32)


def test_layers_are_mixed_in_their_order() -> None:
    one = Section(1, 2, np.ones((4, 5), np.uint8))
    other = Section(3, 4, np.ones((4, 5), np.uint8))
    tint = make_tint([(one, (255, 0, 0)), (other, (0, 0, 200))], (10, 12), 0.25)
    picture = grey(10, 12)
    lay_tint(picture, tint, np.arange(10, dtype=np.float32), np.arange(12, dtype=np.float32))
    assert (picture[0] == GREY).all()
    under = np.array([100.0, 100.0, 100.0])
    red, blue = np.array([255.0, 0.0, 0.0]), np.array([0.0, 0.0, 200.0])
    expected = {(1, 2): 0.75 * under + 0.25 * red, (6, 8): 0.75 * under + 0.25 * blue}
    expected[3, 4] = 0.75 * (0.75 * under + 0.25 * red) + 0.25 * blue
    for place, colour in expected.items():
        # Each layer and the picture round down.
        assert (np.abs(parts(picture)[place] - colour) <= 3).all()


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=70), st.floats(0.0, 1.0), st.integers(0, 255))
def test_no_number_of_layers_runs_over(colours: list[tuple[int, int, int]], opacity: float, level: int) -> None:
    whole = Section(0, 0, np.ones((1, 1), np.uint8))
    tint = make_tint([(whole, colour) for colour in colours], (1, 1), opacity)
    picture = np.full((1, 1), 0xFF000000 | level * 0x010101, dtype=np.uint32)
    lay_tint(picture, tint, np.zeros(1, np.float32), np.zeros(1, np.float32))
    assert picture[0, 0] >> 24 == 255
    expected = np.full(3, float(level))
    for colour in colours:
        expected = expected * (1 - opacity) + np.array(colour) * opacity
    # An overflow would carry into the next colour; rounding down costs at most one level a layer, and less where they are many.
    assert (np.abs(parts(picture)[0, 0] - expected) <= 2 + min(len(colours), 2 / max(opacity, 0.02))).all()


def test_tint_is_as_sharp_as_its_cells_and_ends_with_them() -> None:
    tint = make_tint([(Section(0, 0, np.ones((2, 2), np.uint8)), (255, 255, 255))], (2, 2), 0.5)
    at = np.array([-0.6, -0.4, 0.49, 0.51, 1.49, 1.6], dtype=np.float32)
    picture = grey(6, 6)
    lay_tint(picture, tint, at, at)
    covered = picture != GREY
    inside = np.array([False, True, True, True, True, False])
    assert (covered == (inside[:, None] & inside)).all()


PLACE = st.floats(-25.0, 60.0, allow_nan=False)


@given(PLACE, PLACE, PLACE, PLACE, st.floats(1.0, 4.0))
def test_line_covers_pixels_by_their_distance(x1: float, y1: float, x2: float, y2: float, width: float) -> None:
    picture = grey()
    draw_segments(picture, np.array([[x1, y1, x2, y2]]), (255, 10, 30), width)
    x, y = np.meshgrid(np.arange(40.0), np.arange(30.0))
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    along = np.clip(((x - x1) * dx + (y - y1) * dy) / square, 0, 1) if square > 1e-20 else np.zeros_like(x)
    cover = np.clip(width / 2 + 0.5 - np.hypot(x - x1 - along * dx, y - y1 - along * dy), 0, 1)
    expected = 100.0 + cover[..., None] * (np.array([255.0, 10.0, 30.0]) - 100.0)
    assert (np.abs(parts(picture) - expected) <= 2).all()


def test_line_without_length_is_a_dot() -> None:
    picture = grey()
    draw_segments(picture, np.array([[12.0, 8.0, 12.0, 8.0]]), (255, 0, 0), 2.0)
    assert picture[8, 12] == 0xFFFF0000
    assert np.argwhere(picture != GREY).tolist() == [
        [7, 11],
        [7, 12],
        [7, 13],
        [8, 11],
        [8, 12],
        [8, 13],
        [9, 11],
        [9, 12],
        [9, 13],
    ]


def test_lines_far_outside_leave_the_picture_alone() -> None:
    picture = grey()
    draw_segments(picture, np.array([[-1e6, 5.0, -1e5, 5.0], [50.0, 1e6, 1e6, 1e6]]), (255, 0, 0), 2.0)
    draw_segments(picture, np.empty((0, 4)), (255, 0, 0), 2.0)
    assert (picture == GREY).all()


def test_areas_stand_at_the_true_places_of_uneven_slices() -> None:
    z = np.array([0.0, 1.0, 2.0, 8.0, 14.0])
    ct = CtVolume(patient_frame("2.25.1"), np.zeros((5, 20, 30), np.int16), (-14.5, -9.5), 1.0, 1.0, z)
    corners = np.array([(-5.2, -5.2), (5.2, -5.2), (5.2, 5.2), (-5.2, 5.2)])
    mask = make_mask([np.column_stack([corners, np.full(4, height)]) for height in (2.0, 8.0)], ct).mask
    assert mask is not None
    section = mask.section(1, 10)
    assert section is not None
    # On a coronal slice superior is up: the screen's vertical is -z.
    down_mm, right_mm = np.arange(-16.0, 2.0, 0.25, dtype=np.float32), np.arange(-10.0, 10.0, 0.5, dtype=np.float32)
    picture = grey(len(down_mm), len(right_mm))
    tint = make_tint([(section, (255, 0, 0))], (5, 30), 0.5)
    lay_tint(picture, tint, *voxel_positions(ct, SlicePlane.CORONAL, right_mm, down_mm))
    covered = picture != GREY
    heights, across = -down_mm[covered.any(axis=1)], right_mm[covered.any(axis=0)]
    # Slices at 2 and 8 mm, each half-way to its neighbours at 1 and 14 mm; the border belongs to the upper one.
    assert (heights.min(), heights.max()) == (1.5, 10.75)
    # Voxels with centres from -4.5 to 4.5 mm, each half a millimetre to either side.
    assert (across.min(), across.max()) == (-5.0, 4.5)
