"""Small things to X-ray: a machine with little panels, and CTs made of a ball or a slab."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np

from pti.foundation.clock import Clock
from pti.foundation.machine import KvSystem, MachineDescription, load_machine
from pti.foundation.resources import resource_path
from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FloatArray
from pti.imaging.volume import CtVolume

FRAME = patient_frame("2.25.1003")


def small_machine(**changes: object) -> MachineDescription:
    """The default machine with panels of 96 x 128 pixels of 1.5 mm; `changes` of both kV systems."""
    machine = load_machine(resource_path("machine", "default.toml"))
    panel = {"rows": 96, "columns": 128, "pixel_spacing_mm": 1.5, "collimator_mm": (-60.0, 60.0, -45.0, 45.0), **changes}
    systems = tuple(replace(system, **panel) for system in machine.kv_systems)  # type: ignore[arg-type]
    return replace(machine, kv_systems=systems)


def one_system(**changes: object) -> KvSystem:
    """The first kV system of the small machine."""
    return small_machine(**changes).kv_systems[0]


def ticking_clock() -> Clock:
    """A clock that goes on by a second at each look."""
    seconds = count()
    return lambda: datetime(2026, 3, 4, 5, 6, tzinfo=UTC) + timedelta(seconds=next(seconds))


def ct_of(hounsfield: FloatArray, spacing_mm: tuple[float, float, float], first_mm: tuple[float, float, float]) -> CtVolume:
    """A CT from values (slice, row, column), spacing and first voxel as (x, y, z)."""
    positions = np.asarray(first_mm[2] + spacing_mm[2] * np.arange(len(hounsfield)), dtype=np.float64)
    values = np.rint(hounsfield).astype(np.int16)
    return CtVolume(FRAME, values, first_mm[:2], spacing_mm[1], spacing_mm[0], positions)


def ball_ct(centre_mm: tuple[float, float, float], radius_mm: float = 5.0, hu: float = 1500.0) -> CtVolume:
    """A ball of bone in air; voxels 1 x 1 x 1.5 mm, averaged from finer ones so that the ball's middle is exact."""
    spacing, shape, fine = np.array([1.0, 1.0, 1.5]), np.array([24, 24, 16]), 5
    first = np.round(np.array(centre_mm)) - (shape - 1) / 2 * spacing
    axes = [first[a] + spacing[a] * ((np.arange(shape[a] * fine) + 0.5) / fine - 0.5) - centre_mm[a] for a in range(3)]
    inside = (axes[2][:, None, None] ** 2 + axes[1][:, None] ** 2 + axes[0] ** 2 <= radius_mm**2).astype(float)
    share = inside.reshape(shape[2], fine, shape[1], fine, shape[0], fine).mean(axis=(1, 3, 5))
    return ct_of(-1000 + share * (hu + 1000), tuple(spacing), tuple(first))
