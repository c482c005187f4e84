"""From a match to the couch: six values, current, target and difference."""

from dataclasses import dataclass

import numpy as np

from pti.geometry.couch import IecCouch, IsocentricCouch, couch_angles_deg, wrap_deg
from pti.geometry.rigid import RigidTransform

AXES = ("lateral", "longitudinal", "vertical", "pitch", "roll", "rotation")
Six = tuple[float | None, float | None, float | None, float | None, float | None, float | None]
Observable = tuple[bool, bool, bool, bool, bool, bool]


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
    found: RigidTransform, planned: RigidTransform, couch: IecCouch, *, position_known: bool = True, observable: Observable = (True,) * 6
) -> CouchCorrection:
    """Couch correction from a match.

    Parameters
    ----------
    found : planning-CT frame -> fixed, where the images show the patient
    planned : planning-CT frame -> fixed, where the plan wants the patient (isocentre at the origin)
    couch : table top at acquisition; with `position_known` False only its angles count
    observable : for each of AXES whether the images determine it

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
    seen = np.array(observable)
    # An IEC translation depends on pitch and roll and on all three translations.
    iec_seen = np.array([bool(seen[:5].all())] * 3 + [bool(s) for s in seen[3:]])
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


def _values(couch: IecCouch | IsocentricCouch) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(
        [couch.lateral_mm, couch.longitudinal_mm, couch.vertical_mm, couch.pitch_deg, couch.roll_deg, couch.rotation_deg]
    )


def _difference(
    current: np.ndarray[tuple[int], np.dtype[np.float64]], target: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    difference = target - current
    difference[3:] = [wrap_deg(float(angle)) for angle in difference[3:]]
    return difference


def _six(values: np.ndarray[tuple[int], np.dtype[np.float64]], valid: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Six:
    a, b, c, d, e, f = (float(v) if ok else None for v, ok in zip(values, valid, strict=True))
    return (a, b, c, d, e, f)


