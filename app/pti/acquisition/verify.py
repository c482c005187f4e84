"""Acquired images against what was to be expected: a list of checks, each with its reason."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np

from pti.acquisition.image_set import angular_distance_deg, most_crossing_deg
from pti.acquisition.panel import panel_geometry
from pti.dicom.plan import IonBeam
from pti.foundation.machine import MachineDescription
from pti.geometry.imagers import ImagerGeometry
from pti.imaging.exposure import KvExposure
from pti.imaging.line_integrals import full_scale
from pti.imaging.radiograph import Radiograph

#: Two views determine the depth when their rays cross at no less than this (reading 10 of the statement).
LEAST_VIEW_ANGLE_DEG = 45.0
#: What a couch's read-out may jitter by.
_COUCH_STILL_MM, _COUCH_STILL_DEG = 0.1, 0.05
#: More than a set-up correction.
_COUCH_AS_PLANNED_DEG = 5.0
#: A patient does not lie still for longer.
_LONGEST_ACQUISITION = timedelta(minutes=3)
_PANEL_MM, _PANEL_DEG = 0.05, 0.02
#: Below this number of counts, or with less contrast in the panel's middle than open beam has, nothing is seen.
_DARK_COUNTS, _LEAST_CONTRAST = 64, 0.08
_MOST_CLIPPED = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation; `reason` tells what was found, whether it passed or not."""

    name: str
    passed: bool
    reason: str


def verify_exposures(
    exposures: tuple[KvExposure, ...], machine: MachineDescription | None = None, beam: IonBeam | None = None
) -> tuple[Check, ...]:
    """Check the images of one acquisition.

    Parameters
    ----------
    machine : the room; without it, whether panels and machine are as configured is not checked
    beam : the active beam; without it, nothing is compared with the plan
    """
    checks = [
        _couch_still(exposures),
        view_angle(_source_angles(exposures)),
        _order(exposures),
        _one_machine(exposures, machine),
    ]
    checks += [exposed(exposure.imager_name, exposure.radiograph) for exposure in exposures]
    if machine is not None:
        checks += [_panel(exposure, machine) for exposure in exposures]
    if beam is not None:
        checks += [_couch_as_planned(exposures[0], beam), _machine_as_planned(exposures[0], beam)]
    return tuple(checks)


def _couch_still(exposures: tuple[KvExposure, ...]) -> Check:
    couches = np.array([astuple(exposure.couch) for exposure in exposures])
    moved = couches - couches[0]
    millimetres = float(np.abs(moved[:, :3]).max())
    degrees = max(angular_distance_deg(float(angle), 0.0) for angle in moved[:, 3:].ravel())
    return Check(
        "Couch position",
        millimetres <= _COUCH_STILL_MM and degrees <= _COUCH_STILL_DEG,
        f"Between the images the couch moved by {millimetres:.2f} mm and {degrees:.2f} degrees.",
    )


def _source_angles(exposures: tuple[KvExposure, ...]) -> tuple[float, ...]:
    return tuple(exposure.radiograph.geometry.gantry_deg for exposure in exposures)


def view_angle(source_angles_deg: tuple[float, ...]) -> Check:
    """Whether the rays of the views cross at an angle that tells the depth."""
    name = "Angle between the views"
    distance = most_crossing_deg(source_angles_deg)
    if distance is None:
        return Check(name, False, "There is one image only: the position along its rays cannot be told.")
    if LEAST_VIEW_ANGLE_DEG <= distance <= 180.0 - LEAST_VIEW_ANGLE_DEG:
        return Check(name, True, f"The views are {distance:.1f} degrees apart.")
    reason = (
        f"The views are {distance:.1f} degrees apart, so the position along their rays is uncertain; "
        f"from {LEAST_VIEW_ANGLE_DEG:.0f} to {180 - LEAST_VIEW_ANGLE_DEG:.0f} degrees would be enough."
    )
    return Check(name, False, reason)


def _order(exposures: tuple[KvExposure, ...]) -> Check:
    times = [exposure.acquired_at for exposure in exposures]
    ordered = all(earlier <= later for earlier, later in pairwise(times))
    seconds = (times[-1] - times[0]).total_seconds()
    reason = f"The last image was taken {seconds:.0f} s after the first."
    return Check("Time between the images", ordered and times[-1] - times[0] <= _LONGEST_ACQUISITION, reason)


