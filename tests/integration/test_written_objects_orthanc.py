"""Orthanc, an archive, keeps every object that is written and gives it back as it was."""

import json
import struct
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import encode_part10
from pti.network.contexts import RECEIVED_CLASSES
from pti.network.encoding import recode
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity, Peer
from pti.network.receiver import StorageReceiver
from pti.network.storing import StoreReport
from pti.storage.cache import InstanceCache
from tests.support.dataset_differences import differences
from tests.support.dicom_peers import LOCAL_TITLE, LOOPBACK, call, orthanc, reference_to, workstation
from tests.support.judged_objects import JUDGED_NAMES, judged, judged_objects
from tests.support.listening import items
from tests.support.ports import free_port


@dataclass(frozen=True)
class Archive:
    """Orthanc with every object that the program's own node sent to it, and the program's receiver."""

    peer: Peer
    http_port: int
    other_receiver: LocalEntity
    report: StoreReport
    node: DicomNode
    receiver: StorageReceiver
    cache: InstanceCache

    def ask(self, path: str, content: bytes | None = None) -> bytes:
        """The answer of its REST interface; with `content` of a POST."""
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.http_port}{path}", content)
        with urllib.request.urlopen(request, timeout=20) as answer:
            found: bytes = answer.read()
        return found

    def file_of(self, ds: Dataset) -> bytes:
        """The Part 10 file that it gives for an instance."""
        (identifier,) = json.loads(self.ask("/tools/lookup", str(ds.SOPInstanceUID).encode()))
        return self.ask(f"/instances/{identifier['ID']}/file")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    directory, http_port = tmp_path_factory.mktemp("orthanc"), free_port()
    local, other = (LocalEntity(title, LOOPBACK, free_port()) for title in (LOCAL_TITLE, "MOVESCU"))
    with (
        orthanc(directory, local, other, http_port=http_port) as peer,
        workstation(directory, local, peer) as (receiver, cache, node),
    ):
        report = node.store(peer, items(list(judged_objects().values())))
        yield Archive(peer, http_port, other, report, node, receiver, cache)


def data_set_bytes(part10: bytes) -> bytes:
    """What follows the file meta information."""
    assert part10[128:140] == b"DICM\2\0\0\0UL\4\0"
    return part10[144 + int(struct.unpack("<I", part10[140:144])[0]) :]


@pytest.mark.requirement("FILE-01")
@pytest.mark.parametrize("name", JUDGED_NAMES)
def test_a_file_that_was_put_in_comes_back_byte_for_byte(name: str, archive: Archive) -> None:
    ds = judged(name, "2.25.78")
    content = encode_part10(ds)
    assert json.loads(archive.ask("/instances", content))["Status"] == "Success"
    assert archive.file_of(ds) == content


@pytest.mark.requirement("SCU-03")
@pytest.mark.parametrize("name", JUDGED_NAMES)
def test_an_object_that_was_sent_is_kept_byte_for_byte(name: str, archive: Archive) -> None:
    sent = judged(name)
    results = {result.sop_instance_uid: result for result in archive.report.results}
    assert results[sent.SOPInstanceUID].stored, results[sent.SOPInstanceUID].message
    content = archive.file_of(sent)
    kept = pydicom.dcmread(BytesIO(content))
    assert list(differences(sent, kept)) == []
    encoded = BytesIO()
    recode(sent, kept.file_meta.TransferSyntaxUID).save_as(encoded, enforce_file_format=True)
    assert data_set_bytes(content) == data_set_bytes(encoded.getvalue())


@pytest.fixture(scope="module")
def fetched(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """SOP instance UID -> the file of what came by C-MOVE.

    DCMTK fetches the classes that the statement does not have us receive: registrations.
    """
    ours = [ds for ds in judged_objects().values() if ds.SOPClassUID in RECEIVED_CLASSES]
    report = archive.node.move(archive.peer, LOCAL_TITLE, [reference_to(ds) for ds in ours], received=archive.receiver)
    report.raise_if_incomplete()
    directory = tmp_path_factory.mktemp("movescu")
    others = [ds for ds in judged_objects().values() if ds.SOPClassUID not in RECEIVED_CLASSES]
    for study, series in {(ds.StudyInstanceUID, ds.SeriesInstanceUID) for ds in others}:
        move_series(archive, study, series, directory)
    return {**archive.cache.instances(), **{path.name.partition(".")[2]: path for path in directory.iterdir()}}


def move_series(archive: Archive, study: str, series: str, directory: Path) -> None:
    """Have DCMTK fetch a series into `directory`."""
    title, port = archive.other_receiver.ae_title, archive.other_receiver.port
    keys = ("QueryRetrieveLevel=SERIES", f"StudyInstanceUID={study}", f"SeriesInstanceUID={series}")
    options = ["-S", "-aet", title, "-aem", title, "-aec", archive.peer.ae_title, "--port", port, "-od", directory]
    call("movescu", *options, *(part for key in keys for part in ("-k", key)), LOOPBACK, archive.peer.port)


@pytest.mark.parametrize("name", JUDGED_NAMES)
def test_an_object_that_was_sent_can_be_fetched_again(name: str, fetched: dict[str, Path]) -> None:
    sent = judged(name)
    assert list(differences(sent, pydicom.dcmread(fetched[sent.SOPInstanceUID]))) == []
