"""What is checked of an instance before it is taken: table 16."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag
from pynetdicom import evt
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import encode_file_meta

from pti.foundation.uids import is_safe_uid
from pti.network.encoding import file_meta

_INVALID_OBJECT, _MISMATCH, _NOT_UNDERSTOOD = 0x0117, 0xA900, 0xC000
_PREAMBLE = b"\x00" * 128 + b"DICM"
#: Without these an instance cannot be filed; a tag beyond the last ends the reading.
_IDENTITY = ("SOPClassUID", "SOPInstanceUID", "Modality", "StudyInstanceUID", "SeriesInstanceUID")
_LAST_IDENTITY_TAG = 0x0020000E


class StoreRequest(NamedTuple):
    """What a C-STORE request says that it brings; "" where it does not."""

    sop_class_uid: str
    sop_instance_uid: str


def store_request(event: evt.Event) -> StoreRequest:
    """Read the UIDs of a C-STORE request."""
    request = event.request
    if not isinstance(request, C_STORE):
        raise TypeError(type(request).__name__)
    return StoreRequest(str(request.AffectedSOPClassUID or ""), str(request.AffectedSOPInstanceUID or ""))


class Refusal(Exception):
    """An instance that is not taken: the status for the peer, and the reason for both sides, without patient data."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def accept_instance(
    event: evt.Event, store: Callable[[str, str, bytes], Path], check: Callable[[Dataset], Sequence[str]] | None
) -> None:
    """Check the instance of a C-STORE request and hand it to `store`.

    Raises
    ------
    Refusal
        If it does not hold what it says, lacks what it must have, or cannot be read.
    OSError
        If it could not be put on disk.
    """
    sop_class_uid, sop_instance_uid = store_request(event)
    if not is_safe_uid(sop_instance_uid):
        raise Refusal(_MISMATCH, "its SOP Instance UID is not a UID")
    if sop_class_uid != event.context.abstract_syntax:
        raise Refusal(_MISMATCH, "its SOP class is not that of the presentation context")
    body = event.encoded_dataset(include_meta=False)
    meta = file_meta(sop_class_uid, sop_instance_uid, event.context.transfer_syntax)
    content = b"".join((_PREAMBLE, encode_file_meta(meta), body))
    _check_identity(content, sop_class_uid, sop_instance_uid)
    if check is not None and (complaints := _complaints(content, check)):
        raise Refusal(_INVALID_OBJECT, "; ".join(complaints))
    store(sop_class_uid, sop_instance_uid, content)


def _check_identity(content: bytes, sop_class_uid: str, sop_instance_uid: str) -> None:
    try:
        head = read_partial(BytesIO(content), stop_when=_is_past_identity)
        found = {keyword: _raw_text(head, keyword) for keyword in _IDENTITY}
    except Exception as error:  # pydicom meets damaged data sets with errors of every kind
        raise Refusal(_NOT_UNDERSTOOD, "it cannot be read") from error
    missing = [keyword for keyword, value in found.items() if not value]
    if missing:
        raise Refusal(_INVALID_OBJECT, f"it lacks {', '.join(missing)}")
    if found["SOPClassUID"] != sop_class_uid or found["SOPInstanceUID"] != sop_instance_uid:
        raise Refusal(_MISMATCH, "its UIDs are not those of the request")


def _complaints(content: bytes, check: Callable[[Dataset], Sequence[str]]) -> Sequence[str]:
    try:
        return check(pydicom.dcmread(BytesIO(content)))
    except Exception as error:  # as above
        raise Refusal(_NOT_UNDERSTOOD, "it cannot be read") from error


def _is_past_identity(tag: BaseTag, vr: str | None, length: int) -> bool:
    return int(tag) > _LAST_IDENTITY_TAG


def _raw_text(head: Dataset, keyword: str) -> str:
    """A short value as it came, not converted and so not complained about."""
    if keyword not in head:
        return ""
    value = head.get_item(keyword)
    raw = value.value if isinstance(value, RawDataElement) else value
    return (raw or b"").decode("ascii", "replace").strip(" \0") if isinstance(raw, bytes) else ""
