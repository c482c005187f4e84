"""Plan, structure set and CT are used together only when they refer to one another."""

from dataclasses import replace

import pytest

from pti.dicom.ct import CtSeries, read_ct_series
from pti.dicom.linkage import BrokenReferences, check_references
from pti.dicom.plan import IonPlan, read_plan
from pti.dicom.structures import StructureSet, read_structure_set
from tests.support.dicom_factory import Patient, ct_series, ion_plan, structure_set


def _linked() -> tuple[IonPlan, StructureSet, CtSeries]:
    ct = ct_series()
    structures = structure_set(ct)
    return read_plan(ion_plan(structures)), read_structure_set(structures), read_ct_series(ct)


def test_objects_that_refer_to_one_another_are_accepted() -> None:
    check_references(*_linked())


def test_more_ct_slices_than_the_structure_set_names_are_accepted() -> None:
    plan, structures, ct = _linked()
    check_references(plan, replace(structures, images=structures.images[1:]), ct)


def test_every_broken_link_is_told() -> None:
    plan, _, _ = _linked()
    other = Patient(patient_id="another", study_uid="2.25.55")
    slices = ct_series(patient=other)
    for ds in slices:
        ds.FrameOfReferenceUID = "2.25.66"
    structures = read_structure_set(structure_set(slices, uid="2.25.77", patient=other))
    with pytest.raises(BrokenReferences) as caught:
        check_references(plan, structures, read_ct_series(ct_series()[1:]))
    assert caught.value.complaints == (
        "plan and structure set: Patient ID (0010,0020) differs",
        "the structure set has another Frame of Reference UID (0020,0052) than the plan",
        "the plan's Referenced Structure Set Sequence (300C,0060) names another structure set",
        "1 of the 4 images that the structure set names in Contour Image Sequence (3006,0016) are not in the CT",
    )


def test_a_ct_of_another_patient_is_told() -> None:
    plan, structures, ct = _linked()
    stranger = replace(ct, patient=replace(ct.patient, birth_date="19710131"))
    with pytest.raises(BrokenReferences, match=r"plan and CT: Patient's Birth Date \(0010,0030\) differs"):
        check_references(plan, structures, stranger)
