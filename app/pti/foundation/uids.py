"""Unique identifiers for what this program creates."""

import re
import uuid

#: Association negotiation and file meta information carry it (NET-06).
IMPLEMENTATION_CLASS_UID = "1.2.246.352.70.2.1.170.1"
#: At most 16 characters (PS3.7 D.3.3.2.3).
IMPLEMENTATION_VERSION_NAME = "PTI_0_1"

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")


def new_uid() -> str:
    """Make a new UID under the 2.25 root (PS3.5 B.2): a random UUID as one decimal component."""
    return f"2.25.{uuid.uuid4().int}"


def is_safe_uid(uid: str) -> bool:
    """Whether `uid` has only digits and dots and at most 64 characters, so that it can name a file.

    Components with leading zeros are let through: real archives send them.
    """
    return len(uid) <= 64 and _UID.fullmatch(uid) is not None


def has_leading_zero(uid: str) -> bool:
    """Whether a component of `uid` begins with a zero that does not stand alone, which PS3.5 9.1 forbids."""
    return any(len(component) > 1 and component.startswith("0") for component in uid.split("."))
