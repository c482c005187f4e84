"""References to DICOM instances, as plan, structure set, network and cache exchange them."""

from dataclasses import dataclass

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
RT_IMAGE = "1.2.840.10008.5.1.4.1.1.481.1"
RT_STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
RT_ION_PLAN = "1.2.840.10008.5.1.4.1.1.481.8"
SPATIAL_REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"


@dataclass(frozen=True, slots=True)
class InstanceReference:
    """One SOP instance and where it stands; series and study are "" where the referring object does not say."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str = ""
    study_instance_uid: str = ""
