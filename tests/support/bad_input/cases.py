"""What a case of bad input is: files with one fault, and what must come of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Outcome(Enum):
    """What must become of the files; the words stand in the table for users."""

    REFUSED = "refused"
    APART = "refused, the rest is used"
    LEFT_OUT = "used without that part"
    WARNED = "used with a warning"
    USED = "used"


@dataclass(frozen=True, slots=True)
class BadCase:
    """One fault.

    Parameters
    ----------
    chapter : what kind of object or file it is about
    subject : what is broken; an attribute by name and tag
    fault : how
    write : puts the files into an empty folder
    outcome : what must become of them, by the rule
    message : pieces that must stand together in one line that the user sees
    heavy : to be tried with limited memory in a process of its own
    """

    chapter: str
    subject: str
    fault: str
    write: Callable[[Path], None]
    outcome: Outcome
    message: tuple[str, ...] = ()
    heavy: bool = False

    @property
    def name(self) -> str:
        """The case as a short sentence."""
        return f"{self.chapter}: {self.subject} {self.fault}"
