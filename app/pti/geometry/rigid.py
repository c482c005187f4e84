"""Rigid transforms between named frames."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pti.foundation.errors import PtiError
from pti.geometry.frames import Frame

FloatArray = NDArray[np.float64]

_ORTHONORMAL_TOLERANCE = 1e-6  # a matrix written as DICOM DS keeps about 1e-9


class FrameMismatch(PtiError):
    """Two transforms, or a transform and points, of frames that do not meet."""

    code, title = "PTI-GEO-01", "Coordinate systems do not match"
    remedy = "This is a mistake of the program or of the files' references; do not use the result."


def rotation_x(angle_deg: float) -> FloatArray:
    """Right-handed rotation about x by `angle_deg`: (3, 3)."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]], dtype=np.float64)


def rotation_y(angle_deg: float) -> FloatArray:
    """Right-handed rotation about y by `angle_deg`: (3, 3)."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]], dtype=np.float64)


def rotation_z(angle_deg: float) -> FloatArray:
    """Right-handed rotation about z by `angle_deg`: (3, 3)."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], dtype=np.float64)


def rotation_vector_to_matrix(vector_rad: ArrayLike) -> FloatArray:
    """Rotation about the direction of `vector_rad` by its length (Rodrigues' formula): (3,) rad -> (3, 3)."""
    v = np.asarray(vector_rad, dtype=np.float64)
    angle = float(np.linalg.norm(v))
    if angle < 1e-300:
        return np.eye(3)
    x, y, z = v / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def rotation_angle_deg(rotation: FloatArray) -> float:
    """Angle of a rotation matrix about its own axis, degrees, 0 to 180."""
    skew = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
    return float(np.degrees(np.arctan2(np.linalg.norm(skew), np.trace(rotation) - 1)))


@dataclass(frozen=True, slots=True, eq=False)
class RigidTransform:
    """Maps a point of `source` into `target`: ``p_target = rotation @ p_source + translation_mm``.

    Parameters
    ----------
    source, target : frames
    rotation : (3, 3), proper orthonormal within 1e-6, else ValueError
    translation_mm : (3,), in `target`
    """

    source: Frame
    target: Frame
    rotation: FloatArray
    translation_mm: FloatArray

    def __post_init__(self) -> None:
        rotation = np.array(self.rotation, dtype=np.float64)
        translation = np.array(self.translation_mm, dtype=np.float64)
        if rotation.shape != (3, 3) or translation.shape != (3,):
            raise ValueError(f"rotation {rotation.shape} and translation {translation.shape}, not (3, 3) and (3,)")
        if not (np.isfinite(rotation).all() and np.isfinite(translation).all()):
            raise ValueError("rotation or translation is not finite")
        if np.abs(rotation @ rotation.T - np.eye(3)).max() > _ORTHONORMAL_TOLERANCE or np.linalg.det(rotation) < 0:
            raise ValueError("the rotation matrix is not a proper rotation")
        rotation.flags.writeable = False
        translation.flags.writeable = False
        object.__setattr__(self, "rotation", rotation)
        object.__setattr__(self, "translation_mm", translation)

    @classmethod
    def identity(cls, source: Frame, target: Frame) -> Self:
        """The transform that changes the frame's name only."""
        return cls(source, target, np.eye(3), np.zeros(3))

    @classmethod
    def from_matrix(cls, source: Frame, target: Frame, matrix: ArrayLike) -> Self:
        """Read a (4, 4) homogeneous matrix.

        Raises
        ------
        ValueError
            If its last row is not 0 0 0 1 or its rotation is not proper.
        """
        m = np.asarray(matrix, dtype=np.float64)
        if m.shape != (4, 4) or np.abs(m[3] - (0, 0, 0, 1)).max() > _ORTHONORMAL_TOLERANCE:
            raise ValueError("not a 4 x 4 matrix with last row 0 0 0 1")
        return cls(source, target, m[:3, :3], m[:3, 3])

    @property
    def matrix(self) -> FloatArray:
        """The (4, 4) homogeneous matrix."""
        m = np.eye(4)
        m[:3, :3] = self.rotation
        m[:3, 3] = self.translation_mm
        return m

    def __call__(self, points_mm: ArrayLike) -> FloatArray:
        """Map points (..., 3) of `source` into `target`."""
        return np.asarray(np.asarray(points_mm, dtype=np.float64) @ self.rotation.T + self.translation_mm)

    def __matmul__(self, first: "RigidTransform") -> "RigidTransform":
        """Compose: ``(a @ b)(p) == a(b(p))``.

        Raises
        ------
        FrameMismatch
            Unless ``b.target == a.source``.
        """
        if first.target != self.source:
            raise FrameMismatch(f"{first.source} -> {first.target} cannot be followed by {self.source} -> {self.target}")
        rotation = self.rotation @ first.rotation
        return RigidTransform(first.source, self.target, rotation, self(first.translation_mm))

    def inverse(self) -> "RigidTransform":
        """The transform back, from `target` to `source`."""
        return RigidTransform(self.target, self.source, self.rotation.T, -self.rotation.T @ self.translation_mm)
