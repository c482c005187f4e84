import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless

from pti.network.encoding import recode
from pti.network.errors import CannotEncode
from tests.support.dicom_peers import program, small_ct, write


def first_slice() -> Dataset:
    return small_ct(1)[0]


@pytest.mark.requirement("SCU-03")
@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_another_program_reads_the_same_pixels_and_numbers_from_every_syntax(tmp_path: Path, syntax: str) -> None:
    original = first_slice()
    recoded = recode(original, syntax)
    assert recoded.file_meta.TransferSyntaxUID == syntax
    path, plain = tmp_path / "recoded.dcm", tmp_path / "plain.dcm"
    recoded.save_as(path, enforce_file_format=True)
    subprocess.run([program("dcmconv"), "+te", path, plain], check=True)
    read = pydicom.dcmread(plain)
    assert np.array_equal(read.pixel_array, original.pixel_array)
    assert read.Rows == original.Rows
    assert read.ImagePositionPatient == original.ImagePositionPatient


def test_what_is_in_the_wanted_syntax_already_is_not_touched(tmp_path: Path) -> None:
    (path,) = write([first_slice()], tmp_path)
    ds = pydicom.dcmread(path)
    assert recode(ds, ExplicitVRLittleEndian) is ds


def test_turning_words_twice_gives_the_first_back() -> None:
    original = first_slice()
    back = recode(recode(original, ExplicitVRBigEndian), ExplicitVRLittleEndian)
    assert back.PixelData == original.PixelData
    assert recode(original, ExplicitVRBigEndian).PixelData != original.PixelData


def test_the_given_data_set_is_not_changed() -> None:
    original = first_slice()
    pixels = original.PixelData
    recode(original, ExplicitVRBigEndian)
    assert original.PixelData == pixels
    assert original.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian


def test_compressed_pixels_are_refused() -> None:
    ds = first_slice()
    ds.file_meta.TransferSyntaxUID = JPEG2000Lossless
    with pytest.raises(CannotEncode):
        recode(ds, ImplicitVRLittleEndian)


def test_a_curve_is_never_turned_because_its_words_may_have_any_size() -> None:
    ds = first_slice()
    ds.add_new(0x50003000, "OW", np.array([1.0, 2.0]).tobytes())
    with pytest.raises(CannotEncode):
        recode(ds, ExplicitVRBigEndian)


def test_a_curve_without_a_representation_can_be_sent_in_explicit_vr(tmp_path: Path) -> None:
    ds = first_slice()
    ds.add_new(0x50003000, "OW", np.array([1.5, 2.5]).tobytes())
    recode(ds, ImplicitVRLittleEndian).save_as(tmp_path / "implicit.dcm", enforce_file_format=True)
    again = recode(pydicom.dcmread(tmp_path / "implicit.dcm"), ExplicitVRLittleEndian)
    assert np.frombuffer(again[0x5000, 0x3000].value).tolist() == [1.5, 2.5]
