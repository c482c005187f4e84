"""The treatment management system as the jobs see it: one peer, our receiver and cache, and the outbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from pti.dicom.files import read_file
from pti.foundation.cancel import CancelToken
from pti.foundation.instances import InstanceReference
from pti.network.errors import NetworkError
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity, Peer
from pti.network.queries import PlanSummary
from pti.network.receiver import StorageReceiver
from pti.network.storing import StoreItem, StoreResult
from pti.session.outcomes import ObjectResult
from pti.storage.cache import InstanceCache
from pti.storage.outbox import Outbox, PendingObject

Progress = Callable[[int, int], None]


class LostFromCache(NetworkError):
    """An instance was received and is not in the cache any more."""

    code, title = "PTI-NET-50", "A received object has gone from the cache"
    remedy = "Load the patient again; if it happens again, ask the administrator to check the disk."


@dataclass(frozen=True, slots=True)
class Archive:
    """What the network jobs work with; used in the network worker's thread.

    Parameters
    ----------
    local : our title is the destination of every C-MOVE
    associations : lanes of a C-MOVE side by side (NET-04)
    """

    local: LocalEntity
    node: DicomNode
    peer: Peer
    receiver: StorageReceiver
    cache: InstanceCache
    outbox: Outbox
    associations: int = 3

    def check_connection(self, cancel: CancelToken) -> None:
        """Ask the peer whether it is alive (NET-07)."""
        self.node.echo(self.peer, cancel=cancel)

    def list_plans(self, cancel: CancelToken) -> tuple[PlanSummary, ...]:
        """All plans that the peer offers."""
        return self.node.find_plans(self.peer, cancel=cancel)

    def fetch(
        self, references: Sequence[InstanceReference], cancel: CancelToken, on_progress: Progress | None = None
    ) -> tuple[Path, ...]:
        """Have instances sent to us, one request for each; their files in the cache, in the same order.

        Raises
        ------
        NetworkError
            If one did not arrive; says how many, and why.
        Stopped
            Soon after it was asked for.
        """
        report = self.node.move(
            self.peer,
            self.local.ae_title,
            references,
            received=self.receiver,
            associations=self.associations,
            on_progress=on_progress,
            cancel=cancel,
        )
        report.raise_if_incomplete()
        return tuple(self.file_of(reference) for reference in references)

    def fetch_one(self, reference: InstanceReference, cancel: CancelToken) -> Dataset:
        """Have one instance sent to us and read it."""
        (path,) = self.fetch((reference,), cancel)
        return read_file(path)

    def locate(self, reference: InstanceReference, cancel: CancelToken) -> InstanceReference:
        """Ask the peer in which series an instance stands; the C-MOVE identifier names it."""
        return self.node.locate(self.peer, reference, cancel=cancel)

    def file_of(self, reference: InstanceReference) -> Path:
        """The file of an instance that was fetched.

        Raises
        ------
        LostFromCache
            If it has gone.
        """
        path = self.cache.get(reference.sop_instance_uid)
        if path is None:
            raise LostFromCache(f"Instance {reference.sop_instance_uid}.")
        return path

    def outbox_count(self) -> int:
        """How many objects wait to be sent."""
        return len(self.outbox.pending())

    def send_pending(self, results: list[ObjectResult], cancel: CancelToken, on_progress: Progress) -> None:
        """Send all that waits in the outbox over one association; each answer is written down at once.

        Parameters
        ----------
        results : gets what became of each object, also of those before an error

        Raises
        ------
        NetworkError
            If the association could not be opened or ended early; what was not confirmed waits on.
        Stopped
            Soon after it was asked for.
        """
        waiting = {pending.sop_instance_uid: pending for pending in self.outbox.pending()}

        def note(result: StoreResult) -> None:
            pending = waiting[result.sop_instance_uid]
            if result.stored:
                self.outbox.mark_sent(pending.id)
            else:
                self.outbox.mark_failed(pending.id, result.message)
            results.append(_object_result(pending, result))
            on_progress(len(results), len(waiting))

        if waiting:
            items = tuple(StoreItem(p.sop_class_uid, p.sop_instance_uid, p.path) for p in waiting.values())
            report = self.node.store(self.peer, items, on_result=note, cancel=cancel)
            if report.interruption is not None and report.not_stored:
                raise report.interruption


def _object_result(pending: PendingObject, result: StoreResult) -> ObjectResult:
    detail = " ".join(part for part in (result.message, result.comment) if part)
    return ObjectResult(result.sop_instance_uid, pending.description, result.stored, detail)
