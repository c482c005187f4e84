"""CTs with one fault: in all slices, in one of them, or in how they lie."""

import copy
import math
from collections.abc import Callable, Iterator
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.support.bad_input import good
from tests.support.bad_input.attributes import Attribute, Form, attribute_cases
from tests.support.bad_input.breaking import encoded, label_of, put, setting
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.bad_input.pixel_faults import pixel_cases
from tests.support.dicom_factory import Patient, ct_series, set_pixels

_CHAPTER = "CT"
_ORIENTATION = label_of("ImageOrientationPatient")
_ATTRIBUTES = (
    Attribute(("SOPInstanceUID",), Form.UID),
    Attribute(("StudyInstanceUID",), Form.UID),
    Attribute(("SeriesInstanceUID",), Form.UID),
    Attribute(("FrameOfReferenceUID",), Form.UID),
    Attribute(("PatientPosition",), Form.TERM),
    Attribute(("PixelSpacing",), Form.NUMBERS),
    Attribute(("ImagePositionPatient",), Form.NUMBERS),
    Attribute(("ImageOrientationPatient",), Form.NUMBERS),
    Attribute(("RescaleSlope",), Form.NUMBERS),
    Attribute(("RescaleIntercept",), Form.NUMBERS),
)
Breaks = Callable[[list[Dataset]], None]


def ct_cases() -> Iterator[BadCase]:
    """All cases of CTs."""
    yield from attribute_cases(_CHAPTER, good.each_slice, _ATTRIBUTES)
    yield from pixel_cases(_CHAPTER, good.each_slice)
    for subject, fault, one_breaks, outcome, *message in _ALL_SLICES:
        yield BadCase(_CHAPTER, subject, fault, good.each_slice(one_breaks), outcome, tuple(message))
    for subject, fault, breaks, outcome, *message in (*_POSITIONS, *_MIXTURES):
        yield BadCase(_CHAPTER, subject, fault, good.series(breaks), outcome, tuple(message))
    yield BadCase(_CHAPTER, "a file of a slice", "is there twice", _a_copy, Outcome.APART, ("copy of slice2.dcm",))


def _third(**values: str) -> Breaks:
    """A fault of the third slice alone."""

    def breaks(slices: list[Dataset]) -> None:
        for keyword, value in values.items():
            put(slices[2], (keyword,), *value.split("\\"))

    return breaks


def _at(*positions_mm: tuple[float, float, float]) -> Breaks:
    def breaks(slices: list[Dataset]) -> None:
        slices[:] = ct_series(positions_mm)

    return breaks


def _turned(degrees: float, about: str) -> Callable[[Dataset], None]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    axes = {"x": (1, 0, 0, 0, c, s), "y": (c, 0, -s, 0, 1, 0), "z": (c, s, 0, -s, c, 0)}[about]
    return lambda ds: put(ds, ("ImageOrientationPatient",), *(f"{value:.8f}" for value in axes))


def _a_copy(folder: Path) -> None:
    slices = good.slices()
    for number, ds in enumerate(slices, 1):
        (folder / f"slice{number}.dcm").write_bytes(encoded(ds))
    (folder / "slice9.dcm").write_bytes(encoded(slices[1]))


def _rename(ds: Dataset, uid: UID) -> None:
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = uid


def _same_instance(slices: list[Dataset]) -> None:
    _rename(slices[2], slices[1].SOPInstanceUID)


def _same_place(slices: list[Dataset]) -> None:
    slices[2].ImagePositionPatient = slices[1].ImagePositionPatient


def _alone(slices: list[Dataset]) -> None:
    del slices[1:]


def _larger(slices: list[Dataset]) -> None:
    set_pixels(slices[2], [[0] * 12] * 10)


def _second_series(slices: list[Dataset]) -> None:
    others = copy.deepcopy(slices)
    for number, ds in enumerate(others):
        ds.SeriesInstanceUID = "2.25.1999"
        _rename(ds, UID(f"2.25.29{number}"))
    slices.extend(others)


def _of_another(slices: list[Dataset]) -> None:
    other = ct_series(patient=Patient(patient_id="PTI-0002"))[2]
    slices[2] = other


def _localizer(slices: list[Dataset]) -> None:
    slices[2].ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]


def _rescaled(slices: list[Dataset]) -> None:
    slices[2].RescaleSlope = "0"


