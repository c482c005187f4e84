"""What still has to be sent: durable before it is believed, and kept until the peer has confirmed it."""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pti.foundation.uids import is_safe_uid
from pti.storage.errors import OutboxFailed, UnsafeUid
from pti.storage.files import make_private_directory, remove_leftovers, sync_directory, write_whole

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sop_class_uid TEXT NOT NULL,
    sop_instance_uid TEXT NOT NULL,
    description TEXT NOT NULL,
    file TEXT NOT NULL,
    added_at TEXT NOT NULL,
    sent_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_failure TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending ON entry (sop_instance_uid) WHERE sent_at IS NULL;
"""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An object to be sent: Part 10 `content`; `description` is for the user and holds no patient data."""

    sop_class_uid: str
    sop_instance_uid: str
    description: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PendingObject:
    """An object that the peer has not confirmed."""

    id: int
    sop_class_uid: str
    sop_instance_uid: str
    description: str
    path: Path
    attempts: int
    last_failure: str


class Outbox:
    """Objects on their way to the peer; usable from several threads.

    A kill at any moment leaves each added object pending or sent. The file is on disk before the entry that names it, and the
    entry is marked before the file goes.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        make_private_directory(directory)
        with self._database() as database:
            database.executescript(_SCHEMA)
            kept = {row[0] for row in database.execute("SELECT file FROM entry WHERE sent_at IS NULL")}
        remove_leftovers(directory)
        remove_leftovers(directory, "*.dcm", kept)

    def add(self, items: Sequence[OutboxItem]) -> tuple[int, ...]:
        """Put objects in the outbox, all or none; their ids. They are safe when this returns.

        An object that waits already is replaced by the new one and keeps its id.

        Raises
        ------
        UnsafeUid
            If a UID is none.
        OutboxFailed
            If the disk is full or fails.
        """
        if not all(is_safe_uid(item.sop_instance_uid) for item in items):
            raise UnsafeUid("A SOP Instance UID has characters that no UID has, or is too long.")
        names = [f"{uuid.uuid4().hex}.dcm" for _ in items]
        try:
            for name, item in zip(names, items, strict=True):
                write_whole(self._directory / name, item.content)
            sync_directory(self._directory)
        except OSError as error:
            self._unlink(names)
            raise OutboxFailed(error.strerror or type(error).__name__) from error
        with self._database() as database, database:
            replaced = [self._enter(database, item, name) for item, name in zip(items, names, strict=True)]
        self._unlink([old for _, old in replaced if old])
        return tuple(entry_id for entry_id, _ in replaced)

    def pending(self) -> tuple[PendingObject, ...]:
        """All objects that are not confirmed, oldest first."""
        with self._database() as database:
            rows = database.execute(
                "SELECT id, sop_class_uid, sop_instance_uid, description, file, attempts, last_failure"
                " FROM entry WHERE sent_at IS NULL ORDER BY id"
            ).fetchall()
        return tuple(
            PendingObject(entry_id, class_uid, uid, description, self._directory / file, attempts, failure)
            for entry_id, class_uid, uid, description, file, attempts, failure in rows
        )

    def mark_sent(self, entry_id: int) -> None:
        """The peer has confirmed that it holds the object."""
        with self._database() as database:
            with database:
                database.execute(
                    "UPDATE entry SET sent_at = ?, attempts = attempts + 1 WHERE id = ? AND sent_at IS NULL", (_now(), entry_id)
                )
            row = database.execute("SELECT file FROM entry WHERE id = ? AND sent_at IS NOT NULL", (entry_id,)).fetchone()
        if row is not None:
            self._unlink([row[0]])

    def mark_failed(self, entry_id: int, reason: str) -> None:
        """The object was refused or not confirmed; it stays pending."""
        with self._database() as database, database:
            database.execute(
                "UPDATE entry SET attempts = attempts + 1, last_failure = ? WHERE id = ? AND sent_at IS NULL",
                (reason, entry_id),
            )

    @staticmethod
    def _enter(database: sqlite3.Connection, item: OutboxItem, name: str) -> tuple[int, str]:
        """Enter an object; its id, and the file that it replaces or ""."""
        old = database.execute(
            "SELECT id, file FROM entry WHERE sop_instance_uid = ? AND sent_at IS NULL", (item.sop_instance_uid,)
        ).fetchone()
        if old is not None:
            database.execute("UPDATE entry SET file = ?, description = ? WHERE id = ?", (name, item.description, old[0]))
            return int(old[0]), str(old[1])
        cursor = database.execute(
            "INSERT INTO entry (sop_class_uid, sop_instance_uid, description, file, added_at) VALUES (?, ?, ?, ?, ?)",
            (item.sop_class_uid, item.sop_instance_uid, item.description, name, _now()),
        )
        return int(cursor.lastrowid or 0), ""

    def _unlink(self, names: Sequence[str]) -> None:
        for name in names:
            (self._directory / name).unlink(missing_ok=True)

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """A connection for one call: any thread may call, and none is left open."""
        try:
            with closing(sqlite3.connect(self._directory / "outbox.sqlite", timeout=10)) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("PRAGMA synchronous = FULL")
                yield database
        except sqlite3.Error as error:
            raise OutboxFailed(type(error).__name__) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
