"""Keeps an association's own thread from taking what the caller waits for: the answer, or word that none will come."""

import threading
import time
from queue import Empty
from typing import Any

from pynetdicom.association import Association

#: So often a caller who waits for an answer looks whether there is still someone to give it.
_LOOK_EVERY_S = 0.5


class ReactorGate(threading.Event):
    """The event at which pynetdicom's reactor rests while another thread talks to the peer.

    WORKAROUND(pynetdicom 3.0.4): its reactor says that it rests before it does, and takes that back only some time after it
    was let through. A caller who closes the event in between believes it at rest; it then takes the peer's answer off the
    queue and drops it ("Received unexpected ... message"), and the caller waits for the whole DIMSE time-out. On an idle
    machine one answer in some hundreds was lost so, on a loaded one more. Here passing and taking back are one step, and
    who was woken but finds the gate closed again stays.
    """

    def __init__(self, association: Association) -> None:
        super().__init__()
        self._association = association
        self._turn = threading.Condition()
        self._open = True

    def is_set(self) -> bool:
        """Whether the reactor may pass."""
        return self._open

    def set(self) -> None:
        """Let the reactor pass."""
        with self._turn:
            self._open = True
            self._turn.notify_all()

    def clear(self) -> None:
        """Hold the reactor; from now on the association's ``_is_paused`` tells whether it rests."""
        with self._turn:
            self._open = False

    def wait(self, timeout: float | None = None) -> bool:
        """Rest until the gate is open; called by the reactor only."""
        with self._turn:
            passed = self._turn.wait_for(self.is_set, timeout)
            if passed:
                self._association._is_paused = False
            return passed


def hold_reactor_safely(association: Association) -> None:
    """Give an association that is about to be opened a gate without the race, and callers who notice its end."""
    association._reactor_checkpoint = ReactorGate(association)
    take = association.dimse.get_msg

    def get_msg(block: bool = False) -> Any:
        return _answer(association) if block else take(block=False)

    association.dimse.get_msg = get_msg  # type: ignore[method-assign]


def _answer(association: Association) -> Any:
    """The next message, or (None, None) after the DIMSE time-out or once the association has ended.

    WORKAROUND(pynetdicom 3.0.4): when the connection breaks, the message that wakes the caller goes into the queue before
    the abort is noted. A reactor that takes it in between sees neither, and whoever asks next waits for the whole time-out.
    """
    timeout_s = association.dimse.dimse_timeout
    limit = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        rest_s = _LOOK_EVERY_S if limit is None else min(_LOOK_EVERY_S, limit - time.monotonic())
        try:
            return association.dimse.msg_queue.get(timeout=max(rest_s, 0.0))
        except Empty:
            late = limit is not None and time.monotonic() >= limit
            if late or association.is_aborted or association.acse.is_aborted() or not association.dul.is_alive():
                return None, None
