"""Spatial Registration: one rigid matrix between two frames of reference (A.39.1, C.20.2, IHE-RO)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.foundation.instances import InstanceReference
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform


class RegistrationSubType(Enum):
    """Private Registration Sub Type (3275,xx00)."""

    ONLINE_3D = "Online3D"
    ONLINE_MARKER = "OnlineMarker"
    ONLINE_2D3D_PAIRED = "Online2D3DPaired"
    ONLINE_2D_PAIRED = "Online2DPaired"


class RegistrationMethod(Enum):
    """Registration Type Code, context group 7100: (code value, code meaning)."""

    AUTOMATIC = ("125024", "Image Content-based Alignment")
    MARKERS = ("125022", "Fiducial Alignment")
    MANUAL = ("125025", "Visual Alignment")


@dataclass(frozen=True, slots=True, eq=False)
class SpatialRegistration:
    """The registration planning CT -> acquired images, as it is stored.

    `transform` maps a point of the planning CT's patient frame into the acquired images' patient frame; the object's
    own Frame of Reference is the acquired one. `registered_images` are the acquired ones, `source_images` the CT's.
    """

    sop_instance_uid: str
    series_instance_uid: str
    patient: PatientIdentity
    study: StudyIdentity
    transform: RigidTransform
    sub_type: RegistrationSubType
    method: RegistrationMethod
    registered_images: tuple[InstanceReference, ...]
    source_images: tuple[InstanceReference, ...]
    patient_position: PatientPosition
    label: str
    description: str
    created_at: datetime
    series_number: int | None = None
    machine_name: str | None = None
