"""Text on export: the default character repertoire (conformance statement 4)."""

import logging
import unicodedata

_logger = logging.getLogger(__name__)

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


def to_ascii(text: str, attribute: str, length: int | None = None, *, multiline: bool = False) -> str:
    """Spell `text` in the default repertoire, warning in the log where letters had to change (IOD-03).

    Parameters
    ----------
    text : any text; tabs and line ends become blanks, a character without a Latin spelling becomes "?"
    attribute : keyword, for the log; the text itself is not logged
    length : longest text that fits; the rest is cut
    multiline : line ends are kept (ST, LT)
    """
    spelled = "".join(_SPELLED_OUT.get(character, character) for character in text)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    kept = "\r\n" if multiline else ""
    result = "".join(c if " " <= c <= "~" or c in kept else " " if c.isspace() else "?" for c in plain)
    if length is not None:
        result = result[:length].rstrip()
    if result != text:
        _logger.warning("%s was changed to fit the default character repertoire or its length", attribute)
    return result
