"""Which instances arrived here: what a C-MOVE is checked off against, whatever the peer's status says."""

import threading
from collections.abc import Collection, Mapping
from types import MappingProxyType, TracebackType
from typing import Protocol


class Expectation:
    """What arrived, of a set of instances, since this was made; a context manager that ends with its block."""

    def __init__(self, board: "ArrivalBoard", sop_instance_uids: Collection[str]) -> None:
        self._board = board
        self._expected = frozenset(sop_instance_uids)
        self._changed = threading.Condition()
        self._arrived: set[str] = set()
        self._refused: dict[str, str] = {}

    def __enter__(self) -> "Expectation":
        """Watch from here on."""
        self._board.add(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Watch no longer."""
        self._board.remove(self)

    @property
    def arrived(self) -> frozenset[str]:
        """SOP instance UIDs that are safely here."""
        with self._changed:
            return frozenset(self._arrived)

    @property
    def missing(self) -> frozenset[str]:
        """SOP instance UIDs that are not here yet."""
        with self._changed:
            return self._expected - self._arrived

    @property
    def refused(self) -> Mapping[str, str]:
        """SOP instance UID -> why this workstation did not take it."""
        with self._changed:
            return MappingProxyType(dict(self._refused))

    def wait_for_change(self, count: int, timeout_s: float) -> None:
        """Wait until more than `count` instances have arrived, at most `timeout_s`."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._arrived) > count, timeout_s)

    def note(self, sop_instance_uid: str, refusal: str | None) -> None:
        """Take notice of an instance; others than those expected are nothing to us."""
        if sop_instance_uid not in self._expected:
            return
        with self._changed:
            if refusal is None:
                self._arrived.add(sop_instance_uid)
                self._refused.pop(sop_instance_uid, None)
            else:
                self._refused[sop_instance_uid] = refusal
            self._changed.notify_all()


class Receives(Protocol):
    """Something that receives instances and can say which came."""

    def expect(self, sop_instance_uids: Collection[str]) -> Expectation:
        """Watch for these instances."""
        ...


class ArrivalBoard:
    """Where the receiver announces what came, and others look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._expectations: list[Expectation] = []

    def expect(self, sop_instance_uids: Collection[str]) -> Expectation:
        """Watch for these instances, from the start of the ``with`` block on."""
        return Expectation(self, sop_instance_uids)

    def announce(self, sop_instance_uid: str, refusal: str | None = None) -> None:
        """Say that an instance is safely here, or why it was refused."""
        with self._lock:
            expectations = tuple(self._expectations)
        for expectation in expectations:
            expectation.note(sop_instance_uid, refusal)

    def add(self, expectation: Expectation) -> None:
        """Start telling `expectation`."""
        with self._lock:
            self._expectations.append(expectation)

    def remove(self, expectation: Expectation) -> None:
        """Stop telling `expectation`."""
        with self._lock:
            self._expectations.remove(expectation)
