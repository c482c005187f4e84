"""Poses for geometry tests: hypothesis strategies, and the couch's chain multiplied out with scipy instead of pti."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from pti.geometry.couch import IecCouch
from pti.geometry.frames import Frame
from pti.geometry.panels import PanelOrientation
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform

FloatArray = NDArray[np.float64]

#: Which way is up on the table, in patient axes: x left, y posterior, z superior.
_UP = {"S": (0, -1, 0), "P": (0, 1, 0), "DR": (1, 0, 0), "DL": (-1, 0, 0)}


def lengths(limit_mm: float = 1000.0) -> st.SearchStrategy[float]:
    """Millimetres, both signs."""
    return st.floats(-limit_mm, limit_mm)


def angles(limit_deg: float = 360.0) -> st.SearchStrategy[float]:
    """Degrees, both signs."""
    return st.floats(-limit_deg, limit_deg)


def points(limit_mm: float = 1000.0) -> st.SearchStrategy[FloatArray]:
    """Points (3,) in mm."""
    return st.tuples(lengths(limit_mm), lengths(limit_mm), lengths(limit_mm)).map(np.array)


def rigid_transforms(source: Frame, target: Frame, limit_deg: float = 360.0) -> st.SearchStrategy[RigidTransform]:
    """Any rotation up to the limit about each of three axes, any translation up to a metre."""

    def build(angles_deg: tuple[float, float, float], translation_mm: FloatArray) -> RigidTransform:
        return RigidTransform(source, target, Rotation.from_euler("XYZ", angles_deg, degrees=True).as_matrix(), translation_mm)

    angle = angles(limit_deg)
    return st.builds(build, st.tuples(angle, angle, angle), points())


def couches(tilt_limit_deg: float = 15.0) -> st.SearchStrategy[IecCouch]:
    """IEC couch positions: any rotation, pitch and roll up to the limit."""
    tilt = angles(tilt_limit_deg)
    return st.builds(IecCouch, lengths(), lengths(), lengths(), tilt, tilt, angles())


def couches_off_zero(tilt_limit_deg: float = 15.0) -> st.SearchStrategy[IecCouch]:
    """IEC couch positions none of whose six values is near zero."""
    far = _off_zero(1.0, 1000.0)
    tilt = _off_zero(0.1, tilt_limit_deg)
    return st.builds(IecCouch, far, far, far, tilt, tilt, _off_zero(0.1, 179.0))


def panel_orientations(tilt_limit_deg: float = 35.0) -> st.SearchStrategy[PanelOrientation]:
    """Directions of rows and columns: any turn about the panel's normal, tilted about two axes, mirrored or not."""

    def build(turned_deg: float, tilts_deg: tuple[float, float], mirrored: bool) -> PanelOrientation:
        return panel_orientation((*tilts_deg, turned_deg), mirrored=mirrored)

    tilt = angles(tilt_limit_deg)
    return st.builds(build, angles(), st.tuples(tilt, tilt), st.booleans())


def panel_orientation(angles_deg: ArrayLike, *, mirrored: bool = False) -> PanelOrientation:
    """Rows and columns of a panel turned by ``Rx Ry Rz`` of three angles; mirrored, its columns run the other way."""
    rotation = Rotation.from_euler("XYZ", angles_deg, degrees=True).as_matrix()
    row, column = rotation[:, 0], rotation[:, 1] if mirrored else -rotation[:, 1]
    a, b, c, d, e, f = (float(value) for value in (*row, *column))
    return (a, b, c, d, e, f)


def _off_zero(least: float, most: float) -> st.SearchStrategy[float]:
    return st.builds(lambda size, sign: size * sign, st.floats(least, most), st.sampled_from((-1.0, 1.0)))


def lying(position: PatientPosition) -> FloatArray:
    """(3, 3) patient to table-top axes from what the abbreviation says: which end is first, what lies below."""
    head = np.array([0, 0, 1.0 if position.value.startswith("HF") else -1.0])  # patient direction that points along +Y
    up = np.array(_UP[position.value[2:]], dtype=np.float64)  # patient direction that points along +Z
    return np.array([np.cross(head, up), head, up])  # rows: table-top X = Y x Z, Y, Z in patient axes


def turn(axes: str, angles_deg: ArrayLike) -> FloatArray:
    """(4, 4) product of rotations from left to right: ``turn("ZX", [a, b])`` is Rz(a) Rx(b)."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler(axes, angles_deg, degrees=True).as_matrix()
    return matrix


def shift(x: float, y: float, z: float) -> FloatArray:
    """(4, 4) translation."""
    matrix = np.eye(4)
    matrix[:3, 3] = (x, y, z)
    return matrix


def iec_couch_matrix(lat: float, lng: float, vrt: float, pitch: float, roll: float, rotation: float) -> FloatArray:
    """(4, 4) table top to fixed after the statement's D.1.1: rotation, translation, pitch, roll."""
    return turn("Z", [rotation]) @ shift(lat, lng, vrt) @ turn("XY", [pitch, roll])


def isocentric_couch_matrix(lat: float, lng: float, vrt: float, pitch: float, roll: float, rotation: float) -> FloatArray:
    """(4, 4) table top to fixed after the statement's D.1.2: rotation, pitch, roll, translation."""
    return turn("ZXY", [rotation, pitch, roll]) @ shift(lat, lng, vrt)
