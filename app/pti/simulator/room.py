"""A virtual treatment room: a patient who lies with a hidden set-up error, and two kV systems that take images of it."""

import logging
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields

import numpy as np

from pti.acquisition.panel import panel_geometry
from pti.foundation.cancel import CancelToken
from pti.foundation.clock import Clock
from pti.foundation.errors import PtiError
from pti.foundation.machine import KvSystem, MachineDescription
from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.geometry.frames import FIXED
from pti.geometry.rigid import RigidTransform
from pti.imaging.exposure import KvExposure
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from pti.simulator.xray.beam import tube_beam
from pti.simulator.xray.detector import Technique, detect
from pti.simulator.xray.projector import Absorber, primary_image

_log = logging.getLogger(__name__)


class CouchOutOfReach(PtiError):
    """The table top was sent to where it cannot go."""

    code, title = "PTI-SIM-10", "The couch cannot go there"
    remedy = "Check the correction; if it is right, the patient has to be laid anew."


@dataclass(frozen=True, slots=True)
class SetupError:
    """How far the patient lies from the plan, in six values of the Isocentric Standard representation.

    The patient lies as if the couch stood this much away from where it would have to stand for the patient to be as planned.
    It is what a match has to find (`pti.registration.correction.pose_error_on_couch`), and its negative corrects it.
    """

    lateral_mm: float
    longitudinal_mm: float
    vertical_mm: float
    pitch_deg: float
    roll_deg: float
    rotation_deg: float


class VirtualRoom:
    """A room that fulfils :class:`pti.acquisition.imager.KvImagingSystem`; the same seed gives the same images.

    Parameters
    ----------
    ct : the patient, on what lies around in the CT; outside is air
    planned : planning-CT frame -> fixed, the planned position
    couch : where the table stands, IEC 61217
    setup_error : hidden from the workstation
    seed : of the images' noise
    """

    def __init__(
        self,
        ct: CtVolume,
        planned: RigidTransform,
        couch: IecCouch,
        setup_error: SetupError,
        machine: MachineDescription,
        seed: int,
        clock: Clock,
    ) -> None:
        if (planned.source, planned.target) != (ct.frame, FIXED):
            raise ValueError(
                f"the planned position maps {planned.source} -> {planned.target}, not the CT's frame into the room"
            )
        self._ct = ct
        self._couch = couch
        self._planning_to_table_top = _as_laid(planned, couch, setup_error)
        self._setup_error = setup_error
        self._machine = machine
        self._seed = seed
        self._clock = clock
        self._exposures_taken = 0
        self._absorber: Absorber | None = None

    @property
    def imager_names(self) -> tuple[str, ...]:
        """The kV systems of the machine."""
        return tuple(system.name for system in self._machine.kv_systems)

    @property
    def setup_error(self) -> SetupError:
        """What was hidden when the patient was laid: for tests and the self-test's report."""
        return self._setup_error

    def couch_position(self) -> IecCouch:
        """Where the table top stands now."""
        return self._couch

    def actual_pose(self) -> RigidTransform:
        """Planning-CT frame -> fixed, where the patient really is now: for tests and the self-test's report."""
        return self._couch.table_top_to_fixed() @ self._planning_to_table_top

    def move_couch(self, couch: IecCouch) -> None:
        """Move the table, and the patient with it.

        Raises
        ------
        CouchOutOfReach
            If a value lies outside the machine's limits; the table stays.
        """
        limits = self._machine.couch
        outside = [
            f"{field.name} {getattr(couch, field.name):.1f} (from {low:.1f} to {high:.1f})"
            for field in fields(limits)
            for low, high in (getattr(limits, field.name),)
            if not low <= getattr(couch, field.name) <= high
        ]
        if outside:
            raise CouchOutOfReach("; ".join(outside))
        self._couch = couch

    def acquire_pair(self, cancel: CancelToken, on_progress: Callable[[float], None]) -> tuple[KvExposure, ...]:
        """Take one image with each kV system; blocks; `on_progress` gets 0 to 1.

        Raises
        ------
        Stopped
            Within some tenths of a second after `cancel` was set.
        """
        cancel.raise_if_cancelled()
        on_progress(0.0)
        systems = self._machine.kv_systems
        exposures = []
        for index, system in enumerate(systems):

            def share(fraction: float, index: int = index) -> None:
                on_progress((index + fraction) / len(systems))

            exposures.append(self._expose(system, cancel, share))
        return tuple(exposures)

    def _expose(self, system: KvSystem, cancel: CancelToken, on_progress: Callable[[float], None]) -> KvExposure:
        if self._absorber is None:
            self._absorber = Absorber.of(self._ct)
        couch = self._couch
        pose = couch.table_top_to_fixed() @ self._planning_to_table_top
        geometry = panel_geometry(system)
        beam = tube_beam(system.kvp, system.filtration_mm_al)
        primary = primary_image(self._absorber, beam, geometry, pose, cancel, lambda done: on_progress(0.9 * done))
        technique = Technique(
            system.kvp, system.tube_current_ma * system.exposure_time_ms / 1000, system.focal_spot_mm, system.collimator_mm
        )
        noise = np.random.default_rng((self._seed, self._exposures_taken))
        pixels = detect(primary, geometry, technique, noise)
        cancel.raise_if_cancelled()
        self._exposures_taken += 1
        on_progress(1.0)
        _log.info("%s exposed: %g kV, %g mAs", system.name, technique.kvp, technique.charge_mas)
        return KvExposure(
            Radiograph(pixels, geometry, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM),
            couch,
            system.name,
            self._machine.name,
            system.kvp,
            system.tube_current_ma,
            system.exposure_time_ms,
            system.collimator_mm,
            self._clock(),
        )


def _as_laid(planned: RigidTransform, couch: IecCouch, error: SetupError) -> RigidTransform:
    """Planning-CT frame -> table top of a patient who lies with `error` on the couch where it stands."""
    stands = couch.to_isocentric()
    would_have_to = IsocentricCouch(*(now - off for now, off in zip(astuple(stands), astuple(error), strict=True)))
    return would_have_to.table_top_to_fixed().inverse() @ planned
