"""What a treatment management system offers: plans, found by C-FIND (an extension of the statement)."""

from dataclasses import dataclass

from pti.foundation.instances import InstanceReference


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """One RT Ion Plan as the archive lists it; "" where it does not say. Dates are DICOM DA strings."""

    instance: InstanceReference
    patient_id: str
    patient_name: str
    birth_date: str
    sex: str
    plan_label: str
    plan_date: str

    @property
    def sop_instance_uid(self) -> str:
        """SOP Instance UID of the plan."""
        return self.instance.sop_instance_uid
