"""Exposures as an imaging device hands them over, quickly made: a soft shadow on a small panel."""

from datetime import UTC, datetime, timedelta

import numpy as np

from pti.acquisition.panel import panel_geometry
from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.imaging.exposure import KvExposure
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from tests.support.virtual_room import one_system, small_machine

MACHINE = small_machine()
COUCH: IecCouch = IsocentricCouch(12.0, 845.0, -162.0, 1.0, -2.0, 30.0).to_iec()
START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def make_exposure(source_angle_deg: float, number: int = 0) -> KvExposure:
    """The exposure of one kV system of MACHINE, two seconds after the one before."""
    system = one_system(source_angle_deg=source_angle_deg)
    rows, columns = np.indices((system.rows, system.columns))
    shadow = np.exp(-((rows - 40) ** 2 + (columns - 70) ** 2) / 800.0)
    return KvExposure(
        Radiograph(
            (50_000 * (1 - 0.9 * shadow)).astype(np.uint16), panel_geometry(system), IntensityRelationship.LINEAR_BRIGHT_IS_BEAM
        ),
        COUCH,
        MACHINE.kv_systems[number % 2].name,
        MACHINE.name,
        system.kvp,
        system.tube_current_ma,
        system.exposure_time_ms,
        system.collimator_mm,
        START + timedelta(seconds=2 * number),
    )


def make_pair(*source_angles_deg: float) -> tuple[KvExposure, ...]:
    """One exposure from each angle."""
    return tuple(make_exposure(angle, number) for number, angle in enumerate(source_angles_deg))
