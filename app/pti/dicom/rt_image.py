"""RT Image: acquired kV images and DRRs with all that is needed to place them in the room (A.17, C.8.8.2)."""

from dataclasses import dataclass
from datetime import datetime

from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.geometry.couch import IecCouch
from pti.geometry.patient import PatientPosition
from pti.imaging.radiograph import Radiograph


@dataclass(frozen=True, slots=True, eq=False)
class RtImage:
    """One RT Image. None: not known, shown as N/A and written empty or left out.

    `isocentre_mm` and `patient_position` place the image's own frame of reference in the room:
    ``p_f = Rz(rotation) Rx(pitch) Ry(roll) P (p - isocentre)`` with the couch's three angles.
    """

    sop_instance_uid: str
    series_instance_uid: str
    frame_of_reference_uid: str
    patient: PatientIdentity
    study: StudyIdentity
    label: str
    radiograph: Radiograph
    isocentre_mm: tuple[float, float, float]
    patient_position: PatientPosition
    couch: IecCouch
    couch_position_known: bool  # False: only the couch's angles were in the file
    is_drr: bool = False
    plan_uid: str | None = None
    beam_number: int | None = None
    fraction_group: int | None = None
    fraction_number: int | None = None
    machine_name: str | None = None
    kvp: float | None = None
    tube_current_ma: float | None = None
    exposure_time_ms: float | None = None
    collimator_mm: tuple[float, float, float, float] | None = None
    acquired_at: datetime | None = None
    operator: str | None = None
    series_number: int | None = None
    instance_number: int | None = None
    description: str = ""
    warnings: tuple[str, ...] = ()
