"""What the value of an element may look like in a file (PS3.5 6.2)."""

import re
from typing import Any

#: What a Decimal or Integer String may look like (PS3.5 6.2); Python also takes "1_000", "nan" and digits of other scripts.
_NUMBER = re.compile(r"[ \0]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \0]*", re.ASCII)
#: Value representations that hold the same text: one may stand for another without changing what is read.
_SAME_TEXT = (
    ("AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"),
    ("DS", "IS"),
    ("OB", "OW"),
)


def may_be_written_as(expected: str, found: str) -> bool:
    """Whether a value representation is one of those `expected` ("US or SS"), or holds its text alike."""
    allowed = expected.split(" or ")
    return found in allowed or any(found in same and allowed[0] in same for same in _SAME_TEXT)


def parse_number(part: Any) -> float:
    """One number as pydicom gives it; a text that no DICOM number may look like raises ValueError."""
    text = getattr(part, "original_string", None)
    if isinstance(part, str | bytes) or (isinstance(text, str) and not _NUMBER.fullmatch(text)):
        raise ValueError
    return float(part)
