"""The workstation's Storage SCP, called by DCMTK and by bare sockets."""

import logging
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.presentation import build_context

from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET, SPATIAL_REGISTRATION
from pti.foundation.uids import IMPLEMENTATION_CLASS_UID
from pti.network.errors import ReceiverCannotStart
from pti.network.peers import LocalEntity, Peer
from pti.network.receiver import StorageReceiver
from pti.storage.cache import InstanceCache
from tests.support.dicom_peers import LOCAL_TITLE, LOOPBACK, call, program, small_ct, write
from tests.support.ports import free_port


@dataclass(frozen=True)
class Receiving:
    """A running receiver that knows one peer."""

    receiver: StorageReceiver
    cache: InstanceCache
    local: LocalEntity

    def associate(self, *contexts: tuple[str, list[str]], title: str = "TMS") -> Association:
        entity = AE(title)
        return entity.associate(
            LOOPBACK, self.local.port, [build_context(uid, syntaxes) for uid, syntaxes in contexts], ae_title=LOCAL_TITLE
        )


@pytest.fixture
def receiving(tmp_path: Path) -> Iterator[Receiving]:
    local = LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())
    cache = InstanceCache(tmp_path / "cache")
    receiver = StorageReceiver(local, [Peer("TMS", LOOPBACK, 104)], cache)
    receiver.start()
    yield Receiving(receiver, cache, local)
    receiver.stop()


@pytest.mark.requirement("SCP-01", "SCP-05")
def test_dcmtk_stores_and_the_file_is_the_object(receiving: Receiving, tmp_path: Path) -> None:
    slices = small_ct(3)
    paths = write(slices, tmp_path / "in")
    with receiving.receiver.expect([str(ds.SOPInstanceUID) for ds in slices]) as expectation:
        call("storescu", "-aet", "TMS", "-aec", LOCAL_TITLE, LOOPBACK, receiving.local.port, *paths)
        assert expectation.missing == frozenset()
    for ds in slices:
        path = receiving.cache.get(str(ds.SOPInstanceUID))
        assert path is not None
        read = pydicom.dcmread(path)
        assert read.PixelData == ds.PixelData
        assert read.file_meta.ImplementationClassUID == IMPLEMENTATION_CLASS_UID
        assert read.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID


@pytest.mark.requirement("SCP-02", "SEC-02")
@pytest.mark.parametrize(
    ("calling", "called", "reason"),
    [("STRANGER", LOCAL_TITLE, "Calling AE Title Not Recognized"), ("TMS", "OTHER", "Called AE Title Not Recognized")],
)
def test_strangers_are_rejected_with_the_fitting_reason_and_logged(
    receiving: Receiving, caplog: pytest.LogCaptureFixture, calling: str, called: str, reason: str
) -> None:
    with caplog.at_level(logging.WARNING, "pti.network"):
        said = call("echoscu", "-v", "-aet", calling, "-aec", called, LOOPBACK, receiving.local.port, check=False)
    assert reason in said
    (record,) = [record for record in caplog.records if "rejected" in record.getMessage()]
    assert calling in record.getMessage()
    assert called in record.getMessage()
    assert LOOPBACK in record.getMessage()


@pytest.mark.requirement("SCP-02", "SEC-02")
def test_a_known_title_from_another_address_is_rejected(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    local = LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())
    receiver = StorageReceiver(local, [Peer("TMS", "127.0.0.2", 104)], InstanceCache(tmp_path))
    receiver.start()
    try:
        said = call("echoscu", "-v", "-aet", "TMS", "-aec", LOCAL_TITLE, LOOPBACK, local.port, check=False)
    finally:
        receiver.stop()
    assert "Association Rejected" in said
    assert "Rejected Permanent" in said
    assert [record for record in caplog.records if "rejected" in record.getMessage()]


