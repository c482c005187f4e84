"""What is checked of an instance before it is taken: table 16."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pynetdicom import evt
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import encode_file_meta

from pti.foundation.uids import is_safe_uid
from pti.network.encoding import file_meta

_INVALID_OBJECT, _MISMATCH, _NOT_UNDERSTOOD = 0x0117, 0xA900, 0xC000
_PREAMBLE = b"\x00" * 128 + b"DICM"
#: Without these an instance cannot be filed.
_IDENTITY = ("SOPClassUID", "SOPInstanceUID", "Modality", "StudyInstanceUID", "SeriesInstanceUID")
_UNDEFINED_LENGTH = 0xFFFFFFFF


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
    announced = store_request(event)
    sop_class_uid, sop_instance_uid = announced
    if not is_safe_uid(sop_instance_uid):
        raise Refusal(_MISMATCH, "its SOP Instance UID is not a UID")
    if sop_class_uid != event.context.abstract_syntax:
        raise Refusal(_MISMATCH, "its SOP class is not that of the presentation context")
    body = event.encoded_dataset(include_meta=False)
    meta = file_meta(sop_class_uid, sop_instance_uid, event.context.transfer_syntax)
    content = b"".join((_PREAMBLE, encode_file_meta(meta), body))
    ds = _read(content)
    _check_identity(ds, announced)
    if check is not None and (complaints := _complaints(ds, check)):
        raise Refusal(_INVALID_OBJECT, "; ".join(complaints))
    store(sop_class_uid, sop_instance_uid, content)


def _read(content: bytes) -> Dataset:
    """Read an instance; its values stay as they came.

    Raises
    ------
    Refusal
        If it cannot be read to its end.
    """
    try:
        ds = pydicom.dcmread(BytesIO(content))
        cut_off = _is_cut_off(ds, len(content))
    except Exception as error:  # pydicom meets damaged data sets with errors of every kind
        raise Refusal(_NOT_UNDERSTOOD, "it cannot be read") from error
    if cut_off:
        raise Refusal(_NOT_UNDERSTOOD, "it is cut off")
    return ds


def _is_cut_off(ds: Dataset, length: int) -> bool:
    """Whether the last value, or what should come after it, is not all there; pydicom does not complain of that."""
    last = ds.get_item(max(ds.keys())) if len(ds) else None
    if not isinstance(last, RawDataElement) or last.length == _UNDEFINED_LENGTH:
        return False
    return last.value_tell + last.length != length


def _check_identity(ds: Dataset, announced: StoreRequest) -> None:
    found = {keyword: _raw_text(ds, keyword) for keyword in _IDENTITY}
    missing = [keyword for keyword, value in found.items() if not value]
    if missing:
        raise Refusal(_INVALID_OBJECT, f"it lacks {', '.join(missing)}")
    if (found["SOPClassUID"], found["SOPInstanceUID"]) != announced:
        raise Refusal(_MISMATCH, "its UIDs are not those of the request")


def _complaints(ds: Dataset, check: Callable[[Dataset], Sequence[str]]) -> Sequence[str]:
    try:
        return check(ds)
    except Exception as error:  # as above
        raise Refusal(_NOT_UNDERSTOOD, "it cannot be read") from error


def _raw_text(ds: Dataset, keyword: str) -> str:
    """A short value as it came, not converted and so not complained about."""
    if keyword not in ds:
        return ""
    element = ds.get_item(keyword)
    value = element.value
    return value.decode("ascii", "replace").strip(" \0") if isinstance(value, bytes) else str(value or "").strip()
