"""What an RT Ion Plan refers to: structure set, beams of its fraction groups, reference images (C.8.8.10, .13, .25)."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydicom.uid import UID

from pti.dicom.checks import Attributes
from pti.foundation.instances import RT_IMAGE, RT_STRUCTURE_SET, InstanceReference


@dataclass(frozen=True, slots=True)
class FractionGroup:
    """Beams that are given together (C.8.8.13): Fraction Group Number and the Beam Numbers that it names."""

    number: int
    beam_numbers: tuple[int, ...]


def read_structure_set_uid(plan: Attributes) -> str:
    """SOP Instance UID of the only structure set that the plan was made on; "" after a complaint."""
    items = plan.required_items("ReferencedStructureSetSequence")
    if len(items) > 1:
        plan.complain("ReferencedStructureSetSequence", f"names {len(items)} structure sets instead of one")
    for item in items:
        item.check_referenced_class(RT_STRUCTURE_SET)
    return items[0].required_uid("ReferencedSOPInstanceUID") if items else ""


def read_fractions(plan: Attributes, treatment: Iterable[int], warnings: list[str]) -> int | None:
    """How often the plan is given; None where the plan does not say it for all its beams.

    The beams that the fraction groups name must be in the plan: one that is not would have been lost on the way here.

    Parameters
    ----------
    treatment : Beam Numbers of the treatment beams; one that no fraction group names is told
    """
    groups = plan.items("FractionGroupSequence")
    numbers = [group.integer("FractionGroupNumber") for group in groups]
    if len(set(numbers)) < len(numbers):
        plan.complain("FractionGroupSequence", "holds two fraction groups of the same Fraction Group Number")
    beams = {beam.integer("BeamNumber") for beam in plan.items("IonBeamSequence")}
    named = [number for group in groups for number in _check_fraction_group(group, beams, warnings)]
    warnings.extend(f"beam {number} is in no fraction group" for number in treatment if number not in named)
    fractions = [group.integer("NumberOfFractionsPlanned") for group in groups]
    for group, fraction in zip(groups, fractions, strict=True):
        if fraction is not None and fraction < 0:
            group.complain("NumberOfFractionsPlanned", f"is {fraction}")
    if len(groups) > 1:
        warnings.append(f"the plan has {len(groups)} fraction groups; the number of fractions is not shown")
    return fractions[0] if len(groups) == 1 else None


def read_fraction_groups(plan: Attributes) -> tuple[FractionGroup, ...]:
    """The fraction groups that have a number; what is wrong in them is told by :func:`read_fractions`."""
    groups = []
    for group in plan.apart().items("FractionGroupSequence"):
        number = group.integer("FractionGroupNumber")
        beams = (item.integer("ReferencedBeamNumber") for item in group.items("ReferencedBeamSequence"))
        if number is not None:
            groups.append(FractionGroup(number, tuple(beam for beam in beams if beam is not None)))
    return tuple(groups)


def _check_fraction_group(group: Attributes, beams: set[int | None], warnings: list[str]) -> list[int | None]:
    """Beam Numbers that a fraction group names."""
    named = []
    for item in group.items("ReferencedBeamSequence"):
        number = item.integer("ReferencedBeamNumber")
        named.append(number)
        if number is not None and number not in beams:
            item.complain("ReferencedBeamNumber", f"{number} is no beam of the plan")
    stated = group.integer("NumberOfBeams")
    if stated not in (len(named), None):
        group.complain("NumberOfBeams", f"is {stated}, Referenced Beam Sequence has {len(named)} items")
    if len(set(named)) < len(named):
        warnings.append(f"{group.path}Referenced Beam Sequence (300C,0004) names a beam twice")
    return named


def read_reference_images(plan: Attributes, warnings: list[str]) -> tuple[InstanceReference, ...]:
    """The RT Images that beams and patient setups name for comparison (LOAD-08), in their order and each once.

    A reference that is broken, or is to another kind of image, is told; the plan can do without it.
    """
    apart = plan.apart()
    places = [(beam, "ReferencedReferenceImageSequence") for beam in apart.items("IonBeamSequence")]
    places += [(setup, "ReferencedSetupImageSequence") for setup in apart.items("PatientSetupSequence")]
    images: dict[InstanceReference, None] = {}
    for place, keyword in places:
        reader = place.apart()
        for item in reader.items(keyword):
            own = item.apart()
            instance = InstanceReference(
                own.required_uid("ReferencedSOPClassUID"), own.required_uid("ReferencedSOPInstanceUID")
            )
            if own.complaints:
                warnings.append(f"a reference image is not loaded: {'; '.join(own.complaints)}")
            elif instance.sop_class_uid != RT_IMAGE:
                kind = UID(instance.sop_class_uid).name
                warnings.append(f"{own.path.removesuffix(': ')} is not loaded: it is no RT Image but {kind}")
            else:
                images[instance] = None
        if reader.complaints:
            warnings.append(f"reference images are not loaded: {'; '.join(reader.complaints)}")
    return tuple(images)
