"""Faults that the pixels of a CT slice and of an RT Image share."""

from collections.abc import Callable, Iterator

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from tests.support.bad_input.attributes import Attribute, Form, Writer, attribute_cases
from tests.support.bad_input.breaking import label_of, put, put_bytes, tag_of
from tests.support.bad_input.cases import BadCase, Outcome

_ATTRIBUTES = (
    Attribute(("ImageType",), Form.TEXT),
    Attribute(("Rows",), Form.WHOLE_NUMBER),
    Attribute(("Columns",), Form.WHOLE_NUMBER),
    Attribute(("BitsAllocated",), Form.WHOLE_NUMBER),
    Attribute(("BitsStored",), Form.WHOLE_NUMBER),
    Attribute(("HighBit",), Form.WHOLE_NUMBER),
    Attribute(("PixelRepresentation",), Form.WHOLE_NUMBER),
    Attribute(("SamplesPerPixel",), Form.WHOLE_NUMBER),
    Attribute(("PhotometricInterpretation",), Form.TERM),
)
_PIXELS = label_of("PixelData")


def pixel_cases(chapter: str, write: Writer) -> Iterator[BadCase]:
    """All faults of pixels and what describes them."""
    yield from attribute_cases(chapter, write, _ATTRIBUTES)
    for subject, fault, breaks, outcome, *message in (*_SIZES, *_BITS, *_CONTENT):
        yield BadCase(chapter, subject, fault, write(breaks), outcome, tuple(message))


def _set(**values: int | str) -> Callable[[Dataset], None]:
    def breaks(ds: Dataset) -> None:
        for keyword, value in values.items():
            put(ds, (keyword,), value)

    return breaks


def _pixels(change: Callable[[bytes], bytes]) -> Callable[[Dataset], None]:
    return lambda ds: put_bytes(ds, ("PixelData",), change(ds.PixelData), vr="OW")


def _remove_pixels(ds: Dataset) -> None:
    del ds.PixelData


def _items(vr: str) -> Callable[[Dataset], None]:
    def breaks(ds: Dataset) -> None:
        ds[tag_of("PixelData")] = DataElement(tag_of("PixelData"), vr, [Dataset()])

    return breaks


_R = Outcome.REFUSED
Row = tuple[str, str, Callable[[Dataset], None], Outcome, *tuple[str, ...]]
_SIZES: tuple[Row, ...] = (
    ("the image", "is said to be 65535 x 65535", _set(Rows=65535, Columns=65535), _R, label_of("Rows")),
    ("the image", "is said to be 16384 x 16384", _set(Rows=16384, Columns=16384), _R),
    ("the image", "has no rows", _set(Rows=0), _R, label_of("Rows")),
    ("the image", "has no columns", _set(Columns=0), _R, label_of("Columns")),
    ("the image", "has one row more than its pixels", _set(Rows=7), _R, _PIXELS),
    ("the image", "is in colour", _set(SamplesPerPixel=3, PhotometricInterpretation="RGB "), _R, label_of("SamplesPerPixel")),
    ("the image", "is said to have two frames", _set(NumberOfFrames="2 "), _R, label_of("NumberOfFrames")),
    ("the image", "is said to have -1 frames", _set(NumberOfFrames="-1"), _R, label_of("NumberOfFrames")),
)
_BITS: tuple[Row, ...] = (
    ("a pixel", "has 1 bit", _set(BitsAllocated=1, BitsStored=1, HighBit=0), _R, label_of("BitsAllocated")),
    (
        "a pixel",
        "has 12 bits and no room beside them",
        _set(BitsAllocated=12, BitsStored=12, HighBit=11),
        _R,
        label_of("BitsAllocated"),
    ),
    ("a pixel", "has 32 bits", _set(BitsAllocated=32, BitsStored=32, HighBit=31), _R, label_of("BitsAllocated")),
    ("a pixel", "has 64 bits", _set(BitsAllocated=64, BitsStored=64, HighBit=63), _R, label_of("BitsAllocated")),
    ("a pixel", "has more bits than room", _set(BitsStored=17, HighBit=16), _R, label_of("BitsStored")),
    ("a pixel", "has no bits", _set(BitsStored=0, HighBit=0), _R, label_of("BitsStored")),
    ("the highest bit", "lies beyond the pixel", _set(HighBit=16), _R, label_of("HighBit")),
    ("the sign", "is neither there nor not", _set(PixelRepresentation=2), _R, label_of("PixelRepresentation")),
)
_CONTENT: tuple[Row, ...] = (
    (_PIXELS, "is missing", _remove_pixels, _R, f"{_PIXELS} is missing"),
    (_PIXELS, "is empty", _pixels(lambda pixels: b""), _R, _PIXELS),
    (_PIXELS, "is half as long", _pixels(lambda pixels: pixels[: len(pixels) // 2]), _R, _PIXELS),
    (_PIXELS, "is one pixel too short", _pixels(lambda pixels: pixels[:-2]), _R, _PIXELS),
    (_PIXELS, "is three bytes too short", _pixels(lambda pixels: pixels[:-3]), _R, _PIXELS),
    (_PIXELS, "is twice as long", _pixels(lambda pixels: pixels * 2), _R, _PIXELS),
    (_PIXELS, "is a sequence", _items("SQ"), _R, _PIXELS),
)
