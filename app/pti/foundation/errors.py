"""The errors that a user can act on.

Anything that is not a :class:`PtiError` is a bug: it is logged whole and shown as a bug.
"""

from typing import ClassVar


class PtiError(Exception):
    """A failure that the user can act on.

    Parameters
    ----------
    detail : what happened, where, with which values; one or two sentences, no patient data
    """

    code: ClassVar[str] = "PTI-GEN-00"
    title: ClassVar[str] = "The operation could not be finished"
    remedy: ClassVar[str] = "Try again; if it fails again, ask the physicist on duty."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code} {self.title}: {self.detail}" if self.detail else f"{self.code} {self.title}"


class Stopped(PtiError):
    """The user pressed Stop."""

    code, title = "PTI-GEN-01", "Stopped by the user"
    remedy = "Start the step again when you are ready."


class InvalidInput(PtiError):
    """A file, a setting or a command-line value that cannot be used."""

    code, title = "PTI-GEN-02", "The input cannot be used"
    remedy = "Correct the value that is named and try again."
