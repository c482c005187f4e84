"""Markers, isocentre points and related structure sets, by interpreted type and private creator."""

import copy
import io

import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import encode_part10
from pti.dicom.private import PrivateAttribute, write_private
from pti.dicom.structures import RelatedStructureSet, StructureSet, read_structure_set
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference
from tests.support.dicom_factory import Roi, ct_series, reference, structure_set

_TRIANGLE = [(0.0, 0.0, 2.0), (4.5, 0.25, 2.0), (0.0, 3.125, 2.0)]


_GOOD = Roi("Good", "ORGAN", [_TRIANGLE], colour=(10, 20, 30))


def _read(*rois: Roi) -> StructureSet:
    return read_structure_set(structure_set(ct_series(), rois))


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


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


@pytest.mark.parametrize("kind", ["ISOCENTER", "INITLASERISO", "INITMATCHISO", "ACQ_ISOCENTER"])
def test_isocentre_points_are_told_apart_by_their_type(kind: str) -> None:
    point = _read(Roi("Iso", kind, [[(1.0, 2.0, 3.3)]], "POINT")).structures[0]
    assert (point.interpreted_type, point.is_point, point.marker) == (kind, True, False)


@pytest.mark.requirement("MARK-04")
@pytest.mark.parametrize("block", [0x10, 0x11, 0xFF])
@pytest.mark.parametrize("foreign", [False, True])
def test_the_marker_subtype_is_known_by_its_creator_wherever_its_block_stands(block: int, foreign: bool) -> None:
    ds = structure_set(ct_series(), [Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)]], "POINT")])
    observation = ds.RTROIObservationsSequence[0]
    observation.add_new((0x3271, block), "LO", "SOMEBODY" if foreign else "Varian Medical Systems VISION 3271")
    observation.add_new((0x3271, block << 8), "CS", "MARKER")
    assert read_structure_set(_through_a_file(ds)).structures[0].marker is not foreign


def test_a_marker_subtype_that_cannot_be_read_is_told() -> None:
    ds = structure_set(ct_series(), [Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)]], "POINT")])
    observation = ds.RTROIObservationsSequence[0]
    observation.add_new((0x3271, 0x10), "LO", "Varian Medical Systems VISION 3271")
    observation.add_new((0x3271, 0x1000), "US", 1)
    structures = read_structure_set(ds)
    assert not structures.structures[0].marker
    assert structures.warnings == (
        "structure Seed may be a marker: RT ROI Observations Sequence item 1: Marker Subtype (3271,xx00) is no text",
    )


@pytest.mark.requirement("MARK-04")
def test_any_observation_of_a_structure_may_say_that_it_is_a_marker() -> None:
    ds = structure_set(ct_series(), [Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)]], "POINT")])
    second = copy.deepcopy(ds.RTROIObservationsSequence[0])
    second.ObservationNumber = 2
    write_private(second, PrivateAttribute.MARKER_SUBTYPE, "MARKER")
    ds.RTROIObservationsSequence.append(second)
    structures = read_structure_set(_through_a_file(ds))
    assert structures.structures[0].marker
    assert structures.warnings == ()


def test_observations_of_two_types_are_told() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    second = copy.deepcopy(ds.RTROIObservationsSequence[0])
    second.ObservationNumber, second.RTROIInterpretedType = 2, "CTV"
    ds.RTROIObservationsSequence.append(second)
    structures = read_structure_set(ds)
    assert structures.structures[0].interpreted_type == "ORGAN"
    assert structures.warnings == ("structure Good has observations of 2 types; 'ORGAN' is taken",)


@pytest.mark.requirement("IOD-04")
@pytest.mark.parametrize("relationship", ["PREDECESSOR", "ADDITION"])
def test_the_structure_sets_that_it_belongs_to_are_read(relationship: str) -> None:
    ds = structure_set(ct_series(), [_GOOD])
    item = reference(RT_STRUCTURE_SET, "1.2.3")
    write_private(item, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP, relationship)
    write_private(ds, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE, [item])
    structures = read_structure_set(_through_a_file(ds))
    assert structures.related == (RelatedStructureSet(InstanceReference(RT_STRUCTURE_SET, "1.2.3"), relationship),)
    assert structures.warnings == ()


def test_a_related_structure_set_that_is_not_named_clearly_is_told() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    item = reference(RT_STRUCTURE_SET, "../1")
    write_private(item, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP, "COUSIN")
    write_private(ds, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE, [item])
    structures = read_structure_set(ds)
    assert structures.related == ()
    (warning,) = structures.warnings
    assert "Referenced SOP Instance UID (0008,1155) is no legal UID" in warning
    assert "Structure Set Relationship (3263,xx02) is neither PREDECESSOR nor ADDITION" in warning


def test_a_structure_set_without_any_relation_has_none() -> None:
    assert _read(_GOOD).related == ()
