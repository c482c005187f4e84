"""CT files: the same series as from data sets, in the memory of the volume, and complaints that name files."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import read_ct_files, read_ct_series
from pti.dicom.files import write_file
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from tests.support.dicom_factory import ct_series


def _written(slices: list[Dataset], folder: Path) -> list[Path]:
    paths = [folder / f"slice{number}.dcm" for number in range(1, len(slices) + 1)]
    for ds, path in zip(slices, paths, strict=True):
        write_file(ds, path)
    return paths


@pytest.mark.requirement("FILE-01")
def test_files_give_the_same_series_as_their_data_sets(tmp_path: Path) -> None:
    slices = ct_series(orientation=(0, 1, 0, -1, 0, 0))
    heard: list[float] = []
    of_files, of_data_sets = read_ct_files(_written(slices, tmp_path)[::-1], heard.append), read_ct_series(slices)
    np.testing.assert_array_equal(of_files.volume.hounsfield, of_data_sets.volume.hounsfield)
    assert of_files.volume.first_voxel_mm == of_data_sets.volume.first_voxel_mm
    assert of_files.instances == of_data_sets.instances
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_complaints_about_files_name_them(tmp_path: Path) -> None:
    slices = ct_series()
    slices[2].RescaleSlope = "0"
    paths = _written(slices, tmp_path)
    with pytest.raises(InvalidDicomObject, match=r"Slope \(0028,1053\) is 0 \(in 1 of 4 slices, first slice3\.dcm\)"):
        read_ct_files(paths)


@pytest.mark.parametrize(("pixels", "what"), [(bytes(10), "holds 10 bytes"), (None, "is missing")])
def test_pixels_that_are_wrong_in_a_file_are_told(pixels: bytes | None, what: str, tmp_path: Path) -> None:
    slices = ct_series()
    if pixels is None:
        del slices[3].PixelData
    else:
        slices[3].PixelData = pixels
    paths = _written(slices, tmp_path)
    with pytest.raises(InvalidDicomObject, match=rf"Pixel Data \(7FE0,0010\) {what}.* \(in 1 of 4 slices, first slice4\.dcm\)"):
        read_ct_files(paths)


def test_a_file_that_is_replaced_while_the_series_is_read_is_noticed(tmp_path: Path) -> None:
    paths = _written(ct_series(), tmp_path)

    def replace(share: float) -> None:
        if share == 0.3:  # all headers were read
            paths[3].write_bytes(paths[2].read_bytes())

    with pytest.raises(InvalidDicomObject, match=r"SOP Instance UID \(0008,0018\) has changed while the file was read"):
        read_ct_files(paths, replace)


def test_reading_files_stops_when_asked_to(tmp_path: Path) -> None:
    cancel, heard = CancelToken(), list[float]()

    def stop(share: float) -> None:
        heard.append(share)
        if len(heard) == 6:  # four headers, two slices
            cancel.cancel()

    with pytest.raises(Stopped):
        read_ct_files(_written(ct_series(), tmp_path), stop, cancel)
    assert len(heard) == 6


def test_files_need_the_memory_of_the_volume_and_little_more(tmp_path: Path) -> None:
    paths = _written(ct_series([(0.0, 0.0, float(z)) for z in range(64)], rows=256, columns=256), tmp_path)
    tracemalloc.start()
    try:
        volume = read_ct_files(paths).volume
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert volume.hounsfield.nbytes == 64 * 256 * 256 * 2
    assert peak < 1.4 * volume.hounsfield.nbytes  # data sets that were all kept would make it twice as much
