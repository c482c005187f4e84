"""Matched markers as curves of an RT Image (statement 2.2.3.1; Curve module C.10.2 of PS3.3-2004, retired since).

One curve is one marker: a repeating group 5000, 5002, ... 501E (PS3.5 7.6), so an image holds at most 16.

Curve Data is x, then y: column, then row. So DCMTK's curve reader has it, and so PS3.3 C.10.5.1.2 still words it for Graphic
Data, "for a two dimensional curve". Where pixel coordinates begin is told nowhere. Here the centre of the first pixel is
(0, 0), as RT Image Position (3002,0012) names the "center of the first pixel" and as everywhere in this program.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRBigEndian

from pti.dicom.checks import Attributes
from pti.dicom.pixels import transfer_syntax_of
from pti.dicom.written import UnwritableObject

#: (row, column) of a matched marker in pixels; (0, 0) is the centre of the first pixel.
MarkerPosition = tuple[float, float]

CURVE_GROUPS = range(0x5000, 0x5020, 2)
MOST_MARKERS = len(CURVE_GROUPS)

_DIMENSIONS, _POINTS, _TYPE, _UNITS, _LABELS, _REPRESENTATION, _DATA = 0x0005, 0x0010, 0x0020, 0x0030, 0x0040, 0x0103, 0x3000
#: What makes a curve a marker: element -> (value representation, value).
_MARKER: dict[int, tuple[str, Any]] = {
    _DIMENSIONS: ("US", 2),
    _POINTS: ("US", 1),
    _TYPE: ("CS", "POLY"),
    _UNITS: ("SH", ["PIXL", "PIXL"]),
    _LABELS: ("SH", ["Marker", "Marker"]),
    _REPRESENTATION: ("US", 3),  # floating point double
}
_BYTES = 16
#: Beyond what any panel has; a double that is read in the wrong byte order is far above it or next to nothing.
_LARGEST_PIXEL, _LEAST_PIXEL = 1e5, 1e-9


def split_markers(positions: Sequence[MarkerPosition]) -> tuple[tuple[MarkerPosition, ...], tuple[MarkerPosition, ...]]:
    """(the markers that an image can hold, those that are left over): who drops the latter must tell it (reading 6)."""
    return tuple(positions[:MOST_MARKERS]), tuple(positions[MOST_MARKERS:])


def write_markers(ds: Dataset, positions: Sequence[MarkerPosition]) -> None:
    """Write each marker as a curve of its own (MARK-05).

    Parameters
    ----------
    positions : (row, column) in pixels, at most 16

    Raises
    ------
    UnwritableObject
        If there are more markers than curve groups, or a position is not finite.
    """
    if len(positions) > MOST_MARKERS:
        raise UnwritableObject("RT Image", [f"has {len(positions)} markers; curves hold {MOST_MARKERS}"])
    for group, (row, column) in zip(CURVE_GROUPS, positions, strict=False):
        for element, (vr, value) in _MARKER.items():
            ds.add_new(Tag(group, element), vr, value)
        # As FD, the doubles of Data Value Representation 3 get the byte order of whatever syntax they are written in.
        ds.add_new(Tag(group, _DATA), "FD", [float(column), float(row)])


def read_markers(image: Attributes, warnings: list[str]) -> tuple[MarkerPosition, ...]:
    """The markers in an image's curves, (row, column) in pixels; curves of another shape are passed over.

    A marker whose numbers cannot be told is left out with a warning.
    """
    markers: list[MarkerPosition] = []
    for group in CURVE_GROUPS:
        if all(_plain(_value(image.dataset, group, element)) == value for element, (_, value) in _MARKER.items()):
            position = _position(image.dataset, group)
            if position is None:
                warnings.append(f"the marker in Curve Data ({group:04X},3000) is left out: its two numbers cannot be told")
            else:
                markers.append(position)
    return tuple(markers)


def _value(ds: Dataset, group: int, element: int) -> Any | None:
    tag = Tag(group, element)
    try:
        return ds[tag].value if tag in ds else None
    except Exception:  # noqa: BLE001 - pydicom's conversion of a broken value raises whatever it stumbles over
        return None


def _plain(value: Any) -> Any:
    """A value without padding, several as a list."""
    if isinstance(value, str):
        return value.strip(" \0")
    return [_plain(part) for part in value] if isinstance(value, Sequence) and not isinstance(value, bytes) else value


def _position(ds: Dataset, group: int) -> MarkerPosition | None:
    """(row, column); None unless there is exactly one way to read the two doubles."""
    value = _value(ds, group, _DATA)
    if isinstance(value, bytes):
        readings = _readings(value, big_endian=transfer_syntax_of(ds) == ExplicitVRBigEndian)
    elif isinstance(value, Sequence) and len(value) == 2 and all(isinstance(part, float) for part in value):
        readings = {(float(value[1]), float(value[0]))}
    else:
        readings = set()
    finite = {position for position in readings if all(math.isfinite(part) for part in position)}
    return finite.pop() if len(finite) == 1 else None


def _readings(content: bytes, *, big_endian: bool) -> set[MarkerPosition]:
    """What two doubles in an OB or OW element may say, as (row, column).

    In a big endian file they may be big endian as the standard wants them, or little endian: DCMTK leaves them so in OB and
    turns each two bytes in OW. Only one order gives numbers that are pixels.
    """
    if len(content) != _BYTES:
        return set()
    if not big_endian:
        return {_row_and_column(content, "<f8")}
    turned = np.frombuffer(content, "<u2").byteswap().tobytes()
    readings = {_row_and_column(content, ">f8"), _row_and_column(content, "<f8"), _row_and_column(turned, "<f8")}
    return {position for position in readings if all(_may_be_pixel(part) for part in position)}


def _row_and_column(content: bytes, dtype: str) -> MarkerPosition:
    column, row = np.frombuffer(content, dtype)
    return float(row), float(column)


def _may_be_pixel(coordinate: float) -> bool:
    return coordinate == 0 or _LEAST_PIXEL < abs(coordinate) < _LARGEST_PIXEL
