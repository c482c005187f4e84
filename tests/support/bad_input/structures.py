"""RT Structure Sets with one fault."""

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pydicom.dataset import Dataset

from tests.support.bad_input import good
from tests.support.bad_input.attributes import Attribute, Form, attribute_cases
from tests.support.bad_input.breaking import label_of, put, put_bytes, put_items, setting
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.dicom_factory import reference

_CHAPTER = "RT Structure Set"
_FRAMES = "ReferencedFrameOfReferenceSequence"
_STUDIES = (_FRAMES, "RTReferencedStudySequence")
_SERIES = (*_STUDIES, "RTReferencedSeriesSequence")
_ROI = "StructureSetROISequence"
_ROI_CONTOUR = "ROIContourSequence"
_CONTOUR = (_ROI_CONTOUR, "ContourSequence")
_LEFT_OUT = (f"structure {good.BROKEN_ROI} is left out",)
_ATTRIBUTES = (
    Attribute(("SOPInstanceUID",), Form.UID),
    Attribute(("StudyInstanceUID",), Form.UID),
    Attribute(("SeriesInstanceUID",), Form.UID),
    Attribute(("StructureSetLabel",), Form.TEXT),
    Attribute((_FRAMES,), Form.ITEMS),
    Attribute((_FRAMES, "FrameOfReferenceUID"), Form.UID),
    Attribute(_STUDIES, Form.ITEMS, message=(" Sequence (3006,001",)),
    Attribute((*_STUDIES, "ReferencedSOPInstanceUID"), Form.UID),
    Attribute(_SERIES, Form.ITEMS),
    Attribute((*_SERIES, "SeriesInstanceUID"), Form.UID),
    Attribute((*_SERIES, "ContourImageSequence"), Form.ITEMS),
    Attribute((*_SERIES, "ContourImageSequence", "ReferencedSOPClassUID"), Form.UID),
    Attribute((*_SERIES, "ContourImageSequence", "ReferencedSOPInstanceUID"), Form.UID),
    Attribute((_ROI,), Form.ITEMS),
    Attribute((_ROI, "ROINumber"), Form.WHOLE_NUMBER),
    Attribute((_ROI_CONTOUR,), Form.ITEMS),
    Attribute((_ROI_CONTOUR, "ReferencedROINumber"), Form.WHOLE_NUMBER),
    Attribute(("RTROIObservationsSequence",), Form.ITEMS),
    Attribute(("RTROIObservationsSequence", "ReferencedROINumber"), Form.WHOLE_NUMBER),
    Attribute((*_CONTOUR, "ContourGeometricType"), Form.TERM, outcome=Outcome.LEFT_OUT, message=_LEFT_OUT),
    Attribute((*_CONTOUR, "NumberOfContourPoints"), Form.WHOLE_NUMBER, outcome=Outcome.LEFT_OUT, message=_LEFT_OUT),
    Attribute((*_CONTOUR, "ContourData"), Form.NUMBERS, outcome=Outcome.LEFT_OUT, message=_LEFT_OUT),
)
_PLANE = [(-4.0, -5.0, 2.0), (4.0, -5.0, 2.0), (4.0, 3.0, 2.0), (-4.0, 3.0, 2.0)]


def structure_cases() -> Iterator[BadCase]:
    """All cases of structure sets."""
    yield from attribute_cases(_CHAPTER, partial(good.one, good.structures), _ATTRIBUTES)
    yield from (_case(*row) for row in _SPECIAL)


def _case(subject: str, fault: str, breaks: Callable[[Dataset], None], outcome: Outcome, *message: str) -> BadCase:
    return BadCase(_CHAPTER, subject, fault, good.one(good.structures, breaks), outcome, message)


def _contour(ds: Dataset) -> Dataset:
    contour: Dataset = ds.ROIContourSequence[0].ContourSequence[0]
    return contour


def _set_points(contour: Dataset, points: Sequence[Sequence[float]], kind: str = "CLOSED_PLANAR") -> None:
    contour.ContourGeometricType, contour.NumberOfContourPoints = kind, len(points)
    put(contour, ("ContourData",), *(f"{value:.9g}" for point in points for value in point))


def _raise_first(by_mm: float) -> Callable[[Dataset], None]:
    x, y, z = _PLANE[0]
    return lambda ds: _set_points(_contour(ds), [(x, y, z + by_mm), *_PLANE[1:]])


def _oblique_in_steps(ds: Dataset) -> None:
    """Neighbours lie within the tolerance, the whole contour does not."""
    _set_points(_contour(ds), [(x, y, z + 0.8e-6 * step) for step, (x, y, z) in enumerate(_PLANE)])


def _two_contours(first: str, second: str) -> Callable[[Dataset], None]:
    def breaks(ds: Dataset) -> None:
        one = _contour(ds)
        other = copy.deepcopy(one)
        ds.ROIContourSequence[0].ContourSequence = [one, other]
        _set_points(one, _PLANE[:1] if first == "POINT" else _PLANE, first)
        _set_points(other, _PLANE[:1] if second == "POINT" else _PLANE, second)

    return breaks


