"""One association that this program opens: told apart when it fails, woken at once when the user stops."""

import logging
import socket
import threading
import time
import types
from collections.abc import Sequence
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom import evt
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import A_ABORT
from pynetdicom.presentation import PresentationContext
from pynetdicom.transport import AddressInformation, AssociationSocket

from pti.network.errors import (
    AssociationAborted,
    AssociationRejected,
    DimseTimeout,
    NetworkError,
    PeerUnreachable,
    ServiceNotOffered,
)
from pti.network.peers import LocalEntity, Peer
from pti.network.settings import NetworkSettings
from pti.network.transport import UNLIMITED_RECEIVE_PDU, QuickEntity, break_connection, requestor_handlers

_log = logging.getLogger(__name__)

#: After a stop the peer has so long to answer the release before its connection is cut.
_STOP_GRACE_S = 2.0


class _LinkEntity(QuickEntity):
    """Hands over the association before ``associate`` waits for the peer, so that the wait can be ended."""

    def __init__(self, link: "Link", ae_title: str) -> None:
        super().__init__(ae_title)
        self._link = link

    def _create_socket(self, assoc: Association, address: AddressInformation, tls_args: Any) -> AssociationSocket:
        wrapper = super()._create_socket(assoc, address, tls_args)
        self._link.adopt(assoc)
        return wrapper


class Link:
    """An association with `peer`, used by one thread; :meth:`stop` may come from any other."""

    def __init__(self, local: LocalEntity, peer: Peer, settings: NetworkSettings) -> None:
        self._peer = peer
        self._settings = settings
        self._entity = _LinkEntity(self, local.ae_title)
        self._entity.acse_timeout = settings.association_timeout_s
        self._entity.dimse_timeout = settings.dimse_timeout_s
        self._entity.connection_timeout = settings.connection_timeout_s
        self._entity.network_timeout = None  # else it would abort between two requests
        self._lock = threading.Lock()
        self._association: Association | None = None
        self._stopped = False
        self._connected = False
        self._peer_aborted = False
        self._dimse_timed_out = False
        self._releasing = False

    @property
    def association(self) -> Association:
        """The open association."""
        if self._association is None:
            raise RuntimeError("the link is not open")
        return self._association

    def adopt(self, association: Association) -> None:
        """Take the association that is about to connect."""
        with self._lock:
            self._association = association
            stopped = self._stopped
        # WORKAROUND(pynetdicom 3.0.4): a time-out aborts; the statement wants a release (table 8), and close() does that.
        association._handle_no_response = types.MethodType(  # type: ignore[method-assign]
            lambda _: self._on_no_answer(), association
        )
        if stopped:
            break_connection(association)

    def open(self, contexts: Sequence[PresentationContext]) -> None:
        """Associate with the peer.

        Raises
        ------
        PeerUnreachable, AssociationRejected, AssociationAborted, DimseTimeout, ServiceNotOffered
            As it failed.
        """
        handlers = [*requestor_handlers(), (evt.EVT_CONN_OPEN, self._on_connected), (evt.EVT_ACSE_RECV, self._on_acse)]
        started = time.monotonic()
        try:
            association = self._entity.associate(
                self._peer.host,
                self._peer.port,
                contexts=list(contexts),
                ae_title=self._peer.ae_title,
                max_pdu=UNLIMITED_RECEIVE_PDU,
                evt_handlers=handlers,
            )
        except socket.gaierror as error:
            raise PeerUnreachable(f"The host name {self._peer.host} is not known.") from error
        if not association.is_established:
            failure = self._opening_failure(association, time.monotonic() - started)
            _log.error("association with %s failed: %s", self._peer.ae_title, failure)
            raise failure
        _log.info("association with %s at %s:%d open", self._peer.ae_title, self._peer.host, self._peer.port)

    def accepted_syntax(self, abstract_syntax: str) -> str | None:
        """Transfer syntax that the peer accepted for a SOP class; None where it refused the class."""
        for context in self.association.accepted_contexts:
            if context.abstract_syntax == abstract_syntax:
                return str(context.transfer_syntax[0])
        return None

    def status_of(self, answer: Dataset) -> int:
        """Status of a response.

        Raises
        ------
        AssociationAborted, DimseTimeout
            If there was none: pynetdicom then hands over an empty data set. Nothing may be sent after that.
        """
        if "Status" in answer:
            return int(answer.Status)
        failure = self._loss()
        _log.error("association with %s ended: %s", self._peer.ae_title, failure)
        raise failure

    def close(self) -> None:
        """Release the association; abort it where the peer does not answer that soon."""
        association = self._association
        if association is None:
            return
        with self._lock:
            if self._stopped:
                return  # stop() sees to it
            self._releasing = True
        if self._is_lost(association):
            break_connection(association)
        elif association.is_established:
            association.acse_timeout = self._settings.release_timeout_s
            association.release()
            _log.info("association with %s %s", self._peer.ae_title, "released" if association.is_released else "aborted")

    def stop(self) -> None:
        """End the association from any thread, and wake who waits on it; returns at once.

        A release is sent and given a moment; then the connection is cut. No C-CANCEL is sent.
        """
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            association, releasing = self._association, self._releasing
        if association is None:
            return
        if association.is_established and not releasing:
            association.acse.send_release()
            association.dimse.msg_queue.put((None, None))
            threading.Thread(target=_bury, args=(association,), name="dicom-release", daemon=True).start()
        else:
            break_connection(association)

    def _on_connected(self, event: evt.Event) -> None:
        self._connected = True

    def _on_acse(self, event: evt.Event) -> None:
        if isinstance(getattr(event, "primitive", None), A_ABORT):
            self._peer_aborted = True

    def _on_no_answer(self) -> None:
        association = self.association
        if not (self._stopped or self._is_lost(association)):
            self._dimse_timed_out = True

    @staticmethod
    def _is_lost(association: Association) -> bool:
        return bool(association.is_aborted or association.acse.is_aborted())

    def _loss(self) -> NetworkError:
        """Tell a time-out, an abort by the peer and the loss of the connection apart."""
        who = self._peer.ae_title
        if self._dimse_timed_out:
            return DimseTimeout(f"{who} did not answer within {self._settings.dimse_timeout_s:.0f} s.")
        if self._peer_aborted or self.association.acse.is_aborted("a-abort"):
            return AssociationAborted(f"{who} aborted the association.")
        return AssociationAborted(f"The connection to {who} broke down.")

    def _opening_failure(self, association: Association, seconds: float) -> NetworkError:
        who = f"{self._peer.ae_title} at {self._peer.host}:{self._peer.port}"
        if not self._connected:
            return PeerUnreachable(f"{who} does not take a connection.")
        answer = association.acceptor.primitive
        if association.is_rejected and answer is not None:
            return AssociationRejected(f"{who} refused: {answer.reason_str}.")
        if answer is not None and answer.result == 0:
            return ServiceNotOffered(f"{who} accepts none of the services asked for.")
        if seconds >= self._settings.association_timeout_s:
            return DimseTimeout(f"{who} did not answer the association request within {seconds:.0f} s.")
        return AssociationAborted(f"{who} ended the association while it was being opened.")


def _bury(association: Association) -> None:
    """See a stopped association to its end."""
    deadline = time.monotonic() + _STOP_GRACE_S
    while time.monotonic() < deadline and association.dul.is_alive():
        if association.dul.state_machine.current_state == "Sta1":
            break
        time.sleep(0.02)
    break_connection(association)
    association.kill()
