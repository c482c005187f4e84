"""Letters at the edges of a projection: which way the patient's directions run on the panel."""

import numpy as np

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray, RigidTransform

#: A direction is named if it has at least this share of the edge's direction (17 degrees).
_LEAST_SHARE = 0.3
_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))


def projection_letters(geometry: ImagerGeometry, patient_to_fixed: RigidTransform) -> tuple[str, str, str, str]:
    """Patient directions at the left, right, top and bottom edge of an image.

    The nearest direction comes first, a second letter where the edge lies between two.
    """
    corner, right, down = geometry.pixels_to_fixed([(0, 0), (0, 1), (1, 0)])
    to_patient = patient_to_fixed.rotation.T
    right_direction = to_patient @ (right - corner)
    down_direction = to_patient @ (down - corner)
    return (
        direction_letters(-right_direction),
        direction_letters(right_direction),
        direction_letters(-down_direction),
        direction_letters(down_direction),
    )


def direction_letters(direction: FloatArray) -> str:
    """One or two letters for a direction in the patient (x left, y posterior, z superior)."""
    unit = direction / np.linalg.norm(direction)
    nearest = np.argsort(-np.abs(unit))[:2]
    return "".join(_LETTERS[axis][0 if unit[axis] > 0 else 1] for axis in nearest if abs(unit[axis]) >= _LEAST_SHARE)
