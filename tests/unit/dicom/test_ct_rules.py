"""CT series: slices that are no volume are refused with their reasons, and what is doubtful is told."""

import math
import re

import numpy as np
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import read_ct_series
from tests.support.dicom_factory import ct_series, set_pixels


@pytest.mark.requirement("LOAD-01")
def test_two_frames_of_reference_are_refused() -> None:
    slices = ct_series()
    slices[2].FrameOfReferenceUID = "1.2.3"
    with pytest.raises(InvalidDicomObject, match=r"2 different values of Frame of Reference UID \(0020,0052\)"):
        read_ct_series(slices)


def _at(*heights_mm: float) -> list[Dataset]:
    return ct_series([(-5.0, -6.0, z) for z in heights_mm])


@pytest.mark.requirement("LOAD-02")
def test_uneven_slices_stay_at_their_positions_and_are_told() -> None:
    heights = (0.0, 1.0, 4.0, 4.5)
    series = read_ct_series(ct_series([(-5.0, -6.0, z) for z in heights]))
    np.testing.assert_array_equal(series.volume.slice_positions_mm, heights)
    (warning,) = series.warnings
    assert warning.startswith("the slice spacing varies from 0.50 to 3.00 mm")
    assert "interpolated to steps of 1.00 mm, over gaps of up to 3.00 mm (after z = 1.00 mm)" in warning


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


@pytest.mark.parametrize("syntax", ["", "1.2.3", "1.2.840.10008.1.1"])
def test_pixels_in_no_known_transfer_syntax_are_refused(syntax: str) -> None:
    slices = ct_series()
    slices[1].file_meta["TransferSyntaxUID"].value = syntax
    with pytest.raises(InvalidDicomObject, match=r"Transfer Syntax UID \(0002,0010\) names no transfer syntax"):
        read_ct_series(slices)


def test_fewer_than_two_slices_are_no_volume() -> None:
    with pytest.raises(InvalidDicomObject, match="1 slice is no volume"):
        read_ct_series(ct_series()[:1])
