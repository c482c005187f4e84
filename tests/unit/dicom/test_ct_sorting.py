"""Images of one folder sorted into series that can each be one volume."""

import numpy as np
import pytest
from pydicom.dataset import Dataset

from pti.dicom.ct_sorting import SeriesGroup, split_series
from tests.support.dicom_factory import CT_SERIES, ct_series, set_pixels


def series(uid: str, count: int = 4) -> list[Dataset]:
    slices = ct_series([(-5.0, -6.0, 2.0 * k) for k in range(count)])
    for ds in slices:
        ds.SeriesInstanceUID = uid
    return slices


def test_one_series_is_one_group() -> None:
    assert split_series(series("1.2")) == (SeriesGroup((0, 1, 2, 3), "1.2"),)


def test_no_image_is_no_group() -> None:
    assert split_series([]) == ()


def test_mixed_series_are_taken_apart_in_the_order_in_which_they_were_met() -> None:
    a, b = series("1.2"), series("1.3", 3)
    groups = split_series([b[0], a[0], a[1], b[1], a[2], a[3], b[2]])
    assert [(g.series_instance_uid, g.indices, g.why_apart) for g in groups] == [
        ("1.3", (0, 3, 6), ""),
        ("1.2", (1, 2, 4, 5), ""),
    ]


def _localizer(ds: Dataset) -> None:
    ds.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]


def _oblique(ds: Dataset) -> None:
    ds.ImageOrientationPatient = [1, 0, 0, 0, 0.98, -0.199]


def _larger(ds: Dataset) -> None:
    set_pixels(ds, np.zeros((7, 8), np.uint16))


def _elsewhere(ds: Dataset) -> None:
    ds.FrameOfReferenceUID = "1.9"


def _finer(ds: Dataset) -> None:
    ds.PixelSpacing = [2.0, 1.501]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_localizer, "Image Type (0008,0008) LOCALIZER"),
        (_oblique, "Image Orientation (Patient) (0020,0037)"),
        (_larger, "Rows (0028,0010) or Columns (0028,0011)"),
        (_elsewhere, "Frame of Reference UID (0020,0052)"),
        (_finer, "Pixel Spacing (0028,0030)"),
    ],
)
def test_an_odd_image_of_a_series_stands_apart_with_the_reason(change: object, why: str) -> None:
    slices = series("1.2")
    assert callable(change)
    change(slices[1])
    most, odd = split_series(slices)
    assert (most.indices, most.why_apart) == ((0, 2, 3), "3 of the 4 images of the series belong together")
    assert (odd.indices, odd.why_apart) == ((1,), f"1 of the 4 images of the series differ from the rest in {why}")


@pytest.mark.parametrize("keyword", ["TemporalPositionIdentifier", "AcquisitionNumber", "AcquisitionTime"])
def test_phases_at_the_same_positions_are_taken_apart(keyword: str) -> None:
    slices = []
    for phase in (1, 2, 3):
        for ds in series("1.2"):
            setattr(ds, keyword, f"{phase}" if keyword != "AcquisitionTime" else f"10150{phase}")
            slices.append(ds)
    groups = split_series(slices)
    assert [g.indices for g in groups] == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)]
    assert all(g.why_apart.startswith("one of 3 phases at the same positions: ") for g in groups)


def test_images_at_the_same_positions_that_nothing_tells_apart_stay_together() -> None:
    assert [g.indices for g in split_series([*series("1.2"), *series("1.2")])] == [tuple(range(8))]


def test_images_at_one_position_are_no_phases() -> None:
    slices = ct_series([(-5.0, -6.0, 1.0)] * 3)
    for number, ds in enumerate(slices):
        ds.AcquisitionNumber = number
    assert [g.indices for g in split_series(slices)] == [(0, 1, 2)]


def test_headers_that_are_broken_are_grouped_all_the_same() -> None:
    slices = series(CT_SERIES)
    for ds in slices[:2]:
        del ds.ImagePositionPatient, ds.PixelSpacing, ds.Rows
    groups = split_series([*slices, Dataset()])
    assert [g.indices for g in groups] == [(0, 1), (2, 3), (4,)]
    assert groups[2].series_instance_uid == ""
