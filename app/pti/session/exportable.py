"""What can be exported of an open patient: what was loaded, as it came, and what this program made."""

from collections.abc import Iterator
from dataclasses import dataclass

from pti.dicom.importing.report import ObjectKind
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import SpatialRegistration
from pti.dicom.structures import StructureSet
from pti.session.case import SourceFile
from pti.session.phases import Accepted, Resting
from pti.session.selectors import shown_match

#: What this program makes and its writers write.
Made = RtImage | SpatialRegistration | StructureSet

#: Kinds that can be exported, in the order in which they are; a plan is only read.
EXPORTABLE_KINDS = (ObjectKind.CT, ObjectKind.STRUCTURE_SET, ObjectKind.RT_IMAGE, ObjectKind.REGISTRATION)

_KIND_OF_CLASS = {kind.sop_class_uid: kind for kind in EXPORTABLE_KINDS}


@dataclass(frozen=True, slots=True, eq=False)
class Exportable:
    """One thing that can be exported.

    Parameters
    ----------
    name : how a person would name it, without patient data
    uids : SOP Instance UIDs of what becomes of it, a file for each
    content : what this program made, the accepted match of which the job makes a registration, or the file from which it
        was loaded
    """

    kind: ObjectKind
    name: str
    uids: tuple[str, ...]
    content: Made | Accepted | SourceFile


def exportables(before: Resting) -> tuple[Exportable, ...]:
    """Everything that can be exported, by kind."""
    everything = (*_loaded(before), *_made(before))
    return tuple(sorted(everything, key=lambda thing: EXPORTABLE_KINDS.index(thing.kind)))


def _loaded(before: Resting) -> Iterator[Exportable]:
    """What came with the patient; a registration only as long as it is the match of the images."""
    case, match = before.case, shown_match(before)
    labels = {case.structure_set.sop_instance_uid: case.structure_set.label}
    labels |= {reference.image.sop_instance_uid: reference.image.label for reference in case.reference_images}
    labels |= {image.sop_instance_uid: image.label for pair in case.taken for image in pair.images}
    for source in case.sources:
        kind, uid = _KIND_OF_CLASS[source.instance.sop_class_uid], source.instance.sop_instance_uid
        if kind is ObjectKind.REGISTRATION and (match is None or match.registration_uid != uid):
            continue
        name = f"CT image {uid}" if kind is ObjectKind.CT else f"{kind.value} {labels.get(uid, '')}".rstrip()
        yield Exportable(kind, name, (uid,), source)


def _made(before: Resting) -> Iterator[Exportable]:
    came = {source.instance.sop_instance_uid for source in before.case.sources}
    for pair in before.case.taken:
        for image in pair.images:
            if image.sop_instance_uid not in came:
                yield Exportable(ObjectKind.RT_IMAGE, f"RT Image {image.label}", (image.sop_instance_uid,), image)
    if isinstance(before, Accepted):
        uid = before.matched.record.registration_uid
        if uid not in came:
            yield Exportable(ObjectKind.REGISTRATION, "Spatial Registration", (uid,), before)
