"""Spatial Registrations with one fault."""

from collections.abc import Callable, Iterator
from functools import partial

from pydicom.dataset import Dataset

from tests.support.bad_input import good
from tests.support.bad_input.attributes import Attribute, Form, attribute_cases
from tests.support.bad_input.breaking import label_of, put, setting
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.dicom_factory import FRAME

_CHAPTER = "Spatial Registration"
_ITEM = "RegistrationSequence"
_MATRICES = (_ITEM, "MatrixRegistrationSequence")
_MATRIX = (*_MATRICES, "MatrixSequence")
_VALUES = (*_MATRIX, "FrameOfReferenceTransformationMatrix")
_ATTRIBUTES = (
    Attribute(("SOPInstanceUID",), Form.UID),
    Attribute(("StudyInstanceUID",), Form.UID),
    Attribute(("SeriesInstanceUID",), Form.UID),
    Attribute(("FrameOfReferenceUID",), Form.UID),
    Attribute(("PatientPosition",), Form.TERM),
    Attribute(("ContentLabel",), Form.TEXT),
    Attribute(("ContentDate",), Form.TEXT),
    Attribute((_ITEM,), Form.ITEMS),
    Attribute((_ITEM, "FrameOfReferenceUID"), Form.UID),
    Attribute(_MATRICES, Form.ITEMS),
    Attribute((*_MATRICES, "RegistrationTypeCodeSequence"), Form.ITEMS, message=("Registration Type Code",)),
    Attribute((*_MATRICES, "RegistrationTypeCodeSequence", "CodeValue"), Form.TERM, message=("Registration Type Code",)),
    Attribute(_MATRIX, Form.ITEMS),
    Attribute((*_MATRIX, "FrameOfReferenceTransformationMatrixType"), Form.TERM),
    Attribute(_VALUES, Form.NUMBERS),
)


def registration_cases() -> Iterator[BadCase]:
    """All cases of registrations."""
    yield from attribute_cases(_CHAPTER, partial(good.one, good.registration), _ATTRIBUTES)
    yield from (_case(*row) for row in _SPECIAL)


def _case(subject: str, fault: str, breaks: Callable[[Dataset], None], outcome: Outcome, *message: str) -> BadCase:
    return BadCase(_CHAPTER, subject, fault, good.one(good.registration, breaks), outcome, message)


def _matrix(*rows: tuple[float, float, float, float]) -> Callable[[Dataset], None]:
    return lambda ds: put(ds, _VALUES, *(value for row in rows for value in row))


def _own_frame_moves(ds: Dataset) -> None:
    values = ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    values.FrameOfReferenceTransformationMatrix[3] = 1.0


def _two_foreign(ds: Dataset) -> None:
    ds.RegistrationSequence[1].FrameOfReferenceUID = "2.25.999"


def _no_foreign(ds: Dataset) -> None:
    ds.RegistrationSequence[0].FrameOfReferenceUID = ds.FrameOfReferenceUID


def _of_itself(ds: Dataset) -> None:
    ds.FrameOfReferenceUID = FRAME


def _without_sub_type(ds: Dataset) -> None:
    matrices = ds.RegistrationSequence[0].MatrixRegistrationSequence[0]
    del matrices[0x32751000]


def _other_sub_type(ds: Dataset) -> None:
    ds.RegistrationSequence[0].MatrixRegistrationSequence[0][0x32751000].value = "Offline"


_REFUSED = Outcome.REFUSED
_RIGID = _REFUSED, label_of(_VALUES[-1]), "not rigid"
_LAST = (0.0, 0.0, 0.0, 1.0)
_SPECIAL: tuple[tuple[str, str, Callable[[Dataset], None], Outcome, *tuple[str, ...]], ...] = (
    ("the matrix", "magnifies", _matrix((1.01, 0, 0, 0), (0, 1.01, 0, 0), (0, 0, 1.01, 0), _LAST), *_RIGID),
    ("the matrix", "mirrors", _matrix((-1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), _LAST), *_RIGID),
    ("the matrix", "shears", _matrix((1, 0.1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), _LAST), *_RIGID),
    ("the matrix", "is all zero", _matrix(*[(0, 0, 0, 0)] * 3, _LAST), *_RIGID),
    ("the matrix", "has another last row", _matrix((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0.1, 1)), *_RIGID),
    ("the matrix", "stands by columns", _matrix((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (1.5, -2.5, 3.5, 1)), *_RIGID),
    ("the matrix", "is RIGID_SCALE", lambda ds: put(ds, (*_MATRIX, "FrameOfReferenceTransformationMatrixType"), "RIGID_SCALE"),
     _REFUSED, label_of("FrameOfReferenceTransformationMatrixType"), "RIGID_SCALE"),
    ("the object's own frame of reference", "is moved", _own_frame_moves, _REFUSED, label_of(_ITEM)),
    ("two foreign frames of reference", "are registered", _two_foreign, _REFUSED, label_of(_ITEM), "2 other frames"),
    ("no foreign frame of reference", "is registered", _no_foreign, _REFUSED, label_of(_ITEM), "0 other frames"),
    ("the frames of reference", "have changed places", _of_itself, _REFUSED, label_of(_ITEM)),
    ("Registration Sub Type (3275,xx00)", "is missing", _without_sub_type, _REFUSED, "Registration Sub Type (3275,xx00)"),
    ("Registration Sub Type (3275,xx00)", "is unknown", _other_sub_type, _REFUSED, "(3275,xx00)", "Offline"),
    ("Modality", "is another one", setting("Modality", "CT"), Outcome.WARNED, label_of("Modality")),
    ("SOP Class UID", "is that of deformable registrations", setting("SOPClassUID", "1.2.840.10008.5.1.4.1.1.66.3"),
     _REFUSED, "Deformable Spatial Registration"),
)  # fmt: skip
