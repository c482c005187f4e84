"""What the directions of a match's images leave open."""

from collections.abc import Sequence

import numpy as np

from pti.geometry.imagers import ImagerGeometry
from pti.registration.correction import Direction

#: Views whose axes are closer than this leave the depth open, degrees.
_LEAST_ANGLE_DEG = 10.0


def unobserved_direction(imagers: Sequence[ImagerGeometry]) -> Direction | None:
    """Unit vector in the fixed system, from source to isocentre, if the imagers' axes are all nearly parallel, else None.

    Parameters
    ----------
    imagers : one or more, all looking at the patient in one place
    """
    axes = [-imager.source_fixed_mm / np.linalg.norm(imager.source_fixed_mm) for imager in imagers]
    aligned = [axis if axis @ axes[0] > 0 else -axis for axis in axes]
    if min(float(axis @ aligned[0]) for axis in aligned) < np.cos(np.radians(_LEAST_ANGLE_DEG)):
        return None
    mean = np.mean(aligned, axis=0)
    x, y, z = (float(value) for value in mean / np.linalg.norm(mean))
    return x, y, z
