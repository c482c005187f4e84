"""Sending by C-STORE: several objects over one association, each with its result (tables 6 to 8)."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from pti.network.contexts import store_contexts
from pti.network.encoding import recode
from pti.network.errors import CannotEncode, NetworkError, StoreFailed
from pti.network.link import Link
from pti.network.operation import Operation
from pti.network.statuses import StoreOutcome, judge_store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class StoreItem:
    """An object to send: a Part 10 file or a data set."""

    sop_class_uid: str
    sop_instance_uid: str
    source: Path | Dataset


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What became of one object; `message` is what the user is told, `comment` the peer's own words."""

    sop_instance_uid: str
    outcome: StoreOutcome
    status: int | None = None
    message: str = ""
    comment: str = ""

    @property
    def stored(self) -> bool:
        """Whether the peer confirmed that it has the object."""
        return self.outcome in (StoreOutcome.STORED, StoreOutcome.STORED_WITH_WARNING)


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What became of all objects, in their order; `interruption` is why the task ended before its end."""

    results: tuple[StoreResult, ...]
    interruption: NetworkError | None = None

    @property
    def not_stored(self) -> tuple[StoreResult, ...]:
        """Objects that must be sent again: refused or not confirmed."""
        return tuple(result for result in self.results if not result.stored)

    def raise_if_incomplete(self) -> None:
        """Complain where an object was not stored.

        Raises
        ------
        NetworkError
            The interruption, or :class:`StoreFailed` with the peer's reasons.
        """
        if self.interruption is not None:
            raise self.interruption
        if self.not_stored:
            reasons = "; ".join(dict.fromkeys(_told(result) for result in self.not_stored))
            raise StoreFailed(f"{len(self.not_stored)} of {len(self.results)} objects were not stored: {reasons}.")


def store_objects(
    operation: Operation, link: Link, items: Sequence[StoreItem], on_result: Callable[[StoreResult], None] | None
) -> StoreReport:
    """Send everything over one association and release it.

    Raises
    ------
    Stopped
        If the user stopped; what was confirmed until then was told to `on_result`.
    NetworkError
        If the association could not be opened: nothing was sent.
    """
    operation.add(link).open(store_contexts())
    results: list[StoreResult] = []
    interruption: NetworkError | None = None
    for number, item in enumerate(items, 1):
        operation.raise_if_stopped()
        try:
            result = _store(link, item, (number - 1) % 65535 + 1)
        except NetworkError as error:
            operation.raise_if_stopped()
            interruption = error  # nothing may be sent on this association any more
            break
        results.append(result)
        if on_result is not None:
            on_result(result)
    left = [StoreResult(item.sop_instance_uid, StoreOutcome.UNCONFIRMED) for item in items[len(results) :]]
    for result in left:
        if on_result is not None:
            on_result(result)
    return StoreReport((*results, *left), interruption)


def _store(link: Link, item: StoreItem, message_id: int) -> StoreResult:
    syntax = link.accepted_syntax(item.sop_class_uid)
    if syntax is None:
        return _refused(item, "the peer does not take this kind of object")
    try:
        ds = recode(_read(item), syntax)
        if (ds.SOPClassUID, ds.SOPInstanceUID) != (item.sop_class_uid, item.sop_instance_uid):
            return _refused(item, "the object is not the one that was announced")
        answer = link.association.send_c_store(ds, msg_id=message_id)
    except CannotEncode as error:
        return _refused(item, f"{error.title}: {error.detail}")
    except (OSError, AttributeError, ValueError, pydicom.errors.InvalidDicomError) as error:
        _log.error("an object could not be read or encoded: %s", type(error).__name__)
        return _refused(item, "the object could not be read or encoded here")
    status = link.status_of(answer)
    comment = str(answer.get("ErrorComment", ""))
    verdict = judge_store(status)
    if verdict.outcome is StoreOutcome.FAILED:
        _log.error("C-STORE failed: %s %s", verdict.message, comment)
    elif verdict.outcome is StoreOutcome.STORED_WITH_WARNING:
        _log.warning("C-STORE: %s %s", verdict.message, comment)
    return StoreResult(item.sop_instance_uid, verdict.outcome, status, verdict.message, comment)


def _read(item: StoreItem) -> Dataset:
    return item.source if isinstance(item.source, Dataset) else pydicom.dcmread(item.source)


def _refused(item: StoreItem, message: str) -> StoreResult:
    _log.error("not sent: %s", message)
    return StoreResult(item.sop_instance_uid, StoreOutcome.FAILED, None, message)


def _told(result: StoreResult) -> str:
    text = result.message or result.outcome.value
    return f"{text}: {result.comment}" if result.comment else text
