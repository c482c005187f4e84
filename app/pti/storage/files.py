"""Files that are either whole on disk or not there at all."""

import os
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

_STILL_BEING_WRITTEN_S = 3600.0


def make_private_directory(directory: Path) -> None:
    """Make a directory that only its owner may enter, with its parents."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is safely on disk under its name on return, or not there.

    Raises
    ------
    OSError
        If the disk is full or fails; nothing is left behind.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove_leftovers(directory: Path, pattern: str = ".writing-*", keep: Collection[str] = ()) -> None:
    """Remove what a killed program left behind; what another program may be writing at this moment stays."""
    oldest = time.time() - _STILL_BEING_WRITTEN_S
    for path in directory.glob(pattern):
        if path.name not in keep and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def sync_directory(directory: Path) -> None:
    """Put the directory's entries on disk, where the system has a way to say so."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
