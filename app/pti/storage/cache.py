"""Received instances on disk, until the patient is closed."""

from pathlib import Path

from pti.foundation.uids import is_safe_uid
from pti.storage.errors import UnsafeUid
from pti.storage.files import make_private_directory, remove_leftovers, write_whole

_SUFFIX = ".dcm"


class InstanceCache:
    """Part 10 files by SOP Instance UID, in a directory that only its owner may enter; usable from several threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        make_private_directory(directory)
        remove_leftovers(directory)

    def store(self, sop_class_uid: str, sop_instance_uid: str, content: bytes) -> Path:
        """Put an instance safely on disk, in place of an older one with its UID.

        Raises
        ------
        UnsafeUid
            If the UID is none: it never becomes part of a path.
        OSError
            If the disk is full or fails.
        """
        path = self._path(sop_instance_uid)
        write_whole(path, content)
        return path

    def get(self, sop_instance_uid: str) -> Path | None:
        """The file of an instance; None where it is not here."""
        path = self._path(sop_instance_uid)
        return path if path.is_file() else None

    def instances(self) -> dict[str, Path]:
        """All instances: SOP Instance UID -> file."""
        return {path.name.removesuffix(_SUFFIX): path for path in sorted(self._directory.glob(f"*{_SUFFIX}"))}

    def clear(self) -> None:
        """Remove everything."""
        for path in self.instances().values():
            path.unlink(missing_ok=True)

    def _path(self, sop_instance_uid: str) -> Path:
        if not is_safe_uid(sop_instance_uid):
            raise UnsafeUid("A SOP Instance UID has characters that no UID has, or is too long.")
        return self._directory / f"{sop_instance_uid}{_SUFFIX}"
