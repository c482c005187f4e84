"""Attributes as the tables name them."""

from pydicom.datadict import dictionary_description, dictionary_keyword

from pti.dicom.private import PrivateAttribute
from tests.support.attribute_keys import Path

_PRIVATE = {f"{attribute.group:04x}xx{attribute.element:02x}": attribute for attribute in PrivateAttribute}


def name_of(key: str) -> str:
    """Name of an attribute by its key."""
    return _PRIVATE[key].value[3] if key in _PRIVATE else dictionary_description(_tag(key))


def tag_of(key: str) -> str:
    """Tag of an attribute by its key: ``(3273,xx01)``."""
    return f"({key[:4]},{key[4:]})".upper().replace("X", "x")


def keywords_of(path: Path) -> str:
    """Keywords with points between them; a private attribute by its name."""
    return ".".join(_PRIVATE[key].name if key in _PRIVATE else dictionary_keyword(_tag(key)) for key in path)


def _tag(key: str) -> int:
    return int(key.replace("x", "0"), 16)
