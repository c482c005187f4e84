"""Reading attributes while collecting every complaint of an object, so that it is refused once and with the whole list."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydicom.datadict import dictionary_description, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as DicomSequence
from pydicom.tag import Tag
from pydicom.uid import UID

from pti.foundation.errors import PtiError
from pti.foundation.uids import is_safe_uid

_T = TypeVar("_T")


class InvalidDicomObject(PtiError):
    """An object that lacks what it must have, or contradicts itself; `complaints` lists all that is wrong."""

    code, title = "PTI-DCM-01", "The DICOM object cannot be used"
    remedy = "Ask for a complete export of the object from the system that made it; nothing was loaded from it."

    def __init__(self, what: str, complaints: Sequence[str]) -> None:
        super().__init__(f"{what}: {'; '.join(complaints)}")
        self.what = what
        self.complaints = tuple(complaints)


def attribute_label(keyword: str) -> str:
    """Name and tag of a standard attribute: ``Isocenter Position (300A,012C)``."""
    tag = Tag(tag_for_keyword(keyword) or 0)
    return f"{dictionary_description(tag)} ({tag.group:04X},{tag.element:04X})"


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
        complaint = f"{self.path}{attribute_label(keyword)} {what}"
        if complaint not in self.complaints:
            self.complaints.append(complaint)

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
        """The value as pydicom converts it; None where it is absent, empty or, with a complaint, unreadable."""
        if keyword not in self.dataset:
            return None
        try:
            value = self.dataset[keyword].value
        except Exception as error:  # noqa: BLE001 - pydicom's conversion of a broken value raises whatever it stumbles over
            self.complain(keyword, f"cannot be decoded ({type(error).__name__})")
            return None
        if value is None or (hasattr(value, "__len__") and len(value) == 0):
            return None
        return value

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
        if isinstance(value, bytes | DicomSequence):
            self.complain(keyword, "is no text")
            return None
        text = "\\".join(str(part) for part in value) if isinstance(value, MultiValue) else str(value)
        return text.replace("\0", "").strip() or None

    def required_text(self, keyword: str) -> str:
        """A text that must be there."""
        return self._required(keyword, self.text(keyword), "")

    def texts(self, keyword: str) -> tuple[str, ...]:
        """All values of a text; empty where there is none."""
        value = self.value(keyword)
        if value is None:
            return ()
        return tuple(str(part).strip() for part in (value if isinstance(value, MultiValue) else (value,)))

    def numbers(self, keyword: str, count: int) -> tuple[float, ...] | None:
        """`count` finite numbers."""
        value = self.value(keyword)
        if value is None:
            return None
        parts = list(value) if isinstance(value, MultiValue | list | tuple) else [value]
        if len(parts) != count:
            self.complain(keyword, f"has {len(parts)} values instead of {count}")
            return (math.nan,) * count
        try:
            numbers = tuple(float(part) for part in parts)
        except (TypeError, ValueError):
            self.complain(keyword, "is no number")
            return (math.nan,) * count
        if not all(math.isfinite(number) for number in numbers):
            self.complain(keyword, "is not finite")
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
        """(x, y, z)."""
        numbers = self.numbers(keyword, 3)
        return None if numbers is None else (numbers[0], numbers[1], numbers[2])

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
        name = dictionary_description(keyword)
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
        if not any(complaint.startswith(label) for complaint in self.complaints):
            self.complain(keyword, "is missing" if keyword not in self.dataset else "is empty")
        return stand_in
