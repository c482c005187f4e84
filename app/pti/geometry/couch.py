"""The couch: six values in two representations (conformance statement, appendix D).

IEC 61217 (in DICOM): ``p_f = Rz(rotation) T(lat, lng, vrt) Rx(pitch) Ry(roll) p_t``.
Isocentric Standard (on the screen): ``p_f = Rz(rotation) Rx(pitch) Ry(roll) T(lat, lng, vrt) p_t``.
The three angles are the same in both.
"""

from dataclasses import dataclass, fields

import numpy as np

from pti.geometry.frames import FIXED, TABLE_TOP
from pti.geometry.rigid import FloatArray, RigidTransform, rotation_x, rotation_y, rotation_z


@dataclass(frozen=True, slots=True)
class _CouchValues:
    lateral_mm: float
    longitudinal_mm: float
    vertical_mm: float
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    rotation_deg: float = 0.0  # Patient Support Angle (300A,0122), about the vertical axis

    def __post_init__(self) -> None:
        for field in fields(self):
            if not np.isfinite(getattr(self, field.name)):
                raise ValueError(f"couch {field.name} is not a finite number")

    @property
    def _translation(self) -> FloatArray:
        return np.array([self.lateral_mm, self.longitudinal_mm, self.vertical_mm], dtype=np.float64)

    @property
    def _tilt(self) -> FloatArray:
        return rotation_x(self.pitch_deg) @ rotation_y(self.roll_deg)


@dataclass(frozen=True, slots=True)
class IecCouch(_CouchValues):
    """Couch position in IEC 61217: pitch and roll about the table-top origin; mm and degrees."""

    def to_isocentric(self) -> "IsocentricCouch":
        """The same position in the Isocentric Standard representation (appendix D.2)."""
        lat, lng, vrt = self._tilt.T @ self._translation
        return IsocentricCouch(float(lat), float(lng), float(vrt), self.pitch_deg, self.roll_deg, self.rotation_deg)

    def table_top_to_fixed(self) -> RigidTransform:
        """Where a point of the table top is in the room."""
        turn = rotation_z(self.rotation_deg)
        return RigidTransform(TABLE_TOP, FIXED, turn @ self._tilt, turn @ self._translation)


@dataclass(frozen=True, slots=True)
class IsocentricCouch(_CouchValues):
    """Couch position in Isocentric Standard: pitch and roll about the isocentre; mm and degrees."""

    def to_iec(self) -> IecCouch:
        """The same position in the IEC 61217 representation (appendix D.2)."""
        lat, lng, vrt = self._tilt @ self._translation
        return IecCouch(float(lat), float(lng), float(vrt), self.pitch_deg, self.roll_deg, self.rotation_deg)

    def table_top_to_fixed(self) -> RigidTransform:
        """Where a point of the table top is in the room."""
        rotation = rotation_z(self.rotation_deg) @ self._tilt
        return RigidTransform(TABLE_TOP, FIXED, rotation, rotation @ self._translation)

    @classmethod
    def from_table_top_to_fixed(cls, transform: RigidTransform) -> "IsocentricCouch":
        """Read the six values off a table-top pose.

        Raises
        ------
        ValueError
            If the pitch is within 0.001 degrees of +-90, where rotation and roll cannot be told apart,
            or the transform is not table top -> fixed.
        """
        if (transform.source, transform.target) != (TABLE_TOP, FIXED):
            raise ValueError(f"a couch pose is table top -> fixed, not {transform.source} -> {transform.target}")
        rotation_deg, pitch_deg, roll_deg = couch_angles_deg(transform.rotation)
        lat, lng, vrt = transform.rotation.T @ transform.translation_mm
        return cls(float(lat), float(lng), float(vrt), pitch_deg, roll_deg, rotation_deg)


def couch_rotation(rotation_deg: float, pitch_deg: float, roll_deg: float) -> FloatArray:
    """``Rz(rotation) Rx(pitch) Ry(roll)``, table top to fixed: (3, 3)."""
    return rotation_z(rotation_deg) @ rotation_x(pitch_deg) @ rotation_y(roll_deg)


def couch_angles_deg(rotation: FloatArray) -> tuple[float, float, float]:
    """Take ``Rz(rotation) Rx(pitch) Ry(roll)`` apart.

    Parameters
    ----------
    rotation : (3, 3), table top to fixed

    Returns
    -------
    (rotation, pitch, roll) in degrees; pitch in (-90, 90), the others in (-180, 180]

    Raises
    ------
    ValueError
        If the pitch is within 0.001 degrees of +-90.
    """
    sin_pitch = float(np.clip(rotation[2, 1], -1.0, 1.0))
    if abs(sin_pitch) > np.cos(np.radians(0.001)):
        raise ValueError("the pitch is 90 degrees: rotation and roll cannot be told apart")
    return (
        float(np.degrees(np.arctan2(-rotation[0, 1], rotation[1, 1]))),
        float(np.degrees(np.arcsin(sin_pitch))),
        float(np.degrees(np.arctan2(-rotation[2, 0], rotation[2, 2]))),
    )


def wrap_deg(angle_deg: float) -> float:
    """The same angle in (-180, 180] degrees."""
    wrapped = (angle_deg + 180.0) % 360.0 - 180.0
    return 180.0 if wrapped == -180.0 else wrapped
