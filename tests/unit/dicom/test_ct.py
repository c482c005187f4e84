"""CT series: every voxel stands where the slices say, and slices that are no volume are refused."""

import math

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, RLELossless

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import read_ct_series
from pti.geometry.patient import PatientPosition
from tests.support.dicom_factory import CT_SERIES, FRAME, Patient, ct_series, set_pixels


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
    assert series.warnings == ("Hounsfield units beyond 16 bits were clamped (in 1 of 4 slices, first image 2)",)


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


@pytest.mark.requirement("LOAD-01")
def test_two_frames_of_reference_are_refused() -> None:
    slices = ct_series()
    slices[2].FrameOfReferenceUID = "1.2.3"
    with pytest.raises(InvalidDicomObject, match=r"2 different values of Frame of Reference UID \(0020,0052\)"):
        read_ct_series(slices)


@pytest.mark.requirement("LOAD-02")
def test_uneven_slices_stay_at_their_positions_and_are_told() -> None:
    heights = (0.0, 1.0, 4.0, 4.5)
    series = read_ct_series(ct_series([(-5.0, -6.0, z) for z in heights]))
    np.testing.assert_array_equal(series.volume.slice_positions_mm, heights)
    (warning,) = series.warnings
    assert warning.startswith("the slice spacing varies from 0.50 to 3.00 mm")
    assert "interpolated to steps of 1.00 mm, over gaps of up to 3.00 mm (after z = 1.00 mm)" in warning


@pytest.mark.requirement("LOAD-03")
@pytest.mark.parametrize(("axis", "drift_mm", "taken"), [(0, 0.1, True), (1, 0.1, True), (0, 0.11, False), (1, -0.11, False)])
def test_slices_drift_by_at_most_a_tenth_of_a_millimetre(axis: int, drift_mm: float, taken: bool) -> None:
    positions = [[-5.0, -6.0, z] for z in (0.0, 2.0, 4.0)]
    positions[1][axis] += drift_mm
    slices = ct_series([(x, y, z) for x, y, z in positions])
    if taken:
        assert read_ct_series(slices).volume.hounsfield.shape[0] == 3
    else:
        with pytest.raises(InvalidDicomObject, match=r"drift by .* 0\.1 mm are allowed"):
            read_ct_series(slices)


@pytest.mark.parametrize("tilt", ["12.5", "-0.2"])
def test_a_tilted_gantry_is_refused(tilt: str) -> None:
    slices = ct_series()
    for ds in slices:
        ds.GantryDetectorTilt = tilt
    with pytest.raises(InvalidDicomObject, match=r"Gantry/Detector Tilt \(0018,1120\) .* \(in 4 of 4 slices\)"):
        read_ct_series(slices)


@pytest.mark.parametrize(
    ("orientation", "why"),
    [
        ((1, 0, 0, 0, math.cos(0.2), -math.sin(0.2)), "tilted by 11.46 degrees"),  # 0.2 rad
        ((math.cos(0.2), 0, math.sin(0.2), 0, 1, 0), "tilted by 11.46 degrees"),
        ((1, 0, 0, 0, 0, -1), "tilted by 90.00 degrees"),
        ((0, 1, 0, 0, 0, -1), "tilted by 90.00 degrees"),
        ((math.cos(0.05), math.sin(0.05), 0, -math.sin(0.05), math.cos(0.05), 0), "turned by 2.86 degrees in their plane"),
    ],
)
def test_slices_that_are_not_axial_are_refused_with_the_angle(orientation: tuple[float, ...], why: str) -> None:
    with pytest.raises(InvalidDicomObject, match=rf"Image Orientation \(Patient\) \(0020,0037\) is not axial: .* {why}"):
        read_ct_series(ct_series(orientation=orientation))


@pytest.mark.parametrize("orientation", [(1, 0, 0, 1, 0, 0), (0, 0, 0, 0, 0, 0), (2, 0, 0, 0, 2, 0), (1, 0, 0, 0.1, 0.995, 0)])
def test_axes_that_are_no_axes_are_refused(orientation: tuple[float, ...]) -> None:
    with pytest.raises(InvalidDicomObject, match=r"\(0020,0037\) is no pair of perpendicular directions"):
        read_ct_series(ct_series(orientation=orientation))


