"""Numbers, dates and names as people read them; what is not known is N/A, never 0."""

import re
from datetime import datetime

from pti.geometry.patient import PatientPosition

NOT_KNOWN = "N/A"
MINUS = "\N{MINUS SIGN}"
DEGREE = "\N{DEGREE SIGN}"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEXES = {"M": "Male", "F": "Female", "O": "Other"}
_POSITIONS = {
    "HF": "Head first",
    "FF": "Feet first",
    "S": "supine",
    "P": "prone",
    "DR": "lying on the right side",
    "DL": "lying on the left side",
}


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with so many digits after the point; a true minus sign, and no minus before a zero."""
    if value is None:
        return NOT_KNOWN
    text = f"{abs(value):.{digits}f}"
    negative = value < 0 and float(text) != 0.0
    return f"{MINUS}{text}" if negative else text


def signed(value: float | None, digits: int = 1) -> str:
    """Like :func:`decimal`, with a plus sign where there is no minus; zero has none."""
    text = decimal(value, digits)
    return f"+{text}" if value is not None and value > 0 and float(f"{value:.{digits}f}") != 0.0 else text


def angle(value_deg: float | None, digits: int = 1) -> str:
    """An angle with its sign for degrees."""
    return NOT_KNOWN if value_deg is None else f"{decimal(value_deg, digits)}{DEGREE}"


def volume(value_cm3: float | None) -> str:
    """A volume in cubic centimetres; the smaller it is the more digits."""
    if value_cm3 is None:
        return NOT_KNOWN
    digits = 1 if value_cm3 >= 10 else 2 if value_cm3 >= 1 else 3
    return f"{decimal(value_cm3, digits)} cm\N{SUPERSCRIPT THREE}"


def per_cent(share: float) -> str:
    """A share of 0..1 as whole per cent."""
    return f"{round(100 * share)} %"


def breakable(text: str) -> str:
    """A text whose long words, such as UIDs and paths, can go on in the next line after a point or a slash."""
    return re.sub(r"\S{30,}", lambda word: re.sub(r"(?<=[./\\])", "\N{ZERO WIDTH SPACE}", word.group()), text)


def date(dicom_date: str | None) -> str:
    """A DICOM DA value as "2 Jan 1980"; as it stands if it is no date."""
    text = (dicom_date or "").strip()
    if not text:
        return NOT_KNOWN
    try:
        day = datetime.strptime(text, "%Y%m%d")
    except ValueError:
        return text
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def date_time(at: datetime) -> str:
    """Date and time as "2 Jan 1980 08:05:00"."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """Hours, minutes and seconds."""
    return f"{at:%H:%M:%S}"


def sex(value: str | None) -> str:
    """Patient's Sex (0010,0040) in words."""
    text = (value or "").strip()
    return _SEXES.get(text, text) or NOT_KNOWN


def person(name: str) -> str:
    """A DICOM person name as "Family, Given"."""
    parts = [part.strip() for part in name.split("=")[0].split("^") if part.strip()]
    return ", ".join(parts[:2]) or NOT_KNOWN


def or_not_known(text: str | None) -> str:
    """The text, or N/A if there is none."""
    return (text or "").strip() or NOT_KNOWN


def patient_position(position: PatientPosition) -> str:
    """For example "Head first, supine"."""
    return f"{_POSITIONS[position.value[:2]]}, {_POSITIONS[position.value[2:]]}"


def point(point_mm: tuple[float, float, float]) -> str:
    """Three coordinates in mm, one decimal."""
    return "  ".join(f"{axis} {decimal(value)}" for axis, value in zip("xyz", point_mm, strict=True))
