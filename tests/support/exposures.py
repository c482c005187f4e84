"""Exposures as an imaging device hands them over, quickly made: a soft shadow on a small panel."""

from datetime import UTC, datetime, timedelta

import numpy as np

from pti.acquisition.panel import panel_geometry
from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.geometry.frames import patient_frame
from pti.imaging.exposure import CtExposure, CtTechnique, KvExposure, RotationDirection
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from tests.support.virtual_room import one_system, small_machine

MACHINE = small_machine()
#: Where the table top stood before a CT: none of the six values is zero, and none as in COUCH.
COUCH_BEFORE = IecCouch(-7.5, 612.25, -140.0, -0.5, 1.25, -15.0)
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


def make_ct_exposure(bead_mm: tuple[float, float, float] | None = None, couch: IecCouch = COUCH) -> CtExposure:
    """A CT around the isocentre with uneven slices, in air; with one bright voxel, the one nearest to `bead_mm`.

    The voxels are 2 mm along x, 1.5 mm along y and 1 to 3 mm along z.
    """
    z = -40.0 + np.cumsum(np.tile([1.0, 3.0, 2.0], 14))
    values = np.full((len(z), 60, 50), -1000, np.int16)
    if bead_mm is not None:
        x, y, height = bead_mm
        values[int(np.abs(z - height).argmin()), round((y + 44.5) / 1.5), round((x + 48.75) / 2.0)] = 3000
    return CtExposure(
        volume=CtVolume(patient_frame("2.25.1"), values, (-48.75, -44.5), 1.5, 2.0, z),
        couch=couch,
        couch_before=COUCH_BEFORE,
        machine_name=MACHINE.name,
        technique=CtTechnique(
            kvp=100.0, tube_current_ma=15, exposure_time_ms=10000, sad_mm=2700.0, rotation_direction=RotationDirection.CLOCKWISE
        ),
        acquired_at=START,
        reconstructed_at=START + timedelta(seconds=60),
    )
