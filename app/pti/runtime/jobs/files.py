"""File mode: looking at files, and opening a patient from them without the network."""

from dataclasses import replace
from pathlib import Path

from pti.acquisition.imported import beam_imaged, verify_imported
from pti.dicom.ct import CtSeries, read_ct_files
from pti.dicom.files import read_file
from pti.dicom.importing.checking import check_path
from pti.dicom.importing.report import CaseFiles
from pti.dicom.linkage import check_references
from pti.dicom.plan import IonPlan, read_plan
from pti.dicom.rt_image import RtImage, read_rt_image
from pti.dicom.spatial_registration import read_spatial_registration
from pti.dicom.structures import StructureSet, read_structure_set
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import PtiError, Stopped
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_STRUCTURE_SET, SPATIAL_REGISTRATION, InstanceReference
from pti.runtime.jobs.acquiring import acquired_pair
from pti.runtime.jobs.loading import reference_image
from pti.runtime.jobs.sources import source_file
from pti.runtime.worker import Report
from pti.session.case import AcquiredPair, MatchRecord, ReferenceImage, SourceFile
from pti.session.effects import CheckFiles, LoadFiles
from pti.session.intents import CaseLoaded, FilesChecked
from pti.session.poses import require_same_placement
from pti.session.stored_match import doubts, record_of


class NotOpened(PtiError):
    """The files changed since they were looked at."""

    code, title = "PTI-SES-11", "The files cannot be opened any more"
    remedy = "Look at the folder again: files may have been moved, removed or written anew."


def look_at_files(effect: CheckFiles, cancel: CancelToken, report: Report) -> FilesChecked:
    """Find out what a path holds.

    Raises
    ------
    NoSuchPath, TooManyFiles
        If there is nothing, or far too much.
    Stopped
        Soon after it was asked for.
    """
    return FilesChecked(effect.task, check_path(effect.path, wanted=effect.wanted, cancel=cancel, on_progress=report))


def load_files(effect: LoadFiles, cancel: CancelToken, report: Report) -> CaseLoaded:
    """Read a plan that was found with all that it refers to, and acquired images and their match with it.

    Images or a match that cannot be used are told in a warning; the patient is opened without them.

    Raises
    ------
    PtiError
        If plan, structure set or CT cannot be read or do not belong together any more.
    Stopped
        Soon after it was asked for.
    """
    case = effect.case
    if case.structure_set is None:
        raise NotOpened("The plan's structure set is missing.")
    report("Reading the plan", 0.01)
    plan = read_plan(read_file(case.plan.paths[0]))
    report("Reading the structure set", 0.03)
    structure_set = read_structure_set(read_file(case.structure_set.paths[0]))
    sources = _sources(structure_set, case)
    report("Reading the CT", 0.05)
    ct = read_ct_files(case.ct_paths, lambda share: report("Building the volume", 0.05 + 0.85 * share), cancel)
    report("Checking that plan, structures and CT belong together", 0.92)
    check_references(plan, structure_set, ct)
    cancel.raise_if_cancelled()
    report("Reading the images", 0.95)
    references, told = _references(case, plan, sources)
    pair, warnings = _images(effect.images, plan, sources)
    match, doubtful = _match(effect.registration, plan, ct, pair, sources)
    return CaseLoaded(
        effect.task,
        plan,
        structure_set,
        ct,
        (*plan.warnings, *structure_set.warnings, *ct.warnings, *told, *warnings, *doubtful),
        references,
        pair,
        match,
        tuple(sources),
        from_files=True,
    )


def _sources(structure_set: StructureSet, case: CaseFiles) -> list[SourceFile]:
    """The files of structure set and CT; those of images are added as they are read.

    Raises
    ------
    NotOpened
        If the structure set names other images than when the files were looked at.
    """
    if case.structure_set is None or len(structure_set.images) != len(case.ct_paths):
        raise NotOpened("The structure set names other images than before.")
    own = InstanceReference(RT_STRUCTURE_SET, structure_set.sop_instance_uid)
    named = zip(structure_set.images, case.ct_paths, strict=True)
    ct = [source_file(replace(image, sop_class_uid=CT_IMAGE), path) for image, path in named]
    return [source_file(own, case.structure_set.paths[0]), *ct]


def _references(
    case: CaseFiles, plan: IonPlan, sources: list[SourceFile]
) -> tuple[tuple[ReferenceImage, ...], tuple[str, ...]]:
    """The plan's reference images that are among the files; what is missing or cannot be used is told."""
    images: list[ReferenceImage] = []
    told: list[str] = []
    for found in case.references:
        try:
            source = source_file(InstanceReference(RT_IMAGE, found.uid), found.paths[0])
            images.append(reference_image(read_file(source.path), plan))
            sources.append(source)
        except PtiError as error:
            told.append(f"reference image {found.label} is not shown: {error.title}: {error.detail}")
    missing = len(plan.reference_images) - len(case.references)
    if missing:
        told.append(f"{missing} of the plan's {len(plan.reference_images)} reference images are not among the files")
    return tuple(images), tuple(told)


def _as_taken(image: RtImage) -> tuple[int, str]:
    """Images of one series come in its order, others by their names."""
    return image.instance_number or 0, image.label


def _images(paths: tuple[Path, ...], plan: IonPlan, sources: list[SourceFile]) -> tuple[AcquiredPair | None, tuple[str, ...]]:
    if not paths:
        return None, ()
    try:
        read = [(read_rt_image(read_file(path)), path) for path in paths]
        images = tuple(sorted((image for image, _ in read), key=_as_taken))
        require_same_placement(images)
        pair = acquired_pair(images, verify_imported(images, plan, beam_imaged(images, plan)))
    except Stopped:
        raise
    except PtiError as error:
        return None, (f"the images are not used: {error.title}: {error.detail}",)
    sources += [source_file(image.instance, path) for image, path in read]
    return pair, tuple(f"image {image.label}: {warning}" for image in images for warning in image.warnings)


def _match(
    path: Path | None, plan: IonPlan, ct: CtSeries, pair: AcquiredPair | None, sources: list[SourceFile]
) -> tuple[MatchRecord | None, tuple[str, ...]]:
    """The match of the images that are opened; without them there is none."""
    if path is None:
        return None, ()
    if pair is None:
        return None, ("the images' match is not used without them",)
    try:
        registration = read_spatial_registration(read_file(path))
        record = record_of(registration, plan, pair.images)
        source = source_file(InstanceReference(SPATIAL_REGISTRATION, registration.sop_instance_uid), path)
    except PtiError as error:
        return None, (f"the match is not used: {error.title}: {error.detail}",)
    sources.append(source)
    return record, doubts(registration, ct, pair.images)
