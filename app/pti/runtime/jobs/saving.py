"""Save: what was taken and accepted goes to the outbox on disk first, then to the treatment management system."""

from collections.abc import Iterable

from pydicom.dataset import Dataset

from pti.dicom.files import encode_part10
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import PtiError, Stopped
from pti.foundation.settings import ExportSettings
from pti.runtime.jobs.archive import Archive
from pti.runtime.jobs.writing import written
from pti.runtime.worker import Report, failure
from pti.session.effects import SendObjects
from pti.session.intents import ObjectsSaved, TaskFailed, TaskStopped
from pti.session.outcomes import ObjectResult
from pti.session.phases import Resting
from pti.session.saving import images_to_save, registration_to_save
from pti.storage.outbox import OutboxItem


def save_objects(
    effect: SendObjects, archive: Archive, settings: ExportSettings, cancel: CancelToken, report: Report
) -> ObjectsSaved | TaskFailed | TaskStopped:
    """Put the unsaved objects of a phase into the outbox, then send all that waits there over one association.

    A failure before the outbox holds them is a TaskFailed without results; after it, nothing can be lost, and what was
    not confirmed is sent at the next Save.
    """
    results: list[ObjectResult] = []
    try:
        if effect.before is not None:
            report("Writing to the outbox", 0.05)
            archive.outbox.add(tuple(_items(effect.before, settings)))
        report("Checking the connection", 0.1)
        archive.check_connection(cancel)

        def sent(done: int, total: int) -> None:
            report(f"Sending {done} of {total}", 0.1 + 0.9 * done / total)

        archive.send_pending(results, cancel, sent)
    except Stopped:
        return TaskStopped(effect.task, outbox_pending=archive.outbox_count())
    except PtiError as error:
        failed = failure(effect.task, error)
        return TaskFailed(
            effect.task,
            failed.code,
            failed.title,
            failed.detail,
            failed.remedy,
            results=tuple(results),
            outbox_pending=archive.outbox_count(),
        )
    return ObjectsSaved(effect.task, tuple(results), archive.outbox_count())


def _items(before: Resting, settings: ExportSettings) -> Iterable[OutboxItem]:
    for image in images_to_save(before):
        yield _item(written(image, settings), f"RT Image {image.label}")
    registration = registration_to_save(before)
    if registration is not None:
        yield _item(written(registration, settings), "Spatial Registration")


def _item(ds: Dataset, kind: str) -> OutboxItem:
    return OutboxItem(
        sop_class_uid=str(ds.SOPClassUID),
        sop_instance_uid=str(ds.SOPInstanceUID),
        description=kind,
        content=encode_part10(ds),
    )
