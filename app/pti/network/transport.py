"""Associations on quick, guarded sockets; what pynetdicom 3.0.4 needs for that is kept here.

Quick: no Nagle delay and no delayed acknowledgement, which would cost 40 ms twice for each C-MOVE; large reads. Guarded:
a ceiling for announced PDU lengths, an end to stalled transfers, early news of a dead peer, and an A-ABORT instead of a dead
thread when a peer sends what the state machine does not expect.
"""

import functools
import logging
import select
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any

from pynetdicom import AE, _config, _validators, evt
from pynetdicom.association import Association, ServiceUser
from pynetdicom.pdu import A_ABORT_RQ
from pynetdicom.pdu_primitives import A_ASSOCIATE, A_P_ABORT, MaximumLengthNotification
from pynetdicom.transport import AddressInformation, AssociationServer, AssociationSocket, RequestHandler

from pti.foundation.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from pti.network.reactor_gate import hold_reactor_safely

_log = logging.getLogger(__name__)

#: Largest variable field of a P-DATA-TF that is sent, bytes (table 18). 0 in the other direction: unlimited.
MAXIMUM_SEND_PDU = 32768
UNLIMITED_RECEIVE_PDU = 0
#: An announced PDU length above this ends the connection: it would be buffered whole.
PDU_CEILING = 64 * 1024 * 1024
#: A PDU that stands still for so long in the middle ends the connection; an idle association does not.
STALL_TIMEOUT_S = 60.0
#: A dead machine or a pulled cable is noticed after about 10 + 3 x 5 s.
_KEEPALIVE_IDLE_S, _KEEPALIVE_INTERVAL_S, _KEEPALIVE_PROBES = 10, 5, 3
_UNACKNOWLEDGED_MS = 25_000
#: How often an association's thread looks for something to send.
_LOOK_S = 0.001

Handlers = list[Any]


def quieten_pynetdicom() -> None:
    """Keep identifiers and patient data out of its logs, and check each UID once."""
    _config.LOG_HANDLER_LEVEL = "none"
    _config.LOG_REQUEST_IDENTIFIERS = False
    _config.LOG_RESPONSE_IDENTIFIERS = False
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL + 1)
    _config.VALIDATORS["UI"] = functools.lru_cache(maxsize=4096)(_validators.validate_ui)


quieten_pynetdicom()


class QuickSocket(AssociationSocket):
    """An association's socket without waiting times and with limits."""

    @property
    def ready(self) -> bool:
        """Whether there is something to read, waiting a moment for it where nothing else is to be done.

        The stock socket only looks, and its thread sleeps between two looks: each message would be found late.
        """
        connection = self.socket
        if connection is None or not self._is_connected:
            time.sleep(_LOOK_S)
            return False
        busy = not self.event_queue.empty() or self.assoc.dul.state_machine.current_state == "Sta13"
        try:
            readable, _, _ = select.select([connection], [], [], 0.0 if busy else _LOOK_S)
        except (OSError, ValueError):
            self.event_queue.put("Evt17")
            return False
        return bool(readable)

    def recv(self, nr_bytes: int) -> bytearray:
        """Read exactly `nr_bytes`, fewer only where the peer closed.

        Raises
        ------
        OSError
            If the length is beyond all reason, or the peer stalls; pynetdicom then ends the association.
        """
        if nr_bytes > PDU_CEILING:
            _log.error("a peer announced a PDU of %d bytes: connection closed", nr_bytes)
            raise OSError("PDU too long")
        connection = self.socket
        if connection is None:
            raise OSError("connection closed")
        content = bytearray(nr_bytes)
        view = memoryview(content)
        count = 0
        while count < nr_bytes:
            received = connection.recv_into(view[count:])
            if not received:
                break
            count += received
        view.release()
        del content[count:]
        acknowledge_quickly(connection)
        return content

    def send(self, bytestream: bytes) -> None:
        """Send all of `bytestream`; a loss of the connection becomes the state machine's event 17."""
        connection = self.socket
        try:
            if connection is None:
                raise OSError("connection closed")
            connection.sendall(bytestream)
            acknowledge_quickly(connection)
            evt.trigger(self.assoc, evt.EVT_DATA_SENT, {"data": bytestream})
        except OSError:
            self.event_queue.put("Evt17")


