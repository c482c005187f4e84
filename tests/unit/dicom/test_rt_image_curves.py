"""Matched markers travel as curves, one each, and come back from every transfer syntax."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from pti.dicom.files import encode_part10, write_file
from pti.dicom.rt_image import read_rt_image, write_rt_image
from pti.dicom.rt_image_curves import MOST_MARKERS, MarkerPosition, split_markers
from pti.dicom.written import UnwritableObject
from pti.network.encoding import recode
from tests.support.dicom_peers import call
from tests.support.written_objects import MARKERS, NOW, full_image

_SYNTAXES = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)


def _written(*markers: MarkerPosition) -> Dataset:
    return write_rt_image(replace(full_image(), markers=markers), lambda: NOW)


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


@pytest.mark.requirement("MARK-05")
def test_each_marker_is_a_curve_with_the_values_of_the_statement() -> None:
    ds = _through_a_file(_written((12.5, 345.25), (0.0, 7.0)))
    for group, (x, y) in ((0x5000, (345.25, 12.5)), (0x5002, (7.0, 0.0))):
        assert (ds[group, 0x0005].value, ds[group, 0x0010].value, ds[group, 0x0103].value) == (2, 1, 3)
        assert ds[group, 0x0020].value == "POLY"
        assert list(ds[group, 0x0030].value) == ["PIXL", "PIXL"]
        assert list(ds[group, 0x0040].value) == ["Marker", "Marker"]
        # PS3.5-2004 A.1: in Implicit VR the points are little endian. x, the column, comes first.
        assert ds[group, 0x3000].value == np.array([x, y], "<f8").tobytes()
    assert not [tag for tag in ds.keys() if 0x5003 <= tag.group <= 0x50FF]  # noqa: SIM118 - a Dataset iterates elements


@pytest.mark.requirement("MARK-05")
def test_another_program_reads_the_numbers_in_their_order(tmp_path: Path) -> None:
    ds = recode(_through_a_file(_written((12.5, 345.25))), ExplicitVRBigEndian)
    ds.save_as(tmp_path / "image.dcm", enforce_file_format=True)
    assert "FD 345.25\\12.5 " in call("dcmdump", "+P", "5000,3000", tmp_path / "image.dcm")


@pytest.mark.parametrize("curve_vr", [0, 1, 2], ids=["FD", "OB", "OW"])
@pytest.mark.parametrize("option", ["+ti", "+te", "+tb"])
def test_a_marker_that_another_program_wrote_is_read(curve_vr: int, option: str, tmp_path: Path) -> None:
    points, plain, curved = tmp_path / "points.txt", tmp_path / "plain.dcm", tmp_path / "curved.dcm"
    points.write_text("345.25 12.5\n")
    write_file(_written(), tmp_path / "image.dcm")
    call("dcmconv", option, tmp_path / "image.dcm", plain)
    call("dcmmkcrv", "--poly", "-v", "+v", 3, "-c", curve_vr, "-g", 4, "-a", "PIXL", "PIXL", plain, points, curved)
    call("dcmodify", "-nb", "-i", r"(5008,0040)=Marker\Marker", curved)
    image = read_rt_image(pydicom.dcmread(curved))
    assert image.markers == ((12.5, 345.25),)


@pytest.mark.requirement("MARK-05")
@pytest.mark.parametrize("syntax", _SYNTAXES)
def test_markers_come_back_from_every_syntax_to_the_last_bit(syntax: str) -> None:
    ds = recode(_through_a_file(_written(*MARKERS)), syntax)
    assert ds.file_meta.TransferSyntaxUID == syntax
    image = read_rt_image(ds)
    assert image.markers == MARKERS
    assert image.warnings == ()


@pytest.mark.parametrize("vr", ["OB", "OW", "FD"])
@pytest.mark.parametrize("option", ["+ti", "+te", "+tb"])
def test_markers_come_back_however_another_program_converts_them(vr: str, option: str, tmp_path: Path) -> None:
    ds = _written(*MARKERS)
    for group, (row, column) in zip((0x5000, 0x5002, 0x5004), MARKERS, strict=True):
        value = [column, row] if vr == "FD" else np.array([column, row], "<f8").tobytes()
        ds[group, 0x3000] = pydicom.DataElement((group, 0x3000), vr, value)
    plain, converted = tmp_path / "plain.dcm", tmp_path / "converted.dcm"
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(plain, ds, implicit_vr=False, little_endian=True, enforce_file_format=True)
    call("dcmconv", option, plain, converted)
    image = read_rt_image(pydicom.dcmread(converted))
    assert image.markers == MARKERS
    assert image.warnings == ()


def test_big_endian_doubles_in_bytes_are_read_as_the_standard_has_them() -> None:
    ds = recode(_through_a_file(_written((2.5, 3.25))), ExplicitVRBigEndian)
    ds[0x5000, 0x3000] = pydicom.DataElement((0x5000, 0x3000), "OW", np.array([3.25, 2.5], ">f8").tobytes())
    assert read_rt_image(ds).markers == ((2.5, 3.25),)


@pytest.mark.parametrize(
    "content",
    [b"", b"1234567", np.array([np.nan, 1.0], "<f8").tobytes(), np.array([1.0, np.inf], "<f8").tobytes(), b"\0" * 24],
    ids=["empty", "cut off", "not a number", "infinite", "three numbers"],
)
def test_a_marker_whose_numbers_cannot_be_told_is_left_out_and_told(content: bytes) -> None:
    ds = _through_a_file(_written((2.5, 3.25), (1.0, 2.0)))
    ds[0x5000, 0x3000] = pydicom.DataElement((0x5000, 0x3000), "OW", content)
    image = read_rt_image(ds)
    assert image.markers == ((1.0, 2.0),)
    assert [w for w in image.warnings if "(5000,3000)" in w] == [
        "the marker in Curve Data (5000,3000) is left out: its two numbers cannot be told"
    ]


@pytest.mark.parametrize(
    ("element", "vr", "value"),
    [
        (0x0005, "US", 1),
        (0x0010, "US", 2),
        (0x0020, "CS", "ROI"),
        (0x0030, "SH", ["MM", "MM"]),
        (0x0040, "SH", ["x", "y"]),
        (0x0103, "US", 0),
        (0x0020, "OB", b"POLY"),
    ],
)
def test_curves_of_another_shape_are_passed_over_without_a_word(element: int, vr: str, value: object) -> None:
    ds = _written((2.5, 3.25), (1.0, 2.0))
    ds[0x5000, element] = pydicom.DataElement((0x5000, element), vr, value)
    image = read_rt_image(_through_a_file(ds) if vr != "OB" else ds)
    assert image.markers == ((1.0, 2.0),)
    assert image.warnings == ()


@pytest.mark.requirement("MARK-05")
def test_an_image_holds_sixteen_markers_and_more_are_split_off_or_refused_never_lost() -> None:
    many = tuple((float(number), number + 0.5) for number in range(MOST_MARKERS + 3))
    kept, left = split_markers(many)
    assert (len(kept), kept + left) == (16, many)
    assert read_rt_image(_through_a_file(_written(*kept))).markers == kept
    with pytest.raises(UnwritableObject, match="has 19 markers; curves hold 16"):
        _written(*many)


def test_a_position_that_is_not_finite_is_not_written() -> None:
    with pytest.raises(UnwritableObject, match=r"\(5000,3000\) is not finite"):
        _written((float("nan"), 1.0))
