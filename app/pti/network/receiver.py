"""The workstation as a server: receives what the treatment management system sends (tables 15 and 16)."""

import ipaddress
import logging
import socket
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Protocol

from pydicom.dataset import Dataset
from pynetdicom import evt

from pti.network.arrivals import ArrivalBoard, Expectation
from pti.network.contexts import RECEIVED_CLASSES, RECEIVED_SYNTAXES, VERIFICATION
from pti.network.errors import ReceiverCannotStart
from pti.network.incoming import Refusal, accept_instance, store_request
from pti.network.peers import LocalEntity, Peer
from pti.network.transport import (
    Listener,
    QuickEntity,
    limit_send_size,
    narrow_to_first_listed,
    primitive_of,
    serve,
)

_log = logging.getLogger(__name__)

#: A client that connects and says nothing is cut off after this.
SILENT_CLIENT_S = 30.0
#: An association on which nothing happens is ended after this.
IDLE_ASSOCIATION_S = 900.0
MAXIMUM_ASSOCIATIONS = 20

#: Reasons of a permanent rejection by the service user (PS3.8 9.3.4).
_NO_REASON, _CALLING_TITLE, _CALLED_TITLE = 1, 3, 7


class InstanceSink(Protocol):
    """Where received instances go."""

    def store(self, sop_class_uid: str, sop_instance_uid: str, content: bytes) -> Path:
        """Put a Part 10 file safely on disk before returning; OSError where that cannot be."""
        ...


#: What a received object lacks, in words; nothing where it may be used.
ObjectCheck = Callable[[Dataset], Sequence[str]]


class StorageReceiver:
    """Storage SCP for RT Image, CT, RT Ion Plan and RT Structure Set.

    Parameters
    ----------
    local : title under which it is called, and where it listens
    allowed : the only peers that it lets in, by title and address together
    sink : takes the instances
    check : says what an object lacks (Type 1 attributes); such objects are refused
    """

    def __init__(
        self, local: LocalEntity, allowed: Collection[Peer], sink: InstanceSink, *, check: ObjectCheck | None = None
    ) -> None:
        self._local = local
        self._allowed = tuple(allowed)
        self._sink = sink
        self._check = check
        self._board = ArrivalBoard()
        self._listener: Listener | None = None

    def expect(self, sop_instance_uids: Collection[str]) -> Expectation:
        """Watch for these instances, from the start of the ``with`` block on."""
        return self._board.expect(sop_instance_uids)

    def start(self) -> None:
        """Listen.

        Raises
        ------
        ReceiverCannotStart
            If the port cannot be opened.
        """
        entity = QuickEntity(self._local.ae_title)
        for sop_class_uid in RECEIVED_CLASSES:
            entity.add_supported_context(sop_class_uid, list(RECEIVED_SYNTAXES))
        entity.add_supported_context(VERIFICATION, list(RECEIVED_SYNTAXES))
        entity.acse_timeout = SILENT_CLIENT_S
        entity.network_timeout = IDLE_ASSOCIATION_S
        entity.maximum_associations = MAXIMUM_ASSOCIATIONS
        handlers = [
            (evt.EVT_REQUESTED, self._on_requested),
            (evt.EVT_REJECTED, self._on_rejected),
            (evt.EVT_C_STORE, self._on_store),
            (evt.EVT_C_ECHO, self._on_echo),
        ]
        try:
            self._listener = serve(entity, self._local.host, self._local.port, handlers)
        except OSError as error:
            where = f"{self._local.host}:{self._local.port}"
            raise ReceiverCannotStart(f"Port {where} cannot be opened: {error.strerror or error}.") from error
        _log.info("receiving as %s on port %d", self._local.ae_title, self._local.port)

    def stop(self) -> None:
        """Stop listening and end what runs; nothing where it does not run."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def _on_requested(self, event: evt.Event) -> None:
        association = event.assoc
        request = primitive_of(association.requestor)
        reason = self._objection(request.called_ae_title, request.calling_ae_title, association.requestor.address)
        if reason is not None:
            association.acse.send_reject(0x01, 0x01, reason)
            self._on_rejected(event)
            # WORKAROUND(pynetdicom 3.0.4): without this the connection is closed before the rejection is sent.
            association.kill()
            return
        limit_send_size(association.requestor)
        narrow_to_first_listed(association)

    def _objection(self, called: str, calling: str, address: str) -> int | None:
        """Why these may not come in, as a reason of PS3.8; None where they may."""
        if called != self._local.ae_title:
            return _CALLED_TITLE
        same_title = [peer for peer in self._allowed if peer.ae_title == calling]
        if not same_title:
            return _CALLING_TITLE
        return None if any(_is_host(peer.host, address) for peer in same_title) else _NO_REASON

    def _on_rejected(self, event: evt.Event) -> None:
        association = event.assoc
        request, answer = primitive_of(association.requestor), primitive_of(association.acceptor)
        _log.warning(
            "association rejected: called %r, calling %r, address %s, reason: %s",
            request.called_ae_title,
            request.calling_ae_title,
            association.requestor.address,
            answer.reason_str,
        )

    def _on_echo(self, event: evt.Event) -> int:
        return 0x0000

    def _on_store(self, event: evt.Event) -> int | Dataset:
        """Check an instance, put it on disk, announce it, and only then say success."""
        uid = store_request(event).sop_instance_uid
        try:
            accept_instance(event, self._sink.store, self._check)
        except Refusal as refusal:
            status, reason = refusal.status, refusal.reason
        except OSError as error:
            status, reason = 0xA700, f"it could not be written to disk here ({error.strerror or type(error).__name__})"
        except Exception:  # noqa: BLE001  # a bug must not become a status that the statement lacks
            _log.exception("a received instance could not be handled")
            status, reason = 0xC000, "it could not be processed here"
        else:
            self._board.announce(uid)
            return 0x0000
        _log.error("received instance refused with %04X: %s", status, reason)
        self._board.announce(uid, f"this workstation refused the object: {reason}")
        answer = Dataset()
        answer.Status = status
        answer.ErrorComment = reason.encode("ascii", "replace").decode("ascii")[:64]
        return answer


def _is_host(host: str, address: str) -> bool:
    """Whether `address` belongs to `host`, an IP address or a name."""
    seen = _plain(address)
    try:
        return _plain(host) == seen
    except ValueError:
        pass  # a name
    try:
        return any(_plain(str(entry[4][0])) == seen for entry in socket.getaddrinfo(host, None))
    except OSError:
        return False


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address; an IPv4 one that comes mapped into IPv6 as what it is."""
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed
