"""Files that are either whole on disk or not there at all."""

import errno
import os
import secrets
import tempfile
import time
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

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
        _put_on_disk(os.fdopen(handle, "wb"), content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_new(path: Path, content: bytes) -> None:
    """As :func:`write_whole`, where there is no file of that name, and for others to read as far as the system's mask says.

    Raises
    ------
    FileExistsError
        If there is one; it stays as it is.
    OSError
        If the disk is full or fails; nothing is left behind.
    """
    temporary = path.with_name(f".writing-{secrets.token_hex(8)}")
    try:
        _put_on_disk(temporary.open("xb"), content)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError as error:  # file systems of memory sticks have no links
            if path.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _put_on_disk(file: BinaryIO, content: bytes) -> None:
    with file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


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
