"""Display: sampling positions, windows, blending and slices against values computed in another way."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.imaging.display.blending import Mixture, Palette, mixed
from pti.imaging.display.sampling import between_panels, windowed_samples
from pti.imaging.display.slices import SlicePlane, extent, index_of, position_of, slice_samples
from pti.imaging.display.window import Window, automatic_window
from pti.imaging.volume import CtVolume
from tests.support.geometry import panel_orientation

RNG = np.random.default_rng(5)
PANEL = ImagerGeometry(90.0, 2700.0, 3700.0, 40, 60, 0.4, 0.3, (-11.0, 7.5), 1.0, (2.0, -3.0))


def lines(count: int, low: float, high: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.linspace(low, high, count, dtype=np.float32)


def test_samples_agree_with_scipys_bilinear_interpolation() -> None:
    image = RNG.normal(100.0, 20.0, (30, 50)).astype(np.float32)
    rows, columns = lines(71, 0.0, 29.0), lines(90, 0.0, 49.0)
    grey = windowed_samples(image, rows, columns, Window(100.0, 160.0))
    expected = map_coordinates(image, np.meshgrid(rows, columns, indexing="ij"), order=1)
    expected = np.clip((expected - 20.0) * 255.0 / 160.0, 1.0, 255.0)
    assert np.abs(grey - np.floor(expected)).max() <= 1


def test_samples_outside_the_image_are_zero_and_inside_never() -> None:
    image = np.zeros((4, 6), np.float32)
    grey = windowed_samples(image, lines(9, -2.0, 6.0), lines(9, -2.0, 6.0), Window(50.0, 10.0))
    inside_rows = np.array([-0.5 <= r <= 3.5 for r in lines(9, -2.0, 6.0)])
    inside_columns = np.array([-0.5 <= c <= 5.5 for c in lines(9, -2.0, 6.0)])
    assert ((grey > 0) == np.outer(inside_rows, inside_columns)).all()


@pytest.mark.parametrize("factor", [2, 3])
def test_binned_panel_is_sampled_without_a_shift(factor: int) -> None:
    to_binned = between_panels(PANEL, PANEL.binned(factor))
    rows, columns = to_binned(np.arange(12.0), np.arange(12.0))
    # The middle of the first block of pixels is the centre of the first binned pixel.
    middle = (factor - 1) / 2
    np.testing.assert_allclose(rows, (np.arange(12) - middle) / factor, atol=1e-5)
    np.testing.assert_allclose(columns, (np.arange(12) - middle) / factor, atol=1e-5)


def test_panels_are_mapped_as_the_room_sees_them() -> None:
    coarse = PANEL.binned(2).cropped(3, 5, 10, 12)
    pixels = np.array([(8.0, 14.0), (20.5, 27.0)])
    rows, columns = between_panels(PANEL, coarse)(pixels[:, 0], pixels[:, 1])
    np.testing.assert_allclose(
        coarse.pixels_to_fixed(np.stack([rows, columns], axis=1)), PANEL.pixels_to_fixed(pixels), atol=1e-3
    )


def test_panels_in_different_places_are_refused() -> None:
    with pytest.raises(ValueError, match="one panel"):
        between_panels(PANEL, ImagerGeometry.centred(0.0, 2700.0, 3700.0, 40, 60, 0.4))
    with pytest.raises(ValueError, match="one panel"):
        between_panels(PANEL, replace(PANEL, orientation=panel_orientation((0.0, 1.0, 0.0))))


def test_binned_part_of_a_tilted_and_mirrored_panel_is_mapped_as_the_room_sees_it() -> None:
    panel = replace(PANEL, orientation=panel_orientation((12.0, -7.0, 100.0), mirrored=True))
    coarse = panel.binned(2).cropped(3, 5, 10, 12)
    rows, columns = between_panels(panel, coarse)(np.array([8.0, 20.5]), np.array([14.0, 27.0]))
    seen = coarse.pixels_to_fixed(np.stack([rows, columns], axis=1))
    np.testing.assert_allclose(seen, panel.pixels_to_fixed([(8.0, 14.0), (20.5, 27.0)]), rtol=0, atol=1e-3)  # single precision


@pytest.mark.parametrize("palette", list(Palette))
def test_equal_images_mix_to_grey_of_the_same_level(palette: Palette) -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    picture = mixed(grey, grey, Mixture(0.5, palette))
    channels = np.stack([picture >> shift & 255 for shift in (16, 8, 0)])
    assert (channels <= 255).all()
    assert (np.ptp(channels, axis=0) <= 2).all()
    if palette is Palette.GREY:
        assert np.abs(channels[0].astype(int) - grey).max() <= 1


@pytest.mark.parametrize(("share", "shown"), [(0.0, 200), (1.0, 40), (0.5, 120), (0.25, 160)])
def test_blend_moves_from_the_first_to_the_second_image(share: float, shown: int) -> None:
    first, second = np.full((2, 2), 200, np.uint8), np.full((2, 2), 40, np.uint8)
    assert abs(int(mixed(first, second, Mixture(share))[0, 0] & 255) - shown) <= 1


def test_curtain_shows_the_first_image_left_of_the_line_and_the_second_right_of_it() -> None:
    first, second = np.full((1, 10), 200, np.uint8), np.full((1, 10), 40, np.uint8)
    picture = mixed(first, second, Mixture(split_column=4)) & 255
    assert picture.tolist() == [[200] * 4 + [40] * 6]


def test_picture_is_opaque_and_the_first_image_alone_is_grey() -> None:
    picture = mixed(np.full((2, 3), 77, np.uint8), None, Mixture(1.0))
    assert (picture == 0xFF4D4D4D).all()


def test_automatic_window_holds_the_patient_and_not_the_open_field() -> None:
    image = np.zeros((400, 400), np.float32)
    image[:, 100:300] = RNG.normal(3.0, 0.3, (400, 200))
    window = automatic_window(image)
    assert 1.8 < window.low < 3.0
    assert 3.2 < window.low + window.width < 4.6


def test_automatic_window_of_a_constant_image_has_a_width() -> None:
    assert automatic_window(np.full((40, 40), 5.0, np.float32)).width > 0


def test_drag_to_the_right_widens_and_drag_down_brightens() -> None:
    window = Window(100.0, 50.0)
    assert window.dragged(0.2, 0.0).width > 50.0
    assert window.dragged(-0.2, 0.0).width < 50.0
    assert window.dragged(0.0, 0.1).low < window.low


def uneven_ct() -> CtVolume:
    """Each voxel holds a number made of its own position, so that a sample tells where it was taken."""
    z = np.array([-10.0, -8.0, -6.0, -3.0, 0.0, 3.0, 4.0, 5.0])
    x, y = -20.0 + 2.0 * np.arange(21), -9.0 + 1.5 * np.arange(13)
    values = 10 * z[:, None, None] + 3 * y[None, :, None] + 5 * x[None, None, :]
    return CtVolume(patient_frame("2.25.1"), values.astype(np.int16), (-20.0, -9.0), 1.5, 2.0, z)


@pytest.mark.parametrize("plane", list(SlicePlane))
def test_slices_show_what_lies_there_with_uneven_spacing_too(plane: SlicePlane) -> None:
    ct = uneven_ct()
    through = (2.0, 3.0, -3.0)[plane.through_axis]
    right = np.array([-5.0, 0.5, 4.0], dtype=np.float32)
    down = np.array([-2.5, 1.0, 2.0], dtype=np.float32)
    grey = slice_samples(ct, plane, through, right, down, Window(0.0, 510.0))
    for i, d in enumerate(down):
        for j, r in enumerate(right):
            x, y, z = plane.to_patient(float(r), float(d), through)
            assert grey[i, j] == pytest.approx((10 * z + 3 * y + 5 * x + 255) / 2, abs=1.5)


def test_superior_is_up_and_the_patients_left_is_at_the_right() -> None:
    assert SlicePlane.CORONAL.to_plane((7.0, 0.0, 9.0)) == (7.0, -9.0)
    assert SlicePlane.SAGITTAL.to_plane((0.0, 4.0, 9.0)) == (4.0, -9.0)
    assert SlicePlane.AXIAL.to_plane((7.0, 4.0, 9.0)) == (7.0, 4.0)


def test_nearest_slice_and_its_position_on_uneven_spacing() -> None:
    ct = uneven_ct()
    assert [index_of(ct, 2, z) for z in (-50.0, -9.2, -4.0, 4.4, 50.0)] == [0, 0, 3, 6, 7]
    assert position_of(ct, 2, 3) == -3.0
    assert position_of(ct, 0, 2) == -16.0
    assert (extent(ct, 0).low_mm, extent(ct, 0).high_mm) == (-21.0, 21.0)
