"""From a match to the couch: six values, current, target and difference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.couch import IecCouch, IsocentricCouch, couch_angles_deg, wrap_deg
from pti.geometry.rigid import RigidTransform, rotation_z

AXES = ("lateral", "longitudinal", "vertical", "pitch", "roll", "rotation")
Six = tuple[float | None, float | None, float | None, float | None, float | None, float | None]
Direction = tuple[float, float, float]
Values = NDArray[np.float64]

#: An axis with a greater part of the unobserved direction in it (the sine of 5 degrees) cannot be told.
_UNOBSERVED_SHARE = 0.0872


@dataclass(frozen=True, slots=True)
class CouchCorrection:
    """What must be added to the couch so that the planned isocentre falls on the machine isocentre, as planned.

    Six values in the order of AXES: mm and degrees. None: cannot be observed or is not known; shown as N/A.
    In the Isocentric Standard the difference needs only the couch's angles; current and target, and all of
    IEC 61217's translations, need its position too.
    """

    isocentric_current: Six
    isocentric_target: Six
    isocentric_difference: Six
    iec_current: Six
    iec_target: Six
    iec_difference: Six


def couch_correction(
    found: RigidTransform,
    planned: RigidTransform,
    couch: IecCouch,
    *,
    position_known: bool = True,
    unobserved_direction: Direction | None = None,
) -> CouchCorrection:
    """Couch correction from a match.

    Parameters
    ----------
    found : planning-CT frame -> fixed, where the images show the patient
    planned : planning-CT frame -> fixed, where the plan wants the patient (isocentre at the origin)
    couch : table top at acquisition; with `position_known` False only its angles count
    unobserved_direction : unit vector in the fixed system along which the images say nothing; None: there is none

    Notes
    -----
    The patient is fixed to the table top. With F1 the couch pose at acquisition, X1 = `found` and X2 = `planned`:
    the patient on the table top is F1^-1 X1, so the pose wanted is F2 = X2 X1^-1 F1. In the Isocentric Standard
    (p_f = R t + R p_t) the difference of the translations is R2^T d, with d the translation of X2 X1^-1:
    independent of where the table-top origin stands.
    """
    move = planned @ found.inverse()
    current_pose = couch.table_top_to_fixed()
    current = couch.to_isocentric()
    target_rotation = move.rotation @ current_pose.rotation
    rotation_deg, pitch_deg, roll_deg = couch_angles_deg(target_rotation)
    shift = target_rotation.T @ move.translation_mm
    target = IsocentricCouch(
        current.lateral_mm + float(shift[0]),
        current.longitudinal_mm + float(shift[1]),
        current.vertical_mm + float(shift[2]),
        pitch_deg,
        roll_deg,
        rotation_deg,
    )
    known = np.array([position_known] * 3 + [True] * 3)
    # Where the patient is found may be off by s n along the unobserved direction n; move.translation_mm then is off by
    # -s move.rotation @ n, and so are the values, along the axes that they are measured on.
    seen = _seen(current_pose.rotation, unobserved_direction)
    iec_seen = _seen(move.rotation.T @ rotation_z(rotation_deg), unobserved_direction)
    return CouchCorrection(
        isocentric_current=_six(_values(current), known),
        isocentric_target=_six(_values(target), known & seen),
        isocentric_difference=_six(_difference(_values(current), _values(target)), seen),
        iec_current=_six(_values(couch), known),
        iec_target=_six(_values(target.to_iec()), known & iec_seen),
        iec_difference=_six(_difference(_values(couch), _values(target.to_iec())), known & iec_seen),
    )


def pose_error_on_couch(found: RigidTransform, planned: RigidTransform, couch: IecCouch) -> Six:
    """Set-up error in six axes: how far the couch seems to stand from where the patient would be as planned.

    The negative of the Isocentric Standard difference of :func:`couch_correction`.
    """
    difference = couch_correction(found, planned, couch).isocentric_difference
    a, b, c, d, e, f = (None if value is None else -value for value in difference)
    return (a, b, c, d, e, f)


def _seen(axes: Values, unobserved_direction: Direction | None) -> NDArray[np.bool_]:
    """For six couch values, whether the images tell them; the columns of `axes` (3, 3) are the translations' axes."""
    seen = np.ones(6, dtype=np.bool_)
    if unobserved_direction is not None:
        seen[:3] = np.abs(axes.T @ np.array(unobserved_direction)) <= _UNOBSERVED_SHARE
    return seen


def _values(couch: IecCouch | IsocentricCouch) -> Values:
    return np.array(
        [couch.lateral_mm, couch.longitudinal_mm, couch.vertical_mm, couch.pitch_deg, couch.roll_deg, couch.rotation_deg]
    )


def _difference(current: Values, target: Values) -> Values:
    difference = target - current
    difference[3:] = [wrap_deg(float(angle)) for angle in difference[3:]]
    return difference


def _six(values: Values, valid: NDArray[np.bool_]) -> Six:
    a, b, c, d, e, f = (float(v) if ok else None for v, ok in zip(values, valid, strict=True))
    return (a, b, c, d, e, f)
