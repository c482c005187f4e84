"""A CT as one value: what reading gives and writing takes."""

from dataclasses import dataclass, field
from datetime import datetime

from pti.dicom.ct_context import CtContext
from pti.dicom.ct_couch import TableTop
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.private import ExtendedInterface
from pti.foundation.instances import InstanceReference
from pti.geometry.couch import IecCouch
from pti.geometry.patient import PatientPosition
from pti.imaging.exposure import CtTechnique
from pti.imaging.volume import CtVolume


@dataclass(frozen=True, slots=True, eq=False)
class CtSeries:
    """A CT: the volume and the instances it was built from, in the order of the volume's slices.

    Parameters
    ----------
    table_top : what is known of the couch
    extended_interface : what the slices bring along for their maker
    technique, context : how, where and when the CT was taken, as far as all slices say the same
    content_times : when each slice was made; empty where no slice says it
    """

    volume: CtVolume
    patient: PatientIdentity
    study: StudyIdentity
    series_instance_uid: str
    patient_position: PatientPosition
    instances: tuple[InstanceReference, ...]
    warnings: tuple[str, ...] = ()
    table_top: TableTop = field(default_factory=TableTop)
    extended_interface: ExtendedInterface | None = None
    technique: CtTechnique = field(default_factory=CtTechnique)
    context: CtContext = field(default_factory=CtContext)
    content_times: tuple[datetime | None, ...] = ()

    @property
    def couch(self) -> IecCouch | None:
        """The couch when the CT was made, IEC 61217; None unless all six values are known."""
        return self.table_top.couch
