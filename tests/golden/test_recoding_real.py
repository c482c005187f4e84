"""Real files passed on by export, judged by DCMTK: the same elements with the same values, the same pixels."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pydicom
import pydicom.misc
import pytest

from pti.dicom.files import read_file
from pti.dicom.recoding import recoded_part10

RealData = Callable[[str], Path]
_UNPADDED = re.compile(r"\s+#.*$")

pytestmark = pytest.mark.skipif(shutil.which("dcmdump") is None, reason="DCMTK is not installed")


def dumped(path: Path, tmp_path: Path) -> list[str]:
    """Every element of a file as DCMTK shows it once it has made the file Implicit VR Little Endian itself."""
    plain = tmp_path / "plain.dcm"
    subprocess.run(["dcmconv", "+ti", "+e", "-g", str(path), str(plain)], check=True, capture_output=True)
    shown = subprocess.run(["dcmdump", "+L", "-q", str(plain)], check=True, capture_output=True).stdout.decode("latin-1")
    lines = (_UNPADDED.sub("", line) for line in shown.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "(0002"))]


def is_dicom(path: Path) -> bool:
    return path.is_file() and pydicom.misc.is_dicom(path)


def passed_on(path: Path, tmp_path: Path) -> Path:
    out = tmp_path / "out.dcm"
    out.write_bytes(recoded_part10(read_file(path)))
    return out


@pytest.mark.requirement("IOD-05", "FILE-01")
@pytest.mark.parametrize(
    "data_set",
    ["01_dcpt_head_proton", "02_rtion_plans", "05_kv_bead_pairs_reg", "07_chest_ct_lidc0001", "10_small_rt_sets"],
)
def test_every_element_of_real_files_is_what_dcmtk_makes_of_them(data_set: str, real_data: RealData, tmp_path: Path) -> None:
    files = [path for path in sorted(real_data(data_set).rglob("*")) if is_dicom(path)]
    tried = 0
    for path in files[:: max(1, len(files) // 8)]:
        expected = dumped(path, tmp_path)
        tried += len(expected)
        assert dumped(passed_on(path, tmp_path), tmp_path) == expected, path.name
    assert tried > 200


@pytest.mark.requirement("FILE-01")
@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("ruby_dicom/explicit_ct_jpeg-lossless-nh_mono2.dcm", "dcmdjpeg"),
        ("pydicom_test_files/JPEGLSNearLossless_16.dcm", "dcmdjpls"),
        ("pydicom_test_files/MR_small_jpeg_ls_lossless.dcm", "dcmdjpls"),
        ("pydicom_test_files/MR_small_RLE.dcm", "dcmdrle"),
    ],
)
def test_real_compressed_files_hold_the_pixels_that_dcmtk_decodes(
    name: str, program: str, real_data: RealData, tmp_path: Path
) -> None:
    path = real_data("11_bad_input") / name
    subprocess.run([program, str(path), str(tmp_path / "plain.dcm")], check=True, capture_output=True)
    ours = pydicom.dcmread(passed_on(path, tmp_path))
    theirs = pydicom.dcmread(tmp_path / "plain.dcm")
    assert (ours.pixel_array == theirs.pixel_array).all()
    assert ours.get("LossyImageCompression") == ("01" if "Near" in name else theirs.get("LossyImageCompression"))
