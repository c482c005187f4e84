"""What a DIMSE status means, and what the user is told: tables 7 and 11 of the statement as pure functions."""

from dataclasses import dataclass
from enum import Enum


class StoreOutcome(Enum):
    """What became of an object that was sent."""

    STORED = "stored"
    STORED_WITH_WARNING = "stored with a warning"
    FAILED = "failed"
    UNCONFIRMED = "not confirmed"


class MoveOutcome(Enum):
    """What a C-MOVE response says."""

    PENDING = "pending"
    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class StoreVerdict:
    """A C-STORE status, understood; `message` is "" where the user need not know."""

    outcome: StoreOutcome
    message: str


@dataclass(frozen=True, slots=True)
class MoveVerdict:
    """A C-MOVE status, understood; `message` is "" where the user need not know."""

    outcome: MoveOutcome
    message: str


_STORE_WARNINGS = {
    0xB000: "stored; the peer changed some of its attributes",
    0xB006: "stored; the peer discarded some of its attributes",
    0xB007: "stored; the peer says that it does not match its SOP class",
}
_STORE_FAILURES = {
    0x0117: "the peer says that the object is invalid",
    0x0122: "the peer does not store this kind of object",
    0x0124: "the peer does not allow this workstation to store",
}
#: General warnings of PS3.7 C.4 that stand outside the Bxxx range.
_GENERAL_WARNINGS = frozenset({0x0001, 0x0107, 0x0116})

_MOVE_FAILURES = {
    0xA701: "the peer is out of resources and could not count the objects",
    0xA702: "the peer could not send the objects",
    0xA801: "the peer does not know this workstation as a destination",
    0xA900: "the peer says that the request does not match the service",
    0xFE00: "the peer cancelled the transfer",
}


def judge_store(status: int) -> StoreVerdict:
    """Judge a C-STORE response (table 7); codes that the table lacks are judged by their class."""
    if status == 0x0000:
        return StoreVerdict(StoreOutcome.STORED, "")
    if status in _STORE_WARNINGS or status in _GENERAL_WARNINGS or status & 0xF000 == 0xB000:
        text = _STORE_WARNINGS.get(status, "stored; the peer gave a warning")
        return StoreVerdict(StoreOutcome.STORED_WITH_WARNING, f"{text} ({status:04X})")
    if status & 0xFF00 == 0xA700:
        text = "the peer is out of storage space or other resources"
    elif status & 0xFF00 == 0xA900:
        text = "the peer says that the object does not match its SOP class"
    elif status & 0xF000 == 0xC000:
        text = "the peer cannot understand the object"
    else:
        text = _STORE_FAILURES.get(status, "the peer refused the object with an unusual status")
    return StoreVerdict(StoreOutcome.FAILED, f"{text} ({status:04X})")


def judge_move(status: int) -> MoveVerdict:
    """Judge a C-MOVE response (table 11); every code that the table lacks is a failure."""
    if status == 0x0000:
        return MoveVerdict(MoveOutcome.SUCCESS, "")
    if status == 0xFF00:
        return MoveVerdict(MoveOutcome.PENDING, "")
    if status == 0xB000:
        return MoveVerdict(MoveOutcome.WARNING, f"some objects could not be transmitted ({status:04X})")
    if status & 0xF000 == 0xC000:
        return MoveVerdict(MoveOutcome.FAILURE, f"the peer was unable to process the request ({status:04X})")
    text = _MOVE_FAILURES.get(status, "the peer answered with an unusual status")
    return MoveVerdict(MoveOutcome.FAILURE, f"{text} ({status:04X})")
