"""Loading by C-MOVE: instance by instance, checked off against what arrived here (tables 11 to 14)."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset

from pti.foundation.instances import InstanceReference
from pti.network.arrivals import Expectation
from pti.network.contexts import STUDY_ROOT_MOVE, move_contexts
from pti.network.errors import MoveFailed
from pti.network.link import Link
from pti.network.operation import Operation
from pti.network.statuses import MoveOutcome, judge_move

_log = logging.getLogger(__name__)

#: The destination is unknown: no other request would fare better.
_HOPELESS = 0xA801
_LOOK_S = 0.05
_HIGHEST_MESSAGE_ID = 65535

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What became of one instance; `status` is the peer's last word on it, None where it was not asked."""

    sop_instance_uid: str
    arrived: bool
    status: int | None
    message: str


@dataclass(frozen=True, slots=True)
class MoveReport:
    """What became of all instances that were asked for, in that order."""

    results: tuple[MoveResult, ...]

    @property
    def missing(self) -> tuple[MoveResult, ...]:
        """Those that are not here."""
        return tuple(result for result in self.results if not result.arrived)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user is told although everything came."""
        return tuple(dict.fromkeys(result.message for result in self.results if result.arrived and result.message))

    def raise_if_incomplete(self) -> None:
        """Complain where something did not come.

        Raises
        ------
        MoveFailed
            Says how many of how many, and why.
        """
        if self.missing:
            reasons = "; ".join(dict.fromkeys(result.message for result in self.missing))
            raise MoveFailed(f"{len(self.missing)} of {len(self.results)} objects did not arrive: {reasons}.")


@dataclass(slots=True)
class _Answer:
    status: int
    message: str


class MoveTask:
    """One C-MOVE task over one or more association lanes.

    Parameters
    ----------
    make_link : makes a link to the peer, not open yet
    destination_ae : this workstation's title, as the peer knows it
    expectation : watches for the instances; it decides what has arrived
    """

    def __init__(
        self, operation: Operation, make_link: Callable[[], Link], destination_ae: str, expectation: Expectation
    ) -> None:
        self._operation = operation
        self._make_link = make_link
        self._destination_ae = destination_ae
        self._expectation = expectation
        self._lock = threading.Lock()
        self._answers: dict[str, _Answer] = {}
        self._error: Exception | None = None
        self._hopeless = False
        self._finish = threading.Event()

    def run(
        self,
        references: Sequence[InstanceReference],
        batch_size: int,
        lanes: int,
        straggler_timeout_s: float,
        on_progress: Progress | None,
    ) -> MoveReport:
        """Ask for everything, wait for stragglers, ask singly for what came not in a batch, release.

        Raises
        ------
        Stopped, NetworkError
            As it ended.
        """
        teller = _Teller(self._expectation, len(references), on_progress)
        self._ask(_batches(references, batch_size), lanes, straggler_timeout_s, teller)
        missing = self._expectation.missing
        if batch_size > 1 and missing and not self._hopeless:
            _log.warning("%d instances did not come in batches: asking for each", len(missing))
            left = [reference for reference in references if reference.sop_instance_uid in missing]
            self._ask(_batches(left, 1), lanes, straggler_timeout_s, teller)
        return self._report(references)

    def _ask(
        self, batches: deque[tuple[InstanceReference, ...]], lanes: int, straggler_timeout_s: float, teller: "_Teller"
    ) -> None:
        self._finish.clear()
        asked = threading.Semaphore(0)
        count = min(lanes, len(batches))
        threads = [
            threading.Thread(target=self._lane, args=(batches, asked), name=f"dicom-move-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in range(count):
                while not asked.acquire(blocking=False):
                    teller.tell()
                    self._operation.raise_if_stopped()
                    if self._error is not None:
                        self._operation.end_associations()  # the other lanes may wait for a silent peer
                self._operation.raise_if_stopped()
            if self._error is None:
                self._wait_for_stragglers(straggler_timeout_s, teller)
        finally:
            self._finish.set()  # the lanes release their associations
        for thread in threads:
            thread.join()
        if self._error is not None:
            raise self._error

    def _wait_for_stragglers(self, timeout_s: float, teller: "_Teller") -> None:
        """Instances may still be on their way to the disk when the peer has said that it sent them."""
        deadline = time.monotonic() + timeout_s
        while self._may_still_come() and time.monotonic() < deadline:
            teller.tell()
            self._operation.raise_if_stopped()
        teller.tell(wait=False)

    def _may_still_come(self) -> bool:
        """Whether something is missing that was asked for and neither failed nor was refused here."""
        refused = self._expectation.refused
        missing = self._expectation.missing - refused.keys()
        with self._lock:
            answers = [self._answers[uid] for uid in missing if uid in self._answers]
        return any(judge_move(answer.status).outcome is not MoveOutcome.FAILURE for answer in answers)

    def _lane(self, batches: deque[tuple[InstanceReference, ...]], asked: threading.Semaphore) -> None:
        """One association: ask until nothing is left, wait for the others, release."""
        link: Link | None = None
        try:
            link = self._operation.add(self._make_link())
            link.open(move_contexts())
            message_id = 0
            while not (self._error or self._hopeless or self._operation.stopped) and (batch := _take(batches)) is not None:
                message_id = message_id % _HIGHEST_MESSAGE_ID + 1
                self._move(link, batch, message_id)
        except Exception as error:  # noqa: BLE001  # handed over to the thread that waits
            self._fail(error)
        finally:
            asked.release()
        self._finish.wait()
        if link is not None:
            link.close()

    def _fail(self, error: Exception) -> None:
        with self._lock:
            self._error = self._error or error

    def _move(self, link: Link, batch: tuple[InstanceReference, ...], message_id: int) -> None:
        """One C-MOVE request and all its responses: the iterator must be read to its end."""
        status, comment, failed = 0, "", frozenset[str]()
        identifier = move_identifier(batch)
        answers = link.association.send_c_move(identifier, self._destination_ae, STUDY_ROOT_MOVE, msg_id=message_id)
        for answer, listed in answers:
            status = link.status_of(answer)
            comment = str(answer.get("ErrorComment", ""))
            failed = _failed_uids(listed)
        message = judge_move(status).message
        if message:
            _log.error("C-MOVE of %d instances: %s %s", len(batch), message, comment)
            message = f"{message}: {comment}" if comment else message
        with self._lock:
            self._hopeless = self._hopeless or status == _HOPELESS
            for reference in batch:
                own = not failed or reference.sop_instance_uid in failed or len(batch) == 1
                self._answers[reference.sop_instance_uid] = _Answer(status, message if own else "")

    def _report(self, references: Sequence[InstanceReference]) -> MoveReport:
        arrived, refused = self._expectation.arrived, self._expectation.refused
        results = []
        for uid in (reference.sop_instance_uid for reference in references):
            answer = self._answers.get(uid)
            message = answer.message if answer else ""
            if uid not in arrived:
                message = refused.get(uid) or message or _why_missing(answer)
            results.append(MoveResult(uid, uid in arrived, answer.status if answer else None, message))
        return MoveReport(tuple(results))


def move_identifier(batch: Sequence[InstanceReference]) -> Dataset:
    """Identifier of a C-MOVE request: exactly the keys of table 13."""
    identifier = Dataset()
    identifier.QueryRetrieveLevel = "IMAGE"
    uids = [reference.sop_instance_uid for reference in batch]
    identifier.SOPInstanceUID = uids if len(uids) > 1 else uids[0]
    identifier.StudyInstanceUID = batch[0].study_instance_uid
    identifier.SeriesInstanceUID = batch[0].series_instance_uid
    return identifier


class _Teller:
    """Tells how far the task is, in the thread that asked for it."""

    def __init__(self, expectation: Expectation, total: int, on_progress: Progress | None) -> None:
        self._expectation = expectation
        self._total = total
        self._on_progress = on_progress
        self._told = 0

    def tell(self, *, wait: bool = True) -> None:
        """Tell if there is news, after waiting a moment for it."""
        if wait:
            self._expectation.wait_for_change(self._told, _LOOK_S)
        count = len(self._expectation.arrived)
        if count > self._told:
            self._told = count
            if self._on_progress is not None:
                self._on_progress(count, self._total)


def _batches(references: Iterable[InstanceReference], size: int) -> deque[tuple[InstanceReference, ...]]:
    """Group instances of one series, at most `size` to a request."""
    batches: deque[tuple[InstanceReference, ...]] = deque()
    for reference in references:
        last = batches[-1] if batches else ()
        if last and len(last) < size and _series(last[0]) == _series(reference):
            batches[-1] = (*last, reference)
        else:
            batches.append((reference,))
    return batches


def _series(reference: InstanceReference) -> tuple[str, str]:
    return reference.study_instance_uid, reference.series_instance_uid


def _take(batches: deque[tuple[InstanceReference, ...]]) -> tuple[InstanceReference, ...] | None:
    try:
        return batches.popleft()
    except IndexError:
        return None


def _failed_uids(listed: Dataset | None) -> frozenset[str]:
    if listed is None:
        return frozenset()
    value = listed.get("FailedSOPInstanceUIDList") or ()
    return frozenset([str(value)] if isinstance(value, str) else map(str, value))


def _why_missing(answer: _Answer | None) -> str:
    if answer is None:
        return "not asked for, because an earlier request failed"
    return "the peer reported success, but the object did not arrive"
