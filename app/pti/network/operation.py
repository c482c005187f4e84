"""A network task that can be stopped: it knows its associations and ends them all at once."""

import threading
from types import TracebackType

from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from pti.network.errors import NetworkError
from pti.network.link import Link

#: How often the cancel token is looked at; a stop is to be felt within 0.3 s.
_LOOK_S = 0.03


class Operation:
    """Context manager around one task of the node.

    A failure of the network that follows a stop is the stop: the block then ends with :class:`Stopped`.
    """

    def __init__(self, cancel: CancelToken | None) -> None:
        self._cancel = cancel
        self._lock = threading.Lock()
        self._links: list[Link] = []
        self._stopped = False
        self._finished = threading.Event()

    def __enter__(self) -> "Operation":
        """Start to look at the token."""
        if self._cancel is not None:
            self._cancel.raise_if_cancelled()
            threading.Thread(target=self._watch, args=(self._cancel,), name="dicom-stop", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End what is still open; turn a failure after a stop into :class:`Stopped`."""
        self._finished.set()
        for link in self._taken():
            link.close()
        if self._stopped and (error is None or isinstance(error, NetworkError)):
            raise Stopped() from error

    @property
    def stopped(self) -> bool:
        """Whether the task is to end."""
        return self._stopped or (self._cancel is not None and self._cancel.cancelled)

    def add(self, link: Link) -> Link:
        """Take a link in before it is opened.

        Raises
        ------
        Stopped
            If the task was stopped meanwhile.
        """
        with self._lock:
            if self._stopped:
                raise Stopped()
            self._links.append(link)
        return link

    def raise_if_stopped(self) -> None:
        """Leave the task here.

        Raises
        ------
        Stopped
            If it was stopped.
        """
        if self.stopped:
            self.stop()
            raise Stopped()

    def stop(self) -> None:
        """End every association, from any thread, at once."""
        with self._lock:
            self._stopped = True
        self.end_associations()

    def end_associations(self) -> None:
        """End every association and wake who waits on it; the task itself is not stopped."""
        for link in self._taken():
            link.stop()

    def _taken(self) -> tuple[Link, ...]:
        with self._lock:
            return tuple(self._links)

    def _watch(self, cancel: CancelToken) -> None:
        while not self._finished.wait(_LOOK_S):
            if cancel.cancelled:
                self.stop()
                return
