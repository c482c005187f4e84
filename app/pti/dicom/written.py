"""The last look at an object before it leaves: what every value must hold to, whatever module wrote it (PS3.5 6.2)."""

import logging
import math
import re
from collections.abc import Iterator
from typing import Any

from pydicom.datadict import dictionary_VM, dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.private import PrivateAttribute
from pti.foundation.uids import has_leading_zero, is_safe_uid

_logger = logging.getLogger(__name__)

_LONGEST = {"AE": 16, "SH": 16, "LO": 64, "ST": 1024, "LT": 10240}
_MULTILINE = ("ST", "LT", "UT")
_TEXT = (*_LONGEST, "PN", "UT")
_PATTERN = {
    "CS": re.compile(r"[A-Z0-9 _]{0,16}"),
    "DA": re.compile(r"\d{8}", re.ASCII),
    "TM": re.compile(r"\d\d(\d\d(\d\d(\.\d{1,6})?)?)?", re.ASCII),
    "DS": re.compile(r"(?=.{1,16}$)[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII),
}
_WHOLE = {
    "IS": (-(1 << 31), (1 << 31) - 1),
    "SL": (-(1 << 31), (1 << 31) - 1),
    "UL": (0, (1 << 32) - 1),
    "SS": (-(1 << 15), (1 << 15) - 1),
    "US": (0, (1 << 16) - 1),
}
_LARGEST = {"FL": 3.4028235e38, "FD": math.inf}
#: A fault in these is logged, not refused. The first are written as the plan brought them, so that the receiver finds the
#: same patient and study; of the last one the statement prints names of 17 characters (reading 5).
_WRITTEN_ALL_THE_SAME = frozenset(
    ("PatientName", "PatientID", "PatientBirthDate", "PatientBirthTime", "StudyDate", "StudyTime", "ROIPhysicalProperty")
)
#: The extended interface is passed on as it came (IOD-05).
_PASSED_ON_GROUP = PrivateAttribute.EXTENDED_INTERFACE_DATA.group


class UnwritableObject(InvalidDicomObject):
    """An object of this program that would not be valid DICOM, or would not say what was meant."""

    code, title = "PTI-DCM-20", "The object cannot be saved"
    remedy = "Nothing was written. Note the message and call support; repeating the step may give values that can be saved."


def require_valid(what: str, ds: Dataset) -> Dataset:
    """`ds`, after a look at each of its values; for objects that this program makes, not for those that it passes on.

    A component of a UID with a leading zero can only have come from elsewhere (:func:`~pti.foundation.uids.new_uid` makes
    none). Such a UID is kept, because another one would name nothing; the log tells.

    Parameters
    ----------
    what : kind of object, for messages

    Raises
    ------
    UnwritableObject
        With every complaint: illegal UIDs, texts that are too long or beyond the default repertoire, numbers that are not
        finite, do not fit or are too long as a Decimal String, several values where one is allowed.
    """
    complaints = list(_complaints(ds, ""))
    if complaints:
        raise UnwritableObject(what, complaints)
    return ds


def _complaints(ds: Dataset, path: str) -> Iterator[str]:
    for tag in sorted(ds.keys()):
        element = ds.get_item(tag)
        if element is None or isinstance(element, RawDataElement):
            continue  # contour points: their writer has made bytes of them and checked them itself
        if element.VR == "SQ":
            for number, item in enumerate(element.value, 1):
                yield from _complaints(item, f"{path}{element.name} item {number}: ")
            continue
        for fault in dict.fromkeys(_faults(element)):
            if keyword_for_tag(element.tag) in _WRITTEN_ALL_THE_SAME or element.tag.group == _PASSED_ON_GROUP:
                _logger.warning("%s %s; it is written all the same", _name(element, path), fault)
            else:
                yield f"{_name(element, path)} {fault}"
        if element.VR == "UI" and any(has_leading_zero(str(uid)) for uid in _values(element)):
            _logger.warning("%s has a component with a leading zero; it is written as it came", _name(element, path))


def _name(element: DataElement, path: str) -> str:
    return f"{path}{element.name} {str(element.tag).upper()}"


def _values(element: DataElement) -> tuple[Any, ...]:
    value = element.value
    if value is None or (isinstance(value, str) and not value):
        return ()
    return tuple(value) if isinstance(value, MultiValue | list | tuple) else (value,)


def _faults(element: DataElement) -> Iterator[str]:
    values = _values(element)
    if len(values) > 1 and _multiplicity(element) == "1":
        yield f"has {len(values)} values instead of one"
    for value in values:
        fault = _fault(element.VR, value)
        if fault is not None:
            yield fault


def _multiplicity(element: DataElement) -> str:
    """How many values the dictionary allows; "" where it speaks of another representation (as of curves) or not at all."""
    try:
        return dictionary_VM(element.tag) if dictionary_VR(element.tag) == element.VR else ""
    except KeyError:
        return ""


def _fault(vr: str, value: Any) -> str | None:
    """What is wrong with one value; None where nothing is."""
    if vr == "UI":
        return None if is_safe_uid(str(value)) else "is no legal UID"
    if vr in _WHOLE:
        least, largest = _WHOLE[vr]
        return None if least <= int(value) <= largest else f"does not fit into {vr}"
    if vr in _LARGEST:
        return None if math.isfinite(value) and abs(value) <= _LARGEST[vr] else f"is not finite or does not fit into {vr}"
    text = str(getattr(value, "original_string", value)) if vr == "DS" else str(value)
    if vr in _PATTERN:
        return None if _PATTERN[vr].fullmatch(text) else f"is no {vr}"
    return _text_fault(vr, text) if vr in _TEXT else None


def _text_fault(vr: str, text: str) -> str | None:
    longest = max(map(len, text.split("="))) if vr == "PN" else len(text)
    if longest > _LONGEST.get(vr, 64 if vr == "PN" else longest):
        return f"is longer than {vr} allows"
    allowed = "\r\n\t\f" if vr in _MULTILINE else ""
    return None if all(" " <= c <= "~" or c in allowed for c in text) else "is beyond the default character repertoire"
