"""Hounsfield units to attenuation, even slices, and smaller volumes that keep everything in its place."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pti.geometry.frames import patient_frame
from pti.imaging.attenuation import BONE_ENHANCED, WATER, WATER_PER_MM, AttenuationCurve, AttenuationVolume, attenuation_volume
from pti.imaging.pyramid import binned, reduced, reduced_attenuation
from pti.imaging.resample import evenly_spaced
from pti.imaging.volume import CtVolume

Values = NDArray[np.float64]

FRAME = patient_frame("1.2.3")


def ct(hounsfield: NDArray[Any], z: Values | None = None) -> CtVolume:
    positions = np.arange(len(hounsfield), dtype=np.float64) * 2.0 - 7.0 if z is None else z
    return CtVolume(FRAME, hounsfield.astype(np.int16), (-10.0, 20.0), 0.8, 0.7, positions)


def some_ct(shape: tuple[int, int, int] = (6, 9, 11)) -> CtVolume:
    return ct(np.random.default_rng(1).integers(-1500, 5000, shape))


@pytest.mark.parametrize("curve", [WATER, BONE_ENHANCED])
def test_every_voxel_has_the_attenuation_of_its_hounsfield_units(curve: AttenuationCurve) -> None:
    volume = some_ct()
    expected = curve(volume.hounsfield.astype(np.float64))
    np.testing.assert_allclose(attenuation_volume(volume, curve).per_mm, expected, atol=curve.unit_per_mm)


def test_water_attenuates_like_water_and_air_not_at_all() -> None:
    for curve in (WATER, BONE_ENHANCED):
        assert curve(np.array([0.0]))[0] == pytest.approx(WATER_PER_MM)
        assert curve(np.array([-1000.0, -2048.0])).tolist() == [0.0, 0.0]


def test_a_curve_with_descending_nodes_or_negative_attenuation_is_refused() -> None:
    for nodes in (((0.0, 0.1), (0.0, 0.2)), ((0.0, -0.1), (1.0, 0.2)), ((0.0, 0.0), (1.0, 0.0))):
        with pytest.raises(ValueError, match=r"nodes|attenuation"):
            AttenuationCurve("wrong", nodes)


def test_voxel_indices_and_patient_coordinates_agree() -> None:
    matrix, offset = attenuation_volume(some_ct()).voxels_from_patient()
    np.testing.assert_allclose(matrix @ (-10.0 + 3 * 0.7, 20.0 + 2 * 0.8, -7.0 + 5 * 2.0) + offset, (5, 2, 3), atol=1e-12)


def test_an_even_ct_is_taken_as_it_is() -> None:
    volume = some_ct()
    assert evenly_spaced(volume) == (volume, ())


def test_uneven_slices_are_interpolated_at_their_true_places_and_said() -> None:
    z = np.array([0.0, 2.0, 4.0, 7.0, 9.0, 11.0])
    ramp = np.broadcast_to((z * 30)[:, np.newaxis, np.newaxis], (6, 4, 5))
    volume = attenuation_volume(ct(ramp, z), WATER)
    assert volume.spacing_mm[2] == 2.0
    places = volume.origin_mm[2] + np.arange(len(volume.levels)) * volume.spacing_mm[2]
    assert places.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    np.testing.assert_allclose(volume.per_mm[:, 2, 2], WATER_PER_MM * (1 + places * 0.03), atol=2 * WATER.unit_per_mm)
    (warning,) = volume.warnings
    assert "2.00 to 3.00 mm" in warning
    assert "steps of 2.00 mm, over gaps of up to 3.00 mm (after z = 4.00 mm)" in warning


@given(
    blocks=st.tuples(st.integers(2, 6), st.integers(2, 6), st.integers(2, 6)),
    factor=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
)
def test_a_reduced_volume_keeps_its_mass_and_moves_nothing(blocks: tuple[int, int, int], factor: tuple[int, int, int]) -> None:
    shape = (blocks[0] * factor[2], blocks[1] * factor[1], blocks[2] * factor[0])
    k, j, i = np.indices(shape)
    ramp = 3000.0 + 700.0 * k + 900.0 * j + 500.0 * i
    volume = AttenuationVolume(FRAME, ramp.astype(np.uint16), 1e-6, (-10.0, 20.0, 5.0), (0.7, 0.8, 2.0))
    small = reduced(volume, factor)
    # Rounding to whole levels.
    size = np.prod(volume.spacing_mm), np.prod(small.spacing_mm)
    assert small.per_mm.sum() * size[1] == pytest.approx(volume.per_mm.sum() * size[0], rel=2e-4)
    matrix, offset = volume.voxels_from_patient()
    z, y, x = (
        o + s * i for o, s, i in zip(small.origin_mm[::-1], small.spacing_mm[::-1], np.indices(small.levels.shape), strict=True)
    )
    k, j, i = np.moveaxis(np.stack([x, y, z], axis=-1) @ matrix.T + offset, -1, 0)
    np.testing.assert_allclose(small.levels, 3000.0 + 700.0 * k + 900.0 * j + 500.0 * i, atol=0.5 + 1e-6)


def test_blocks_that_the_volume_does_not_fill_are_filled_up_with_nothing() -> None:
    volume = attenuation_volume(some_ct((5, 7, 8)), WATER)
    padded = AttenuationVolume(
        FRAME,
        np.pad(volume.levels, ((0, 1), (0, 2), (0, 1))),
        volume.unit_per_mm,
        volume.origin_mm,
        volume.spacing_mm,
    )
    np.testing.assert_array_equal(reduced(volume, (3, 3, 3)).levels, reduced(padded, 3).levels)


def test_reducing_the_ct_at_once_is_the_same_as_in_two_steps() -> None:
    volume = some_ct((8, 10, 13))
    at_once, in_two = reduced_attenuation(volume, WATER, (3, 2, 4)), reduced(attenuation_volume(volume, WATER), (3, 2, 4))
    np.testing.assert_array_equal(at_once.levels, in_two.levels)
    assert (at_once.origin_mm, at_once.spacing_mm) == (in_two.origin_mm, in_two.spacing_mm)


def test_slices_that_do_not_fill_a_block_are_left_out_of_a_ct_reduced_at_once() -> None:
    assert reduced_attenuation(some_ct((9, 10, 13)), WATER, (1, 1, 4)).levels.shape == (2, 10, 13)


def test_a_reduction_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        reduced(attenuation_volume(some_ct()), 0)


def test_binning_takes_means_of_whole_blocks() -> None:
    image = np.arange(35, dtype=np.float32).reshape(5, 7)
    np.testing.assert_allclose(binned(image, 2), [[4, 6, 8], [18, 20, 22]])
