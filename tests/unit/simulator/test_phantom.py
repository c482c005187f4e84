"""The demo patient: what its CT shows, and that it is the same every time."""

import hashlib

import numpy as np
import pytest

from pti.geometry.frames import FrameKind
from pti.imaging.volume import CtVolume
from pti.simulator.phantom import DemoSize, demo_ct
from pti.simulator.phantom.target import SEEDS
from pti.simulator.phantom.volume import FULL_SIZE

SMALL = DemoSize(rows=128, columns=128, slices=45)


@pytest.fixture(scope="module")
def full_ct() -> CtVolume:
    return demo_ct()


@pytest.fixture(scope="module")
def small_ct() -> CtVolume:
    return demo_ct(SMALL)


def mean_hu(ct: CtVolume, point_mm: tuple[float, float, float], half_mm: float = 2.0) -> float:
    """Mean over the voxels whose centres lie within `half_mm` of a point on every axis."""
    rows, columns = ct.hounsfield.shape[1:]
    x = ct.first_voxel_mm[0] + ct.column_spacing_mm * np.arange(columns)
    y = ct.first_voxel_mm[1] + ct.row_spacing_mm * np.arange(rows)
    near = [abs(a - p) <= half_mm for a, p in zip((ct.slice_positions_mm, y, x), point_mm[::-1], strict=True)]
    return float(ct.hounsfield[np.ix_(*near)].mean())


def test_it_is_a_planning_ct_in_a_patient_frame(full_ct: CtVolume) -> None:
    assert full_ct.hounsfield.shape == (180, 512, 512)
    assert (full_ct.row_spacing_mm, full_ct.column_spacing_mm) == (0.9, 0.9)
    np.testing.assert_array_equal(np.diff(full_ct.slice_positions_mm), 1.5)
    assert full_ct.frame.kind is FrameKind.PATIENT


@pytest.mark.parametrize(
    ("tissue", "point_mm", "lowest", "highest"),
    [
        ("air in front of the face", (0, -180, 0), -1010, -990),
        ("brain", (25, 0, 75), 15, 45),
        ("fluid in the left side ventricle", (10, 8, 64), -5, 25),
        ("left eye", (32, -66, 16.5), 0, 30),
        ("right maxillary sinus", (-28, -55, 0), -1010, -950),
        ("left maxillary sinus", (30, -56, 0), -1010, -950),
        ("windpipe", (0, -17, -128), -1010, -950),
        ("body of C5", (0, 6, -98.8), 200, 600),
        ("spinal cord at C4", (0, 22, -84), 15, 50),
        ("left parotid", (57, -1, -28), -20, 60),
        ("tongue", (0, -46, -45), 40, 80),
        ("tumour", (12, -12, -3), 30, 75),
        ("foam of the couch", (0, 147, 0), -940, -890),
        ("foam of the head rest", (60, 112, 40), -980, -930),
    ],
)
def test_tissue_has_its_hounsfield_units(
    full_ct: CtVolume, tissue: str, point_mm: tuple[float, float, float], lowest: float, highest: float
) -> None:
    assert lowest <= mean_hu(full_ct, point_mm) <= highest, tissue


def bone_on_the_way(ct: CtVolume, direction: tuple[float, float, float]) -> tuple[np.ndarray, float]:
    """Values from the first to the last bone on the way out of the brain, and the step between them in mm."""
    step = 0.4
    way = np.array(direction) / np.linalg.norm(direction)
    points = np.array([0.0, 10.0, 60.0]) + way * np.arange(0, 110, step)[:, np.newaxis]
    spacing = np.array([ct.column_spacing_mm, ct.row_spacing_mm, ct.slice_step_mm])
    i, j, k = np.rint((points - ct.origin_mm) / spacing).astype(int).T
    there = k < ct.hounsfield.shape[0]
    values = ct.hounsfield[k[there], j[there], i[there]]
    bone = np.flatnonzero(values > 300)
    return values[bone[0] : bone[-1] + 1], step


@pytest.mark.parametrize("direction", [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0.3, 0, 1), (0.6, 0.6, 0.5)])
def test_every_way_out_of_the_brain_leads_through_bone(full_ct: CtVolume, direction: tuple[float, float, float]) -> None:
    bone, step_mm = bone_on_the_way(full_ct, direction)
    assert 3.0 <= len(bone) * step_mm <= 14.0
    assert bone.max() > 1100


