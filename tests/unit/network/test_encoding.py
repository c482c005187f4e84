import re
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless

from pti.network.encoding import recode
from pti.network.errors import CannotEncode
from tests.support.dicom_peers import call, program, small_ct, write


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


_POINTS = [1.5, -2.25e-3, 1234.567890123456, 0.1]


def curved(vr: str = "OB", representation: int | None = 3) -> Dataset:
    """A slice with a curve of two points, little endian doubles unless told otherwise."""
    ds = first_slice()
    ds.add_new(0x50020005, "US", 2)
    ds.add_new(0x50020010, "US", 2)
    if representation is not None:
        ds.add_new(0x50020103, "US", representation)
    ds.add_new(0x50023000, vr, np.array(_POINTS, "<f8").tobytes())
    return ds


def from_implicit_file(ds: Dataset, folder: Path) -> Dataset:
    """As it waits in the outbox: read from a file that names no representations."""
    recode(ds, ImplicitVRLittleEndian).save_as(folder / "implicit.dcm", enforce_file_format=True)
    return pydicom.dcmread(folder / "implicit.dcm")


def written(ds: Dataset, path: Path) -> Path:
    ds.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.requirement("SCU-03")
@pytest.mark.parametrize("vr", ["OB", "OW"])
@pytest.mark.parametrize("back", ["+ti", "+te"])
def test_a_peer_that_turns_big_endian_back_has_the_same_points(vr: str, back: str, tmp_path: Path) -> None:
    sent = recode(from_implicit_file(curved(vr), tmp_path), ExplicitVRBigEndian)
    file = written(sent, tmp_path / "big.dcm")
    assert np.array(_POINTS, ">f8").tobytes() in file.read_bytes()  # the points are big endian as the syntax is
    call("dcmconv", back, file, tmp_path / "little.dcm")
    assert np.array(_POINTS, "<f8").tobytes() in (tmp_path / "little.dcm").read_bytes()


@pytest.mark.requirement("SCU-03")
def test_another_program_reads_the_points_of_a_big_endian_curve(tmp_path: Path) -> None:
    file = written(recode(from_implicit_file(curved(), tmp_path), ExplicitVRBigEndian), tmp_path / "big.dcm")
    printed = re.search(r"\(5002,3000\) FD (\S+)", call("dcmdump", "+L", "+P", "5002,3000", file))
    assert printed is not None
    assert [float(number) for number in printed[1].split("\\")] == _POINTS


@pytest.mark.parametrize("option", ["+ti", "+te", "+tb"])
def test_what_another_program_converted_is_turned_on_to_every_syntax(option: str, tmp_path: Path) -> None:
    file = written(recode(from_implicit_file(curved(), tmp_path), ExplicitVRBigEndian), tmp_path / "big.dcm")
    call("dcmconv", option, file, tmp_path / "other.dcm")
    for syntax in (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian):
        again = recode(pydicom.dcmread(tmp_path / "other.dcm"), syntax)
        points = np.array(_POINTS, ">f8" if syntax == ExplicitVRBigEndian else "<f8").tobytes()
        assert points in written(again, tmp_path / "again.dcm").read_bytes()


def test_in_little_endian_a_curve_without_a_representation_is_bytes(tmp_path: Path) -> None:
    again = recode(from_implicit_file(curved(), tmp_path), ExplicitVRLittleEndian)
    assert again[0x5002, 0x3000].VR == "OB"
    assert np.frombuffer(again[0x5002, 0x3000].value).tolist() == _POINTS


@pytest.mark.parametrize(
    ("representation", "content"), [(None, 32), (7, 32), (3, 28), (3, 65536)], ids=["untold", "unknown", "cut off", "too long"]
)
def test_a_curve_whose_numbers_are_not_known_is_not_turned(representation: int | None, content: int) -> None:
    ds = curved(representation=representation)
    ds[0x5002, 0x3000].value = bytes(content)
    with pytest.raises(CannotEncode):
        recode(ds, ExplicitVRBigEndian)


def test_a_big_endian_curve_in_bytes_is_not_turned(tmp_path: Path) -> None:
    ds = recode(curved(), ExplicitVRBigEndian)
    ds[0x5002, 0x3000] = pydicom.DataElement((0x5002, 0x3000), "OW", np.array(_POINTS, ">f8").tobytes())
    with pytest.raises(CannotEncode):
        recode(pydicom.dcmread(written(ds, tmp_path / "big.dcm")), ImplicitVRLittleEndian)


def nested(ds: Dataset) -> Dataset:
    """Words and bytes of every kind two levels down."""
    inner, outer = Dataset(), Dataset()
    inner.Rows, inner.Columns, inner.BitsAllocated = 1, 4, 16
    inner.add_new(0x7FE00010, "OW", np.array([1, 2, 3, 500], "<u2").tobytes())
    inner.add_new(0x00281201, "OW", np.array([1, 2, 300], "<u2").tobytes())
    inner.add_new(0x00660016, "OF", np.array([1.5, -2.0], "<f4").tobytes())
    inner.add_new(0x00660023, "OL", np.array([1, 70000], "<u4").tobytes())
    inner.add_new(0x00660022, "OD", np.array([0.1, 1e9], "<f8").tobytes())
    for element, vr, value in ((0x01, "OB", b"\1\2\3\4"), (0x02, "UN", b"\5\6\7\10"), (0x03, "FD", 0.1), (0x04, "US", 258)):
        inner.private_block(0x0099, "A TEST", create=True).add_new(element, vr, value)
    inner.add_new(0x50000103, "US", 2)
    inner.add_new(0x50003000, "OB", np.array([0.5, 2.5], "<f4").tobytes())
    outer.IconImageSequence = [inner]
    ds.IconImageSequence = [outer]
    return ds


@pytest.mark.requirement("SCU-03")
@pytest.mark.parametrize("option", ["+te", "+ti"])
def test_words_and_bytes_deep_in_sequences_are_what_they_were_after_the_way_there_and_back(option: str, tmp_path: Path) -> None:
    original = nested(first_slice())
    file = written(recode(original, ExplicitVRBigEndian), tmp_path / "big.dcm")
    call("dcmconv", option, file, tmp_path / "little.dcm")
    found = pydicom.dcmread(tmp_path / "little.dcm").IconImageSequence[0].IconImageSequence[0]
    expected = original.IconImageSequence[0].IconImageSequence[0]
    for tag in (0x7FE00010, 0x00281201, 0x00660016, 0x00660023, 0x00660022):
        assert found[tag].value == expected[tag].value, hex(tag)
    for tag in (0x00991001, 0x00991002):  # strings of bytes, known or not, are never turned
        assert found[tag].value == expected[tag].value, hex(tag)
    if option == "+te":
        assert (found[0x00991003].value, found[0x00991004].value) == (0.1, 258)
        assert list(found[0x50003000].value) == [0.5, 2.5]
