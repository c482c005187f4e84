"""The files that a patient was loaded from, and whether they still are what they were."""

from pathlib import Path

from pti.dicom.files import UnreadableFile
from pti.foundation.instances import InstanceReference
from pti.session.case import SourceFile


def source_file(instance: InstanceReference, path: Path) -> SourceFile:
    """What is remembered of an instance's file; best asked before the file is read.

    Raises
    ------
    UnreadableFile
        If it has gone.
    """
    size, modified_ns = _state(path)
    return SourceFile(instance, path, size, modified_ns)


def is_unchanged(source: SourceFile) -> bool:
    """Whether the file is as it was when it was loaded.

    Raises
    ------
    UnreadableFile
        If it has gone.
    """
    return _state(source.path) == (source.size_bytes, source.modified_ns)


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error.strerror or type(error).__name__}") from error
    return found.st_size, found.st_mtime_ns
