"""Opening a patient over the network: plan, then its structure set, then every CT image that the structure set names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.ct import CtSeries, read_ct_files
from pti.dicom.identity import require_same_patient
from pti.dicom.linkage import check_references
from pti.dicom.plan import IonPlan, read_plan
from pti.dicom.rt_image import read_rt_image
from pti.dicom.structures import StructureSet, read_structure_set
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import PtiError, Stopped
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference
from pti.imaging.line_integrals import UnknownIntensityRelationship, line_integrals
from pti.network.errors import MoveFailed, NetworkError
from pti.runtime.jobs.archive import Archive
from pti.runtime.jobs.sources import source_file
from pti.runtime.worker import Report
from pti.session.case import ReferenceImage
from pti.session.effects import LoadPlan
from pti.session.intents import CaseLoaded

#: Shares of the progress bar: the CT takes nearly all of the time.
_CT_STARTS, _CT_ENDS = 0.05, 0.9


class ReferenceNotDelivered(PtiError):
    """The peer does not deliver an object that another one refers to."""

    code, title = "PTI-SES-10", "What the plan was made on cannot be loaded"
    remedy = "Check in the treatment management system that plan, structure set and CT are there, and were exported together."


@contextmanager
def _named(what: str, uid: str) -> Iterator[None]:
    """Say which object it was that did not arrive."""
    try:
        yield
    except MoveFailed as error:
        raise ReferenceNotDelivered(f"The {what} ({uid}): {error.detail}") from error


def load_case(effect: LoadPlan, archive: Archive, cancel: CancelToken, report: Report) -> CaseLoaded:
    """Fetch and read all that belongs to a plan (QR-08, LOAD-08), and check that it belongs together.

    Raises
    ------
    PtiError
        If the peer does not answer or deliver, or an object cannot be used; names what and why.
    Stopped
        Soon after it was asked for.
    """
    report("Checking the connection", 0.0)
    archive.check_connection(cancel)
    report("Fetching the plan", 0.01)
    plan = read_plan(archive.fetch_one(effect.plan.instance, cancel))
    report("Fetching the structure set", 0.03)
    wanted = InstanceReference(RT_STRUCTURE_SET, plan.referenced_structure_set_uid, "", plan.study.study_instance_uid)
    with _named("structure set that the plan refers to", wanted.sop_instance_uid):
        structure_set = read_structure_set(archive.fetch_one(archive.locate(wanted, cancel), cancel))
    ct = _fetch_ct(structure_set, archive, cancel, report)
    loaded = (wanted, *ct.instances)
    report("Checking that plan, structures and CT belong together", 0.98)
    check_references(plan, structure_set, ct)
    references, told = _fetch_reference_images(plan, archive, cancel, report)
    loaded += tuple(reference.image.instance for reference in references)
    sources = tuple(source_file(instance, archive.file_of(instance)) for instance in loaded)
    warnings = (*plan.warnings, *structure_set.warnings, *ct.warnings, *told)
    return CaseLoaded(effect.task, plan, structure_set, ct, warnings, references, sources=sources)


def _fetch_ct(structure_set: StructureSet, archive: Archive, cancel: CancelToken, report: Report) -> CtSeries:
    def fetched(done: int, total: int) -> None:
        fraction = _CT_STARTS + (_CT_ENDS - _CT_STARTS) * done / max(total, 1)
        report(f"Fetching CT image {done} of {total}", fraction)

    with _named("CT of structure set", structure_set.sop_instance_uid):
        paths = archive.fetch(structure_set.images, cancel, fetched)
    return read_ct_files(paths, lambda share: report("Building the volume", _CT_ENDS + 0.08 * share), cancel)


def _fetch_reference_images(
    plan: IonPlan, archive: Archive, cancel: CancelToken, report: Report
) -> tuple[tuple[ReferenceImage, ...], tuple[str, ...]]:
    """The RT Images that the plan refers to (LOAD-08); one that does not come or cannot be used is told, the rest goes on."""
    images: list[ReferenceImage] = []
    told: list[str] = []
    total = len(plan.reference_images)
    for number, reference in enumerate(plan.reference_images, 1):
        report(f"Fetching reference image {number} of {total}", 0.98 + 0.02 * number / total)
        wanted = replace(reference, study_instance_uid=reference.study_instance_uid or plan.study.study_instance_uid)
        try:
            images.append(reference_image(archive.fetch_one(archive.locate(wanted, cancel), cancel), plan))
        except Stopped:
            raise
        except PtiError as error:
            told.append(f"reference image {number} of {total} is not at hand: {error.title}: {error.detail}")
            if isinstance(error, NetworkError) and not isinstance(error, MoveFailed):
                told.append("the other reference images were not asked for")
                break
    return tuple(images), tuple(told)


def reference_image(ds: Dataset, plan: IonPlan) -> ReferenceImage:
    """Read an RT Image that a plan refers to, and make it ready for the screen.

    Raises
    ------
    InvalidDicomObject
        If it cannot be used.
    PatientMismatch
        If it is not known to be of the plan's patient.
    """
    image = read_rt_image(ds)
    require_same_patient("plan", plan.patient, "reference image", image.patient)
    try:
        display = line_integrals(image.radiograph)
    except UnknownIntensityRelationship:  # to be looked at, the pixels do as they are
        display = image.radiograph.pixels.astype(np.float32)
    display.flags.writeable = False
    return ReferenceImage(image, display)
