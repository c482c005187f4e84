"""Export: the patient's objects as files in a folder, each whole or not at all, and none in the place of another."""

import os
from contextlib import suppress
from pathlib import Path

from pti.dicom.checks import Attributes
from pti.dicom.files import encode_part10, read_file
from pti.dicom.identity import PatientIdentity, same_patient
from pti.dicom.importing.report import ObjectKind
from pti.dicom.modules import read_patient
from pti.dicom.recoding import recoded_part10
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import InvalidInput, PtiError
from pti.foundation.settings import ExportSettings
from pti.foundation.uids import is_safe_uid
from pti.runtime.jobs.sources import is_unchanged
from pti.runtime.jobs.writing import written
from pti.runtime.worker import Report
from pti.session.case import SourceFile
from pti.session.effects import ExportObjects
from pti.session.exportable import Exportable
from pti.session.intents import ObjectsExported
from pti.session.outcomes import ExportOutcome, ExportResult
from pti.session.phases import Accepted
from pti.session.saving import registration_of
from pti.storage.files import sync_directory, write_new

_PREFIXES = {
    ObjectKind.CT: "CT",
    ObjectKind.STRUCTURE_SET: "RTSTRUCT",
    ObjectKind.RT_IMAGE: "RTIMAGE",
    ObjectKind.REGISTRATION: "REG",
}


class FolderNotUsable(InvalidInput):
    """Nothing can be written to the folder."""

    code, title = "PTI-SES-21", "The folder cannot be written to"
    remedy = "Choose another folder, or have the rights to write there given to you. Nothing was exported."


class NotTheSame(PtiError):
    """A file does not hold any more what was loaded from it."""

    code, title = "PTI-SES-22", "The file is not what it was"
    remedy = "Open the patient again, so that what is exported is what was used."


def export_objects(effect: ExportObjects, settings: ExportSettings, cancel: CancelToken, report: Report) -> ObjectsExported:
    """Write every object that can be written; what became of each is in the answer, also after a stop.

    What this program made is written by its writers; what was loaded is passed on as it came. A file of the same name is
    never touched: with the same content it counts, with other content it is told.

    Raises
    ------
    FolderNotUsable
        If the folder is none, or may not be written to.
    """
    _require_usable(effect.folder)
    results, stopped = list[ExportResult](), False
    total = sum(len(thing.uids) for thing in effect.items)
    for thing in effect.items:
        stopped = stopped or cancel.cancelled
        if stopped:
            results += _none_of(thing, "stopped before it was written")
            continue
        report(f"Writing {len(results) + 1} of {total}", len(results) / total)
        results += _export(thing, effect, settings)
    with suppress(OSError):  # a folder that has gone since: the files in it were told one by one
        sync_directory(effect.folder)
    return ObjectsExported(effect.task, tuple(results), stopped)


def _require_usable(folder: Path) -> None:
    if not folder.is_dir():
        raise FolderNotUsable(f"{folder} is no folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FolderNotUsable(f"{folder}: no permission.")


def _none_of(thing: Exportable, why: str) -> list[ExportResult]:
    return [ExportResult(uid, thing.kind, thing.name, ExportOutcome.NOT_EXPORTED, why) for uid in thing.uids]


def _export(thing: Exportable, effect: ExportObjects, settings: ExportSettings) -> list[ExportResult]:
    if not all(is_safe_uid(uid) for uid in thing.uids):
        return _none_of(thing, "its SOP Instance UID (0008,0018) is none, and cannot name a file")
    try:
        contents = _contents(thing, effect.patient, settings)
    except PtiError as error:
        return _none_of(thing, f"{error.title}: {error.detail}")
    results = []
    for uid, content in zip(thing.uids, contents, strict=True):
        outcome, why = _put(effect.folder / f"{_PREFIXES[thing.kind]}.{uid}.dcm", content)
        results.append(ExportResult(uid, thing.kind, thing.name, outcome, why))
    return results


def _contents(thing: Exportable, patient: PatientIdentity, settings: ExportSettings) -> tuple[bytes, ...]:
    """Part 10 files, in the order of the thing's UIDs."""
    if isinstance(thing.content, SourceFile):
        return (_passed_on(thing.content, patient),)
    made = registration_of(thing.content) if isinstance(thing.content, Accepted) else thing.content
    return (encode_part10(written(made, settings)),)


def _passed_on(source: SourceFile, patient: PatientIdentity) -> bytes:
    """The instance as it came, provided that the file still is what was loaded."""
    if not is_unchanged(source):
        raise NotTheSame(f"{source.path.name} has changed since it was loaded")
    ds = read_file(source.path)
    content = recoded_part10(ds)
    found = Attributes(ds)
    if (found.text("SOPClassUID"), found.text("SOPInstanceUID")) != (
        source.instance.sop_class_uid,
        source.instance.sop_instance_uid,
    ):
        raise NotTheSame(f"{source.path.name} holds another instance")
    differences = same_patient(patient, read_patient(found))
    if differences:
        raise NotTheSame(f"{source.path.name} is not of the patient: {'; '.join(differences)}")
    return content


def _put(path: Path, content: bytes) -> tuple[ExportOutcome, str]:
    try:
        write_new(path, content)
    except FileExistsError:
        return _compared(path, content)
    except OSError as error:
        return ExportOutcome.NOT_EXPORTED, error.strerror or type(error).__name__
    return ExportOutcome.EXPORTED, ""


def _compared(path: Path, content: bytes) -> tuple[ExportOutcome, str]:
    try:
        same = path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:  # no plain file, or not to be read: not this one in any case
        same = False
    if same:
        return ExportOutcome.ALREADY_THERE, ""
    return ExportOutcome.NOT_EXPORTED, "another file is there under the same name, and was left as it is"