_R, _W, _A = Outcome.REFUSED, Outcome.WARNED, Outcome.APART
_ALL_SLICES: tuple[tuple[str, str, Callable[[Dataset], None], Outcome, *tuple[str, ...]], ...] = (
    ("the gantry", "is tilted by 5 degrees", setting("GantryDetectorTilt", "5"), _R, label_of("GantryDetectorTilt")),
    ("the slices", "are turned by 5 degrees about x", _turned(5, "x"), _R, _ORIENTATION),
    ("the slices", "are turned by 5 degrees about y", _turned(5, "y"), _R, _ORIENTATION),
    ("the slices", "are turned by 5 degrees about z", _turned(5, "z"), _R, _ORIENTATION),
    ("the slices", "are sagittal", setting("ImageOrientationPatient", *"010001"), _R, _ORIENTATION),
    ("the axes of a slice", "are no directions", setting("ImageOrientationPatient", *"000000"), _R, _ORIENTATION),
    ("the axes of a slice", "are the same", setting("ImageOrientationPatient", *"100100"), _R, _ORIENTATION),
    ("the axes of a slice", "are too long", setting("ImageOrientationPatient", *"200020"), _R, _ORIENTATION),
    ("a pixel", "is 0 mm wide", setting("PixelSpacing", "0", "1.5"), _R, label_of("PixelSpacing")),
    ("a pixel", "is -2 mm wide", setting("PixelSpacing", "-2", "1.5"), _R, label_of("PixelSpacing")),
    ("the slope", "is 0", setting("RescaleSlope", "0"), _R, label_of("RescaleSlope")),
    ("the values", "are no Hounsfield units", setting("RescaleType", "US"), _W, label_of("RescaleType")),
    ("the images", "are localizers", setting("ImageType", "ORIGINAL", "PRIMARY", "LOCALIZER"), _R, "LOCALIZER"),
    ("the compression", "has lost detail", setting("LossyImageCompression", "01"), _W, label_of("LossyImageCompression")),
    ("Modality", "is another one", setting("Modality", "MR"), _W, label_of("Modality")),
    ("SOP Class UID", "is that of magnetic resonance", setting("SOPClassUID", "1.2.840.10008.5.1.4.1.1.4"), _R,
     "MR Image Storage"),
)  # fmt: skip
_POSITIONS: tuple[tuple[str, str, Breaks, Outcome, *tuple[str, ...]], ...] = (
    ("a slice", "is 0.11 mm off in x", _third(ImagePositionPatient="-4.89\\-6\\4"), _R, "drift", "0.110 mm in x"),
    ("a slice", "is 0.11 mm off in y", _third(ImagePositionPatient="-5\\-5.89\\4"), _R, "drift", "0.110 mm in y"),
    ("a slice", "is 0.09 mm off in x", _third(ImagePositionPatient="-4.91\\-6\\4"), Outcome.USED),
    ("the slices", "drift as a tilted gantry's", _at(*[(0, 0.2 * z, z) for z in (0.0, 2.0, 4.0, 6.0)]), _R, "drift"),
    ("the steps", "are uneven", _at(*[(0, 0, z) for z in (0.0, 2.0, 5.0, 6.0, 9.0)]), _W, "slice spacing varies"),
    ("a slice", "is missing", _at(*[(0, 0, z) for z in (0.0, 2.0, 4.0, 8.0, 10.0, 12.0)]), _W, "missing", "z = 4.00"),
    ("a slice", "stands at the place of another", _same_place, _R, "position"),
    ("a slice", "stands alone", _alone, _R, "no volume"),
)
_MIXTURES: tuple[tuple[str, str, Breaks, Outcome, *tuple[str, ...]], ...] = (
    ("a slice", "has the UID of another", _same_instance, _R, label_of("SOPInstanceUID")),
    ("a slice", "is in another frame of reference", _third(FrameOfReferenceUID="2.25.9"), _A, label_of("FrameOfReferenceUID")),
    ("a slice", "has another spacing", _third(PixelSpacing="3\\3"), _A, label_of("PixelSpacing")),
    ("a slice", "is larger", _larger, _A, label_of("Rows")),
    ("a slice", "is a localizer", _localizer, _A, "LOCALIZER"),
    ("a slice", "has another patient position", _third(PatientPosition="HFP "), _R, label_of("PatientPosition")),
    ("a slice", "is of another study", _third(StudyInstanceUID="2.25.9"), _R, label_of("StudyInstanceUID")),
    ("a slice", "is of another patient", _of_another, _R, label_of("PatientID")),
    ("a slice", "has slope 0", _rescaled, _R, label_of("RescaleSlope"), "slice3.dcm"),
    ("two series", "lie in one folder", _second_series, Outcome.USED),
)
