"""A plain pynetdicom peer with the handlers of a test, and what a test sends to it."""

import threading
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian
from pynetdicom import AE

from pti.foundation.instances import CT_IMAGE
from pti.network.peers import Peer
from pti.network.storing import StoreItem
from tests.support.dicom_peers import LOCAL_TITLE, LOOPBACK, call
from tests.support.ports import free_port


def items(slices: list[Dataset]) -> list[StoreItem]:
    return [StoreItem(str(ds.SOPClassUID), str(ds.SOPInstanceUID), ds) for ds in slices]


class Listening:
    """A pynetdicom peer with the handlers of a test; ended with the block."""

    def __init__(
        self, *handlers: object, syntaxes: tuple[str, ...] = (ImplicitVRLittleEndian,), maximum_pdu: int = 16384
    ) -> None:
        self._entity = AE("PEER")
        self._entity.maximum_pdu_size = maximum_pdu
        for uid in (CT_IMAGE, "1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.2"):
            self._entity.add_supported_context(uid, list(syntaxes))
        self.peer = Peer("PEER", LOOPBACK, free_port())
        self._handlers = list(handlers)
        self._release = threading.Event()

    def __enter__(self) -> "Listening":
        self._entity.start_server((LOOPBACK, self.peer.port), block=False, evt_handlers=self._handlers)  # type: ignore[arg-type]
        return self

    def __exit__(self, *_: object) -> None:
        self._entity.shutdown()


def store_with(peer: Peer, paths: list[Path]) -> None:
    call("storescu", "-aet", LOCAL_TITLE, "-aec", peer.ae_title, peer.host, peer.port, *paths)
