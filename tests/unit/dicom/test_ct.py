"""CT series: every voxel stands where the slices say, and slices that are no volume are refused."""

import math
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, RLELossless

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import read_ct_files, read_ct_series
from pti.dicom.files import write_file
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
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


def _at(*heights_mm: float) -> list[Dataset]:
    return ct_series([(-5.0, -6.0, z) for z in heights_mm])


@pytest.mark.requirement("LOAD-02")
@pytest.mark.parametrize(
    ("heights_mm", "warning"),
    [
        ((0, 2, 4, 8, 10, 12), "1 slice seems to be missing: after z = 4.00 mm (a gap of 4.00 mm)"),
        (
            (0, 2, 4, 10, 12, 14, 18, 20),
            "3 slices seem to be missing: after z = 4.00 mm (a gap of 6.00 mm), after z = 14.00 mm (a gap of 4.00 mm)",
        ),
    ],
)
def test_missing_slices_of_an_even_series_are_told_and_leave_their_place(heights_mm: tuple[float, ...], warning: str) -> None:
    series = read_ct_series(_at(*heights_mm))
    np.testing.assert_array_equal(series.volume.slice_positions_mm, heights_mm)
    assert series.warnings[0] == warning
    assert series.warnings[1].startswith("the slice spacing varies from 2.00 to ")


@pytest.mark.parametrize("heights_mm", [(0, 1, 4, 4.5), (0, 2, 5, 7, 9.0, 11), (0, 2, 4, 6.0005, 8)])
def test_uneven_or_even_slices_are_not_said_to_be_missing(heights_mm: tuple[float, ...]) -> None:
    assert not any("missing" in warning for warning in read_ct_series(_at(*heights_mm)).warnings)


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


@pytest.mark.requirement("LOAD-03")
def test_slices_that_lean_are_refused_with_the_angle() -> None:
    slices = ct_series([(-5.0, -6.0 + 0.1 * z, z) for z in (0.0, 2.0, 4.0, 6.0)])
    with pytest.raises(InvalidDicomObject, match=r"drift by 0\.000 mm in x and 0\.600 mm in y.*lean by 5\.71 degrees"):
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
    with pytest.raises(InvalidDicomObject, match=r"1 slices stand at the position of another slice, first at z = 2\.00 mm"):
        read_ct_series(_at(0.0, 2.0, 2.0, 4.0))


def test_mixed_phases_are_refused_as_such() -> None:
    complaint = "3 of 3 positions hold up to 3 slices each, first z = 0.00 mm: several series, or phases of a 4D CT, are mixed"
    with pytest.raises(InvalidDicomObject, match=re.escape(complaint)):
        read_ct_series(_at(*[0.0, 2.0, 4.0] * 3))


def test_one_image_given_twice_is_refused() -> None:
    slices = ct_series()
    slices[3].SOPInstanceUID = slices[1].SOPInstanceUID
    with pytest.raises(
        InvalidDicomObject, match=r"1 slices have the SOP Instance UID \(0008,0018\) of another one, first image 4"
    ):
        read_ct_series(slices)


def test_a_scout_view_is_refused_by_name() -> None:
    slices = ct_series()
    slices[0].ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    with pytest.raises(InvalidDicomObject, match=r"Image Type \(0008,0008\) is LOCALIZER.*\(in 1 of 4 slices, first image 1\)"):
        read_ct_series(slices)


def test_all_that_is_wrong_is_told_at_once() -> None:
    slices = ct_series()
    slices[1].FrameOfReferenceUID, slices[2].PatientID = "1.2.3", "another"
    slices[3].ImagePositionPatient = [-4.0, -6.0, 2.0]
    with pytest.raises(InvalidDicomObject) as caught:
        read_ct_series(slices)
    assert len(caught.value.complaints) == 4


def test_a_volume_of_more_than_a_gibibyte_is_refused_before_it_is_made() -> None:
    slices = ct_series()
    for ds in slices:
        ds.Rows = ds.Columns = 16384
    with pytest.raises(InvalidDicomObject, match=r"4 slices of 16384 x 16384 pixels take 2\.0 GiB; up to 1 GiB are taken"):
        read_ct_series(slices)


def test_slices_whose_even_grid_would_be_immense_are_refused() -> None:
    slices = ct_series([(-5.0, -6.0, z) for z in (0.0, 0.02, 0.04, 0.06, 9e4)], rows=16, columns=24)
    with pytest.raises(InvalidDicomObject, match=r"4500001 slices of 16 x 24 pixels on an even grid take 3\.2 GiB"):
        read_ct_series(slices)


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
