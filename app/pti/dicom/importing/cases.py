"""Plans and what their references lead to among the files (QR-08, on files)."""

from dataclasses import dataclass, field
from pathlib import Path

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import CtSeries, read_ct_files
from pti.dicom.importing.report import CaseFiles, FoundObject, ObjectKind
from pti.dicom.linkage import CtIdentity, reference_complaints
from pti.dicom.plan import IonPlan
from pti.dicom.structures import StructureSet
from pti.foundation.errors import PtiError


@dataclass(frozen=True, slots=True)
class Contents:
    """What was read, as far as references need it: of a CT its identity, without the volume.

    Parameters
    ----------
    ct_paths : SOP Instance UID of each CT image that was found -> its file
    """

    ct_paths: dict[str, Path]
    plans: list[tuple[FoundObject, IonPlan]] = field(default_factory=list)
    structure_sets: dict[str, tuple[FoundObject, StructureSet | None]] = field(default_factory=dict)
    images: dict[str, FoundObject] = field(default_factory=dict)
    cts: dict[frozenset[str], CtIdentity] = field(default_factory=dict)

    def add(self, found: FoundObject, content: object) -> None:
        """Keep what was read of an object; of one that cannot be used, that it was there."""
        match content:
            case IonPlan():
                self.plans.append((found, content))
            case StructureSet():
                self.structure_sets[found.uid] = (found, content)
            case CtSeries():
                identity = CtIdentity.of(content)
                self.cts[frozenset(instance.sop_instance_uid for instance in identity.instances)] = identity
            case _ if found.kind is ObjectKind.STRUCTURE_SET:
                self.structure_sets[found.uid] = (found, None)
            case _ if found.kind is ObjectKind.RT_IMAGE:
                self.images[found.uid] = found


def find_cases(contents: Contents) -> tuple[CaseFiles, ...]:
    """For each plan that can be used, whether the patient can be opened with it, and if not, why."""
    return tuple(_case(found, plan, contents) for found, plan in contents.plans)


def _case(found: FoundObject, plan: IonPlan, contents: Contents) -> CaseFiles:
    uid = plan.referenced_structure_set_uid
    structures, structure_set = contents.structure_sets.get(uid, (None, None))
    if structures is None:
        others = len(contents.structure_sets)
        there = f", but {others} of another UID" if others else ""
        complaint = f"the structure set that the plan refers to ({uid}) is not among the files{there}"
        return CaseFiles(found, None, (), (complaint,))
    if structure_set is None:
        return CaseFiles(found, None, (), ("the structure set that the plan refers to cannot be used: see there",))
    wanted = [image.sop_instance_uid for image in structure_set.images]
    paths = tuple(contents.ct_paths[uid] for uid in wanted if uid in contents.ct_paths)
    ct, complaints = _ct(frozenset(wanted), paths, contents)
    if ct is not None:
        complaints = tuple(reference_complaints(plan, structure_set, ct))
    named = (reference.sop_instance_uid for reference in plan.reference_images)
    references = tuple(contents.images[uid] for uid in named if uid in contents.images)
    return CaseFiles(found, structures, paths, complaints, references)


def _ct(wanted: frozenset[str], paths: tuple[Path, ...], contents: Contents) -> tuple[CtIdentity | None, tuple[str, ...]]:
    """The CT that the structure set names; the images of a series that it does not name stay out."""
    if len(paths) < len(wanted):
        missing = len(wanted) - len(paths)
        return None, (f"{missing} of the {len(wanted)} CT images that the structure set names are not among the files",)
    if wanted in contents.cts:
        return contents.cts[wanted], ()
    try:
        return CtIdentity.of(read_ct_files(paths)), ()
    except InvalidDicomObject as error:
        return None, tuple(f"CT that the structure set names: {complaint}" for complaint in error.complaints)
    except PtiError as error:
        return None, (f"CT that the structure set names: {error.detail}",)
