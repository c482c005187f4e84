"""RT Structure Sets: contours, images and markers are read right; what is not planar is left out and told."""

import copy
import io

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.structures import StructureSet, read_structure_set
from pti.foundation.instances import CT_IMAGE, InstanceReference
from tests.support.dicom_factory import CT_SERIES, FRAME, STUDY, Roi, ct_series, reference, structure_set

_TRIANGLE = [(0.0, 0.0, 2.0), (4.5, 0.25, 2.0), (0.0, 3.125, 2.0)]
_GOOD = Roi("Good", "ORGAN", [_TRIANGLE], colour=(10, 20, 30))


def _read(*rois: Roi) -> StructureSet:
    return read_structure_set(structure_set(ct_series(), rois))


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


@pytest.mark.parametrize("through_a_file", [False, True])
def test_contours_are_read_to_the_last_digit(through_a_file: bool) -> None:
    ds = structure_set(ct_series(), [_GOOD, Roi("Line", "", [_TRIANGLE[:2]], "OPEN_PLANAR", None)])
    good, line = read_structure_set(_through_a_file(ds) if through_a_file else ds).structures
    assert (good.number, good.name, good.interpreted_type, good.colour) == (1, "Good", "ORGAN", (10, 20, 30))
    assert good.contours[0].geometric_type == "CLOSED_PLANAR"
    np.testing.assert_array_equal(good.contours[0].points_mm, _TRIANGLE)
    assert not good.contours[0].points_mm.flags.writeable
    assert line.contours[0].geometric_type == "OPEN_PLANAR"
    assert all(0 <= part <= 255 for part in line.colour)


def test_every_image_is_named_with_series_and_study() -> None:
    structures = _read(_GOOD)
    assert structures.images == tuple(InstanceReference(CT_IMAGE, ds.SOPInstanceUID, CT_SERIES, STUDY) for ds in ct_series())
    assert structures.frame_of_reference_uid == FRAME
    assert structures.label == "FACTORY"


def test_a_structure_without_contours_is_kept() -> None:
    empty = _read(Roi("Empty"), _GOOD).structures[0]
    assert (empty.name, empty.contours, empty.is_point) == ("Empty", (), False)


@pytest.mark.requirement("LOAD-04")
@pytest.mark.parametrize(("step_mm", "taken"), [(9e-7, True), (1.2e-6, False), (0.5, False)])
def test_a_structure_that_leaves_its_plane_is_left_out_with_a_warning(step_mm: float, taken: bool) -> None:
    tilted = Roi("Tilted", "ORGAN", [_TRIANGLE, [*_TRIANGLE[:2], (0.0, 3.0, 2.0 + step_mm)]])
    structures = _read(tilted, _GOOD)
    assert [s.name for s in structures.structures] == (["Tilted", "Good"] if taken else ["Good"])
    assert len(structures.warnings) == (0 if taken else 1)
    assert all("Tilted is left out" in warning for warning in structures.warnings)


@pytest.mark.requirement("LOAD-05")
def test_a_structure_of_mixed_contour_types_is_left_out_with_a_warning() -> None:
    ds = structure_set(ct_series(), [Roi("Mixed", "ORGAN", [_TRIANGLE, _TRIANGLE[::-1]]), _GOOD])
    ds.ROIContourSequence[0].ContourSequence[1].ContourGeometricType = "OPEN_PLANAR"
    structures = read_structure_set(ds)
    assert [s.name for s in structures.structures] == ["Good"]
    assert structures.warnings == ("structure Mixed is left out: its contours are of mixed types (CLOSED_PLANAR, OPEN_PLANAR)",)


@pytest.mark.requirement("LOAD-05")
@pytest.mark.parametrize("kind", ["OPEN_NONPLANAR", "CLOSEDPLANAR_XOR", ""])
def test_a_structure_of_another_contour_type_is_left_out_with_a_warning(kind: str) -> None:
    structures = _read(Roi("Other", "ORGAN", [_TRIANGLE], kind), _GOOD)
    assert [s.name for s in structures.structures] == ["Good"]
    assert "Other is left out" in structures.warnings[0]


