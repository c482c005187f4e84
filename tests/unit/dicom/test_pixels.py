"""Words of a file to stored values: bits, signs, sizes and compressions as the standard says them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID, JPEG2000Lossless, JPEGBaseline8Bit, RLELossless

from pti.dicom.checks import Attributes
from pti.dicom.pixels import read_layout, read_stored_pixels, read_words
from tests.support.dicom_factory import ct_series, set_pixels
from tests.support.dicom_peers import call
from tests.support.jpeg2000 import compress_jpeg2000

_ROWS, _COLUMNS = 36, 40
_PLACES = np.indices((_ROWS, _COLUMNS)).sum(axis=0)


def image(pixels: NDArray[Any], stored: int = 16, high_bit: int | None = None) -> Dataset:
    ds = ct_series()[0]
    set_pixels(ds, pixels)
    ds.BitsStored, ds.HighBit = stored, stored - 1 if high_bit is None else high_bit
    return ds


def complaint(ds: Dataset) -> str:
    attributes = Attributes(ds)
    assert read_stored_pixels(attributes) is None
    (only,) = attributes.complaints
    return only


@pytest.mark.parametrize("stored", [12, 13, 14, 15, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_every_value_of_every_width_is_read(stored: int, signed: bool) -> None:
    least = -(1 << (stored - 1)) if signed else 0
    values = np.linspace(least, least + (1 << stored) - 1, _ROWS * _COLUMNS).round().astype(np.int64).reshape(_ROWS, _COLUMNS)
    ds = image(values.astype(np.int16 if signed else np.uint16), stored)
    np.testing.assert_array_equal(read_stored_pixels(Attributes(ds)), values)


@pytest.mark.parametrize("columns", [40, 39])
def test_eight_bits_in_big_endian_words_are_read_in_their_order(columns: int, tmp_path: Path) -> None:
    values = np.arange(_ROWS * columns, dtype=np.uint8).reshape(_ROWS, columns)
    ds = image(values.astype(np.uint16), 8)
    ds.BitsAllocated = 8
    ds.add_new("PixelData", "OW", values.tobytes() + b"\0" * (values.size % 2))
    ds.save_as(tmp_path / "little.dcm", enforce_file_format=True)
    call("dcmconv", "+tb", tmp_path / "little.dcm", tmp_path / "big.dcm")
    big = dcmread(tmp_path / "big.dcm")
    assert big["PixelData"].VR == "OW"
    np.testing.assert_array_equal(read_stored_pixels(Attributes(big)), values)


@pytest.mark.parametrize("signed", [False, True])
def test_values_that_do_not_begin_at_the_lowest_bit_are_shifted_down(signed: bool) -> None:
    values = np.where(_PLACES % 2, 1234, -1234 if signed else 4000)
    words = (values & 0xFFF) << 3 | 0x8005  # junk above and below
    ds = image(words.astype(np.uint16).view(np.int16 if signed else np.uint16), 12, 14)
    np.testing.assert_array_equal(read_stored_pixels(Attributes(ds)), values)


def test_eight_bits_are_read() -> None:
    ds = image(np.zeros((_ROWS, _COLUMNS), np.uint16), 8)
    ds.BitsAllocated, ds.PixelData = 8, (_PLACES * 3).astype(np.uint8).tobytes()
    pixels = read_stored_pixels(Attributes(ds))
    assert pixels is not None
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, _PLACES * 3)


@pytest.mark.parametrize(("stored", "high_bit"), [(12, 10), (12, 16), (16, 14)])
def test_a_high_bit_that_the_stored_bits_cannot_have_is_refused(stored: int, high_bit: int) -> None:
    assert complaint(image(_PLACES.astype(np.uint16), stored, high_bit)).startswith("High Bit (0028,0102) is")


@pytest.mark.parametrize(("surplus", "taken"), [(1, True), (79, True), (80, False), (2880, False)])
def test_pixels_may_be_padded_by_less_than_a_row(surplus: int, taken: bool) -> None:
    ds = image(_PLACES.astype(np.uint16))
    ds.PixelData = ds.PixelData + bytes(surplus)
    if taken:
        np.testing.assert_array_equal(read_stored_pixels(Attributes(ds)), _PLACES)
    else:
        assert complaint(ds) == f"Pixel Data (7FE0,0010) holds {2880 + surplus} bytes, 36 x 40 pixels need 2880"


def test_an_image_that_is_said_to_be_huge_is_refused_for_its_data() -> None:
    ds = image(_PLACES.astype(np.uint16))
    ds.Rows = ds.Columns = 16384
    assert complaint(ds) == "Pixel Data (7FE0,0010) holds 2880 bytes, 16384 x 16384 pixels need 536870912"


def test_missing_pixels_are_complained_about() -> None:
    ds = image(_PLACES.astype(np.uint16))
    del ds.PixelData
    assert complaint(ds) == "Pixel Data (7FE0,0010) is missing"


@pytest.mark.parametrize("compress", [compress_jpeg2000, lambda ds: ds.compress(RLELossless, generate_instance_uid=False)])
@pytest.mark.parametrize("stored", [12, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_compressed_values_are_the_uncompressed_ones(compress: Callable[[Dataset], None], stored: int, signed: bool) -> None:
    least, top = (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if signed else (0, (1 << stored) - 1)
    values = np.random.default_rng(2).integers(least, top, (_ROWS, _COLUMNS), endpoint=True)
    values[0, :2] = least, top
    ds = image(values.astype(np.int16 if signed else np.uint16), stored)
    compress(ds)
    np.testing.assert_array_equal(read_stored_pixels(Attributes(ds)), values)


def test_an_irreversible_stream_is_known_as_such() -> None:
    values = np.random.default_rng(3).integers(1000, 3000, (_ROWS, _COLUMNS))
    ds = image(values.astype(np.uint16))
    compress_jpeg2000(ds, ratio=4)
    attributes = Attributes(ds)
    layout = read_layout(attributes)
    assert layout is not None
    words = read_words(attributes, layout)
    assert words is not None
    assert words.lossy
    assert 0 < np.abs(words.words - values).mean() < 300  # a third of what guessing their mean would give


def test_a_frame_in_several_fragments_is_joined() -> None:
    ds = image((_PLACES * 7).astype(np.uint16))
    compress_jpeg2000(ds)
    frame = next(generate_frames(ds.PixelData, number_of_frames=1))
    ds.PixelData = encapsulate([frame], fragments_per_frame=3)
    np.testing.assert_array_equal(read_stored_pixels(Attributes(ds)), _PLACES * 7)


@pytest.mark.parametrize("content", [b"", bytes(8), b"\xfe\xff\x00\xe0\xff\xff\xff\x7f", encapsulate([bytes(100)])])
@pytest.mark.parametrize(
    "syntax", [RLELossless, JPEG2000Lossless, UID("1.2.840.10008.1.2.4.70"), UID("1.2.840.10008.1.2.4.80")]
)
def test_what_is_no_compressed_frame_is_refused(content: bytes, syntax: UID) -> None:
    ds = image(_PLACES.astype(np.uint16))
    ds.file_meta.TransferSyntaxUID, ds.PixelData = syntax, content
    assert complaint(ds).startswith(f"Pixel Data (7FE0,0010) in {syntax.name} cannot be")


def test_lossy_jpeg_is_refused_by_name() -> None:
    ds = image(_PLACES.astype(np.uint16))
    ds.file_meta.TransferSyntaxUID, ds.PixelData = JPEGBaseline8Bit, encapsulate([bytes(100)])
    assert complaint(ds).endswith("in JPEG Baseline (Process 1) cannot be decompressed: this compression is not supported")


def test_a_stream_that_contradicts_its_header_in_the_sign_is_refused() -> None:
    ds = image(_PLACES.astype(np.uint16), 12)
    compress_jpeg2000(ds)
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 15, 1
    assert complaint(ds) == "Bits Stored (0028,0101) is 16, the compressed image has 12 bits and another sign"


def test_a_stream_of_another_size_is_refused() -> None:
    ds = image(_PLACES.astype(np.uint16))
    compress_jpeg2000(ds)
    ds.Rows = 37
    assert complaint(ds).endswith("it holds 36 x 40 pixels, Rows and Columns say 37 x 40")


def test_a_stream_and_a_header_that_announce_an_immense_image_are_refused_before_it_is_decoded() -> None:
    ds = image(_PLACES.astype(np.uint16))
    compress_jpeg2000(ds)
    frame = bytearray(next(generate_frames(ds.PixelData, number_of_frames=1)))
    frame[8:16] = b"\x00\x00\x40\x00\x00\x00\x40\x00"  # 15444-1 A.5.1: Xsiz, Ysiz
    ds.PixelData, ds.Rows, ds.Columns = encapsulate([bytes(frame)]), 16384, 16384
    assert complaint(ds).endswith("it announces 16384 x 16384 pixels")


def test_a_stream_of_many_tiles_is_refused_before_it_is_decoded() -> None:
    ds = image(_PLACES.astype(np.uint16))
    compress_jpeg2000(ds)
    frame = bytearray(next(generate_frames(ds.PixelData, number_of_frames=1)))
    frame[24:32] = b"\x00\x00\x00\x01\x00\x00\x00\x01"  # 15444-1 A.5.1: XTsiz, YTsiz
    ds.PixelData = encapsulate([bytes(frame)])
    assert complaint(ds).endswith("it has too many tiles")
