"""What the receiver answers: tried, with one fault at a time; associations over the network, requests at its handler."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import encode
from pynetdicom.presentation import PresentationContextTuple

from pti.dicom.type1 import type1_complaints
from pti.foundation.instances import CT_IMAGE, RT_IMAGE
from pti.network.contexts import VERIFICATION
from pti.network.peers import LocalEntity, Peer
from pti.network.receiver import MAXIMUM_ASSOCIATIONS, InstanceSink, StorageReceiver
from tests.support.conformance.markdown import table
from tests.support.dicom_factory import ct_series
from tests.support.ports import free_port

_LOOPBACK, _TITLE, _PEER = "127.0.0.1", "PTImageClient", "PEER"


class Answer(NamedTuple):
    """To a C-STORE request."""

    status: int
    comment: str


class Rejection(NamedTuple):
    """Of an association: numbers of PS3.8 9.3.4 and what they mean."""

    result: int
    source: int
    reason: int
    meaning: str


class _Sink:
    """Takes everything and keeps nothing, or fails as it is told."""

    def __init__(self, failure: Exception | None = None) -> None:
        self._failure = failure

    def store(self, sop_class_uid: str, sop_instance_uid: str, content: bytes) -> Path:
        if self._failure is not None:
            raise self._failure
        return Path(sop_instance_uid)


@contextmanager
def _receiver(sink: InstanceSink, host: str = _LOOPBACK) -> Iterator[int]:
    """A receiver that lets one peer in; its port."""
    local = LocalEntity(_TITLE, _LOOPBACK, free_port())
    receiver = StorageReceiver(local, [Peer(_PEER, host, 104)], sink, check=type1_complaints)
    receiver.start()
    try:
        yield local.port
    finally:
        receiver.stop()


def _nothing(ds: Dataset) -> None:
    pass


def _without(keyword: str) -> Callable[[Dataset], None]:
    return lambda ds: ds.__delattr__(keyword)


class _Fault(NamedTuple):
    cause: str
    breaks: Callable[[Dataset], None] = _nothing
    uid: str = ""  # in the request instead of the object's own
    sop_class_uid: str = CT_IMAGE
    cut_bytes: int = 0
    sink: InstanceSink = _Sink()


_FAULTS = (
    _Fault("the file is safely on disk"),
    _Fault("the disk is full or cannot be written", sink=_Sink(OSError(28, "No space left on device"))),
    _Fault("Study, Series or SOP UID, or the modality, is missing", _without("SeriesInstanceUID")),
    _Fault("a Type 1 attribute is missing or empty", _without("PixelSpacing")),
    _Fault("the SOP Instance UID is not made of digits and dots", uid="../1.2.3"),
    _Fault("the SOP class is not that of the presentation context", sop_class_uid=RT_IMAGE),
    _Fault("the UIDs in the object are not those of the request", uid="1.2.3"),
    _Fault("the data set is cut off", cut_bytes=20),
    _Fault("anything unforeseen, which is logged whole", sink=_Sink(RuntimeError("a bug"))),
)


def store_answers() -> dict[str, Answer]:
    """Cause -> what the receiver answered."""
    return {fault.cause: _answer(fault) for fault in _FAULTS}


def _answer(fault: _Fault) -> Answer:
    (ds,) = ct_series(((0.0, 0.0, 0.0),))
    fault.breaks(ds)
    body = encode(ds, False, True) or b""
    request = C_STORE()
    request.MessageID, request.Priority = 1, 2
    request.AffectedSOPClassUID = UID(fault.sop_class_uid)
    request.AffectedSOPInstanceUID = UID(fault.uid or ds.SOPInstanceUID)
    request.DataSet = BytesIO(body[: len(body) - fault.cut_bytes])
    context = PresentationContextTuple(1, UID(CT_IMAGE), ExplicitVRLittleEndian)
    event = evt.Event(Association(AE(), "acceptor"), evt.EVT_C_STORE, {"request": request, "context": context})
    receiver = StorageReceiver(LocalEntity(), [], fault.sink, check=type1_complaints)
    answer = receiver._on_store(event)  # what pynetdicom calls for a request
    return Answer(answer, "") if isinstance(answer, int) else Answer(answer.Status, answer.ErrorComment)


def store_answer_table() -> str:
    """Statuses of our C-STORE responses."""
    rows = (
        (f"{a.status:04X}", cause, a.comment or "none")
        for cause, a in sorted(store_answers().items(), key=lambda one: one[1].status)
    )
    return table(("status", "when", "Error Comment (0000,0902), for example"), rows)


def rejections() -> dict[str, Rejection | None]:
    """Cause -> how the association was rejected; None where it was not."""
    return {
        "the called AE title is not ours": _call(called="OTHER"),
        "the calling AE title is not a configured one": _call(calling="STRANGER"),
        "the calling AE title is known, its address is another": _call(host="192.0.2.1"),
        f"{MAXIMUM_ASSOCIATIONS} associations are open": _call(before=MAXIMUM_ASSOCIATIONS),
    }


def _call(*, called: str = _TITLE, calling: str = _PEER, host: str = _LOOPBACK, before: int = 0) -> Rejection | None:
    with _receiver(_Sink(), host) as port:
        entity = AE(calling)
        entity.add_requested_context(VERIFICATION)
        open_before = [entity.associate(_LOOPBACK, port, ae_title=called) for _ in range(before)]
        association = entity.associate(_LOOPBACK, port, ae_title=called)
        answer = association.acceptor.primitive
        for each in (*open_before, association):
            if each.is_established:
                each.release()
    if answer is None or not answer.result:
        return None
    assert answer.result_source is not None
    assert answer.diagnostic is not None
    return Rejection(answer.result, answer.result_source, answer.diagnostic, f"{answer.result_str}: {answer.reason_str}")


def rejection_table() -> str:
    """Reasons for which an association is rejected."""
    rows = ((cause, f"{r.result}, {r.source}, {r.reason}", r.meaning) for cause, r in rejections().items() if r is not None)
    return table(("when", "result, source, reason", "meaning"), rows)
