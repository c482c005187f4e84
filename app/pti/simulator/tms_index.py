"""The index of the embedded treatment management system: what it holds, and where."""

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

LEVELS = ("PATIENT", "STUDY", "SERIES", "IMAGE")
UNIQUE_KEY = {
    "PATIENT": "PatientID",
    "STUDY": "StudyInstanceUID",
    "SERIES": "SeriesInstanceUID",
    "IMAGE": "SOPInstanceUID",
}

#: Keys that are kept for each instance, by the level to which they belong (PS3.4 C.6.2.1).
KEYS = {
    "PATIENT": ("PatientID", "PatientName", "PatientBirthDate", "PatientSex"),
    "STUDY": ("StudyInstanceUID", "StudyDate", "StudyTime", "AccessionNumber", "StudyID", "StudyDescription"),
    "SERIES": ("SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDescription", "FrameOfReferenceUID"),
    "IMAGE": (
        "SOPInstanceUID", "SOPClassUID", "InstanceNumber", "RTPlanLabel", "RTPlanDate", "RTImageLabel", "StructureSetLabel",
    ),
}  # fmt: skip
ALL_KEYS = tuple(key for level in LEVELS for key in KEYS[level])
_UIDS = frozenset(key for key in ALL_KEYS if key.endswith("UID"))
_DATES = frozenset(("PatientBirthDate", "StudyDate", "RTPlanDate"))

_COLUMNS = ", ".join(f'"{key}" TEXT NOT NULL' for key in ALL_KEYS if key != "SOPInstanceUID")
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS instance (
    "SOPInstanceUID" TEXT PRIMARY KEY, {_COLUMNS}, file TEXT NOT NULL, transfer_syntax TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS by_series ON instance ("SeriesInstanceUID");
CREATE INDEX IF NOT EXISTS by_study ON instance ("StudyInstanceUID");
"""


@dataclass(frozen=True, slots=True)
class StoredInstance:
    """An instance that the system holds."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    transfer_syntax_uid: str
    path: Path


class TmsIndex:
    """SQLite table of all instances; usable from several threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._database = sqlite3.connect(directory / "index.sqlite", check_same_thread=False)
        self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _SCHEMA)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()

    def put(self, entries: Iterable[tuple[Dataset, str, str]]) -> None:
        """Enter instances: header, file name, transfer syntax. One that is known is replaced."""
        columns = ", ".join(f'"{key}"' for key in ALL_KEYS)
        marks = ", ".join("?" * (len(ALL_KEYS) + 2))
        rows = [(*(_text(header, key) for key in ALL_KEYS), file, syntax) for header, file, syntax in entries]
        with self._lock, self._database:
            self._database.executemany(
                f"INSERT OR REPLACE INTO instance ({columns}, file, transfer_syntax) VALUES ({marks})", rows
            )

    def instances(self, keys: Mapping[str, str] | None = None) -> tuple[StoredInstance, ...]:
        """Instances that match `keys`; all where there are none."""
        where, values = _conditions(keys or {})
        query = (
            'SELECT "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", transfer_syntax, file'
            f' FROM instance{where} ORDER BY "SeriesInstanceUID", CAST("InstanceNumber" AS INTEGER)'
        )
        with self._lock:
            rows = self._database.execute(query, values).fetchall()
        return tuple(
            StoredInstance(class_uid, uid, series_uid, study_uid, syntax, self._directory / file)
            for class_uid, uid, series_uid, study_uid, syntax, file in rows
        )

    def matches(self, level: str, keys: Mapping[str, str]) -> list[dict[str, str]]:
        """One row of all keys down to `level` for each entity of that level that matches `keys`."""
        asked = {key: value for key, value in keys.items() if key in ALL_KEYS}
        modalities = keys.get("ModalitiesInStudy", "")
        where, values = _conditions(asked)
        if modalities:
            inner, inner_values = _conditions({"Modality": modalities})
            where += f'{" AND" if where else " WHERE"} "StudyInstanceUID" IN (SELECT "StudyInstanceUID" FROM instance{inner})'
            values = [*values, *inner_values]
        names = [key for name in LEVELS[: LEVELS.index(level) + 1] for key in KEYS[name]]
        columns = ", ".join(f'"{key}"' for key in names)
        query = f'SELECT {columns} FROM instance{where} GROUP BY "{UNIQUE_KEY[level]}" ORDER BY {columns}'
        with self._lock:
            rows = self._database.execute(query, values).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def modalities(self, study_instance_uid: str) -> list[str]:
        """The modalities of a study."""
        query = 'SELECT DISTINCT "Modality" FROM instance WHERE "StudyInstanceUID" = ? ORDER BY 1'
        with self._lock:
            return [row[0] for row in self._database.execute(query, (study_instance_uid,))]

    def count(self, level: str, of_level: str, uid: str) -> int:
        """How many series or instances a patient, study or series has."""
        query = f'SELECT COUNT(DISTINCT "{UNIQUE_KEY[level]}") FROM instance WHERE "{UNIQUE_KEY[of_level]}" = ?'
        with self._lock:
            return int(self._database.execute(query, (uid,)).fetchone()[0])


def _conditions(keys: Mapping[str, str]) -> tuple[str, list[str]]:
    """SQL for the keys that restrict: single value, list of UIDs, date range, wildcard (PS3.4 C.2.2.2)."""
    parts: list[str] = []
    values: list[str] = []
    for key, value in keys.items():
        if value in ("", "*"):
            continue  # universal matching
        part, more = _condition(key, value)
        parts.append(part)
        values += more
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _condition(key: str, value: str) -> tuple[str, Sequence[str]]:
    column = f'"{key}"'
    if key in _UIDS:
        uids = value.split("\\")
        return f"{column} IN ({', '.join('?' * len(uids))})", uids
    if key in _DATES and "-" in value:
        first, _, last = value.partition("-")
        return f"{column} BETWEEN ? AND ?", (first or "0", last or "9")
    if "*" in value or "?" in value:
        pattern = value.replace("[", "[[]")
        return (f"LOWER({column}) GLOB LOWER(?)" if key == "PatientName" else f"{column} GLOB ?"), (pattern,)
    return (f"LOWER({column}) = LOWER(?)" if key == "PatientName" else f"{column} = ?"), (value,)


def _text(header: Dataset, keyword: str) -> str:
    value = header.get(keyword)
    return "" if value is None else str(value).strip()
