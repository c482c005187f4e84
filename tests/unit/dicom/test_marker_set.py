"""Detected markers become a structure set of their own, an addition to the plan's."""

import io
from dataclasses import replace

import numpy as np
import pydicom
import pytest

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import CtSeries
from pti.dicom.files import encode_part10
from pti.dicom.identity import PatientMismatch
from pti.dicom.marker_set import DetectedMarker, marker_set
from pti.dicom.structures import RelatedStructureSet, StructureSet, read_structure_set, write_structure_set
from pti.foundation.instances import CT_IMAGE, RT_STRUCTURE_SET, InstanceReference
from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FrameMismatch
from tests.support.session_values import NOW, PLANNING_UID, make_case

# The CT's slices lie at z = 0, 1, 2, 3; its voxels from x = -3 to 3 and y = -2.5 to 2.5 mm.
_MARKERS = (
    DetectedMarker("Gold 1", (-1.25, 0.5, 0.3)),
    DetectedMarker("Gold 2", (2.5, -1.75, 2.6), "MANUAL"),
    DetectedMarker("Gold 3", (0.0, 0.0, 3.45)),
)


def _case() -> tuple[StructureSet, CtSeries]:
    case = make_case()
    return case.structure_set, case.ct


def _written(made: StructureSet) -> StructureSet:
    return read_structure_set(pydicom.dcmread(io.BytesIO(encode_part10(write_structure_set(made)))))


@pytest.mark.requirement("MARK-01", "MARK-02", "MARK-04")
def test_markers_are_saved_as_a_new_structure_set_that_is_found_again() -> None:
    original, ct = _case()
    made = marker_set(original, _MARKERS, ct, series_number=3, station_name="PTI1", clock=lambda: NOW)
    back = _written(made)
    assert back.sop_instance_uid not in (original.sop_instance_uid, "")
    assert back.series_instance_uid not in (original.series_instance_uid, "")
    assert back.frame_of_reference_uid == PLANNING_UID
    assert (back.patient, back.study) == (original.patient, replace(original.study, accession_number=None))
    assert back.images == original.images
    assert back.related == (RelatedStructureSet(InstanceReference(RT_STRUCTURE_SET, original.sop_instance_uid), "ADDITION"),)
    assert (back.series_number, back.station_name, back.modified_at) == (3, "PTI1", NOW)
    assert back.warnings == ()
    for structure, marker in zip(back.structures, _MARKERS, strict=True):
        assert (structure.name, structure.interpreted_type, structure.marker) == (marker.name, "MARKER", True)
        assert structure.generation_algorithm == marker.algorithm
        (contour,) = structure.contours
        assert contour.geometric_type == "POINT"
        np.testing.assert_allclose(contour.points_mm, [marker.position_mm], rtol=0, atol=1e-9)
    assert [s.contours[0].image_uid for s in back.structures] == [ct.instances[k].sop_instance_uid for k in (0, 3, 3)]
    assert [structure.number for structure in back.structures] == [1, 2, 3]


@pytest.mark.requirement("MARK-01")
def test_each_time_there_are_new_uids() -> None:
    original, ct = _case()
    made = [marker_set(original, _MARKERS, ct) for _ in range(2)]
    assert len({s.sop_instance_uid for s in made} | {s.series_instance_uid for s in made}) == 4


@pytest.mark.parametrize(
    ("markers", "complaint"),
    [
        ([], "there is no marker"),
        ([DetectedMarker("A", (0.0, 0.0, np.nan))], "marker A lies outside the CT"),
        ([DetectedMarker("A", (np.inf, 0.0, 1.0))], "marker A lies outside the CT"),
        ([DetectedMarker("A", (3.01, 0.0, 1.0))], "marker A lies outside the CT"),
        ([DetectedMarker("A", (0.0, -2.51, 1.0))], "marker A lies outside the CT"),
        ([DetectedMarker("A", (0.0, 0.0, 3.51))], "marker A lies outside the CT"),
        ([DetectedMarker("A", (0.0, 0.0, 1.0)), DetectedMarker("A ", (1.0, 0.0, 1.0))], "2 markers are called A"),
        ([DetectedMarker(" ", (0.0, 0.0, 1.0))], "a marker has no name"),
    ],
)
def test_what_can_be_no_marker_is_refused(markers: list[DetectedMarker], complaint: str) -> None:
    with pytest.raises(InvalidDicomObject) as caught:
        marker_set(*_case_with(markers))
    assert caught.value.complaints == (complaint,)


def _case_with(markers: list[DetectedMarker]) -> tuple[StructureSet, list[DetectedMarker], CtSeries]:
    original, ct = _case()
    return original, markers, ct


def test_a_ct_that_the_structure_set_was_not_drawn_on_is_refused() -> None:
    original, ct = _case()
    with pytest.raises(PatientMismatch):
        marker_set(original, _MARKERS, replace(ct, patient=replace(ct.patient, patient_id="other")))
    with pytest.raises(FrameMismatch):
        marker_set(original, _MARKERS, replace(ct, volume=replace(ct.volume, frame=patient_frame("2.25.8"))))
    strange = (*ct.instances[:3], InstanceReference(CT_IMAGE, "2.25.8", "2.25.5100", "2.25.2001"))
    with pytest.raises(InvalidDicomObject, match="the CT has images that the original structure set does not name"):
        marker_set(original, _MARKERS, replace(ct, instances=strange))
