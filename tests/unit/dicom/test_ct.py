"""CT series: every voxel stands where the slices say, with the value that they say."""

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, RLELossless

from pti.dicom.ct import read_ct_series
from pti.geometry.patient import PatientPosition
from tests.support.dicom_factory import CT_SERIES, FRAME, Patient, ct_series, set_pixels
from tests.support.jpeg2000 import compress_jpeg2000


def _hu_at(ct_slices: list[Dataset], point: tuple[float, float, float]) -> int:
    """The value of the volume's voxel whose centre is at `point`."""
    volume = read_ct_series(ct_slices).volume
    x, y = volume.first_voxel_mm
    column = (point[0] - x) / volume.column_spacing_mm
    row = (point[1] - y) / volume.row_spacing_mm
    index = int(np.abs(volume.slice_positions_mm - point[2]).argmin())
    assert abs(column - round(column)) < 1e-9
    assert abs(row - round(row)) < 1e-9
    return int(volume.hounsfield[index, round(row), round(column)])


def test_slices_are_sorted_and_rescaled() -> None:
    slices = ct_series()
    series = read_ct_series([slices[i] for i in (2, 0, 3, 1)])
    volume = series.volume
    np.testing.assert_array_equal(volume.slice_positions_mm, [0.0, 2.0, 4.0, 6.0])
    s, r, c = np.indices((4, 6, 8))
    np.testing.assert_array_equal(volume.hounsfield, 100 * s + 10 * r + c - 1024)
    assert volume.first_voxel_mm == (-5.0, -6.0)
    assert (volume.row_spacing_mm, volume.column_spacing_mm) == (2.0, 1.5)
    assert volume.frame.frame_of_reference_uid == FRAME
    assert [i.sop_instance_uid for i in series.instances] == [ds.SOPInstanceUID for ds in slices]
    assert {i.series_instance_uid for i in series.instances} == {CT_SERIES}
    assert series.patient_position is PatientPosition.HFS
    assert series.warnings == ()


@pytest.mark.parametrize(
    "orientation",
    [
        (1, 0, 0, 0, 1, 0),
        (-1, 0, 0, 0, -1, 0),
        (-1, 0, 0, 0, 1, 0),
        (1, 0, 0, 0, -1, 0),
        (0, 1, 0, -1, 0, 0),
        (0, -1, 0, 1, 0, 0),
        (0, 1, 0, 1, 0, 0),
        (0, -1, 0, -1, 0, 0),
    ],
)
def test_every_axial_orientation_puts_each_pixel_where_the_standard_says(orientation: tuple[int, ...]) -> None:
    slices = ct_series(orientation=orientation)
    along_row, along_column = np.array(orientation[:3]), np.array(orientation[3:])
    for index, row, column in ((0, 0, 0), (1, 2, 5), (3, 5, 7), (2, 5, 0)):
        # PS3.3 C.7.6.2.1.1: position of a pixel from Image Position, Image Orientation and Pixel Spacing
        point = np.array([-5.0, -6.0, 2.0 * index]) + along_row * 1.5 * column + along_column * 2.0 * row
        assert _hu_at(slices, (point[0], point[1], point[2])) == 100 * index + 10 * row + column - 1024


def test_signed_pixels_are_read() -> None:
    slices = ct_series()
    for ds in slices:
        set_pixels(ds, np.full((6, 8), -200, dtype=np.int16))
        ds.RescaleIntercept = "0"
    assert np.unique(read_ct_series(slices).volume.hounsfield).tolist() == [-200]


def test_slope_and_intercept_of_each_slice_are_used() -> None:
    slices = ct_series()
    slices[1].RescaleSlope, slices[1].RescaleIntercept = "2", "-1000"
    slices[2].RescaleSlope, slices[2].RescaleIntercept = "0.25", "0.5"
    volume = read_ct_series(slices).volume
    assert volume.hounsfield[0, 1, 2] == 12 - 1024
    assert volume.hounsfield[1, 1, 2] == 2 * 112 - 1000
    assert volume.hounsfield[2, 1, 2] == round(0.25 * 212 + 0.5)


def test_twelve_stored_bits_lose_what_stands_above_them() -> None:
    slices = ct_series()
    for ds in slices:
        set_pixels(ds, np.full((6, 8), 0xF123, dtype=np.uint16))
        ds.BitsStored, ds.HighBit = 12, 11
    assert np.unique(read_ct_series(slices).volume.hounsfield).tolist() == [0x123 - 1024]


def test_twelve_stored_signed_bits_extend_their_sign() -> None:
    slices = ct_series()
    for ds in slices:
        set_pixels(ds, np.full((6, 8), 0x0F00, dtype=np.int16))
        ds.BitsStored, ds.HighBit = 12, 11
    assert np.unique(read_ct_series(slices).volume.hounsfield).tolist() == [-256 - 1024]


