"""The thread that owns the DICOM node: every association of the workstation is opened here."""

from PySide6.QtCore import QObject

from pti.network.node import DicomNode
from pti.runtime.worker import Worker


class NetworkWorker(Worker):
    """Does network jobs one after the other; a stop breaks the connection it waits on."""

    def __init__(self, node: DicomNode, parent: QObject | None = None) -> None:
        super().__init__("network", parent)
        self._node = node

    def interrupt_waiting(self) -> None:
        """Wake the node from whatever it waits for."""
        self._node.abort()

    def run(self) -> None:
        """Do jobs until closed, then leave the network."""
        with self._node:
            super().run()
