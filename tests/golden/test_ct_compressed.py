"""Compressed images of the shared data against other programs and against the same images uncompressed."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from pti.dicom.checks import Attributes
from pti.dicom.ct import read_ct_files
from pti.dicom.files import read_file
from pti.dicom.pixels import read_stored_pixels
from tests.support.jpeg2000 import compress_jpeg2000

RealData = Callable[[str], Path]


@pytest.fixture
def dcmtk() -> None:
    if shutil.which("dcmcjpeg") is None:
        pytest.skip("DCMTK is not installed")


def _pixels(path: Path) -> NDArray[np.int64]:
    attributes = Attributes(read_file(path))
    pixels = read_stored_pixels(attributes)
    assert pixels is not None, attributes.complaints
    return pixels.astype(np.int64)


def _jpeg2000(source: Path, target: Path) -> None:
    ds = pydicom.dcmread(source)
    compress_jpeg2000(ds)
    ds.save_as(target)


def _dcmtk(*command: str) -> Callable[[Path, Path], None]:
    def compress(source: Path, target: Path) -> None:
        subprocess.run([*command, str(source), str(target)], check=True, capture_output=True)

    return compress


@pytest.mark.usefixtures("dcmtk")
@pytest.mark.parametrize(
    "compress",
    [_dcmtk("dcmcjpeg", "+e1"), _dcmtk("dcmcjpeg", "+el"), _dcmtk("dcmcjpls", "+el"), _dcmtk("dcmcrle"), _jpeg2000],
    ids=["jpeg", "jpeg_process_14", "jpeg_ls", "run_length", "jpeg_2000"],
)
@pytest.mark.parametrize(("data_set", "pattern"), [("01_dcpt_head_proton", "CT*"), ("07_chest_ct_lidc0001", "1-*.dcm")])
def test_a_compressed_ct_is_the_same_ct(
    compress: Callable[[Path, Path], None], data_set: str, pattern: str, real_data: RealData, tmp_path: Path
) -> None:
    plain = sorted(real_data(data_set).glob(pattern))[40:45]
    for path in plain:
        compress(path, tmp_path / path.name)
    ct = read_ct_files(tmp_path / path.name for path in plain)
    np.testing.assert_array_equal(ct.volume.hounsfield, read_ct_files(plain).volume.hounsfield)
    assert not any("lossy" in warning for warning in ct.warnings)


@pytest.mark.usefixtures("dcmtk")
@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("ruby_dicom/explicit_ct_jpeg-lossless-nh_mono2.dcm", "dcmdjpeg"),
        ("pydicom_data/bad_sequence.dcm", "dcmdjpeg"),
        ("pydicom_test_files/JPEGLSNearLossless_08.dcm", "dcmdjpls"),
        ("pydicom_test_files/JPEGLSNearLossless_16.dcm", "dcmdjpls"),
        ("pydicom_test_files/MR_small_jpeg_ls_lossless.dcm", "dcmdjpls"),
        ("pydicom_test_files/MR_small_RLE.dcm", "dcmdrle"),
        ("ruby_dicom/explicit_mr_rle_mono2.dcm", "dcmdrle"),
    ],
)
def test_real_compressed_images_are_decoded_as_dcmtk_does(name: str, program: str, real_data: RealData, tmp_path: Path) -> None:
    path = real_data("11_bad_input") / name
    subprocess.run([program, str(path), str(tmp_path / "plain.dcm")], check=True, capture_output=True)
    np.testing.assert_array_equal(_pixels(path), pydicom.dcmread(tmp_path / "plain.dcm").pixel_array)


@pytest.mark.parametrize("name", ["MR_small_jp2klossless", "MR_small_jpeg_ls_lossless", "MR_small_RLE"])
def test_other_programs_compressed_images_are_the_uncompressed_ones(name: str, real_data: RealData) -> None:
    folder = real_data("11_bad_input") / "pydicom_test_files"
    plain = pydicom.dcmread(folder / "MR_small.dcm").pixel_array
    np.testing.assert_array_equal(_pixels(folder / f"{name}.dcm"), plain)


def test_a_stream_that_takes_signed_values_for_unsigned_is_read_as_the_header_says(real_data: RealData) -> None:
    path = real_data("11_bad_input") / "pydicom_test_files" / "J2K_pixelrep_mismatch.dcm"
    pixels = _pixels(path)
    assert pixels[0, 0] == -2000  # GE's padding outside the circle; 6192 if the sign were lost
    assert pixels[256, 256] > -1024
