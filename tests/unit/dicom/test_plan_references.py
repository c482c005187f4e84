"""What a plan refers to: beams that are all there, one structure set, and the images to compare with."""

import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.plan import read_plan
from pti.dicom.plan_references import FractionGroup
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, InstanceReference
from tests.support.dicom_factory import Beam, ct_series, ion_plan, reference, structure_set


def _plan() -> Dataset:
    return ion_plan(structure_set(ct_series()), (Beam(1), Beam(2), Beam(9, delivery_type="SETUP")))


def test_reference_images_of_beams_and_setups_are_named_in_order_and_once() -> None:
    ds = _plan()
    ds.IonBeamSequence[0].ReferencedReferenceImageSequence = [reference(RT_IMAGE, "1.2.1"), reference(RT_IMAGE, "1.2.2")]
    ds.IonBeamSequence[2].ReferencedReferenceImageSequence = [reference(RT_IMAGE, "1.2.1"), reference(RT_IMAGE, "1.2.3")]
    ds.PatientSetupSequence[0].ReferencedSetupImageSequence = [reference(RT_IMAGE, "1.2.4"), reference(RT_IMAGE, "1.2.2")]
    plan = read_plan(ds)
    assert plan.reference_images == tuple(InstanceReference(RT_IMAGE, f"1.2.{n}") for n in (1, 2, 3, 4))
    assert plan.warnings == ()


def test_a_plan_without_reference_images_names_none() -> None:
    assert read_plan(_plan()).reference_images == ()


def test_a_reference_image_that_cannot_be_fetched_is_told_and_does_not_stop_the_plan() -> None:
    ds = _plan()
    broken = reference(RT_IMAGE, "not a UID")
    del broken.ReferencedSOPClassUID
    ds.IonBeamSequence[1].ReferencedReferenceImageSequence = [
        reference(CT_IMAGE, "1.2.1"),
        broken,
        reference(RT_IMAGE, "1.2.2"),
    ]
    plan = read_plan(ds)
    assert plan.reference_images == (InstanceReference(RT_IMAGE, "1.2.2"),)
    place = "Ion Beam Sequence item 2: Referenced Reference Image Sequence item"
    assert plan.warnings == (
        f"{place} 1 is not loaded: it is no RT Image but CT Image Storage",
        f"a reference image is not loaded: {place} 2: Referenced SOP Class UID (0008,1150) is missing; "
        f"{place} 2: Referenced SOP Instance UID (0008,1155) is no legal UID",
    )


def test_a_beam_that_the_fraction_group_names_and_the_plan_lacks_is_told() -> None:
    ds = _plan()
    ds.IonBeamSequence = ds.IonBeamSequence[1:]
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ds)
    assert caught.value.complaints == (
        "Fraction Group Sequence item 1: Referenced Beam Sequence item 1: "
        "Referenced Beam Number (300C,0006) 1 is no beam of the plan",
    )


def test_a_treatment_beam_in_no_fraction_group_or_named_twice_is_told() -> None:
    ds = _plan()
    group = ds.FractionGroupSequence[0]
    group.ReferencedBeamSequence[1].ReferencedBeamNumber = 1
    assert read_plan(ds).warnings == (
        "Fraction Group Sequence item 1: Referenced Beam Sequence (300C,0004) names a beam twice",
        "beam 2 is in no fraction group",
    )


def test_a_fraction_group_that_contradicts_itself_is_refused() -> None:
    ds = _plan()
    group = ds.FractionGroupSequence[0]
    group.NumberOfBeams, group.NumberOfFractionsPlanned = 3, -1
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ds)
    assert caught.value.complaints == (
        "Fraction Group Sequence item 1: Number of Beams (300A,0080) is 3, Referenced Beam Sequence has 2 items",
        "Fraction Group Sequence item 1: Number of Fractions Planned (300A,0078) is -1",
    )


def test_the_number_of_fractions_of_several_groups_is_not_guessed() -> None:
    ds = _plan()
    second = Dataset()
    second.FractionGroupNumber, second.NumberOfFractionsPlanned = 2, 5
    second.NumberOfBeams = second.NumberOfBrachyApplicationSetups = 0
    ds.FractionGroupSequence.append(second)
    plan = read_plan(ds)
    assert plan.fractions_planned is None
    assert plan.warnings == ("the plan has 2 fraction groups; the number of fractions is not shown",)
    second.FractionGroupNumber = 1
    with pytest.raises(InvalidDicomObject, match="two fraction groups of the same Fraction Group Number"):
        read_plan(ds)


def test_a_beam_s_fraction_group_is_the_only_one_that_names_it() -> None:
    ds = _plan()
    assert read_plan(ds).fraction_groups == (FractionGroup(1, (1, 2)),)
    second, named = Dataset(), Dataset()
    second.FractionGroupNumber, second.NumberOfFractionsPlanned = 7, 5
    second.NumberOfBeams, second.NumberOfBrachyApplicationSetups = 1, 0
    named.ReferencedBeamNumber = 2
    second.ReferencedBeamSequence = [named]
    ds.FractionGroupSequence.append(second)
    plan = read_plan(ds)
    assert (plan.fraction_group_of(1), plan.fraction_group_of(2), plan.fraction_group_of(9)) == (1, None, None)


def test_a_reference_to_something_else_than_a_structure_set_is_refused() -> None:
    ds = _plan()
    ds.ReferencedStructureSetSequence = [reference(CT_IMAGE, "1.2.3"), reference(CT_IMAGE, "1.2.4")]
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ds)
    assert caught.value.complaints == (
        "Referenced Structure Set Sequence (300C,0060) names 2 structure sets instead of one",
        "Referenced Structure Set Sequence item 1: Referenced SOP Class UID (0008,1150) is CT Image Storage, "
        "not RT Structure Set Storage",
        "Referenced Structure Set Sequence item 2: Referenced SOP Class UID (0008,1150) is CT Image Storage, "
        "not RT Structure Set Storage",
    )