@pytest.mark.requirement("SCP-03", "SCP-04")
def test_the_first_listed_supported_syntax_is_chosen_and_duplicates_are_accepted(receiving: Receiving) -> None:
    implicit, explicit = str(ImplicitVRLittleEndian), str(ExplicitVRLittleEndian)
    association = receiving.associate(
        (CT_IMAGE, [explicit, implicit]),
        (CT_IMAGE, [implicit, explicit]),
        (CT_IMAGE, [str(JPEG2000Lossless), explicit, implicit]),
        (CT_IMAGE, [explicit]),
        (CT_IMAGE, [str(ExplicitVRBigEndian)]),
        (SPATIAL_REGISTRATION, [implicit]),
    )
    chosen = [str(context.transfer_syntax[0]) for context in association.accepted_contexts]
    refused = association.rejected_contexts
    association.release()
    assert chosen == [explicit, implicit, explicit, explicit]
    assert len(refused) == 2


@pytest.mark.requirement("NET-10", "NET-01")
def test_all_four_classes_are_accepted(receiving: Receiving) -> None:
    association = receiving.associate(
        *((uid, [str(ImplicitVRLittleEndian)]) for uid in (CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET))
    )
    count = len(association.accepted_contexts)
    association.release()
    assert count == 4


@pytest.mark.requirement("NET-08", "NET-06")
def test_unlimited_reception_and_our_implementation_are_announced(receiving: Receiving) -> None:
    association = receiving.associate((CT_IMAGE, [str(ImplicitVRLittleEndian)]))
    acceptor = association.acceptor
    association.release()
    assert acceptor.maximum_length == 0
    assert acceptor.implementation_class_uid == IMPLEMENTATION_CLASS_UID


def store(receiving: Receiving, ds: Dataset) -> Dataset:
    association = receiving.associate((CT_IMAGE, [str(ExplicitVRLittleEndian)]))
    try:
        answer: Dataset = association.send_c_store(ds)
        return answer
    finally:
        association.release()


@pytest.mark.requirement("SCP-05")
@pytest.mark.parametrize("uid", ["../../../evil", "/tmp/evil"])
def test_a_uid_that_is_a_path_is_refused_and_writes_nothing(receiving: Receiving, tmp_path: Path, uid: str) -> None:
    (ds,) = small_ct(1)
    ds.SOPInstanceUID = uid
    answer = store(receiving, ds)
    assert answer.Status == 0xA900
    assert "UID" in answer.ErrorComment
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.requirement("SCP-06", "SCP-05")
@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "Modality"])
def test_an_object_without_its_identity_is_refused_with_the_reason(receiving: Receiving, keyword: str) -> None:
    (ds,) = small_ct(1)
    delattr(ds, keyword)
    with receiving.receiver.expect([str(ds.SOPInstanceUID)]) as expectation:
        answer = store(receiving, ds)
        assert keyword in expectation.refused[str(ds.SOPInstanceUID)]
    assert answer.Status == 0x0117
    assert keyword in answer.ErrorComment
    assert receiving.cache.instances() == {}


@pytest.mark.requirement("SCP-06")
def test_the_check_for_type_1_attributes_decides(tmp_path: Path) -> None:
    local = LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())
    cache = InstanceCache(tmp_path / "cache")

    def needs_pixel_spacing(ds: Dataset) -> list[str]:
        return [] if "PixelSpacing" in ds else ["PixelSpacing is missing"]

    receiver = StorageReceiver(local, [Peer("TMS", LOOPBACK, 104)], cache, check=needs_pixel_spacing)
    receiver.start()
    try:
        good, bad = small_ct(2)
        del bad.PixelSpacing
        receiving = Receiving(receiver, cache, local)
        assert store(receiving, good).Status == 0x0000
        answer = store(receiving, bad)
        assert (answer.Status, answer.ErrorComment) == (0x0117, "PixelSpacing is missing")
    finally:
        receiver.stop()
    assert set(cache.instances()) == {str(good.SOPInstanceUID)}


class FullDisk:
    """A sink on a disk without space."""

    def store(self, sop_class_uid: str, sop_instance_uid: str, content: bytes) -> Path:
        raise OSError(28, "No space left on device")


@pytest.mark.requirement("SCP-05")
def test_a_full_disk_is_answered_with_out_of_resources_and_logged(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    local = LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())
    receiver = StorageReceiver(local, [Peer("TMS", LOOPBACK, 104)], FullDisk())
    receiver.start()
    try:
        answer = store(Receiving(receiver, InstanceCache(tmp_path), local), small_ct(1)[0])
    finally:
        receiver.stop()
    assert answer.Status == 0xA700
    assert "No space left" in answer.ErrorComment
    assert any(record.levelno == logging.ERROR for record in caplog.records)


