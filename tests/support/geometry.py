"""Poses for geometry tests: hypothesis strategies, and the couch's chain multiplied out with scipy instead of pti."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from pti.geometry.couch import IecCouch
from pti.geometry.frames import Frame
from pti.geometry.rigid import RigidTransform

FloatArray = NDArray[np.float64]


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
