"""A flag with which one thread asks another to stop."""

import threading

from pti.foundation.errors import Stopped


class CancelToken:
    """Set once by the thread that wants to stop, looked at by the thread that works."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask for a stop; safe from any thread, and more than once."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Leave the work here.

        Raises
        ------
        Stopped
            If :meth:`cancel` was called.
        """
        if self.cancelled:
            raise Stopped()
