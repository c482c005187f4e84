"""Reading attributes while collecting every complaint of an object, so that it is refused once and with the whole list."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydicom.datadict import dictionary_description, dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as DicomSequence
from pydicom.tag import Tag
from pydicom.uid import UID
from pydicom.valuerep import PersonName

from pti.dicom.repeated import repeated_tags
from pti.dicom.values import may_be_written_as, parse_number
from pti.foundation.errors import PtiError
from pti.foundation.uids import is_safe_uid

_T = TypeVar("_T")

#: No quantity or number that is read here comes near it.
_LARGEST_NUMBER = 1e10
_LARGEST_ANGLE_DEG = 360.0
#: No room is as large.
_LARGEST_LENGTH_MM = 1e6
#: An object that is broken all over is not searched for equal complaints beyond this, and its message is cut.
_SEARCHED_COMPLAINTS, _TOLD_COMPLAINTS = 200, 40
_LONGEST_QUOTE = 32
#: No object that is used has as many items in one sequence, and none with as many complaints is worth reading on.
_MOST_ITEMS, _MOST_COMPLAINTS = 100_000, 10_000
#: Of an attribute other than pixels, contours and sequences; converting it would take a hundred times that.
_LONGEST_VALUE_BYTES = 1 << 20


class InvalidDicomObject(PtiError):
    """An object that lacks what it must have, or contradicts itself; `complaints` lists all that is wrong."""

    code, title = "PTI-DCM-01", "The DICOM object cannot be used"
    remedy = "Ask for a complete export of the object from the system that made it; nothing was loaded from it."

    def __init__(self, what: str, complaints: Sequence[str]) -> None:
        told = "; ".join(complaints[:_TOLD_COMPLAINTS])
        more = len(complaints) - _TOLD_COMPLAINTS
        super().__init__(f"{what}: {told}" + (f"; and {more} more" if more > 0 else ""))
        self.what = what
        self.complaints = tuple(complaints)


def attribute_label(keyword: str) -> str:
    """Name and tag of a standard attribute: ``Isocenter Position (300A,012C)``."""
    tag = Tag(tag_for_keyword(keyword) or 0)
    return f"{dictionary_description(tag)} ({tag.group:04X},{tag.element:04X})"


def quote(text: str) -> str:
    """A value from a file as messages show it: in quotes, and not longer than a name is."""
    return repr(text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 3]}...")


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of one data set or sequence item.

    Methods named ``required_...`` complain when the value is absent or empty; the others return None. All complain
    about a value that is there but wrong. After a complaint a stand-in comes back (NaN, -1, "", ()), so that reading
    can go on to the next fault; :meth:`raise_if_any` must be called before anything that was read is used.
    """

    dataset: Dataset
    complaints: list[str] = field(default_factory=list)
    path: str = ""

    def complain(self, keyword: str, what: str) -> None:
        """Note that the attribute `keyword` is wrong in the way `what`."""
        self.note(f"{self.path}{attribute_label(keyword)} {what}")

    def note(self, complaint: str) -> None:
        """Note a complaint once.

        Raises
        ------
        InvalidDicomObject
            If there are so many that reading on would only cost time and memory.
        """
        if complaint not in self.complaints[:_SEARCHED_COMPLAINTS]:
            self.complaints.append(complaint)
        if len(self.complaints) >= _MOST_COMPLAINTS:
            raise InvalidDicomObject("DICOM object", self.complaints)

    def apart(self) -> "Attributes":
        """The same data set with a list of complaints of its own: for what may be wrong without stopping the object."""
        return Attributes(self.dataset, [], self.path)

    def raise_if_any(self, what: str) -> None:
        """Refuse the object.

        Raises
        ------
        InvalidDicomObject
            If anything was complained about.
        """
        if self.complaints:
            raise InvalidDicomObject(what, self.complaints)

    def value(self, keyword: str) -> Any | None:
        """The value as pydicom converts it; None where it is absent, empty or, with a complaint, unreadable.

        Bytes that are declared to be what they are not give numbers out of nothing, so a wrong value representation is
        complained about; texts are the same in all of theirs.
        """
        if keyword not in self.dataset:
            return None
        try:
            expected = dictionary_VR(keyword)
            raw = self.dataset.get_item(keyword)
            if (
                isinstance(raw, RawDataElement)
                and raw.length > _LONGEST_VALUE_BYTES
                and expected[0] != "O"
                and expected != "SQ"
            ):
                self.complain(keyword, f"holds {raw.length} bytes; up to {_LONGEST_VALUE_BYTES} are read")
                return None
            element = self.dataset[keyword]
            value = element.value
        except Exception as error:  # noqa: BLE001 - pydicom's conversion of a broken value raises whatever it stumbles over
            self.complain(keyword, f"cannot be decoded ({type(error).__name__})")
            return None
        is_empty = value is None or (hasattr(value, "__len__") and len(value) == 0)
        if not may_be_written_as(expected, element.VR) and not (is_empty and element.VR == "UN"):
            self.complain(keyword, f"has the value representation {element.VR} instead of {expected}")
            return None
        return None if is_empty else value

    def is_empty(self, keyword: str) -> bool:
        """Whether an attribute that is there has no value; pixels and contours are not converted for that."""
        try:
            element = self.dataset.get_item(keyword)
        except Exception as error:  # noqa: BLE001 - as in `value`
            self.complain(keyword, f"cannot be decoded ({type(error).__name__})")
            return False
        return not element.value if isinstance(element, RawDataElement) else element.is_empty

    def text(self, keyword: str) -> str | None:
        """A text; blanks at both ends are padding."""
        value = self.value(keyword)
        if value is None:
            return None
        parts = self._text_parts(keyword, value)
        return "\\".join(parts).replace("\0", "").strip() or None

    def single_text(self, keyword: str) -> str | None:
        """A text that is one value; several are complained about, because none of them is known to be the right one."""
        text = self.text(keyword)
        if text is not None and "\\" in text:
            self.complain(keyword, "has several values instead of one")
        return text

    def required_text(self, keyword: str) -> str:
        """A text that must be there."""
        return self._required(keyword, self.text(keyword), "")

    def texts(self, keyword: str) -> tuple[str, ...]:
        """All values of a text; empty where there is none."""
        value = self.value(keyword)
        return () if value is None else tuple(part.strip(" \0") for part in self._text_parts(keyword, value))

    def _text_parts(self, keyword: str, value: Any) -> tuple[str, ...]:
        parts = tuple(value) if isinstance(value, MultiValue) else (value,)
        if not all(isinstance(part, str | PersonName) for part in parts):  # bytes, numbers, items: a wrong representation
            self.complain(keyword, "is no text")
            return ()
        # WORKAROUND(pydicom 3.0.2): it decodes ISO 2022 IR 58 and leaves the escape sequence in the text.
        return tuple(str(part).replace("\x1b$)A", "") for part in parts)

    def numbers(self, keyword: str, count: int) -> tuple[float, ...] | None:
        """`count` finite numbers."""
        numbers = self.all_numbers(keyword)
        if numbers is not None and len(numbers) != count:
            if numbers:  # none are left of what is no number, which was complained about
                self.complain(keyword, f"has {len(numbers)} values instead of {count}")
            return (math.nan,) * count
        return numbers

    def all_numbers(self, keyword: str) -> tuple[float, ...] | None:
        """Any number of finite numbers; () with a complaint where one of them is no number."""
        value = self.value(keyword)
        if value is None:
            return None
        parts = tuple(value) if isinstance(value, MultiValue | list | tuple) else (value,)
        try:
            numbers = tuple(parse_number(part) for part in parts)
        except (TypeError, ValueError, OverflowError):
            self.complain(keyword, "is no number")
            return ()
        if not all(math.isfinite(number) for number in numbers):
            self.complain(keyword, "is not finite")
        elif any(abs(number) > _LARGEST_NUMBER for number in numbers):
            self.complain(keyword, "is beyond all measure")
        return numbers

    def required_numbers(self, keyword: str, count: int) -> tuple[float, ...]:
        """`count` finite numbers that must be there."""
        return self._required(keyword, self.numbers(keyword, count), (math.nan,) * count)

    def number(self, keyword: str) -> float | None:
        """One finite number."""
        numbers = self.numbers(keyword, 1)
        return None if numbers is None else numbers[0]

    def required_number(self, keyword: str) -> float:
        """One finite number that must be there."""
        return self._required(keyword, self.number(keyword), math.nan)

    def angle_deg(self, keyword: str) -> float | None:
        """An angle of at most one turn either way."""
        angle = self.number(keyword)
        if angle is not None and _LARGEST_ANGLE_DEG < abs(angle) <= _LARGEST_NUMBER:
            self.complain(keyword, f"is {angle:g} degrees: more than one turn")
        return angle

    def required_angle_deg(self, keyword: str) -> float:
        """An angle that must be there."""
        return self._required(keyword, self.angle_deg(keyword), math.nan)

    def integer(self, keyword: str) -> int | None:
        """One whole number."""
        number = self.number(keyword)
        if number is None or not math.isfinite(number):
            return None if number is None else -1
        if number != int(number):
            self.complain(keyword, "is no whole number")
        return int(number)

    def required_integer(self, keyword: str) -> int:
        """One whole number that must be there."""
        return self._required(keyword, self.integer(keyword), -1)

    def point(self, keyword: str) -> tuple[float, float, float] | None:
        """(x, y, z), mm."""
        numbers = self._lengths_mm(keyword, 3)
        return None if numbers is None else (numbers[0], numbers[1], numbers[2])

    def length_mm(self, keyword: str) -> float | None:
        """One coordinate or distance."""
        numbers = self._lengths_mm(keyword, 1)
        return None if numbers is None else numbers[0]

    def _lengths_mm(self, keyword: str, count: int) -> tuple[float, ...] | None:
        numbers = self.numbers(keyword, count)
        if numbers is not None and any(_LARGEST_LENGTH_MM < abs(number) <= _LARGEST_NUMBER for number in numbers):
            self.complain(keyword, "is more than 1 km")
        return numbers

    def required_point(self, keyword: str) -> tuple[float, float, float]:
        """(x, y, z), which must be there."""
        return self._required(keyword, self.point(keyword), (math.nan, math.nan, math.nan))

    def uid(self, keyword: str) -> str | None:
        """A legal unique identifier."""
        text = self.text(keyword)
        if text is not None and not is_safe_uid(text):
            self.complain(keyword, "is no legal UID")
        return text

    def required_uid(self, keyword: str) -> str:
        """A legal unique identifier that must be there."""
        return self._required(keyword, self.uid(keyword), "")

    def items(self, keyword: str) -> tuple["Attributes", ...]:
        """The items of a sequence; empty where there is none."""
        value = self.value(keyword)
        if value is None:
            return ()
        if not isinstance(value, DicomSequence):
            self.complain(keyword, "is no sequence")
            return ()
        if len(value) > _MOST_ITEMS:
            self.complain(keyword, f"holds {len(value)} items; up to {_MOST_ITEMS} are read")
            return ()
        name = dictionary_description(keyword)
        for number, item in enumerate(value, 1):
            for tag in repeated_tags(item):
                self.note(f"{self.path}{name} item {number}: {tag} stands twice, and nothing tells which is right")
        return tuple(
            Attributes(item, self.complaints, f"{self.path}{name} item {number}: ") for number, item in enumerate(value, 1)
        )

    def required_items(self, keyword: str) -> tuple["Attributes", ...]:
        """The items of a sequence that must have at least one."""
        before = len(self.complaints)
        items = self.items(keyword)
        if not items and len(self.complaints) == before:
            self.complain(keyword, "is missing" if keyword not in self.dataset else "is empty")
        return items

    def check_sop_class(self, *allowed: str) -> None:
        """Complain unless the SOP class is one of those `allowed`."""
        found = self.required_uid("SOPClassUID")
        if found and found not in allowed:
            names = " or ".join(UID(uid).name for uid in allowed)
            self.complain("SOPClassUID", f"is {UID(found).name}, not {names}")

    def check_referenced_class(self, allowed: str) -> None:
        """Complain where the item refers to an instance of another SOP class than `allowed`."""
        found = self.uid("ReferencedSOPClassUID")
        if found is not None and found != allowed:
            self.complain("ReferencedSOPClassUID", f"is {UID(found).name}, not {UID(allowed).name}")

    def require_sop_class(self, what: str, *allowed: str) -> None:
        """Refuse an object of another SOP class before anything else is looked at.

        Raises
        ------
        InvalidDicomObject
            Unless the SOP class is one of those `allowed`.
        """
        self.check_sop_class(*allowed)
        self.raise_if_any(what)

    def _required(self, keyword: str, value: _T | None, stand_in: _T) -> _T:
        if value is not None:
            return value
        label = f"{self.path}{attribute_label(keyword)} "
        if not any(known.startswith(label) for known in (*self.complaints[:_SEARCHED_COMPLAINTS], *self.complaints[-1:])):
            self.complain(keyword, "is missing" if keyword not in self.dataset else "is empty")
        return stand_in