@pytest.mark.requirement("LOAD-05")
def test_points_need_not_lie_in_one_plane() -> None:
    points = _read(Roi("Points", "MARKER", [[(0, 0, 0.3), (1, 2, 5.9)]], "POINT")).structures[0]
    assert points.is_point
    assert not points.marker


@pytest.mark.parametrize("data", ["", "1\\2", "1\\2\\x", "1\\2\\nan", "1\\2\\3\\4", "1\\2\\1e400", "1\\2\\1_0", "1\\2\\1e7"])
def test_a_structure_with_damaged_points_is_left_out_with_a_warning(data: str) -> None:
    ds = structure_set(ct_series(), [Roi("Damaged", "ORGAN", [_TRIANGLE]), _GOOD])
    contour = ds.ROIContourSequence[0].ContourSequence[0]
    del contour.ContourData
    contour.add_new(0x30060050, "LO", data)  # text that a Decimal String would not let in
    contour["ContourData"].VR = "LO"
    structures = read_structure_set(_through_a_file(ds))
    assert [s.name for s in structures.structures] == ["Good"]
    assert "Damaged is left out" in structures.warnings[0]


@pytest.mark.parametrize("stated", [2, None])
def test_a_structure_with_a_wrong_number_of_points_is_left_out_with_a_warning(stated: int | None) -> None:
    ds = structure_set(ct_series(), [Roi("Cut off", "ORGAN", [_TRIANGLE]), _GOOD])
    ds.ROIContourSequence[0].ContourSequence[0].NumberOfContourPoints = stated
    structures = read_structure_set(ds)
    assert [s.name for s in structures.structures] == ["Good"]
    assert "Cut off is left out: a contour has 3 points" in structures.warnings[0]


def test_several_contours_on_one_slice_are_all_kept() -> None:
    hole = [(0.5, 0.5, 2.0), (1.0, 0.5, 2.0), (0.5, 1.0, 2.0)]
    ring = _read(Roi("Ring", "ORGAN", [_TRIANGLE, hole, [(x + 20.0, y, z) for x, y, z in _TRIANGLE]])).structures[0]
    assert len(ring.contours) == 3


def test_a_contour_that_is_repeated_is_taken_once_and_told() -> None:
    structures = _read(Roi("Twice", "ORGAN", [_TRIANGLE, _TRIANGLE, _TRIANGLE]), _GOOD)
    assert [len(s.contours) for s in structures.structures] == [1, 1]
    assert structures.warnings == ("structure Twice repeats 2 of its contours; each is taken once",)


@pytest.mark.requirement("LOAD-04", "LOAD-05")
def test_every_reason_for_which_a_structure_is_left_out_is_told() -> None:
    tilted = [*_TRIANGLE[:2], (0.0, 3.0, 4.5)]
    ds = structure_set(
        ct_series(), [Roi("Broken", "ORGAN", [_TRIANGLE, tilted, tilted[::-1], _TRIANGLE[:2], _TRIANGLE]), _GOOD]
    )
    contours = ds.ROIContourSequence[0].ContourSequence
    contours[3].ContourGeometricType = "OPEN_PLANAR"
    contours[4].ContourGeometricType = "OPEN_NONPLANAR"
    structures = read_structure_set(ds)
    assert [s.name for s in structures.structures] == ["Good"]
    assert structures.warnings == (
        "structure Broken is left out: "
        "a contour does not lie in one plane: its z spreads over 2.5 mm (2 contours of this kind); "
        "it has a contour of type 'OPEN_NONPLANAR'; "
        "its contours are of mixed types (CLOSED_PLANAR, OPEN_PLANAR)",
    )


