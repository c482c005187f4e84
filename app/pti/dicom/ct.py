"""CT Image: from slices to one volume at true slice positions (A.3, C.8.2.1)."""

from dataclasses import dataclass

from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.foundation.instances import InstanceReference
from pti.geometry.patient import PatientPosition
from pti.imaging.volume import CtVolume


@dataclass(frozen=True, slots=True, eq=False)
class CtSeries:
    """A planning CT: the volume and the instances it was built from, in the order of the volume's slices."""

    volume: CtVolume
    patient: PatientIdentity
    study: StudyIdentity
    series_instance_uid: str
    patient_position: PatientPosition
    instances: tuple[InstanceReference, ...]
    warnings: tuple[str, ...] = ()