@pytest.mark.requirement("SCP-05")
@pytest.mark.parametrize("kept_bytes", [30, 150, 396])
def test_a_data_set_that_is_cut_off_is_refused_and_the_receiver_lives_on(
    receiving: Receiving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_bytes: int
) -> None:
    (ds,) = small_ct(1)
    (path,) = write([ds], tmp_path / "in")
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\x08\x00\x08\x00CS") + kept_bytes])
    association = receiving.associate((CT_IMAGE, [str(ExplicitVRLittleEndian)]))
    with monkeypatch.context() as patched:
        patched.setattr("pynetdicom._config.STORE_SEND_CHUNKED_DATASET", True)  # sends the file's bytes as they are
        answer = association.send_c_store(path)
    association.release()
    assert answer.Status in (0xC000, 0x0117)
    assert receiving.cache.instances() == {}
    assert store(receiving, ds).Status == 0x0000


def test_a_port_in_use_is_told_and_a_second_start_works_after_a_stop(receiving: Receiving, tmp_path: Path) -> None:
    second = StorageReceiver(receiving.local, [], InstanceCache(tmp_path / "second"))
    with pytest.raises(ReceiverCannotStart, match=str(receiving.local.port)):
        second.start()
    receiving.receiver.stop()
    receiving.receiver.start()
    call("echoscu", "-aet", "TMS", "-aec", LOCAL_TITLE, LOOPBACK, receiving.local.port)


def is_closed(connection: socket.socket, limit_s: float) -> bool:
    connection.settimeout(limit_s)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_a_pdu_announced_as_4_gb_ends_the_connection_and_hurts_nobody(receiving: Receiving) -> None:
    with socket.create_connection((LOOPBACK, receiving.local.port)) as hostile:
        hostile.sendall(struct.pack(">BBL", 0x01, 0, 0xFFFFFFFF) + b"\0" * 1000)
        assert is_closed(hostile, 5)
    call("echoscu", "-aet", "TMS", "-aec", LOCAL_TITLE, LOOPBACK, receiving.local.port)


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\x01\x00\x00\x00\x00\x04abcd", b"\x04\x00\x00\x00\x00\x02ab"])
def test_a_peer_that_speaks_no_dicom_is_cut_off_and_hurts_nobody(receiving: Receiving, garbage: bytes) -> None:
    with socket.create_connection((LOOPBACK, receiving.local.port)) as hostile:
        hostile.sendall(garbage)
        assert is_closed(hostile, 10) or garbage.startswith(b"GET")
    call("echoscu", "-aet", "TMS", "-aec", LOCAL_TITLE, LOOPBACK, receiving.local.port)


def test_silent_clients_do_not_keep_others_out(receiving: Receiving) -> None:
    silent = [socket.create_connection((LOOPBACK, receiving.local.port)) for _ in range(10)]
    try:
        call("echoscu", "-aet", "TMS", "-aec", LOCAL_TITLE, LOOPBACK, receiving.local.port)
    finally:
        for connection in silent:
            connection.close()


def test_stopping_ends_associations_that_a_peer_holds_open(receiving: Receiving) -> None:
    association = receiving.associate((CT_IMAGE, [str(ImplicitVRLittleEndian)]))
    receiving.receiver.stop()
    deadline = time.monotonic() + 5
    while not association.is_aborted and time.monotonic() < deadline:
        time.sleep(0.02)
    assert association.is_aborted


def test_dcmtk_sends_two_hundred_images_without_loss(receiving: Receiving, tmp_path: Path) -> None:
    slices = small_ct(200)
    write(slices, tmp_path / "in")
    subprocess.run(
        [program("storescu"), "-aet", "TMS", "-aec", LOCAL_TITLE, "+sd", LOOPBACK, str(receiving.local.port), tmp_path / "in"],
        check=True,
        timeout=60,
    )
    assert set(receiving.cache.instances()) == {str(ds.SOPInstanceUID) for ds in slices}