@pytest.mark.requirement("LOAD-05")
def test_points_and_planar_contours_together_are_mixed() -> None:
    ds = structure_set(ct_series(), [Roi("Mixed", "ORGAN", [_TRIANGLE, _TRIANGLE[:1]]), _GOOD])
    ds.ROIContourSequence[0].ContourSequence[1].ContourGeometricType = "POINT"
    assert "mixed types (CLOSED_PLANAR, POINT)" in read_structure_set(ds).warnings[0]


@pytest.mark.parametrize("keyword", ["ContourGeometricType", "NumberOfContourPoints", "ContourData"])
def test_a_contour_that_lacks_what_it_must_have_costs_its_structure_alone(keyword: str) -> None:
    ds = structure_set(ct_series(), [Roi("Lacking", "ORGAN", [_TRIANGLE]), _GOOD])
    del ds.ROIContourSequence[0].ContourSequence[0][keyword]
    structures = read_structure_set(_through_a_file(ds))
    assert [s.name for s in structures.structures] == ["Good"]
    assert "Lacking is left out" in structures.warnings[0]


def test_a_contour_sequence_that_is_none_costs_its_structure_alone() -> None:
    ds = structure_set(ct_series(), [Roi("Lacking", "ORGAN", [_TRIANGLE]), _GOOD])
    del ds.ROIContourSequence[0].ContourSequence
    ds.ROIContourSequence[0].add_new(0x30060040, "LO", "no sequence")
    structures = read_structure_set(ds)
    assert [s.name for s in structures.structures] == ["Good"]
    (warning,) = structures.warnings
    assert "Lacking is left out: ROI Contour Sequence item 1: Contour Sequence (3006,0040) has the value repr" in warning


def test_a_structure_that_two_items_speak_for_is_left_out_with_a_warning() -> None:
    ds = structure_set(ct_series(), [Roi("Double", "ORGAN", [_TRIANGLE]), _GOOD])
    second = copy.deepcopy(ds.ROIContourSequence[0])
    second.ContourSequence[0].ContourData = ["0", "0", "4", "1", "0", "4", "0", "1", "4"]
    ds.ROIContourSequence.append(second)
    structures = read_structure_set(ds)
    assert [s.name for s in structures.structures] == ["Good"]
    assert structures.warnings == ("structure Double is left out: 2 items of ROI Contour Sequence (3006,0039) speak for it",)


def test_contours_and_observations_of_no_structure_are_told() -> None:
    ds = structure_set(ct_series(), [_GOOD, Roi("Other", "ORGAN", [_TRIANGLE])])
    ds.ROIContourSequence[1].ReferencedROINumber = 7
    ds.RTROIObservationsSequence[0].ReferencedROINumber = 8
    structures = read_structure_set(ds)
    assert [(s.name, len(s.contours), s.interpreted_type) for s in structures.structures] == [
        ("Good", 1, ""), ("Other", 0, "ORGAN")
    ]  # fmt: skip
    assert structures.warnings == (
        "ROI Contour Sequence item 2: Referenced ROI Number (3006,0084) 7 is no structure of the set; it is not used",
        "RT ROI Observations Sequence item 1: Referenced ROI Number (3006,0084) 8 is no structure of the set; it is not used",
    )


@pytest.mark.parametrize("colour", [[300, 0, 0], [1, 2], [-1, 2, 3]])
def test_a_colour_that_is_none_is_told_and_another_shown(colour: list[int]) -> None:
    ds = structure_set(ct_series(), [_GOOD])
    ds.ROIContourSequence[0].ROIDisplayColor = colour
    structures = read_structure_set(ds)
    assert all(0 <= part <= 255 for part in structures.structures[0].colour)
    assert structures.warnings == ("structure Good has no colour of three numbers from 0 to 255; it is shown in another one",)


