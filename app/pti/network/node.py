"""The workstation as a client: echo, find, move, store."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from pti.foundation.cancel import CancelToken
from pti.foundation.instances import InstanceReference
from pti.network.arrivals import Receives
from pti.network.contexts import echo_contexts, find_contexts
from pti.network.errors import PeerUnreachable
from pti.network.link import Link
from pti.network.moving import MoveReport, MoveTask, Progress
from pti.network.operation import Operation
from pti.network.peers import LocalEntity, Peer
from pti.network.queries import PatientSummary, PlanSummary, locate, query_patients, query_plans
from pti.network.settings import NetworkSettings
from pti.network.storing import StoreItem, StoreReport, StoreResult, store_objects

_log = logging.getLogger(__name__)


class DicomNode:
    """Opens the associations of the workstation; used by one thread at a time, and by one task at a time.

    Every method raises :class:`~pti.foundation.errors.Stopped` soon after its token was cancelled or :meth:`abort` was called,
    however silent the peer is, and a :class:`~pti.network.errors.NetworkError` where the network fails.

    Parameters
    ----------
    local : title with which it calls
    settings : time-outs and limits
    """

    def __init__(self, local: LocalEntity, settings: NetworkSettings | None = None) -> None:
        self._local = local
        self._settings = settings or NetworkSettings()
        self._lock = threading.Lock()
        self._operation: Operation | None = None

    def __enter__(self) -> "DicomNode":
        """Take the node into use."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End what runs."""
        self.abort()

    def abort(self) -> None:
        """Stop the task that runs, from any thread, at once; nothing where none runs."""
        with self._lock:
            operation = self._operation
        if operation is not None:
            operation.stop()

    def echo(self, peer: Peer, *, cancel: CancelToken | None = None) -> None:
        """Ask the peer whether it is alive (NET-07).

        Raises
        ------
        Stopped, NetworkError
            If it is not, or says so.
        """
        with self._task(cancel) as operation:
            link = operation.add(self._link(peer))
            link.open(echo_contexts())
            status = link.status_of(link.association.send_c_echo())
            if status != 0x0000:
                raise PeerUnreachable(f"{peer.ae_title} answered the echo with {status:04X}.")
            _log.info("%s is alive", peer.ae_title)

    def find_patients(self, peer: Peer, *, cancel: CancelToken | None = None) -> tuple[PatientSummary, ...]:
        """All patients that the peer holds; an extension of the statement."""
        with self._task(cancel) as operation:
            link = operation.add(self._link(peer))
            link.open(find_contexts())
            return query_patients(link)

    def find_plans(self, peer: Peer, *, cancel: CancelToken | None = None) -> tuple[PlanSummary, ...]:
        """All RT Ion Plans that the peer holds; an extension of the statement."""
        with self._task(cancel) as operation:
            link = operation.add(self._link(peer))
            link.open(find_contexts())
            return query_plans(link)

    def locate(self, peer: Peer, reference: InstanceReference, *, cancel: CancelToken | None = None) -> InstanceReference:
        """Find the series of an instance whose study is known; the reference as it was where the peer does not have it."""
        with self._task(cancel) as operation:
            link = operation.add(self._link(peer))
            link.open(find_contexts())
            return locate(link, reference)

    def move(
        self,
        peer: Peer,
        destination_ae: str,
        references: Sequence[InstanceReference],
        *,
        received: Receives,
        batch_size: int = 1,
        associations: int = 1,
        on_progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> MoveReport:
        """Have the peer send instances to our receiver, and check off what arrived.

        Parameters
        ----------
        destination_ae : title under which the peer knows our receiver
        received : our receiver; only what it has counts as retrieved
        batch_size : UIDs in one request; 1 is the statement's way
        associations : lanes side by side, no more than the settings allow
        on_progress : called in this thread with (arrived, asked for)

        Raises
        ------
        Stopped
            Within 0.3 s of the stop.
        NetworkError
            If an association failed; what arrived until then stays received.
        """
        lanes = max(1, min(associations, self._settings.maximum_associations))
        uids = [reference.sop_instance_uid for reference in references]
        with self._task(cancel) as operation, received.expect(uids) as expectation:
            task = MoveTask(operation, lambda: self._link(peer), destination_ae, expectation)
            report = task.run(references, max(1, batch_size), lanes, self._settings.straggler_timeout_s, on_progress)
        _log.info("loaded %d of %d instances", len(report.results) - len(report.missing), len(report.results))
        return report

    def store(
        self,
        peer: Peer,
        objects: Sequence[StoreItem],
        *,
        on_result: Callable[[StoreResult], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> StoreReport:
        """Send objects over one association, and release it.

        Raises
        ------
        Stopped
            If the user stopped; `on_result` was told what was confirmed until then.
        NetworkError
            If no association could be opened: nothing was sent. What ends it later stands in the report.
        """
        with self._task(cancel) as operation:
            report = store_objects(operation, self._link(peer), objects, on_result)
        _log.info("stored %d of %d objects", len(report.results) - len(report.not_stored), len(report.results))
        return report

    def _link(self, peer: Peer) -> Link:
        return Link(self._local, peer, self._settings)

    @contextmanager
    def _task(self, cancel: CancelToken | None) -> Iterator[Operation]:
        operation = Operation(cancel)
        with self._lock:
            if self._operation is not None:
                raise RuntimeError("the node does another task")
            self._operation = operation
        try:
            with operation:
                yield operation
        finally:
            with self._lock:
                self._operation = None
