"""How the patient lies: DICOM patient axes to table-top axes, and the chain from patient to room."""

from enum import Enum

import numpy as np

from pti.geometry.couch import couch_rotation
from pti.geometry.frames import FIXED, Frame
from pti.geometry.rigid import FloatArray, RigidTransform


class PatientPosition(Enum):
    """Patient Position (0018,5100): head or feet first; supine, prone, or lying on the right or left side."""

    HFS = "HFS"
    HFP = "HFP"
    HFDR = "HFDR"
    HFDL = "HFDL"
    FFS = "FFS"
    FFP = "FFP"
    FFDR = "FFDR"
    FFDL = "FFDL"

    @property
    def patient_to_table_top(self) -> FloatArray:
        """(3, 3): patient (x left, y posterior, z superior) to table-top axes (PS3.3 C.7.3.1.1.2)."""
        return _PATIENT_TO_TABLE_TOP[self].copy()


_PATIENT_TO_TABLE_TOP: dict[PatientPosition, FloatArray] = {
    PatientPosition.HFS: np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], dtype=np.float64),
    PatientPosition.HFP: np.array([[-1, 0, 0], [0, 0, 1], [0, 1, 0]], dtype=np.float64),
    PatientPosition.FFS: np.array([[-1, 0, 0], [0, 0, -1], [0, -1, 0]], dtype=np.float64),
    PatientPosition.FFP: np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], dtype=np.float64),
    PatientPosition.HFDR: np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=np.float64),
    PatientPosition.HFDL: np.array([[0, -1, 0], [0, 0, 1], [-1, 0, 0]], dtype=np.float64),
    PatientPosition.FFDR: np.array([[0, -1, 0], [0, 0, -1], [1, 0, 0]], dtype=np.float64),
    PatientPosition.FFDL: np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]], dtype=np.float64),
}


def patient_to_fixed(
    frame: Frame,
    isocentre_mm: FloatArray,
    position: PatientPosition,
    *,
    rotation_deg: float = 0.0,
    pitch_deg: float = 0.0,
    roll_deg: float = 0.0,
) -> RigidTransform:
    """Place a patient frame in the room: ``p_f = Rz(rotation) Rx(pitch) Ry(roll) P (p - isocentre)``.

    Parameters
    ----------
    frame : the patient frame
    isocentre_mm : (3,), Isocenter Position (300A,012C) in `frame`
    position : how the patient lies
    rotation_deg, pitch_deg, roll_deg : Patient Support Angle, Table Top Pitch and Roll Angle

    References
    ----------
    DICOM PS3.3 C.8.8.2 (Isocenter Position), C.8.8.25.6; IEC 61217
    """
    rotation = couch_rotation(rotation_deg, pitch_deg, roll_deg) @ position.patient_to_table_top
    return RigidTransform(frame, FIXED, rotation, -rotation @ np.asarray(isocentre_mm, dtype=np.float64))
