"""Whether plan, structure set and CT belong together: by their references, not by their names."""

from dataclasses import dataclass

from pti.dicom.ct import CtSeries
from pti.dicom.identity import PatientIdentity, same_patient
from pti.dicom.plan import IonPlan
from pti.dicom.structures import StructureSet
from pti.foundation.errors import PtiError
from pti.foundation.instances import InstanceReference


class BrokenReferences(PtiError):
    """Plan, structure set and CT do not refer to one another; `complaints` lists every missing link."""

    code, title = "PTI-DCM-06", "Plan, structure set and CT do not belong together"
    remedy = "Load the objects that the plan was made on, or export plan, structure set and CT together again."

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = tuple(complaints)


@dataclass(frozen=True, slots=True)
class CtIdentity:
    """Whose CT it is, where it stands, and of which images it was built."""

    patient: PatientIdentity
    frame_of_reference_uid: str
    instances: tuple[InstanceReference, ...]

    @classmethod
    def of(cls, ct: CtSeries) -> "CtIdentity":
        """The identity without the volume."""
        return cls(ct.patient, ct.volume.frame.frame_of_reference_uid, ct.instances)


def check_references(plan: IonPlan, structure_set: StructureSet, ct: CtSeries) -> None:
    """Check that the plan was made on this structure set and this CT.

    Raises
    ------
    BrokenReferences
        With every complaint: another patient or frame of reference, a structure set that the plan does not name, images
        that the structure set names and the CT lacks.
    """
    complaints = reference_complaints(plan, structure_set, CtIdentity.of(ct))
    if complaints:
        raise BrokenReferences(complaints)


def reference_complaints(plan: IonPlan, structure_set: StructureSet, ct: CtIdentity) -> list[str]:
    """Why plan, structure set and CT do not belong together; empty where they do."""
    complaints = [
        *(f"plan and structure set: {difference}" for difference in same_patient(plan.patient, structure_set.patient)),
        *(f"plan and CT: {difference}" for difference in same_patient(plan.patient, ct.patient)),
    ]
    frames = {
        "structure set": structure_set.frame_of_reference_uid,
        "CT": ct.frame_of_reference_uid,
    }
    complaints.extend(
        f"the {name} has another Frame of Reference UID (0020,0052) than the plan"
        for name, frame in frames.items()
        if frame != plan.frame_of_reference_uid
    )
    if plan.referenced_structure_set_uid != structure_set.sop_instance_uid:
        complaints.append("the plan's Referenced Structure Set Sequence (300C,0060) names another structure set")
    at_hand = {instance.sop_instance_uid for instance in ct.instances}
    missing = sum(image.sop_instance_uid not in at_hand for image in structure_set.images)
    if missing:
        complaints.append(
            f"{missing} of the {len(structure_set.images)} images that the structure set names in "
            "Contour Image Sequence (3006,0016) are not in the CT"
        )
    return complaints