def test_absurd_numbers_of_contours_and_points_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    ds = structure_set(ct_series(), [Roi("A", "ORGAN", [_TRIANGLE] * 3), Roi("B", "ORGAN", [_TRIANGLE] * 2)])
    monkeypatch.setattr("pti.dicom.structure_items.LARGEST_CONTOUR_COUNT", 4)
    with pytest.raises(InvalidDicomObject, match=r"ROI Contour Sequence \(3006,0039\) holds 5 contours, more than 4"):
        read_structure_set(ds)
    monkeypatch.setattr("pti.dicom.structure_items.LARGEST_CONTOUR_COUNT", 5)
    monkeypatch.setattr("pti.dicom.structure_items.LARGEST_POINT_COUNT", 5)
    with pytest.raises(InvalidDicomObject, match=r"ROI Contour Sequence \(3006,0039\) holds more than 5 contour points"):
        read_structure_set(ds)
    monkeypatch.setattr("pti.dicom.structure_items.LARGEST_POINT_COUNT", 6)
    assert len(read_structure_set(ds).structures) == 2


def test_a_frame_of_reference_that_is_not_that_of_the_images_is_told() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    ds.FrameOfReferenceUID = "1.2.3"
    structures = read_structure_set(ds)
    assert structures.frame_of_reference_uid == FRAME
    assert structures.warnings == (
        "Frame of Reference UID (0020,0052) of the structure set is not that of its images, which is taken",
    )


def test_contours_on_images_that_are_not_listed_are_told() -> None:
    ds = structure_set(ct_series(), [_GOOD, Roi("Other", "ORGAN", [_TRIANGLE])])
    for item, uid in zip(ds.ROIContourSequence, ("2.25.2998", "2.25.2999"), strict=True):
        item.ContourSequence[0].ContourImageSequence = [reference(CT_IMAGE, uid)]
    structures = read_structure_set(ds)
    assert len(structures.structures) == 2
    assert structures.warnings == ("contours name 2 images that the structure set does not list among its images",)


def test_images_of_one_frame_may_be_listed_in_several_items() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    second = copy.deepcopy(ds.ReferencedFrameOfReferenceSequence[0])
    series = second.RTReferencedStudySequence[0].RTReferencedSeriesSequence[0]
    series.ContourImageSequence = [reference(CT_IMAGE, "2.25.2999")]
    ds.ReferencedFrameOfReferenceSequence.append(second)
    assert [image.sop_instance_uid for image in read_structure_set(ds).images] == [
        "2.25.2000", "2.25.2001", "2.25.2002", "2.25.2003", "2.25.2999"
    ]  # fmt: skip


def test_a_structure_in_another_frame_is_left_out_with_a_warning() -> None:
    ds = structure_set(ct_series(), [Roi("Elsewhere", "ORGAN", [_TRIANGLE]), _GOOD])
    ds.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = "1.2.3"
    structures = read_structure_set(ds)
    assert [s.name for s in structures.structures] == ["Good"]
    assert "another frame of reference" in structures.warnings[0]


def test_all_faults_of_a_structure_set_are_told_at_once() -> None:
    ds = structure_set(ct_series(), [_GOOD, _GOOD])
    ds.StructureSetROISequence[1].ROINumber = 1
    ds.StructureSetLabel = ""
    del ds.ReferencedFrameOfReferenceSequence
    with pytest.raises(InvalidDicomObject) as caught:
        read_structure_set(ds)
    assert caught.value.complaints == (
        "Structure Set Label (3006,0002) is empty",
        "Referenced Frame of Reference Sequence (3006,0010) is missing",
        "Structure Set ROI Sequence item 2: ROI Number (3006,0022) 1 is used twice",
    )


def test_images_in_two_frames_are_refused() -> None:
    ds = structure_set(ct_series())
    other = Dataset()
    other.FrameOfReferenceUID = "1.2.3"
    other.RTReferencedStudySequence = ds.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence
    ds.ReferencedFrameOfReferenceSequence.append(other)
    with pytest.raises(InvalidDicomObject, match="2 frames of reference instead of one"):
        read_structure_set(ds)
