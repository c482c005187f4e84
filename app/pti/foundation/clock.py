"""The time, as one replaceable value, so that tests can fix it."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]


def local_now() -> datetime:
    """Local time with its UTC offset; the clock of the running program."""
    return datetime.now().astimezone()