def test_a_position_that_occurs_twice_is_refused() -> None:
    with pytest.raises(InvalidDicomObject, match="1 slices stand at the position of another slice"):
        read_ct_series(ct_series([(-5.0, -6.0, z) for z in (0.0, 2.0, 2.0, 4.0)]))


@pytest.mark.parametrize(
    ("keyword", "value", "complaint"),
    [
        ("SeriesInstanceUID", "1.2.3", "Series Instance UID"),
        ("StudyInstanceUID", "1.2.3", "Study Instance UID"),
        ("PixelSpacing", [2.0, 1.51], "Pixel Spacing"),
        ("PatientPosition", "FFS", "Patient Position"),
        ("PatientID", "another", "not of one patient: Patient ID"),
    ],
)
def test_a_slice_of_something_else_is_refused(keyword: str, value: object, complaint: str) -> None:
    slices = ct_series()
    setattr(slices[1], keyword, value)
    with pytest.raises(InvalidDicomObject, match=complaint):
        read_ct_series(slices)


def test_a_slice_of_another_size_is_refused() -> None:
    slices = ct_series()
    set_pixels(slices[0], np.zeros((6, 9), dtype=np.uint16))
    with pytest.raises(
        InvalidDicomObject, match=r"Rows \(0028,0010\) and Columns \(0028,0011\): 1 of 4 differ .* first image 1"
    ):
        read_ct_series(slices)


@pytest.mark.parametrize(
    ("keyword", "value", "complaint"),
    [
        ("PixelData", bytes(10), r"Pixel Data \(7FE0,0010\) holds 10 bytes"),
        ("Rows", 60000, r"Rows \(0028,0010\) is 60000"),
        ("BitsAllocated", 32, r"Bits Allocated \(0028,0100\) is 32"),
        ("RescaleSlope", "0", r"Rescale Slope \(0028,1053\) is 0"),
        ("PixelSpacing", [0.0, 1.5], r"Pixel Spacing \(0028,0030\) is not positive"),
        ("PatientPosition", "", r"Patient Position \(0018,5100\) is empty"),
        ("NumberOfFrames", 2, r"Number of Frames \(0028,0008\) is more than 1"),
        ("SamplesPerPixel", 3, r"Samples per Pixel \(0028,0002\)"),
    ],
)
def test_a_faulty_slice_is_named_by_its_attribute(keyword: str, value: object, complaint: str) -> None:
    slices = ct_series()
    setattr(slices[1], keyword, value)
    with pytest.raises(InvalidDicomObject, match=complaint + r".*\(in 1 of 4 slices, first image 2\)"):
        read_ct_series(slices)


def test_big_endian_pixels_are_read() -> None:
    slices = ct_series()
    expected = read_ct_series(ct_series()).volume.hounsfield
    for ds in slices:
        ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    np.testing.assert_array_equal(read_ct_series(slices).volume.hounsfield, expected)


@pytest.mark.parametrize("syntax", ["", "1.2.3", "1.2.840.10008.1.1"])
def test_pixels_in_no_known_transfer_syntax_are_refused(syntax: str) -> None:
    slices = ct_series()
    slices[1].file_meta["TransferSyntaxUID"].value = syntax
    with pytest.raises(InvalidDicomObject, match=r"Transfer Syntax UID \(0002,0010\) names no transfer syntax"):
        read_ct_series(slices)


def test_a_compressed_slice_is_read_the_same() -> None:
    slices = ct_series()
    expected = read_ct_series(ct_series()).volume.hounsfield
    for ds in slices:
        ds.compress(RLELossless, generate_instance_uid=False)
    np.testing.assert_array_equal(read_ct_series(slices).volume.hounsfield, expected)


def test_fewer_than_two_slices_are_no_volume() -> None:
    with pytest.raises(InvalidDicomObject, match="1 slices are no volume"):
        read_ct_series(ct_series()[:1])


def test_progress_ends_at_one() -> None:
    heard: list[float] = []
    read_ct_series(ct_series(patient=Patient()), heard.append)
    assert heard == [0.25, 0.5, 0.75, 1.0]
