"""An embedded treatment management system: a small, truthful archive that speaks DICOM."""

import hashlib
import logging
import shutil
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import evt
from pynetdicom.presentation import PresentationContext, build_context

from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET, SPATIAL_REGISTRATION
from pti.foundation.uids import is_safe_uid
from pti.network.contexts import STUDY_ROOT_FIND, STUDY_ROOT_MOVE, VERIFICATION
from pti.network.encoding import recode
from pti.network.errors import ReceiverCannotStart
from pti.network.incoming import store_request
from pti.network.peers import check_address
from pti.network.transport import (
    Listener,
    QuickEntity,
    limit_send_size,
    narrow_to_first_listed,
    requestor_handlers,
    serve,
)
from pti.simulator.tms_index import ALL_KEYS, LEVELS, UNIQUE_KEY, StoredInstance, TmsIndex

_log = logging.getLogger(__name__)

_STORAGE_CLASSES = (
    CT_IMAGE,
    RT_IMAGE,
    RT_STRUCTURE_SET,
    RT_ION_PLAN,
    SPATIAL_REGISTRATION,
    "1.2.840.10008.5.1.4.1.1.481.5",  # RT Plan
    "1.2.840.10008.5.1.4.1.1.481.2",  # RT Dose
    "1.2.840.10008.5.1.4.1.1.481.9",  # RT Ion Beams Treatment Record
)
_SYNTAXES = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
_LITTLE_ENDIAN = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
_DIMSE_TIMEOUT_S = 30.0
_CONNECTION_TIMEOUT_S = 5.0
_SUCCESS, _PENDING, _CANCELLED = 0x0000, 0xFF00, 0xFE00
_OUT_OF_RESOURCES, _MISMATCH, _NOT_UNDERSTOOD, _UNABLE = 0xA700, 0xA900, 0xC000, 0xA702


