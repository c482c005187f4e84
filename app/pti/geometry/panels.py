"""How a panel's rows and columns lie in the receptor system: RT Image Orientation (3002,0010), PS3.3 C.8.8.2.7."""

import numpy as np

from pti.geometry.rigid import FloatArray, rotation_z

#: Direction cosines of the first row, then of the first column, in the receptor system.
PanelOrientation = tuple[float, float, float, float, float, float]

#: Rows along +Xr, columns along -Yr: what a panel normal to the beam axis has unless it says otherwise.
UPRIGHT: PanelOrientation = (1.0, 0.0, 0.0, 0.0, -1.0, 0.0)

_TOLERANCE = 1e-6  # as for rigid transforms
#: Cosine of the largest tilt, 84 degrees: beyond, a millimetre across the beam is a centimetre and more on the panel.
_LEAST_FACING = 0.1


def panel_rotation(orientation: PanelOrientation) -> FloatArray:
    """Panel system to receptor system.

    Parameters
    ----------
    orientation : row direction r and column direction c

    Returns
    -------
    (3, 3), ``[r, -c, r x -c]``; its last column is the panel's normal, toward the source unless the image is mirrored

    Raises
    ------
    ValueError
        If r and c are not unit vectors at right angles within 1e-6.
    """
    row, column = np.array(orientation[:3], dtype=np.float64), np.array(orientation[3:], dtype=np.float64)
    products = np.array([row @ row - 1, column @ column - 1, row @ column])
    if not np.abs(products).max() <= _TOLERANCE:
        raise ValueError("the directions of the panel's rows and columns are not unit vectors at right angles")
    return np.column_stack([row, -column, np.cross(row, -column)])


def is_normal(orientation: PanelOrientation) -> bool:
    """Whether the panel is normal to the beam axis within 1e-6 rad; its rows and columns may still run any way."""
    return max(abs(orientation[2]), abs(orientation[5])) <= _TOLERANCE


def faces_beam(orientation: PanelOrientation) -> bool:
    """Whether the beam axis meets the panel at an angle at which an image can be made: False if it is seen edge-on."""
    return bool(abs(panel_rotation(orientation)[2, 2]) >= _LEAST_FACING)


def tilt_depth_mm(orientation: PanelOrientation, receptor_angle_deg: float, receptor_offset_mm: tuple[float, float]) -> float:
    """How much nearer to the source a tilted panel meets the beam axis than its system's origin lies; mm along the axis.

    A panel turns about the origin of the receptor system. With that beside the beam axis, source to image plane *along
    the beam axis*, as RT Image SID (3002,0026) is defined, is not SAD less the origin's z. Zero for a panel normal to the
    axis. The panel must face the beam (:func:`faces_beam`).
    """
    normal = rotation_z(receptor_angle_deg) @ panel_rotation(orientation)[:, 2]  # in the gantry system
    return float(normal[:2] @ np.array(receptor_offset_mm) / normal[2])