def acknowledge_quickly(connection: socket.socket) -> None:
    """Acknowledge what comes next at once; Linux forgets this after a while, so it is said again and again."""
    if hasattr(socket, "TCP_QUICKACK"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def prepare_socket(connection: socket.socket) -> None:
    """Set a connected socket up: no delays, a stall limit, early news of a dead peer."""
    connection.settimeout(STALL_TIMEOUT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", _KEEPALIVE_IDLE_S),
        ("TCP_KEEPINTVL", _KEEPALIVE_INTERVAL_S),
        ("TCP_KEEPCNT", _KEEPALIVE_PROBES),
        ("TCP_USER_TIMEOUT", _UNACKNOWLEDGED_MS),
    ):
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    acknowledge_quickly(connection)


def guard_state_machine(association: Association) -> None:
    """Answer with A-ABORT what the state machine cannot take.

    WORKAROUND(pynetdicom 3.0.4): an exception there ends the DUL thread, and both sides wait for each other.
    """
    association.dul._run_loop_delay = 0  # QuickSocket.ready waits instead
    machine = association.dul.state_machine
    original = machine.do_action

    def do_action(event: str) -> None:
        try:
            original(event)
        except Exception as error:  # noqa: BLE001  # whatever it is, the association is over
            _log.error("association aborted: %s in state %s", type(error).__name__, machine.current_state)
            _end_hard(association)

    # The instance's attribute hides the class's method.
    machine.do_action = do_action  # type: ignore[method-assign]


def _end_hard(association: Association) -> None:
    abort = A_ABORT_RQ()
    abort.source, abort.reason_diagnostic = 0x02, 0x06
    connection = association.dul.socket
    if connection is not None and connection.socket is not None:
        connection.send(abort.encode())
        break_connection(association)
    association.dul.kill_dul()
    association.dul.to_user_queue.put(A_P_ABORT())
    association.dimse.msg_queue.put((None, None))


def break_connection(association: Association) -> None:
    """End the TCP connection and with it every wait on the association; callable from any thread.

    ``Association.abort()`` from another thread does not do that: the waiting thread sleeps to the end of its time-out.
    """
    wrapper = association.dul.socket
    connection = wrapper.socket if wrapper is not None else None
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            _log.debug("the connection was closed already")


def primitive_of(user: ServiceUser) -> A_ASSOCIATE:
    """What a side said in the negotiation: the request or the answer."""
    primitive = user.primitive
    if primitive is None:
        raise RuntimeError("nothing was negotiated yet")
    return primitive


def limit_send_size(user: ServiceUser) -> None:
    """Send the peer `user` no longer PDUs than the statement allows, whatever it could take."""
    for item in primitive_of(user).user_information:
        if isinstance(item, MaximumLengthNotification):
            announced = item.maximum_length_received
            if announced == 0 or announced > MAXIMUM_SEND_PDU:
                item.maximum_length_received = MAXIMUM_SEND_PDU


def _on_requestor_accepted(event: evt.Event) -> None:
    limit_send_size(event.assoc.acceptor)


def _on_requestor_connected(event: evt.Event) -> None:
    wrapper = event.assoc.dul.socket
    if wrapper is not None and wrapper.socket is not None:
        prepare_socket(wrapper.socket)


def requestor_handlers() -> Handlers:
    """Event handlers of every association that we open."""
    return [(evt.EVT_CONN_OPEN, _on_requestor_connected), (evt.EVT_ACCEPTED, _on_requestor_accepted)]


class QuickEntity(AE):
    """An application entity whose associations run on quick sockets."""

    def __init__(self, ae_title: str) -> None:
        super().__init__(ae_title)
        self.implementation_class_uid = IMPLEMENTATION_CLASS_UID
        self.implementation_version_name = IMPLEMENTATION_VERSION_NAME
        self.maximum_pdu_size = UNLIMITED_RECEIVE_PDU

    def _create_socket(self, assoc: Association, address: AddressInformation, tls_args: Any) -> AssociationSocket:
        wrapper = QuickSocket(assoc, address=address)
        wrapper.tls_args = tls_args
        guard_state_machine(assoc)
        hold_reactor_safely(assoc)
        return wrapper


class _QuickHandler(RequestHandler):
    def _create_association(self) -> Association:
        association = super()._create_association()
        guard_state_machine(association)
        prepare_socket(self.request)
        # The stock socket has announced the connection to the state machine; ours does it again in its place.
        association.dul.event_queue.get_nowait()
        association.dul.socket = QuickSocket(association, client_socket=self.request)
        return association


class _QuickServer(AssociationServer):
    request_queue_size = 64

    def service_actions(self) -> None:
        """Leave garbage collection to Python; the stock server collects in the middle of a transfer."""


class Listener:
    """A server thread with the associations that it accepted."""

    def __init__(self, entity: QuickEntity, server: _QuickServer) -> None:
        self._entity = entity
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="dicom-listener", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Stop listening, break what runs, and wait for its threads, at most `timeout_s`."""
        self._server.shutdown()
        deadline = time.monotonic() + timeout_s
        associations = self._entity.active_associations
        for association in associations:
            break_connection(association)
            if not association.is_established:
                association.dul.to_user_queue.put(None)  # ends the wait for its request
        for association in associations:
            association.join(max(0.0, deadline - time.monotonic()))
        self._thread.join(timeout_s)


def serve(entity: QuickEntity, host: str, port: int, handlers: Sequence[Any]) -> Listener:
    """Listen on a port and serve associations in their own threads.

    Raises
    ------
    OSError
        If the port cannot be opened.
    """
    server = entity.make_server(
        (host, port), evt_handlers=list(handlers), server_class=_QuickServer, request_handler=_QuickHandler
    )
    if not isinstance(server, _QuickServer):
        raise TypeError(type(server).__name__)
    entity._servers.append(server)  # type: ignore[arg-type]  # shutdown() takes it out again
    return Listener(entity, server)


def narrow_to_first_listed(association: Association) -> None:
    """Choose, in each proposed context, the first listed transfer syntax that we support (SCP-03).

    WORKAROUND(pynetdicom 3.0.4): the acceptor's own order would decide. Called in EVT_REQUESTED, before negotiation.
    """
    supported = {
        context.abstract_syntax: frozenset(context.transfer_syntax) for context in association.acceptor.supported_contexts
    }
    for context in primitive_of(association.requestor).presentation_context_definition_list:
        known = supported.get(context.abstract_syntax, frozenset())
        first = next((syntax for syntax in context.transfer_syntax if syntax in known), None)
        if first is not None:
            context.transfer_syntax = [first]
