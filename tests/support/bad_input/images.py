"""RT Images with one fault."""

import copy
from collections.abc import Callable, Iterator
from functools import partial

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from tests.support.bad_input import good
from tests.support.bad_input.attributes import Attribute, Form, attribute_cases
from tests.support.bad_input.breaking import label_of, put, remove, setting
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.bad_input.pixel_faults import pixel_cases

_CHAPTER = "RT Image"
_ATTRIBUTES = (
    Attribute(("SOPInstanceUID",), Form.UID),
    Attribute(("StudyInstanceUID",), Form.UID),
    Attribute(("SeriesInstanceUID",), Form.UID),
    Attribute(("FrameOfReferenceUID",), Form.UID),
    Attribute(("RTImageLabel",), Form.TEXT),
    Attribute(("RTImagePlane",), Form.TERM),
    Attribute(("GantryAngle",), Form.NUMBERS),
    Attribute(("PatientSupportAngle",), Form.NUMBERS),
    Attribute(("RadiationMachineSAD",), Form.NUMBERS),
    Attribute(("RTImageSID",), Form.NUMBERS),
    Attribute(("ImagePlanePixelSpacing",), Form.NUMBERS),
    Attribute(("RTImagePosition",), Form.NUMBERS),
    Attribute(("RTImageOrientation",), Form.NUMBERS, needed=False),
    Attribute(("XRayImageReceptorTranslation",), Form.NUMBERS),
    Attribute(("XRayImageReceptorAngle",), Form.NUMBERS),
    Attribute(("IsocenterPosition",), Form.NUMBERS),
    Attribute(("PatientPosition",), Form.TERM),
    Attribute(("TableTopPitchAngle",), Form.NUMBERS, needed=False),
    Attribute(("TableTopRollAngle",), Form.NUMBERS, needed=False),
    Attribute(("TableTopVerticalPosition",), Form.NUMBERS, needed=False),
    Attribute(("TableTopLongitudinalPosition",), Form.NUMBERS, needed=False),
    Attribute(("TableTopLateralPosition",), Form.NUMBERS, needed=False),
)


def image_cases() -> Iterator[BadCase]:
    """All cases of RT Images."""
    write = partial(good.one, good.image)
    yield from attribute_cases(_CHAPTER, write, _ATTRIBUTES)
    yield from pixel_cases(_CHAPTER, write)
    yield from (BadCase(_CHAPTER, subject, fault, write(breaks), out, told) for subject, fault, breaks, out, told in _rows())


def _private(element: int, vr: str, value: object) -> Callable[[Dataset], None]:
    def breaks(ds: Dataset) -> None:
        block = ds.private_block(0x3273, "Varian Medical Systems VISION 3273", create=True)
        block.add_new(element, vr, value)

    return breaks


def _private_isocentre_of_two_numbers(ds: Dataset) -> None:
    _private(0x00, "DS", [3.0, -4.0])(ds)


def _private_isocentre_nan(ds: Dataset) -> None:
    _private(0x00, "DS", "0")(ds)
    tag = ds.private_block(0x3273, "Varian Medical Systems VISION 3273").get_tag(0x00)
    ds[tag] = RawDataElement(tag, "DS", 8, b"NaN\\-4\\5", 0, False, True)
    del ds.IsocenterPosition


def _table_position_incomplete(ds: Dataset) -> None:
    remove(ds, ("TableTopLateralPosition",))


def _two_exposures(ds: Dataset) -> None:
    exposure = Dataset()
    exposure.KVP, exposure.NumberOfBlocks = "100", 0
    ds.ExposureSequence = [exposure, copy.deepcopy(exposure)]


def _exposure_contradicts(ds: Dataset) -> None:
    exposure = Dataset()
    exposure.GantryAngle, exposure.NumberOfBlocks = "90", 0
    ds.ExposureSequence = [exposure]


def _without_scale(ds: Dataset) -> None:
    ds.PixelIntensityRelationship = ""


def _rows() -> Iterator[tuple[str, str, Callable[[Dataset], None], Outcome, tuple[str, ...]]]:
    refused, warned = Outcome.REFUSED, Outcome.WARNED
    yield (
        "the source",
        "is 0 mm away",
        setting("RadiationMachineSAD", "0"),
        refused,
        (label_of("RadiationMachineSAD"),),
    )
    yield "the receptor", "is behind the source", setting("RTImageSID", "-1"), refused, (label_of("RTImageSID"),)
    yield (
        "a pixel",
        "is 0 mm wide",
        setting("ImagePlanePixelSpacing", "0.4", "0"),
        refused,
        (label_of("ImagePlanePixelSpacing"),),
    )
    yield (
        "the receptor's height",
        "contradicts SAD and SID",
        setting("XRayImageReceptorTranslation", "0", "0", "-990"),
        refused,
        (label_of("XRayImageReceptorTranslation"), "-990"),
    )
    yield (
        "the receptor's axes",
        "are not at right angles",
        setting("RTImageOrientation", *"100110"),
        refused,
        (label_of("RTImageOrientation"),),
    )
    yield (
        "the private isocentre",
        "contradicts the public one",
        _private(0x00, "DS", [3.0, -4.0, 6.0]),
        refused,
        (label_of("IsocenterPosition"), "(3273,xx00)"),
    )
    yield "the private isocentre", "has two numbers", _private_isocentre_of_two_numbers, refused, ("(3273,xx00)",)
    yield "the private isocentre", "is NaN and the only one", _private_isocentre_nan, refused, ("(3273,xx00)",)
    yield (
        "the private patient position",
        "contradicts the public one",
        _private(0x01, "CS", "HFP"),
        refused,
        (label_of("PatientPosition"), "(3273,xx01)"),
    )
    yield ("the private patient position", "is none", _private(0x01, "CS", "UPSIDE"), refused, ("(3273,xx01)",))
    yield "the table position", "is incomplete", _table_position_incomplete, warned, (label_of("TableTopLateralPosition"),)
    yield "two exposures", "are given", _two_exposures, warned, ("2 exposures",)
    yield "the exposure", "has another gantry angle", _exposure_contradicts, warned, (label_of("GantryAngle"),)
    yield "the meaning of the pixels", "is not told", _without_scale, warned, ("Pixel Intensity Relationship",)
    yield "Modality", "is another one", setting("Modality", "CR"), warned, (label_of("Modality"),)
    yield (
        "SOP Class UID",
        "is that of computed radiography",
        setting("SOPClassUID", "1.2.840.10008.5.1.4.1.1.1"),
        refused,
        ("Computed Radiography",),
    )
    yield "the slope", "is 0", _slope("0"), refused, (label_of("RescaleSlope"),)
    yield "the slope", "is NaN", _slope("NaN"), refused, (label_of("RescaleSlope"),)
    yield "the window", "is no number", _window("abc"), refused, (label_of("WindowCenter"),)
    yield "the window", "is NaN", _window("NaN"), refused, (label_of("WindowCenter"),)


def _slope(value: str) -> Callable[[Dataset], None]:
    def breaks(ds: Dataset) -> None:
        ds.RescaleIntercept, ds.RescaleType = "0", "US"
        put(ds, ("RescaleSlope",), value)

    return breaks


def _window(value: str) -> Callable[[Dataset], None]:
    def breaks(ds: Dataset) -> None:
        ds.WindowWidth = "100"
        put(ds, ("WindowCenter",), value)

    return breaks
