"""Keeps an association's own thread from taking the answer that the caller waits for."""

import threading

from pynetdicom.association import Association


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
    """Give an association that is about to be opened a gate without the race."""
    association._reactor_checkpoint = ReactorGate(association)
