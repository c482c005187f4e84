"""Contours of one structure: planar or points, whole, and all of one type (C.8.8.6; LOAD-04, LOAD-05)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from pti.dicom.checks import Attributes, quote
from pti.dicom.modules import reference_item
from pti.foundation.instances import InstanceReference
from pti.geometry.rigid import FloatArray

#: Contours of other types are not taken (LOAD-05).
CONTOUR_TYPES = ("CLOSED_PLANAR", "OPEN_PLANAR", "POINT")
#: All z of one planar contour lie within this (LOAD-04).
PLANE_TOLERANCE_MM = 1e-6
#: No coordinate of a patient is larger.
LARGEST_COORDINATE_MM = 1e6
#: Decimals of a coordinate that 16 characters always have room for: below the limit, and beyond.
_DECIMALS, _DECIMALS_FAR, _FAR_MM = 9, 7, 1e5
_CONTOUR_DATA = Tag(0x3006, 0x0050)


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """One contour: CLOSED_PLANAR, OPEN_PLANAR or POINT; `points_mm` (points, 3), patient frame, read-only.

    `image_uid` is the SOP Instance UID of the one image that it is drawn on; None where the object names none, or several.
    """

    geometric_type: str
    points_mm: FloatArray
    image_uid: str | None = None

    @property
    def is_planar(self) -> bool:
        """Whether all its points lie in one slice."""
        return self.geometric_type != "POINT"


class _Unusable(Exception):
    """One contour cannot be used; `kind` is the same for contours with the same fault."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind


@dataclass(frozen=True, slots=True, eq=False)
class ReadContours:
    """Contours of one structure.

    Parameters
    ----------
    contours : those that can be used, each once
    reasons : every reason why the structure cannot be used
    doubles : how many planar contours repeated another one
    """

    contours: tuple[Contour, ...]
    reasons: tuple[str, ...]
    doubles: int


def read_contours(items: Iterable[Attributes]) -> ReadContours:
    """Read the contours of a structure.

    Parameters
    ----------
    items : of the Contour Sequence (3006,0040)
    """
    contours = []
    faults: dict[str, list[str]] = {}
    for item in items:
        try:
            contours.append(_read_contour(item))
        except _Unusable as fault:
            faults.setdefault(fault.kind, []).append(str(fault))
    reasons = [told[0] + (f" ({len(told)} contours of this kind)" if len(told) > 1 else "") for told in faults.values()]
    types = sorted({contour.geometric_type for contour in contours})
    if len(types) > 1:
        reasons.append(f"its contours are of mixed types ({', '.join(types)})")
    once = _each_once(contours)
    return ReadContours(once, tuple(reasons), len(contours) - len(once))


def _each_once(contours: list[Contour]) -> tuple[Contour, ...]:
    """Without planar contours that repeat another one: filled by the even-odd rule, the two would make a hole."""
    known: set[tuple[str, bytes]] = set()
    once = []
    for contour in contours:
        key = (contour.geometric_type, contour.points_mm.tobytes())
        if contour.geometric_type == "POINT" or key not in known:
            once.append(contour)
        known.add(key)
    return tuple(once)


def _read_contour(item: Attributes) -> Contour:
    own = item.apart()
    geometric_type = own.text("ContourGeometricType") or ""
    if geometric_type not in CONTOUR_TYPES:
        told = quote(geometric_type) if geometric_type else "unknown"
        raise _Unusable(f"type {geometric_type}", f"it has a contour of type {told}")
    points = _contour_points(item.dataset)
    stated = own.integer("NumberOfContourPoints")
    if stated != len(points):
        told = "none" if stated is None else str(stated)
        raise _Unusable("count", f"a contour has {len(points)} points and says that it has {told}")
    if geometric_type != "POINT" and np.ptp(points[:, 2]) > PLANE_TOLERANCE_MM:
        spread = float(np.ptp(points[:, 2]))
        raise _Unusable("plane", f"a contour does not lie in one plane: its z spreads over {spread:.6g} mm")
    return Contour(geometric_type, points, _image_uid(item))


def _image_uid(item: Attributes) -> str | None:
    own = item.apart()
    images = own.items("ContourImageSequence")
    uid = images[0].uid("ReferencedSOPInstanceUID") if len(images) == 1 else None
    return None if own.complaints else uid


def _contour_points(item: Dataset) -> FloatArray:
    """(points, 3), patient frame."""
    try:
        values = _coordinates(item)
    except Exception as error:  # pydicom's conversion of a broken value raises whatever it stumbles over
        raise _Unusable("unreadable", "the points of a contour cannot be read") from error
    if values.size == 0 or values.size % 3 or not np.isfinite(values).all():
        what = f"a contour has {values.size} coordinates, not all of them finite or not three for each point"
        raise _Unusable("coordinates", what)
    if np.abs(values).max() > LARGEST_COORDINATE_MM:
        raise _Unusable("far away", "a contour has points more than 1 km away")
    points = values.reshape(-1, 3)
    points.flags.writeable = False
    return points


def _coordinates(item: Dataset) -> FloatArray:
    """All numbers; straight from the text of an element that pydicom has not converted yet: 30 times faster."""
    element = item.get_item("ContourData")
    if isinstance(element, RawDataElement):
        text = element.value or b""
        if element.VR not in ("DS", "UN", None) or b"_" in text:  # Python takes 1_000 for a number
            raise ValueError("no decimal string")
        return np.array(text.split(b"\\"), dtype=np.bytes_).astype(np.float64)
    if element.VR != "DS":
        raise ValueError("no decimal string")
    return np.array([float(value) for value in element.value], dtype=np.float64)


def write_contour(contour: Contour, image: InstanceReference, plane_mm: float | None) -> Dataset:
    """An item of the Contour Sequence (3006,0040).

    Parameters
    ----------
    image : that it is drawn on
    plane_mm : z of the image, which all points of a planar contour get; None for points, which keep their own
    """
    item = Dataset()
    item.ContourImageSequence = [reference_item(image)]
    item.ContourGeometricType = contour.geometric_type
    item.NumberOfContourPoints = len(contour.points_mm)
    text = _coordinates_text(contour.points_mm, plane_mm)
    # As bytes, marked as read so: pydicom would make an object of each of some hundred thousand numbers.
    item[_CONTOUR_DATA] = RawDataElement(_CONTOUR_DATA, "DS", len(text), text, 0, True, True)
    item.set_original_encoding(is_implicit_vr=True, is_little_endian=True, character_encoding="iso8859")
    return item


def _coordinates_text(points_mm: FloatArray, plane_mm: float | None) -> bytes:
    """Coordinates to 1e-9 mm (beyond 100 m to 1e-7 mm), each of at most 16 characters; of even length."""
    values = points_mm.ravel().tolist()
    decimals = _DECIMALS if np.abs(points_mm).max() < _FAR_MM else _DECIMALS_FAR
    texts = [repr(round(value, decimals) + 0.0) for value in values]  # no "-0.0"
    if plane_mm is not None:
        texts[2::3] = [repr(round(plane_mm, decimals) + 0.0)] * len(points_mm)
    text = "\\".join(texts).encode("ascii")
    return text + b" " * (len(text) % 2)
