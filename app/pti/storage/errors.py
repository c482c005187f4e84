"""What can go wrong with what is kept."""

from pti.foundation.errors import PtiError


class StorageError(PtiError):
    """Any failure of cache or outbox."""

    code, title = "PTI-STO-00", "The local storage failed"
    remedy = "Check that the disk is neither full nor write-protected, then try again."


class UnsafeUid(StorageError):
    """An identifier that must not name a file."""

    code, title = "PTI-STO-01", "The object has an impossible identifier"
    remedy = "The object is not used. Have the system checked from which it comes."


class OutboxFailed(StorageError):
    """The outbox cannot be written or read."""

    code, title = "PTI-STO-02", "The objects cannot be put in the outbox"
    remedy = "Do not close the patient. Free space on the disk, then save again."