class EmbeddedTms:
    """Storage, query and retrieve on one port; what it holds stays in its directory.

    Parameters
    ----------
    directory : files and index; made if need be
    destinations : where a C-MOVE may send to: AE title -> host and port
    """

    def __init__(
        self,
        directory: Path,
        *,
        ae_title: str,
        host: str = "127.0.0.1",
        port: int,
        destinations: Mapping[str, tuple[str, int]],
    ) -> None:
        check_address(ae_title, host, port)
        self._directory = directory
        self._ae_title = ae_title
        self._host = host
        self._port = port
        self._destinations = dict(destinations)
        self._index: TmsIndex | None = None
        self._listener: Listener | None = None

    def start(self) -> None:
        """Open the index and listen.

        Raises
        ------
        ReceiverCannotStart
            If the port cannot be opened.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        entity = self._entity()
        handlers = [
            (evt.EVT_REQUESTED, _on_requested),
            (evt.EVT_C_ECHO, lambda _: _SUCCESS),
            (evt.EVT_C_STORE, self._on_store),
            (evt.EVT_C_FIND, self._on_find),
            (evt.EVT_C_MOVE, self._on_move),
        ]
        self._index = TmsIndex(self._directory)
        try:
            self._listener = serve(entity, self._host, self._port, handlers)
        except OSError as error:
            self.stop()
            raise ReceiverCannotStart(f"Port {self._host}:{self._port} cannot be opened: {error.strerror}.") from error

    def stop(self) -> None:
        """Leave the network in the middle of whatever runs; the files stay."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
        if self._index is not None:
            self._index.close()
            self._index = None

    def add_files(self, paths: Iterable[Path]) -> None:
        """File DICOM files without the network; what is not DICOM is passed over."""
        entries = []
        for path in paths:
            try:
                header = pydicom.dcmread(path, stop_before_pixels=True)
                syntax = str(header.file_meta.TransferSyntaxUID)
                name = _file_name(str(header.SOPInstanceUID))
            except (InvalidDicomError, AttributeError):
                _log.info("passed over a file that is not DICOM Part 10")
                continue
            if syntax in _LITTLE_ENDIAN:
                shutil.copyfile(path, self._directory / name)
            else:
                syntax = self._write_recoded(pydicom.dcmread(path), name)
            entries.append((header, name, syntax))
        self._open_index().put(entries)

    def instances(self) -> tuple[StoredInstance, ...]:
        """Everything that it holds."""
        return self._open_index().instances()

    def _entity(self) -> QuickEntity:
        entity = QuickEntity(self._ae_title)
        entity.require_called_aet = True
        entity.acse_timeout = entity.dimse_timeout = _DIMSE_TIMEOUT_S
        entity.connection_timeout = _CONNECTION_TIMEOUT_S
        entity.network_timeout = None
        entity.maximum_associations = 50
        for uid in _STORAGE_CLASSES:
            entity.add_supported_context(uid, list(_SYNTAXES))
        for uid in (VERIFICATION, STUDY_ROOT_FIND, STUDY_ROOT_MOVE):
            entity.add_supported_context(uid, list(_SYNTAXES))
        return entity

    def _open_index(self) -> TmsIndex:
        if self._index is None:
            raise RuntimeError("the treatment management system is not started")
        return self._index

    def _on_store(self, event: evt.Event) -> int:
        try:
            syntax = str(event.context.transfer_syntax)
            announced = store_request(event)
            ds = pydicom.dcmread(BytesIO(event.encoded_dataset()))
            if not is_safe_uid(announced.sop_instance_uid):
                return _NOT_UNDERSTOOD
            if announced != (ds.SOPClassUID, ds.SOPInstanceUID):
                return _MISMATCH
            name = _file_name(str(ds.SOPInstanceUID))
            if syntax in _LITTLE_ENDIAN:
                _replace(self._directory / name, event.encoded_dataset())
            else:
                syntax = self._write_recoded(ds, name)
            self._open_index().put([(ds, name, syntax)])
        except OSError:
            _log.exception("an instance could not be written")
            return _OUT_OF_RESOURCES
        except Exception:  # noqa: BLE001  # a status must be chosen, whatever is wrong with the object
            _log.exception("an instance could not be filed")
            return _NOT_UNDERSTOOD
        return _SUCCESS

    def _write_recoded(self, ds: Dataset, name: str) -> str:
        """Keep a big endian object in Explicit VR Little Endian; its syntax then."""
        out = recode(ds, ExplicitVRLittleEndian)
        buffer = BytesIO()
        out.save_as(buffer, enforce_file_format=True)
        _replace(self._directory / name, buffer.getvalue())
        return str(ExplicitVRLittleEndian)

    def _on_find(self, event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        identifier = event.identifier
        level = str(identifier.get("QueryRetrieveLevel", ""))
        if level not in LEVELS:
            yield _MISMATCH, None
            return
        keys = {str(element.keyword): _key_text(element.value) for element in identifier}
        for row in self._open_index().matches(level, keys):
            if event.is_cancelled:
                yield _CANCELLED, None
                return
            yield _PENDING, self._answer(level, identifier, row)

    def _answer(self, level: str, identifier: Dataset, row: Mapping[str, str]) -> Dataset:
        """Every key that was asked for, with its value or empty (PS3.4 C.4.1.1.3.2)."""
        answer = Dataset()
        answer.SpecificCharacterSet = "ISO_IR 192"
        answer.QueryRetrieveLevel = level
        answer.RetrieveAETitle = self._ae_title
        for element in identifier:
            keyword = str(element.keyword)
            if keyword in row:
                setattr(answer, keyword, row[keyword])
            elif keyword == "ModalitiesInStudy":
                answer.ModalitiesInStudy = self._open_index().modalities(row["StudyInstanceUID"])
            elif keyword in _COUNTS and UNIQUE_KEY[_COUNTS[keyword][1]] in row:
                counted, of_level = _COUNTS[keyword]
                setattr(answer, keyword, self._open_index().count(counted, of_level, row[UNIQUE_KEY[of_level]]))
            elif keyword and keyword not in answer and keyword not in ALL_KEYS:
                setattr(answer, keyword, None)
        return answer

    def _on_move(self, event: evt.Event) -> Iterator[Any]:
        """Destination, number of sub-operations, then the objects: pynetdicom sends them over one association and counts.

        An instance that was asked for by name and is not here counts as failed; many archives call that a success.
        """
        destination = self._destinations.get(str(event.move_destination))
        if destination is None:
            yield None, None
            return
        keys = _move_keys(event.identifier)
        found = self._open_index().instances(keys)
        unknown = _unknown(keys, found)
        yield (*destination, {"contexts": _contexts_for(found), "evt_handlers": requestor_handlers()})
        if unknown and not found:
            yield 1
            yield _UNABLE, _failed_list(unknown)
            return
        yield len(found) + len(unknown)
        for instance in found:
            if event.is_cancelled:
                yield _CANCELLED, None
                return
            yield _PENDING, pydicom.dcmread(instance.path)
        for uid in unknown:
            yield _PENDING, _not_held(uid)


def run_tms(
    directory: Path, port: int, ae_title: str, destinations: Mapping[str, tuple[str, int]], host: str = "127.0.0.1"
) -> None:
    """Run a treatment management system until the process is interrupted or terminated.

    Raises
    ------
    ReceiverCannotStart
        If the port cannot be opened.
    """
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    tms = EmbeddedTms(directory, ae_title=ae_title, host=host, port=port, destinations=destinations)
    tms.start()
    _log.info("%s listens on %s:%d", ae_title, host, port)
    try:
        while not ended.wait(0.5):
            pass
    except KeyboardInterrupt:
        _log.info("interrupted")
    finally:
        tms.stop()


_COUNTS = {
    "NumberOfStudyRelatedSeries": ("SERIES", "STUDY"),
    "NumberOfStudyRelatedInstances": ("IMAGE", "STUDY"),
    "NumberOfSeriesRelatedInstances": ("IMAGE", "SERIES"),
    "NumberOfPatientRelatedStudies": ("STUDY", "PATIENT"),
}


def _on_requested(event: evt.Event) -> None:
    limit_send_size(event.assoc.requestor)
    narrow_to_first_listed(event.assoc)


def _move_keys(identifier: Dataset) -> dict[str, str]:
    return {key: _key_text(identifier.get(key)) for key in UNIQUE_KEY.values() if identifier.get(key)}


def _unknown(keys: Mapping[str, str], found: Iterable[StoredInstance]) -> list[str]:
    held = {instance.sop_instance_uid for instance in found}
    wanted = keys.get("SOPInstanceUID", "")
    return [uid for uid in wanted.split("\\") if uid and uid not in held]


def _contexts_for(instances: Iterable[StoredInstance]) -> list[PresentationContext]:
    """One context for each SOP class and stored syntax; the stored one first, so that nothing is encoded again."""
    kinds = sorted({(instance.sop_class_uid, instance.transfer_syntax_uid) for instance in instances})
    if not kinds:  # an association needs one, even where nothing will be sent
        kinds = [(CT_IMAGE, str(ImplicitVRLittleEndian))]
    return [
        build_context(sop_class_uid, [syntax, *(other for other in _LITTLE_ENDIAN if other != syntax)])
        for sop_class_uid, syntax in kinds
    ]


def _not_held(uid: str) -> Dataset:
    """Stands for an instance that cannot be sent: sending fails, and its UID comes into the failed list."""
    ds = Dataset()
    ds.SOPInstanceUID = uid
    return ds


def _failed_list(uids: list[str]) -> Dataset:
    ds = Dataset()
    ds.FailedSOPInstanceUIDList = uids
    return ds


def _key_text(value: Any) -> str:
    if value is None:
        return ""
    return "\\".join(str(part) for part in value) if isinstance(value, MultiValue | list) else str(value).strip()


def _file_name(sop_instance_uid: str) -> str:
    """A name made from the UID that is safe whatever the UID holds."""
    return f"{hashlib.sha256(sop_instance_uid.encode()).hexdigest()[:32]}.dcm"


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(f".{threading.get_ident()}.part")
    part.write_bytes(content)
    part.replace(path)
