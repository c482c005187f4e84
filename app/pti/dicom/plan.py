"""RT Ion Plan: beams, isocentres, and the structure set that the plan was made on (A.45, C.8.8.25)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.ion_beam import IonBeam, read_beams
from pti.dicom.modules import approval_warning, modality_warning, patient_warnings, read_patient, read_study
from pti.dicom.plan_references import (
    FractionGroup,
    read_fraction_groups,
    read_fractions,
    read_reference_images,
    read_structure_set_uid,
)
from pti.dicom.private import ExtendedInterface, read_extended_interface
from pti.dicom.type1 import check_type1
from pti.foundation.instances import RT_ION_PLAN, InstanceReference

__all__ = ["IonBeam", "IonPlan", "read_plan"]

_WHAT = "RT Ion Plan"


@dataclass(frozen=True, slots=True)
class IonPlan:
    """A treatment plan; setup fields are kept apart and not used (LOAD-06).

    `reference_images` are the RT Images that its beams and patient setups name (LOAD-08), without series and study.
    """

    sop_instance_uid: str
    series_instance_uid: str
    patient: PatientIdentity
    study: StudyIdentity
    label: str
    frame_of_reference_uid: str
    treatment_beams: tuple[IonBeam, ...]
    setup_fields: tuple[IonBeam, ...]
    referenced_structure_set_uid: str
    fractions_planned: int | None
    warnings: tuple[str, ...] = ()
    extended_interface: ExtendedInterface | None = None
    reference_images: tuple[InstanceReference, ...] = ()
    fraction_groups: tuple[FractionGroup, ...] = ()

    def fraction_group_of(self, beam_number: int) -> int | None:
        """Number of the only fraction group that names the beam; None where none or several do."""
        numbers = [group.number for group in self.fraction_groups if beam_number in group.beam_numbers]
        return numbers[0] if len(numbers) == 1 else None


def read_plan(ds: Dataset) -> IonPlan:
    """Read an RT Ion Plan.

    Parameters
    ----------
    ds : the data set

    Raises
    ------
    InvalidDicomObject
        With every complaint: Type 1 attributes, no treatment beam, no structure set, unusable geometry.
    """
    attributes = Attributes(ds)
    attributes.require_sop_class(_WHAT, RT_ION_PLAN)
    check_type1(attributes, RT_ION_PLAN)
    patient = read_patient(attributes)
    warnings = [
        *modality_warning(attributes, "RTPLAN"),
        *patient_warnings(patient),
        *approval_warning(attributes, "plan"),
    ]
    if not patient.patient_id:
        attributes.required_text("PatientID")
    if attributes.text("RTPlanGeometry") not in ("PATIENT", None):
        attributes.complain("RTPlanGeometry", "is not PATIENT: the plan was not made on a patient's images")
    treatment, setup = read_beams(attributes, warnings)
    plan = IonPlan(
        sop_instance_uid=attributes.required_uid("SOPInstanceUID"),
        series_instance_uid=attributes.required_uid("SeriesInstanceUID"),
        patient=patient,
        study=read_study(attributes),
        label=attributes.required_text("RTPlanLabel"),
        frame_of_reference_uid=attributes.required_uid("FrameOfReferenceUID"),
        treatment_beams=treatment,
        setup_fields=setup,
        referenced_structure_set_uid=read_structure_set_uid(attributes),
        fractions_planned=read_fractions(attributes, [beam.number for beam in treatment], warnings),
        fraction_groups=read_fraction_groups(attributes),
        reference_images=read_reference_images(attributes, warnings),
        extended_interface=read_extended_interface(ds),
        warnings=tuple(warnings),
    )
    attributes.raise_if_any(_WHAT)
    return plan
