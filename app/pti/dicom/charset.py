"""Character sets: doubtful text on reading, the default repertoire on export (conformance statement 4)."""

import codecs
import logging
import unicodedata
from collections.abc import Sequence

from pydicom.charset import python_encoding

from pti.dicom.checks import quote

_logger = logging.getLogger(__name__)

#: Terms of Specific Character Set that stand for ASCII alone.
_DEFAULT_REPERTOIRE = ("", "ISO_IR 6", "ISO 2022 IR 6")

# Letters that do not fall apart into a base letter and an accent.
_SPELLED_OUT = {
    "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "\u0131": "i", "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'",
    "\u201c": '"', "\u201d": '"',
    "\u00b0": "deg", "\u00b5": "u", "\u03bc": "u", "\u00d7": "x",
}  # fmt: skip


def is_ascii(text: str) -> bool:
    """Whether `text` is within the default repertoire (printable ISO 646)."""
    return all(" " <= character <= "~" for character in text)


def doubt(text: str, character_set: Sequence[str]) -> str | None:
    """Why a text that was read may not be what was meant; None where nothing speaks against it.

    Parameters
    ----------
    text : as it was decoded
    character_set : the values of Specific Character Set (0008,0005)
    """
    if text.isascii() and "\x1b" not in text:
        return None  # the same letters in every character set
    unknown = unknown_terms(character_set)
    if unknown:
        return f"Specific Character Set (0008,0005) {quote(unknown[0])} is not known"
    if "\x1b" in text:
        return "it switches to a character set that Specific Character Set (0008,0005) does not name"
    if "\ufffd" in text:
        return "it does not hold to its Specific Character Set (0008,0005)"
    if all(term in _DEFAULT_REPERTOIRE for term in character_set):
        return "it has letters beyond the default repertoire, and Specific Character Set (0008,0005) is not told"
    if len(character_set) == 1 and _is_also_utf8(text, python_encoding[character_set[0]]):
        return "its bytes look like UTF-8, Specific Character Set (0008,0005) says otherwise"
    return None


def _is_also_utf8(text: str, encoding: str) -> bool:
    """Whether the bytes of a text are UTF-8 too; by chance that hardly happens beyond ASCII."""
    if codecs.lookup(encoding).name == "utf-8":
        return False
    try:
        text.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return True


def unknown_terms(character_set: Sequence[str]) -> list[str]:
    """The values of Specific Character Set that are no defined terms (PS3.3 C.12.1.1.2)."""
    return [term for term in character_set if term not in python_encoding]


def to_ascii(text: str, attribute: str, length: int | None = None, *, multiline: bool = False) -> str:
    """Spell `text` in the default repertoire, warning in the log where letters had to change (IOD-03).

    Parameters
    ----------
    text : any text; tabs and line ends become blanks, a character without a Latin spelling becomes "?", and a backslash,
        which would divide the text into two values, a slash
    attribute : keyword, for the log; the text itself is not logged
    length : longest text that fits; the rest is cut
    multiline : line ends and backslashes are kept (ST, LT)
    """
    spelled = "".join(_SPELLED_OUT.get(character, character) for character in text)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    kept = "\r\n" if multiline else ""
    plain = plain if multiline else plain.replace("\\", "/")
    result = "".join(c if " " <= c <= "~" or c in kept else " " if c.isspace() else "?" for c in plain)
    if length is not None:
        result = result[:length].rstrip()
    if result != text:
        _logger.warning("%s was changed to fit the default character repertoire or its length", attribute)
    return result
