"""RT Structure Sets: contours, images and markers are read right; what is not planar is left out and told."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.private import PrivateAttribute, write_private
from pti.dicom.structures import StructureSet, read_structure_set
from pti.foundation.instances import CT_IMAGE, InstanceReference
from tests.support.dicom_factory import CT_SERIES, FRAME, STUDY, Roi, ct_series, structure_set

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


@pytest.mark.parametrize("data", ["", "1\\2", "1\\2\\x", "1\\2\\nan", "1\\2\\3\\4"])
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


@pytest.mark.requirement("MARK-04")
@pytest.mark.parametrize("place", ["StructureSetROISequence", "ROIContourSequence", "RTROIObservationsSequence"])
def test_a_marker_is_one_point_with_type_and_private_subtype(place: str) -> None:
    ds = structure_set(ct_series(), [Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)]], "POINT")])
    write_private(ds[place].value[0], PrivateAttribute.MARKER_SUBTYPE, "MARKER")
    assert read_structure_set(_through_a_file(ds)).structures[0].marker


@pytest.mark.requirement("MARK-04")
@pytest.mark.parametrize(
    ("roi", "subtype"),
    [
        (Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)]], "POINT"), None),
        (Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)]], "POINT"), "CLIP"),
        (Roi("Seed", "ISOCENTER", [[(1.0, 2.0, 3.3)]], "POINT"), "MARKER"),
        (Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)], [(1.0, 2.0, 5.0)]], "POINT"), "MARKER"),
        (Roi("Seed", "MARKER", [_TRIANGLE]), "MARKER"),
    ],
)
def test_what_lacks_one_mark_of_a_marker_is_none(roi: Roi, subtype: str | None) -> None:
    ds = structure_set(ct_series(), [roi])
    if subtype is not None:
        write_private(ds.RTROIObservationsSequence[0], PrivateAttribute.MARKER_SUBTYPE, subtype)
    assert not read_structure_set(ds).structures[0].marker


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