@pytest.mark.parametrize("direction", [(0.1, 1, 0), (0.2, 0.6, 0.7), (0.3, 0, 1), (0.6, 0.6, 0.5)])
def test_where_the_skull_is_thick_spongy_bone_lies_between_two_dense_tables(
    full_ct: CtVolume, direction: tuple[float, float, float]
) -> None:
    bone, _ = bone_on_the_way(full_ct, direction)
    third = len(bone) // 3
    assert bone[third:-third].min() < 900 < 1050 < min(bone[:third].max(), bone[-third:].max())


def test_left_and_right_are_unlike(full_ct: CtVolume) -> None:
    hounsfield = full_ct.hounsfield.astype(np.int32)
    # Symmetric about x = 0 but for what is unlike: noise alone would give 20 HU.
    assert full_ct.first_voxel_mm[0] == pytest.approx(-(512 - 1) / 2 * 0.9)
    differing = np.abs(hounsfield - hounsfield[:, :, ::-1]) > 300
    assert np.count_nonzero(differing) * 0.9 * 0.9 * 1.5 > 20_000  # mm3


def test_only_the_left_mastoid_is_full_of_air_cells(full_ct: CtVolume) -> None:
    left, right = mean_hu(full_ct, (55, 17, -6), 8), mean_hu(full_ct, (-55, 17, -6), 8)
    assert left + 200 < right


def test_a_lower_premolar_is_missing_on_the_left_and_there_on_the_right(full_ct: CtVolume) -> None:
    assert mean_hu(full_ct, (19.5, -67.5, -46), 2) < 200
    assert mean_hu(full_ct, (-17, -68.5, -46), 2) > 1500


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_the_centre_of_a_seed_in_the_image_is_where_it_is_stated(full_ct: CtVolume, number: int) -> None:
    stated = np.array(SEEDS[number].centre_mm)
    spacing = np.array([0.9, 0.9, 1.5])
    middle = np.rint((stated - full_ct.origin_mm) / spacing).astype(int)
    i, j, k = (np.arange(m - 4, m + 5) for m in middle)
    box = full_ct.hounsfield[np.ix_(k, j, i)].astype(float)
    weight = np.clip(box - 1700, 0, None)  # above any bone nearby
    z, y, x = np.meshgrid(k, j, i, indexing="ij")
    index = np.array([(weight * axis).sum() for axis in (x, y, z)]) / weight.sum()
    found = full_ct.origin_mm + spacing * index
    assert box.max() == 3071
    # A third of a voxel: the image is cut off at 3071 HU, which the mean of a sampled blob does not survive exactly.
    assert np.linalg.norm(found - stated) < 0.3


def test_noise_is_that_of_a_scanner_and_correlated(full_ct: CtVolume) -> None:
    k = int(np.argmin(abs(full_ct.slice_positions_mm - 75.0)))
    # White matter beside the falx: plain tissue.
    patch = full_ct.hounsfield[k, 225:255, 268:292].astype(float)
    patch -= patch.mean()
    assert 6 < patch.std() < 20
    correlation = (patch[:, 1:] * patch[:, :-1]).mean() / patch.var()
    assert 0.1 < correlation < 0.95


def test_it_is_the_same_every_time(small_ct: CtVolume) -> None:
    again = demo_ct(SMALL)
    assert hashlib.sha256(again.hounsfield.tobytes()).digest() == hashlib.sha256(small_ct.hounsfield.tobytes()).digest()
    assert again.frame == small_ct.frame


def test_a_smaller_one_is_the_same_patient(full_ct: CtVolume, small_ct: CtVolume) -> None:
    blocks = full_ct.hounsfield.reshape(45, 4, 128, 4, 128, 4).mean(axis=(1, 3, 5), dtype=np.float64)
    # Edges of thin bones differ between sampling and averaging; the rest agrees.
    assert np.median(abs(blocks - small_ct.hounsfield)) < 10
    assert np.corrcoef(blocks.ravel(), small_ct.hounsfield.ravel())[0, 1] > 0.99


def test_sizes_that_cannot_show_a_head_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        DemoSize(rows=4)
    assert FULL_SIZE.label == "512x512x180"
