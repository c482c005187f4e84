"""Files below a path and what they say of themselves, without their pixels."""

import filecmp
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import UID

from pti.dicom.files import read_header
from pti.dicom.importing.report import ObjectKind, PassedOver
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import InvalidInput, PtiError

#: More files than this are no patient's folder.
MOST_FILES = 20_000


class TooManyFiles(InvalidInput):
    """A folder that holds far more than one patient."""

    code, title = "PTI-DCM-07", "There are too many files in the folder"
    remedy = "Choose the folder of one patient."


class NoSuchPath(InvalidInput):
    """A path that is not there."""

    code, title = "PTI-DCM-08", "The file or folder is not there"
    remedy = "Check the path; a network drive may have gone."


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One instance of a kind that this program reads; `twins` are other files with its UID and other content."""

    path: Path
    kind: ObjectKind
    header: Dataset
    twins: list[Path] = field(default_factory=list)


def scan(
    root: Path, wanted: frozenset[ObjectKind], cancel: CancelToken, on_progress: Callable[[float], None]
) -> tuple[tuple[ScannedFile, ...], tuple[PassedOver, ...]]:
    """Look at every file below `root`, in the order of their names.

    Parameters
    ----------
    root : a file or a folder; links in it are not followed
    wanted : kinds to read; others are passed over, with that reason

    Raises
    ------
    NoSuchPath, TooManyFiles
        If there is nothing, or far too much.
    Stopped
        Between two files, if asked for.
    """
    kinds = {kind.sop_class_uid: kind for kind in ObjectKind}
    files = _files(root)
    found: dict[str, ScannedFile] = {}
    passed: list[PassedOver] = []
    for number, path in enumerate(files, 1):
        cancel.raise_if_cancelled()
        on_progress(number / len(files))
        reason = _no_plain_file(path)
        if reason is None:
            try:
                header = read_header(path)
            except PtiError as error:
                reason = _without_name(error.detail, path) or error.title
            else:
                kind = kinds.get(str(header.SOPClassUID))
                reason = _not_wanted(str(header.SOPClassUID), kind, wanted) or _twice(found, path, header)
                if reason is None and kind is not None:
                    found.setdefault(str(header.SOPInstanceUID), ScannedFile(path, kind, header))
        if reason:
            passed.append(PassedOver(path, reason))
    return tuple(found.values()), tuple(passed)


def _files(root: Path) -> list[Path]:
    if not root.exists():
        raise NoSuchPath(str(root))
    if not root.is_dir():
        return [root]
    files: list[Path] = []
    for path in _below(root):
        files.append(path)
        if len(files) > MOST_FILES:
            raise TooManyFiles(f"{root} holds more than {MOST_FILES} files")
    return files


def _below(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names))


def _no_plain_file(path: Path) -> str | None:
    """Why a path is not opened at all: a pipe would never end, a link may lead anywhere."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return f"it cannot be looked at ({error.strerror})"
    if stat.S_ISLNK(mode):
        return "it is a link; links are not followed"
    if not stat.S_ISREG(mode):
        return "it is no plain file"
    return None


def _without_name(detail: str, path: Path) -> str:
    """The reason alone: the report names the file itself."""
    return detail.removeprefix(f"{path.name}: ")


def _not_wanted(sop_class_uid: str, kind: ObjectKind | None, wanted: frozenset[ObjectKind]) -> str | None:
    if kind is None:
        name = UID(sop_class_uid).name
        return f"{name if name != sop_class_uid else f'SOP class {sop_class_uid[:64]}'} is not used by this program"
    return None if kind in wanted else f"{kind.value} is not wanted: the filter leaves it out"


def _twice(found: dict[str, ScannedFile], path: Path, header: Dataset) -> str | None:
    """Why an instance that was seen before is not taken again; other content under the same UID is held against the first."""
    first = found.get(str(header.SOPInstanceUID))
    if first is None:
        return None
    if filecmp.cmp(first.path, path, shallow=False):
        return f"it is a copy of {first.path.name}"
    first.twins.append(path)
    return f"it has the SOP Instance UID (0008,0018) of {first.path.name} and other content"
