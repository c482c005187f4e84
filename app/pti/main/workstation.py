"""Puts the workstation together: network, storage, workers and store. No window here."""

from pathlib import Path

from pti.dicom.type1 import type1_complaints
from pti.foundation.clock import Clock, local_now
from pti.foundation.machine import MachineDescription
from pti.foundation.settings import DEFAULT_SETTINGS, Settings
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity, Peer
from pti.network.receiver import StorageReceiver
from pti.runtime.effects import EffectRunner, Services
from pti.runtime.jobs.acquiring import ImagingFor
from pti.runtime.jobs.archive import Archive
from pti.session.intents import RefreshPlans
from pti.session.model import SessionState
from pti.session.store import Store
from pti.storage.cache import InstanceCache
from pti.storage.outbox import Outbox


class Workstation:
    """The running program without its window; made, started and closed in the GUI thread.

    Parameters
    ----------
    directory : where received instances and the outbox are kept
    imaging_for : the kV systems that image an opened patient
    """

    def __init__(
        self,
        local: LocalEntity,
        peer: Peer,
        directory: Path,
        imaging_for: ImagingFor,
        machine: MachineDescription,
        *,
        operator: str,
        clock: Clock = local_now,
        settings: Settings = DEFAULT_SETTINGS,
    ) -> None:
        self._cache = InstanceCache(directory / "cache")
        self._outbox = Outbox(directory / "outbox")
        self._receiver = StorageReceiver(local, (peer,), self._cache, check=type1_complaints)
        archive = Archive(local, DicomNode(local), peer, self._receiver, self._cache, self._outbox)
        self._runner = EffectRunner(Services(archive, imaging_for, machine, clock, settings))
        state = SessionState(
            operator,
            peer.ae_title,
            outbox_pending=len(self._outbox.pending()),
            isocentre_distance_mm=machine.isocentre_distance_mm,
        )
        self.store = Store(state, clock, self._runner.perform)

    def start(self) -> None:
        """Go on the network, start the workers, and ask for the plans.

        Raises
        ------
        PtiError
            If the local port cannot be opened.
        """
        self._receiver.start()
        self._runner.start(self.store)
        self.store.dispatch(RefreshPlans())

    def close(self) -> None:
        """Stop what runs and leave the network; what is in the outbox stays there, received instances do not."""
        self._runner.close()
        self._receiver.stop()
        self._cache.clear()
