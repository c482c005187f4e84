"""Two data sets compared value by value, whatever their encoding."""

from collections.abc import Iterator

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue


def differences(first: Dataset, second: Dataset, path: str = "") -> Iterator[str]:
    """Where two data sets differ in an element's presence, representation or value, private elements and items included.

    Numbers in text are compared by their text, words by their bytes: both data sets are little endian. So are curves, which
    may stand there as numbers and, without a representation of their own, as bytes; and so is text of over 64 KiB, which has
    no other representation than UN where the representation is explicit (PS3.5 6.2.2).
    """
    for tag in sorted({element.tag for ds in (first, second) for element in ds}):
        where = f"{path}{tag}"
        if tag not in first or tag not in second:
            yield f"{where} is only in the {'first' if tag in first else 'second'}"
        elif first[tag].VR != second[tag].VR and not _is_curve(first[tag]) and not _is_long_text(second[tag]):
            yield f"{where} is {first[tag].VR} and {second[tag].VR}"
        elif first[tag].VR == "SQ":
            yield from _items_differ(first[tag], second[tag], where)
        elif _values(first[tag]) != _values(second[tag]):
            yield f"{where} is {_shown(first[tag])} and {_shown(second[tag])}"


def _items_differ(first: DataElement, second: DataElement, where: str) -> Iterator[str]:
    if len(first.value) != len(second.value):
        yield f"{where} has {len(first.value)} items and {len(second.value)}"
        return
    for number, (one, other) in enumerate(zip(first.value, second.value, strict=True), 1):
        yield from differences(one, other, f"{where} item {number} ")


def _is_curve(element: DataElement) -> bool:
    return element.tag.group in range(0x5000, 0x5020) and element.tag.element == 0x3000


def _is_long_text(element: DataElement) -> bool:
    return element.VR == "UN" and len(element.value) > 0xFFFE


def _values(element: DataElement) -> list[str] | bytes:
    value = element.value
    if _is_curve(element) and element.VR == "FD":
        value = np.array(value, dtype="<f8").tobytes()
    if _is_long_text(element):
        value = value.decode("ascii").rstrip(" ").split("\\")
    if isinstance(value, bytes):
        return value + b"\0" * (len(value) % 2)
    if element.is_empty:
        return []
    # pydicom's numbers keep the text that they were read from.
    return [str(part) for part in (value if isinstance(value, MultiValue | list | tuple) else [value])]


def _shown(element: DataElement) -> str:
    text = repr(element.value)
    return text if len(text) < 80 else f"{text[:77]}..."
