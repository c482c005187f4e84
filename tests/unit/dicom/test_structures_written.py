"""RT Structure Sets are written with every attribute of the statement's table, come back as they were, or are refused."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.private import PrivateAttribute, read_private
from pti.dicom.structures import (
    Contour,
    PhysicalProperty,
    RelatedStructureSet,
    Structure,
    StructureSet,
    read_structure_set,
    write_structure_set,
)
from pti.foundation.instances import CT_IMAGE, RT_STRUCTURE_SET, InstanceReference
from tests.support.dicom_factory import Roi, ct_series, structure_set

_NOW = datetime(2026, 3, 4, 5, 6, 7, 125000, tzinfo=UTC)
_IMAGES = tuple(InstanceReference(CT_IMAGE, f"2.25.5{k}", "2.25.50", "2.25.51") for k in range(4))
_STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"


def _points(*points: tuple[float, float, float]) -> np.ndarray:
    return np.array(points, dtype=np.float64)


#: Values that need all the digits there are, and a sign that must not get lost.
_RING = _points((-123.456789012, 1 / 3, 2.5), (1e-7, -0.0, 2.5), (99.0, -1e5 / 7, 2.5))
_ORGAN = Structure(
    number=3,
    name="Chiasm",
    interpreted_type="ORGAN",
    colour=(1, 2, 255),
    contours=(
        Contour("CLOSED_PLANAR", _RING, "2.25.51"),
        Contour("CLOSED_PLANAR", _RING + (0, 0, 2.5), "2.25.52"),
    ),
    generation_algorithm="MANUAL",
    observation_label="seen",
    interpreter="Smith^Ann",
    physical_properties=(PhysicalProperty("REL_ELEC_DENSITY", 1.25), PhysicalProperty("T TOP_ROLL_ANGLE", -1.5)),
)
_SEED = Structure(7, "Seed", "MARKER", (9, 9, 9), (Contour("POINT", _points((1.0, 2.0, 3.9)), "2.25.52"),), marker=True)
_WIRE = Structure(4, "Wire", "", (0, 0, 0), (Contour("OPEN_PLANAR", _RING[:2], "2.25.51"),))
_EMPTY = Structure(5, "Never drawn", "PTV", (0, 0, 0), ())


def _set() -> StructureSet:
    return StructureSet(
        sop_instance_uid="2.25.1",
        series_instance_uid="2.25.2",
        patient=PatientIdentity("4711", "Doe^Jane", "19700131", "F", "0712"),
        study=StudyIdentity("2.25.4", "20240105", "081500", "7", "A1", "Head"),
        label="PLAN 1",
        frame_of_reference_uid="2.25.3",
        structures=(_ORGAN, _SEED, _WIRE, _EMPTY),
        images=_IMAGES,
        related=(RelatedStructureSet(InstanceReference(RT_STRUCTURE_SET, "2.25.9"), "ADDITION"),),
        series_number=4,
        instance_number=1,
        modified_at=_NOW,
        station_name="GTR1",
    )


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


def _write(made: StructureSet, *, physical_properties: bool = True) -> Dataset:
    return _through_a_file(write_structure_set(made, physical_properties=physical_properties, clock=lambda: _NOW))


@pytest.mark.requirement("RTSS-03", "IOD-04")
def test_a_structure_set_comes_back_from_its_file_as_it_was_written() -> None:
    made = _set()
    back = read_structure_set(_write(made))
    for name in StructureSet.__dataclass_fields__.keys() - {"structures"}:
        assert getattr(back, name) == getattr(made, name), name
    for found, expected in zip(back.structures, made.structures, strict=True):
        for name in Structure.__dataclass_fields__.keys() - {"contours"}:
            assert getattr(found, name) == getattr(expected, name), name
        for contour, original in zip(found.contours, expected.contours, strict=True):
            assert (contour.geometric_type, contour.image_uid) == (original.geometric_type, original.image_uid)
            np.testing.assert_allclose(contour.points_mm, original.points_mm, rtol=0, atol=1e-9)


def test_nothing_known_comes_back_as_nothing_known() -> None:
    bare = replace(
        _set(),
        patient=PatientIdentity("4711", "", None, "O"),
        study=StudyIdentity("2.25.4"),
        structures=(Structure(1, "A", "", (0, 0, 0), ()),),
        related=(),
        series_number=None,
        instance_number=None,
        modified_at=None,
        station_name=None,
    )
    back = read_structure_set(_write(bare))
    for name in StructureSet.__dataclass_fields__.keys() - {"structures"}:
        assert getattr(back, name) == getattr(bare, name), name
    (structure,) = back.structures
    assert (structure.generation_algorithm, structure.observation_label, structure.interpreter) == (None, None, None)
    assert structure.physical_properties == ()


def test_what_was_read_is_written_again_to_the_last_digit() -> None:
    """Coordinates of up to nine decimals, as other systems write them, must not creep when they are read and written."""
    ct = ct_series()
    rng = np.random.default_rng(5)
    rings = [np.column_stack([rng.uniform(-200, 200, (50, 2)).round(9), np.full(50, z)]) for z in (2.0, 4.0)]
    first = read_structure_set(structure_set(ct, [Roi("Body", "EXTERNAL", rings)]))
    second = read_structure_set(_write(first))
    for before, after in zip(first.structures[0].contours, second.structures[0].contours, strict=True):
        np.testing.assert_array_equal(after.points_mm, before.points_mm)


@pytest.mark.requirement("RTSS-02")
def test_every_image_is_listed_in_its_study_and_series_whether_contours_lie_on_it_or_not() -> None:
    elsewhere = InstanceReference(CT_IMAGE, "2.25.60", "2.25.61", "2.25.62")
    ds = _write(replace(_set(), images=(*_IMAGES, elsewhere)))
    (frame,) = ds.ReferencedFrameOfReferenceSequence
    assert frame.FrameOfReferenceUID == "2.25.3"
    listed = [
        (study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID, series.SeriesInstanceUID, image.ReferencedSOPInstanceUID)
        for study in frame.RTReferencedStudySequence
        for series in study.RTReferencedSeriesSequence
        for image in series.ContourImageSequence
    ]
    assert listed == [
        *((_STUDY_CLASS, "2.25.51", "2.25.50", f"2.25.5{k}") for k in range(4)),
        (_STUDY_CLASS, "2.25.62", "2.25.61", "2.25.60"),
    ]


@pytest.mark.requirement("RTSS-03", "IOD-02", "IOD-04")
def test_the_modules_hold_what_the_table_says() -> None:
    ds = _write(_set())
    day, hour = _NOW.astimezone().strftime("%Y%m%d %H%M%S.125000").split()
    assert (ds.SOPClassUID, ds.Modality, ds.OperatorsName) == (RT_STRUCTURE_SET, "RTSTRUCT", "")
    assert (ds.InstanceCreationDate, ds.InstanceCreationTime) == (day, hour)
    assert (ds.FrameOfReferenceUID, ds.PositionReferenceIndicator) == ("2.25.3", "")
    assert (ds.StructureSetLabel, ds.StructureSetDate, ds.StructureSetTime) == ("PLAN 1", day, hour)
    assert (ds.SeriesNumber, ds.InstanceNumber, ds.StationName) == (4, 1, "GTR1")
    assert ds.ApprovalStatus == "UNAPPROVED"
    assert "ReviewDate" not in ds
    roi = ds.StructureSetROISequence[0]
    assert (roi.ROINumber, roi.ROIName, roi.ROIGenerationAlgorithm) == (3, "Chiasm", "MANUAL")
    assert roi.ReferencedFrameOfReferenceUID == "2.25.3"
    contours = ds.ROIContourSequence[0]
    assert (contours.ReferencedROINumber, contours.ROIDisplayColor) == (3, [1, 2, 255])
    first = contours.ContourSequence[0]
    assert (first.ContourGeometricType, first.NumberOfContourPoints, len(first.ContourData)) == ("CLOSED_PLANAR", 3, 9)
    (image,) = first.ContourImageSequence
    assert (image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID) == (CT_IMAGE, "2.25.51")
    numbers = [item.ObservationNumber for item in ds.RTROIObservationsSequence]
    assert numbers == [1, 2, 3, 4]
    observation = ds.RTROIObservationsSequence[0]
    assert (observation.ReferencedROINumber, observation.ROIObservationLabel) == (3, "seen")
    assert (observation.RTROIInterpretedType, observation.ROIInterpreter) == ("ORGAN", "Smith^Ann")
    items = read_private(ds, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE)
    assert items is not None
    (related,) = items
    assert (related.ReferencedSOPClassUID, related.ReferencedSOPInstanceUID) == (RT_STRUCTURE_SET, "2.25.9")
    assert read_private(related, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP) == "ADDITION"
    # The creators stand where the elements do, also within the item.
    assert ds[0x3263, 0x0010].value == related[0x3263, 0x0010].value == "Varian Medical Systems VISION 3263"
    assert read_private(ds.RTROIObservationsSequence[1], PrivateAttribute.MARKER_SUBTYPE) == "MARKER"


@pytest.mark.requirement("ACQ-03")
def test_physical_properties_are_written_as_printed_or_not_at_all() -> None:
    names = ("PAT SUPPORT_ANGLE", "T TOP_PITCH_ANGLE", "T TOP_ROLL_ANGLE")
    point = replace(_SEED, marker=False, physical_properties=tuple(PhysicalProperty(n, 1.5) for n in names))
    made = replace(_set(), structures=(point,))
    (observation,) = _write(made).RTROIObservationsSequence
    assert [p.ROIPhysicalProperty for p in observation.ROIPhysicalPropertiesSequence] == list(names)
    assert [float(p.ROIPhysicalPropertyValue) for p in observation.ROIPhysicalPropertiesSequence] == [1.5] * 3
    (without,) = _write(made, physical_properties=False).RTROIObservationsSequence
    assert "ROIPhysicalPropertiesSequence" not in without


@pytest.mark.requirement("IOD-03")
def test_text_beyond_ascii_is_spelled_out(caplog: pytest.LogCaptureFixture) -> None:
    made = replace(_set(), label="Größe", structures=(replace(_EMPTY, name="Sehnerv, größter", interpreter="Müller"),))
    ds = _write(made)
    assert ds.StructureSetLabel == "Grosse"
    assert ds.StructureSetROISequence[0].ROIName == "Sehnerv, grosster"
    assert ds.RTROIObservationsSequence[0].ROIInterpreter == "Muller"
    assert "SpecificCharacterSet" not in ds
    assert "ROIName was changed" in caplog.text


@pytest.mark.requirement("LOAD-04")
def test_all_contours_on_an_image_get_one_and_the_same_z() -> None:
    """Within the tolerance of one plane, two contours may differ by less than a text shows; the file must not."""
    z = 2.0 / 3
    rings = [_RING - (0, 0, 2.5) + (0, 0, z), _RING - (5, 0, 2.5) + (0, 0, z + 4e-7)]
    contours = tuple(Contour("CLOSED_PLANAR", ring, "2.25.51") for ring in rings)
    ds = _write(replace(_set(), structures=(replace(_ORGAN, contours=contours),)))
    texts = {str(z) for c in ds.ROIContourSequence[0].ContourSequence for z in c.ContourData[2::3]}
    assert texts == {"0.666666667"}
    assert not read_structure_set(ds).warnings


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e6])
def test_no_coordinate_has_more_than_16_characters(scale: float) -> None:
    points = np.random.default_rng(3).uniform(-scale, scale, (2000, 3))
    points[0] = -scale
    points[1] = (1e-9, -1e-12, 123456.123456789)
    points[2:] *= np.random.default_rng(4).uniform(0, 1, (1998, 3))
    contour = Contour("OPEN_PLANAR", np.column_stack([points[:, :2], np.full(2000, 2.5)]), "2.25.51")
    ds = write_structure_set(replace(_set(), structures=(replace(_WIRE, contours=(contour,)),)))
    raw = ds.ROIContourSequence[0].ContourSequence[0].get_item("ContourData").value
    parts = raw.rstrip(b" ").split(b"\\")
    assert max(len(part) for part in parts) <= 16
    assert len(raw) % 2 == 0
    back = np.array([float(part) for part in parts]).reshape(-1, 3)
    assert np.abs(back - contour.points_mm).max() < 1e-6


def test_100000_points_take_no_seconds() -> None:
    turn = np.linspace(0, 2 * np.pi, 1000, endpoint=False)
    images = tuple(InstanceReference(CT_IMAGE, f"2.25.7{k:03d}", "2.25.50", "2.25.51") for k in range(100))
    contours = tuple(
        Contour("CLOSED_PLANAR", np.column_stack([90 * np.cos(turn), 70 * np.sin(turn), np.full(1000, 3.0 * k)]), uid)
        for k, uid in enumerate(image.sop_instance_uid for image in images)
    )
    made = replace(_set(), images=images, structures=(replace(_ORGAN, contours=contours),))
    begun = time.perf_counter()
    encode_part10(write_structure_set(made))
    assert time.perf_counter() - begun < 5.0  # half a second, and room for a machine that is busy


def _with(**changes: object) -> Callable[[StructureSet], StructureSet]:
    return lambda made: replace(made, **changes)  # type: ignore[arg-type]


def _with_organ(**changes: object) -> Callable[[StructureSet], StructureSet]:
    return lambda made: replace(made, structures=(replace(_ORGAN, **changes),))  # type: ignore[arg-type]


def _with_contours(*contours: Contour) -> Callable[[StructureSet], StructureSet]:
    return _with_organ(contours=contours)


_GOOD = _ORGAN.contours[0]
_BAD_IMAGE = replace(_IMAGES[0], sop_instance_uid="2.25.99")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_with(sop_instance_uid="../1"), "its SOP Instance UID is no legal UID"),
        (_with(series_instance_uid=""), "its Series Instance UID is no legal UID"),
        (_with(study=StudyIdentity("x")), "its Study Instance UID is no legal UID"),
        (_with(frame_of_reference_uid=""), "its Frame of Reference UID is no legal UID"),
        (_with(label=" "), "it has no label"),
        (_with(structures=()), "it has no structure"),
        (_with(structures=(_ORGAN, replace(_WIRE, number=3))), "ROI Number 3 is used 2 times"),
        (_with(images=(), structures=(_EMPTY,)), "it names no image"),
        (_with(images=(*_IMAGES, replace(_BAD_IMAGE, series_instance_uid=""))), "1 images are not named by legal UIDs"),
        (_with(images=(*_IMAGES, replace(_BAD_IMAGE, study_instance_uid=""))), "1 images are not named by legal UIDs"),
        (_with(images=(*_IMAGES, _IMAGES[0])), "it names an image twice"),
        (_with(related=(RelatedStructureSet(InstanceReference("", "1.2"), "ADDITION"),)), "not named by legal UIDs"),
        (_with(related=(RelatedStructureSet(InstanceReference("1.2", "1.2"), "COUSIN"),)), "neither PREDECESSOR nor ADD"),
        (_with_organ(name=" "), "it has no name"),
        (_with_organ(number=2**31), "its number 2147483648 is too large"),
        (_with_organ(colour=(0, 256, 0)), "its colour is not three numbers from 0 to 255"),
        (_with_organ(interpreted_type="X" * 17), "more than 16 characters"),
        (_with_organ(physical_properties=(PhysicalProperty("A", np.nan),)), "a physical property has no name or no finite"),
        (_with_organ(marker=True), "a marker is of type MARKER and has one contour of one point"),
        (
            _with_contours(_GOOD, replace(_ORGAN.contours[1], geometric_type="OPEN_PLANAR")),
            "mixed types (CLOSED_PLANAR, OPEN_PLANAR)",
        ),
        (_with_contours(_GOOD, _GOOD), "it repeats a contour"),
        (_with_contours(replace(_GOOD, geometric_type="OPEN_NONPLANAR")), "a contour is of type 'OPEN_NONPLANAR'"),
        (_with_contours(replace(_GOOD, image_uid=None)), "a contour names no image that it is drawn on"),
        (_with_contours(replace(_GOOD, image_uid="2.25.99")), "names an image that the structure set does not"),
        (_with_contours(replace(_GOOD, points_mm=np.empty((0, 3)))), "a contour has no points (x, y, z)"),
        (_with_contours(replace(_GOOD, points_mm=_RING[:, :2])), "a contour has no points (x, y, z)"),
        (_with_contours(replace(_GOOD, points_mm=_RING * np.nan)), "points that are not finite or more than 1 km away"),
        (_with_contours(replace(_GOOD, points_mm=_RING * 1e6)), "points that are not finite or more than 1 km away"),
        (_with_contours(replace(_GOOD, points_mm=_RING + [[0, 0, 0], [0, 0, 0], [0, 0, 2e-6]])), "does not lie in one plane"),
        (_with_contours(Contour("POINT", _RING, "2.25.51")), "a POINT contour has several points"),
        (
            _with_contours(_GOOD, replace(_GOOD, points_mm=_RING + (0, 0, 2e-6))),
            "1 contours do not lie in the plane of the other contours on their image",
        ),
        (
            _with_contours(_GOOD, replace(_GOOD, points_mm=_RING + (1, 0, 0), image_uid="2.25.52")),
            "contours in one plane name different images",
        ),
    ],
)
def test_what_would_not_come_back_is_refused_with_the_reason(
    change: Callable[[StructureSet], StructureSet], complaint: str
) -> None:
    write_structure_set(_set())
    with pytest.raises(InvalidDicomObject) as caught:
        write_structure_set(change(_set()))
    assert len(caught.value.complaints) == 1
    assert complaint in caught.value.complaints[0]


def test_all_reasons_are_told_at_once() -> None:
    bad = replace(_GOOD, image_uid=None, points_mm=_RING * np.nan)
    with pytest.raises(InvalidDicomObject) as caught:
        write_structure_set(replace(_set(), label="", structures=(replace(_ORGAN, contours=(bad, bad, _GOOD), name=""),)))
    assert caught.value.complaints == (
        "it has no label",
        "structure 3: it has no name",
        "structure 3: a contour names no image that it is drawn on (2 contours)",
        "structure 3: a contour has points that are not finite or more than 1 km away (2 contours)",
        "structure 3: it repeats a contour",
    )


def test_more_contours_or_points_than_would_be_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pti.dicom.structure_checks.LARGEST_CONTOUR_COUNT", 3)
    monkeypatch.setattr("pti.dicom.structure_checks.LARGEST_POINT_COUNT", 8)
    with pytest.raises(InvalidDicomObject) as caught:
        write_structure_set(_set())
    assert caught.value.complaints == ("it has 4 contours, more than 3", "it has more than 8 contour points")