def _one_machine(exposures: tuple[KvExposure, ...], machine: MachineDescription | None) -> Check:
    names = sorted({exposure.machine_name for exposure in exposures})
    passed = len(names) == 1 and (machine is None or names == [machine.name])
    expected = "" if machine is None else f"; this room is {machine.name}"
    return Check("Machine", passed, f"The images were taken on {' and '.join(names)}{expected}.")


def exposed(imager_name: str, radiograph: Radiograph) -> Check:
    """Whether an image is neither dark, saturated nor blank."""
    name = f"Exposure of {imager_name}"
    pixels = radiograph.pixels
    clipped = float(np.mean((pixels == 0) | (pixels == full_scale(pixels))))
    if clipped > _MOST_CLIPPED:
        return Check(name, False, f"{clipped:.0%} of the pixels stand at the end of the scale.")
    rows, columns = pixels.shape
    middle = pixels[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    low, high = (float(value) for value in np.percentile(middle, (1, 99)))
    if high < _DARK_COUNTS:
        return Check(name, False, f"The image is dark: no more than {high:.0f} counts in its middle.")
    contrast = (high - low) / high
    if contrast < _LEAST_CONTRAST:
        return Check(name, False, f"The image is blank: its middle differs by {contrast:.1%} only.")
    return Check(name, True, f"{clipped:.1%} of the pixels stand at the end of the scale.")


def _panel(exposure: KvExposure, machine: MachineDescription) -> Check:
    name = f"Geometry of {exposure.imager_name}"
    for system in machine.kv_systems:
        if system.name == exposure.imager_name:
            differences = tuple(_differences(exposure.radiograph.geometry, panel_geometry(system)))
            return Check(name, not differences, "; ".join(differences) or "Source and panel stand as configured.")
    return Check(name, False, f"{machine.name} has no kV system of this name.")


def _differences(found: ImagerGeometry, configured: ImagerGeometry) -> Iterator[str]:
    if (found.rows, found.columns) != (configured.rows, configured.columns):
        yield f"{found.rows} x {found.columns} pixels instead of {configured.rows} x {configured.columns}"
    for what, a, b in (
        ("source angle", found.gantry_deg, configured.gantry_deg),
        ("receptor angle", found.receptor_angle_deg, configured.receptor_angle_deg),
    ):
        if angular_distance_deg(a, b) > _PANEL_DEG:
            yield f"{what} {a:.2f} instead of {b:.2f} degrees"
    if np.abs(np.subtract(found.orientation, configured.orientation)).max() > np.radians(_PANEL_DEG):
        yield "rows and columns run in other directions"
    for what, a, b, tolerance in (
        ("source to isocentre", found.sad_mm, configured.sad_mm, _PANEL_MM),
        ("source to image plane", found.sid_mm, configured.sid_mm, _PANEL_MM),
        ("first pixel's x", found.first_pixel_mm[0], configured.first_pixel_mm[0], _PANEL_MM),
        ("first pixel's y", found.first_pixel_mm[1], configured.first_pixel_mm[1], _PANEL_MM),
        ("receptor's x", found.receptor_offset_mm[0], configured.receptor_offset_mm[0], _PANEL_MM),
        ("receptor's y", found.receptor_offset_mm[1], configured.receptor_offset_mm[1], _PANEL_MM),
        # A spacing that is wrong by this moves the panel's edge by as much as the other tolerances allow.
        ("row spacing", found.row_spacing_mm, configured.row_spacing_mm, _PANEL_MM / configured.rows),
        ("column spacing", found.column_spacing_mm, configured.column_spacing_mm, _PANEL_MM / configured.columns),
    ):
        if abs(a - b) > tolerance:
            yield f"{what} {a:.4f} instead of {b:.4f} mm"


def _couch_as_planned(exposure: KvExposure, beam: IonBeam) -> Check:
    couch = exposure.couch
    off = {
        "pitch": angular_distance_deg(couch.pitch_deg, beam.pitch_deg),
        "roll": angular_distance_deg(couch.roll_deg, beam.roll_deg),
        "rotation": angular_distance_deg(couch.rotation_deg, beam.rotation_deg),
    }
    worst = max(off, key=lambda axis: off[axis])
    reason = f"The couch's {worst} is {off[worst]:.1f} degrees from the plan's."
    return Check("Couch angles of the plan", off[worst] <= _COUCH_AS_PLANNED_DEG, reason)


def _machine_as_planned(exposure: KvExposure, beam: IonBeam) -> Check:
    reason = f"The plan is for {beam.machine_name}, the images are from {exposure.machine_name}."
    return Check("Machine of the plan", beam.machine_name == exposure.machine_name, reason)
