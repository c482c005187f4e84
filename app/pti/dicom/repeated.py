"""Elements that stand twice in a data set or an item: pydicom keeps the last, and nothing tells which one is right."""

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

#: Tag, representation and length before a value; the longer one is that of some representations in explicit files.
_HEADER_BYTES = (8, 12)
_UNDEFINED = 0xFFFFFFFF


def repeated_tags(dataset: Dataset) -> tuple[str, ...]:
    """Tags, as messages show them, of the elements that stand twice.

    pydicom puts the last value in the place of the first, so that a gap is left in the file before it or behind it. That
    is seen only as long as the elements have not been converted: this must be asked before anything else is.
    """
    found = []
    before: RawDataElement | None = None
    for element in dataset.values():
        raw = element if isinstance(element, RawDataElement) else None
        # Fragments of compressed pixels have headers of their own between them.
        if before is not None and raw is not None and before.length != _UNDEFINED:
            gap = raw.value_tell - before.value_tell - len(before.value or b"")
            tag = Tag(raw.tag)
            if gap > max(_HEADER_BYTES) and tag != 0:  # zeros at the end of a file are padding
                found.append(f"({tag.group:04X},{tag.element:04X})")
        before = raw
    return tuple(found)
