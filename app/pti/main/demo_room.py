"""The virtual treatment room of the demonstration: one for each opened patient, with a hidden set-up error."""

import random
from dataclasses import astuple

from pti.foundation.cancel import CancelToken
from pti.foundation.clock import Clock, local_now
from pti.foundation.machine import MachineDescription
from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.registration.correction import Six
from pti.session.case import OpenCase
from pti.session.poses import planned_pose
from pti.simulator.phantom import DemoSize, demo_ct
from pti.simulator.room import SetupError, VirtualRoom

#: Where the table top stands when the plan does not say: Isocentric Standard, mm.
_USUAL_COUCH_MM = (12.0, 845.0, -162.0)
#: Hidden errors are drawn up to these (mm, degrees) when none is asked for.
_LARGEST_ERROR = (10.0, 3.0)


def warm_up_room(machine: MachineDescription) -> None:
    """Compile the virtual room's kernels before anyone waits for an image."""
    ct = demo_ct(DemoSize(rows=16, columns=16, slices=16))
    planned = patient_to_fixed(ct.frame, ct.centre_mm, PatientPosition.HFS)
    as_planned = SetupError(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    room = VirtualRoom(ct, planned, IecCouch(0.0, 0.0, 0.0), as_planned, machine, seed=0, clock=local_now)
    room.acquire_pair(CancelToken(), lambda _share: None)


class DemoRooms:
    """Makes the room when the patient is first imaged and keeps it until another patient comes.

    Parameters
    ----------
    setup_error : the hidden error of the next patients; None: drawn anew for each from `seed`
    """

    def __init__(self, machine: MachineDescription, clock: Clock, setup_error: SetupError | None, seed: int) -> None:
        self._machine = machine
        self._clock = clock
        self._asked = setup_error
        self._random = random.Random(seed)
        self._seed = seed
        self._opened: tuple[str, object] | None = None
        self._room: VirtualRoom | None = None

    def __call__(self, case: OpenCase) -> VirtualRoom:
        """The room in which this patient lies."""
        key = (case.plan.sop_instance_uid, case.opened_at)
        if self._room is None or self._opened != key:
            self._room = self._make(case)
            self._opened = key
        return self._room

    def set_error(self, setup_error: SetupError) -> None:
        """Lay the patient anew, with this hidden error, at the next images."""
        self._asked = setup_error
        self._room = None

    @property
    def hidden_error(self) -> Six | None:
        """The hidden error of the present patient, for the self-test; None before the first image."""
        if self._room is None:
            return None
        lat, lng, vrt, pitch, roll, rotation = astuple(self._room.setup_error)
        return (lat, lng, vrt, pitch, roll, rotation)

    def _make(self, case: OpenCase) -> VirtualRoom:
        beam = case.active_beam
        planned_top = (beam.table_top_lateral_mm, beam.table_top_longitudinal_mm, beam.table_top_vertical_mm)
        angles = (beam.pitch_deg, beam.roll_deg, beam.rotation_deg)
        lat, lng, vrt = planned_top
        if lat is None or lng is None or vrt is None:
            couch = IsocentricCouch(*_USUAL_COUCH_MM, *angles).to_iec()
        else:
            couch = IecCouch(lat, lng, vrt, *angles)
        return VirtualRoom(
            case.ct.volume,
            planned_pose(case.plan, beam),
            couch,
            self._asked or self._draw(),
            self._machine,
            seed=self._seed,
            clock=self._clock,
        )

    def _draw(self) -> SetupError:
        mm, deg = _LARGEST_ERROR
        return SetupError(
            *(self._random.uniform(-mm, mm) for _ in range(3)), *(self._random.uniform(-deg, deg) for _ in range(3))
        )
