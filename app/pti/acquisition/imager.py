"""The protocol that a real or a virtual imaging device fulfils."""

from collections.abc import Callable
from typing import Protocol

from pti.foundation.cancel import CancelToken
from pti.geometry.couch import IecCouch
from pti.imaging.exposure import KvExposure


class KvImagingSystem(Protocol):
    """The room's kV systems: tubes, panels and the couch read-out."""

    @property
    def imager_names(self) -> tuple[str, ...]:
        """The kV systems that can take an image, for example ("kV A", "kV B")."""

    def couch_position(self) -> IecCouch:
        """Where the table top stands now."""

    def acquire_pair(self, cancel: CancelToken, on_progress: Callable[[float], None]) -> tuple[KvExposure, ...]:
        """Take one image with each kV system; blocks; `on_progress` gets 0 to 1.

        Raises
        ------
        Stopped
            Soon after `cancel` was set.
        """