def _points_anywhere(ds: Dataset) -> None:
    _set_points(_contour(ds), [(0.0, 0.0, 1.0), (1.0, 0.0, 5.0)], "POINT")


def _one_coordinate_short(ds: Dataset) -> None:
    put(_contour(ds), ("ContourData",), *[value for point in _PLANE for value in point][:-1])


def _coordinates(value: str) -> Callable[[Dataset], None]:
    return lambda ds: put(_contour(ds), ("ContourData",), *[value] * 12)


def _same_number(ds: Dataset) -> None:
    ds.StructureSetROISequence[1].ROINumber = 1


def _contours_of_nothing(ds: Dataset) -> None:
    ds.ROIContourSequence[0].ReferencedROINumber = 99


def _observation_of_nothing(ds: Dataset) -> None:
    ds.RTROIObservationsSequence[0].ReferencedROINumber = 99


def _contours_twice(ds: Dataset) -> None:
    ds.ROIContourSequence = [*ds.ROIContourSequence, copy.deepcopy(ds.ROIContourSequence[0])]


def _other_frame(ds: Dataset) -> None:
    ds.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = "2.25.999"


def _two_frames_of_images(ds: Dataset) -> None:
    other = copy.deepcopy(ds.ReferencedFrameOfReferenceSequence[0])
    other.FrameOfReferenceUID = "2.25.999"
    ds.ReferencedFrameOfReferenceSequence = [ds.ReferencedFrameOfReferenceSequence[0], other]


def _image_of_contour_unknown(ds: Dataset) -> None:
    _contour(ds).ContourImageSequence = [reference("1.2.840.10008.5.1.4.1.1.2", "2.25.999")]


def _without_contours(ds: Dataset) -> None:
    del ds.ROIContourSequence[0].ContourSequence


def _colour_out_of_range(ds: Dataset) -> None:
    put(ds, (_ROI_CONTOUR, "ROIDisplayColor"), "999", "-5", "0")


_LEFT = Outcome.LEFT_OUT, *_LEFT_OUT
_SPECIAL: tuple[tuple[str, str, Callable[[Dataset], None], Outcome, *tuple[str, ...]], ...] = (
    ("a contour", "is 2e-6 mm off its plane", _raise_first(2e-6), *_LEFT, "plane"),
    ("a contour", "is 5e-7 mm off its plane", _raise_first(5e-7), Outcome.USED),
    ("a contour", "climbs 8e-7 mm from point to point", _oblique_in_steps, *_LEFT, "plane"),
    ("a structure", "has open and closed contours", _two_contours("CLOSED_PLANAR", "OPEN_PLANAR"), *_LEFT, "mixed"),
    ("a structure", "has closed contours and points", _two_contours("CLOSED_PLANAR", "POINT"), *_LEFT, "mixed"),
    ("a contour of points", "lies in no plane", _points_anywhere, Outcome.USED),
    ("a contour", "has one coordinate too few", _one_coordinate_short, *_LEFT),
    ("a contour", "has an infinite coordinate", _coordinates("1e400"), *_LEFT),
    ("a contour", "has coordinates with a decimal comma", _coordinates("1,5"), *_LEFT),
    ("two structures", "have one number", _same_number, Outcome.REFUSED, label_of("ROINumber")),
    ("contours", "belong to no structure", _contours_of_nothing, Outcome.WARNED, label_of("ReferencedROINumber"), "99"),
    ("an observation", "belongs to no structure", _observation_of_nothing, Outcome.WARNED,
     label_of("ReferencedROINumber"), "99"),
    ("a structure", "has its contours twice", _contours_twice, Outcome.LEFT_OUT, good.BROKEN_ROI),
    ("a structure", "stands in another frame of reference", _other_frame, *_LEFT, "frame of reference"),
    ("images of two frames of reference", "are named", _two_frames_of_images, Outcome.REFUSED, label_of(_FRAMES), "2 frames"),
    ("a contour", "names an image that the structure set does not", _image_of_contour_unknown, Outcome.WARNED, "name 1 images"),
    ("a structure", "has no contour", _without_contours, Outcome.USED),
    ("a colour", "is no colour", _colour_out_of_range, Outcome.WARNED, good.BROKEN_ROI, "colour"),
    ("an item of the structures", "is empty", lambda ds: put_items(ds, (_ROI,), [*ds.StructureSetROISequence, Dataset()]),
     Outcome.REFUSED, label_of("ROINumber")),
    ("Modality", "is another one", setting("Modality", "CT"), Outcome.WARNED, label_of("Modality")),
    ("SOP Class UID", "is that of doses", setting("SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.2"),
     Outcome.REFUSED, "RT Dose Storage"),
    (label_of("ROIName"), "has bytes of no character set", lambda ds: put_bytes(ds, (_ROI, "ROIName"), b"L\xfcnge"),
     Outcome.WARNED, label_of("ROIName")),
)  # fmt: skip