def test_values_beyond_16_bits_are_clamped_and_told() -> None:
    slices = ct_series()
    set_pixels(slices[1], np.full((6, 8), 60000, dtype=np.uint16))
    series = read_ct_series(slices)
    assert int(series.volume.hounsfield[1].min()) == 32767
    assert int(series.volume.hounsfield[2, 0, 0]) == 200 - 1024
    (warning,) = series.warnings
    assert warning.startswith("Hounsfield units beyond 16 bits were clamped; Pixel Representation (0028,0103) or ")
    assert warning.endswith(" may be wrong (in 1 of 4 slices, first image 2)")


@pytest.mark.parametrize(("signed", "padding"), [(True, -2000), (True, 63536), (False, 5)])
def test_padding_becomes_air(signed: bool, padding: int) -> None:
    slices = ct_series()
    stored = np.full((6, 8), 1100, dtype=np.int16 if signed else np.uint16)
    stored[0, 0] = -2000 if signed else padding
    for ds in slices:
        set_pixels(ds, stored)
        ds.add_new("PixelPaddingValue", "US" if padding >= 0 else "SS", padding)
    hounsfield = read_ct_series(slices).volume.hounsfield
    assert hounsfield[0, 0, 0] == -1000
    assert hounsfield[0, 0, 1] == 1100 - 1024


def test_a_padding_value_among_tissue_makes_no_holes() -> None:
    slices = ct_series()
    for ds in slices:
        set_pixels(ds, np.full((6, 8), 1024, dtype=np.uint16))
        ds.add_new("PixelPaddingValue", "US", 1024)
    series = read_ct_series(slices)
    assert int(series.volume.hounsfield.max()) == 0
    assert "among tissue" in series.warnings[0]


def test_a_range_of_padding_becomes_air() -> None:
    slices = ct_series()
    stored = np.full((6, 8), 1100, dtype=np.int16)
    stored[0, :4] = -2000, -1950, -1900, -1899
    for ds in slices:
        set_pixels(ds, stored)
        ds.RescaleIntercept = "0"
        ds.add_new("PixelPaddingValue", "SS", -2000)
        ds.add_new("PixelPaddingRangeLimit", "SS", -1900)
    assert read_ct_series(slices).volume.hounsfield[0, 0, :5].tolist() == [-1000, -1000, -1000, -1899, 1100]


def test_padding_that_needs_more_bits_than_a_measurement_becomes_air() -> None:
    slices = ct_series()
    stored = np.full((6, 8), 0x0830, dtype=np.uint16)
    stored[0, 0] = 63536  # -2000 in the word, 0x0830 in the twelve stored bits
    for ds in slices:
        set_pixels(ds, stored)
        ds.BitsStored, ds.HighBit = 12, 11
        ds.add_new("PixelPaddingValue", "SS", -2000)
    series = read_ct_series(slices)
    assert series.volume.hounsfield[0, 0, :2].tolist() == [-1000, 0x0830 - 1024]
    assert series.warnings == ()


@pytest.mark.parametrize(
    ("keyword", "value", "warning"),
    [
        ("RescaleType", "US", "Rescale Type (0028,1054) is 'US': the values may be no Hounsfield units"),
        ("LossyImageCompression", "01", "Lossy Image Compression (0028,2110): the image was lossy compressed, "),
        ("Modality", "MR", "Modality (0008,0060) is 'MR' instead of CT"),
    ],
)
def test_what_is_doubtful_in_an_image_is_taken_and_told(keyword: str, value: str, warning: str) -> None:
    slices = ct_series()
    setattr(slices[2], keyword, value)
    (told,) = read_ct_series(slices).warnings
    assert told.startswith(warning)
    assert told.endswith(" (in 1 of 4 slices, first image 3)")


@pytest.mark.parametrize("ratio", [None, 4])
def test_lossy_compressed_slices_are_taken_and_told(ratio: float | None) -> None:
    slices = ct_series(rows=40, columns=44)
    expected = read_ct_series(ct_series(rows=40, columns=44)).volume.hounsfield
    for ds in slices:
        compress_jpeg2000(ds, ratio)
    series = read_ct_series(slices)
    np.testing.assert_allclose(series.volume.hounsfield, expected, atol=0 if ratio is None else 20)
    assert [w.partition(":")[0] for w in series.warnings] == ([] if ratio is None else ["Lossy Image Compression (0028,2110)"])


def test_big_endian_pixels_are_read() -> None:
    slices = ct_series()
    expected = read_ct_series(ct_series()).volume.hounsfield
    for ds in slices:
        ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    np.testing.assert_array_equal(read_ct_series(slices).volume.hounsfield, expected)


def test_a_compressed_slice_is_read_the_same() -> None:
    slices = ct_series()
    expected = read_ct_series(ct_series()).volume.hounsfield
    for ds in slices:
        ds.compress(RLELossless, generate_instance_uid=False)
    np.testing.assert_array_equal(read_ct_series(slices).volume.hounsfield, expected)


def test_progress_ends_at_one() -> None:
    heard: list[float] = []
    read_ct_series(ct_series(patient=Patient()), heard.append)
    assert heard == [0.25, 0.5, 0.75, 1.0]
