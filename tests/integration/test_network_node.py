"""The workstation's associations with DCMTK, Orthanc and the embedded system, and with peers that die or stay silent."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, build_context, evt
from pynetdicom.dimse_primitives import C_ECHO
from pynetdicom.pdu import P_DATA_TF

from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from pti.foundation.instances import CT_IMAGE, RT_ION_PLAN, InstanceReference
from pti.foundation.uids import IMPLEMENTATION_CLASS_UID
from pti.network.errors import (
    AssociationAborted,
    AssociationRejected,
    DimseTimeout,
    MoveFailed,
    NetworkError,
    PeerUnreachable,
    ServiceNotOffered,
    StoreFailed,
)
from pti.network.link import Link
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity, Peer
from pti.network.settings import NetworkSettings
from pti.network.statuses import StoreOutcome
from pti.network.storing import StoreItem, StoreResult
from tests.support.dicom_peers import (
    LOCAL_TITLE,
    LOOPBACK,
    Clinic,
    SilentPeer,
    call,
    clinic,
    dcmqrscp,
    orthanc,
    program,
    reference_to,
    small_ct,
    storescp,
    tms_process,
    workstation,
    write,
)
from tests.support.ports import free_port

#: A stop is to be felt within 0.3 s; on a loaded test machine ten times that still tells it from a time-out of 300 s.
STOP_LIMIT_S = 3.0


@pytest.fixture
def local() -> LocalEntity:
    return LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Clinic]:
    with clinic(tmp_path) as running:
        yield running


def items(slices: list[Dataset]) -> list[StoreItem]:
    return [StoreItem(str(ds.SOPClassUID), str(ds.SOPInstanceUID), ds) for ds in slices]


class Listening:
    """A pynetdicom peer with the handlers of a test; ended with the block."""

    def __init__(
        self, *handlers: object, syntaxes: tuple[str, ...] = (ImplicitVRLittleEndian,), maximum_pdu: int = 16384
    ) -> None:
        self._entity = AE("PEER")
        self._entity.maximum_pdu_size = maximum_pdu
        for uid in (CT_IMAGE, "1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.2"):
            self._entity.add_supported_context(uid, list(syntaxes))
        self.peer = Peer("PEER", LOOPBACK, free_port())
        self._handlers = list(handlers)
        self._release = threading.Event()

    def __enter__(self) -> "Listening":
        self._entity.start_server((LOOPBACK, self.peer.port), block=False, evt_handlers=self._handlers)  # type: ignore[arg-type]
        return self

    def __exit__(self, *_: object) -> None:
        self._entity.shutdown()


# Echo


@pytest.mark.requirement("NET-07")
def test_an_echo_reaches_dcmtk(tmp_path: Path, local: LocalEntity) -> None:
    with storescp(tmp_path) as peer, DicomNode(local) as node:
        node.echo(peer)


@pytest.mark.requirement("NET-07")
def test_a_peer_that_is_not_there_is_told_with_a_remedy(local: LocalEntity) -> None:
    with DicomNode(local) as node, pytest.raises(PeerUnreachable) as told:
        node.echo(Peer("NOBODY", LOOPBACK, free_port()))
    assert "NOBODY" in told.value.detail
    assert told.value.remedy


def test_a_host_name_that_does_not_exist_is_told(local: LocalEntity) -> None:
    with DicomNode(local) as node, pytest.raises(PeerUnreachable, match=r"no-such-host\.invalid"):
        node.echo(Peer("NOBODY", "no-such-host.invalid", 104))


def test_a_rejection_is_told_with_the_peer_s_reason(local: LocalEntity, tmp_path: Path) -> None:
    with clinic(tmp_path) as site, pytest.raises(AssociationRejected, match=r"[Cc]alled AE title"):
        site.node.echo(Peer("OTHER_TITLE", LOOPBACK, site.peer.port))


def test_a_peer_without_the_service_is_told(local: LocalEntity) -> None:
    entity = AE("PEER")
    entity.add_supported_context(CT_IMAGE)
    peer = Peer("PEER", LOOPBACK, free_port())
    entity.start_server((LOOPBACK, peer.port), block=False)
    try:
        with DicomNode(local) as node, pytest.raises(ServiceNotOffered):
            node.echo(peer)
    finally:
        entity.shutdown()


@pytest.mark.requirement("NET-03", "NET-05", "NET-06", "NET-08")
def test_what_is_proposed_is_what_the_statement_says(local: LocalEntity) -> None:
    requests = []
    with Listening((evt.EVT_REQUESTED, lambda event: requests.append(event.assoc.requestor))) as listening:
        with DicomNode(local) as node:
            node.echo(listening.peer)
        (requestor,) = requests
        assert requestor.primitive.application_context_name == "1.2.840.10008.3.1.1.1"
        assert requestor.primitive.calling_ae_title == LOCAL_TITLE
        assert requestor.implementation_class_uid == IMPLEMENTATION_CLASS_UID
        assert requestor.asynchronous_operations == (1, 1)
        assert requestor.maximum_length == 0
        assert not any("Asynchronous" in type(item).__name__ for item in requestor.primitive.user_information)


def test_an_answer_is_left_to_the_caller_who_waits_for_it(local: LocalEntity) -> None:
    """The association's own thread, just let through and held again, must not take what comes after that."""
    left = 0
    with Listening() as listening:
        link = Link(local, listening.peer, NetworkSettings())
        link.open([build_context("1.2.840.10008.1.1")])
        association = link.association
        for _ in range(100):  # what send_c_echo and its like do between two requests
            association._reactor_checkpoint.set()
            association._reactor_checkpoint.clear()
            while not association._is_paused:
                time.sleep(0.0001)
            association.dimse.msg_queue.put((1, C_ECHO()))
            time.sleep(0.003)
            if not association.dimse.msg_queue.empty():
                association.dimse.msg_queue.get_nowait()
                left += 1
        association._reactor_checkpoint.set()
        link.close()
    assert left == 100


def test_no_answer_is_lost_on_a_busy_machine(local: LocalEntity) -> None:
    enough = threading.Event()

    def be_busy() -> None:
        while not enough.is_set():
            sum(range(1000))

    busy = [threading.Thread(target=be_busy) for _ in range(2)]
    with Listening() as listening:
        for thread in busy:
            thread.start()
        try:
            link = Link(local, listening.peer, NetworkSettings(dimse_timeout_s=20))
            link.open([build_context("1.2.840.10008.1.1")])
            statuses = [link.status_of(link.association.send_c_echo()) for _ in range(40)]
            link.close()
        finally:
            enough.set()
    assert statuses == [0x0000] * 40


# Store


@pytest.mark.requirement("SCU-03", "SCU-02")
@pytest.mark.parametrize(
    ("option", "syntax"), [("+xi", ImplicitVRLittleEndian), ("+xe", ExplicitVRLittleEndian), ("+xb", ExplicitVRBigEndian)]
)
def test_dcmtk_gets_the_same_pixels_in_the_syntax_that_it_prefers(
    tmp_path: Path, local: LocalEntity, option: str, syntax: str
) -> None:
    slices = small_ct(3)
    with storescp(tmp_path, option) as peer, DicomNode(local) as node:
        report = node.store(peer, items(slices))
    assert report.not_stored == ()
    for ds in slices:
        (path,) = tmp_path.glob(f"*{ds.SOPInstanceUID}")
        assert pydicom.dcmread(path).file_meta.TransferSyntaxUID == syntax
        call("dcmconv", "+te", path, tmp_path / "plain.dcm")
        read = pydicom.dcmread(tmp_path / "plain.dcm")
        assert np.array_equal(read.pixel_array, ds.pixel_array)
        assert read.ImagePositionPatient == ds.ImagePositionPatient


@pytest.mark.requirement("SCU-02", "SCU-06", "SCU-04", "SCU-05")
def test_each_object_has_its_result_and_the_one_association_is_released(
    local: LocalEntity, caplog: pytest.LogCaptureFixture
) -> None:
    answers = iter([(0x0000, ""), (0xA700, "disk full"), (0xB007, "odd"), (0xC123, "what?"), (0x0000, "")])
    events: list[str] = []

    def on_store(event: evt.Event) -> Dataset:
        answer = Dataset()
        answer.Status, answer.ErrorComment = next(answers)
        return answer

    handlers = [
        (evt.EVT_C_STORE, on_store),
        (evt.EVT_ACCEPTED, lambda _: events.append("accepted")),
        (evt.EVT_RELEASED, lambda _: events.append("released")),
        (evt.EVT_ABORTED, lambda _: events.append("aborted")),
    ]
    told: list[StoreResult] = []
    with Listening(*handlers) as listening, DicomNode(local) as node, caplog.at_level(logging.INFO, "pti.network"):
        report = node.store(listening.peer, items(small_ct(5)), on_result=told.append)
    assert events == ["accepted", "released"]
    assert list(report.results) == told
    assert [result.status for result in told] == [0x0000, 0xA700, 0xB007, 0xC123, 0x0000]
    assert [result.stored for result in told] == [True, False, True, False, True]
    assert [result.comment for result in told] == ["", "disk full", "odd", "what?", ""]
    assert "disk full" in caplog.text
    assert "odd" in caplog.text
    with pytest.raises(StoreFailed, match=r"2 of 5.*disk full.*what"):
        report.raise_if_incomplete()


@pytest.mark.requirement("NET-08")
@pytest.mark.parametrize(("announced", "largest"), [(0, 32768), (1 << 20, 32768), (16382, 16382)])
def test_no_longer_pdu_than_the_statement_says_is_sent(local: LocalEntity, announced: int, largest: int) -> None:
    sizes = []

    def on_pdu(event: evt.Event) -> None:
        if isinstance(event.pdu, P_DATA_TF):
            sizes.append(event.pdu.pdu_length)

    handlers = [(evt.EVT_PDU_RECV, on_pdu), (evt.EVT_C_STORE, lambda _: 0x0000)]
    with Listening(*handlers, maximum_pdu=announced) as listening, DicomNode(local) as node:
        node.store(listening.peer, items(small_ct(1, size=256))).raise_if_incomplete()
    assert max(sizes) <= largest
    assert max(sizes) > largest // 2


def test_a_class_that_the_peer_refuses_is_told_and_the_others_are_sent(local: LocalEntity) -> None:
    slices = small_ct(2)
    odd = StoreItem(RT_ION_PLAN, "1.2.3", slices[1])
    with Listening((evt.EVT_C_STORE, lambda _: 0x0000)) as listening, DicomNode(local) as node:
        report = node.store(listening.peer, [odd, *items(slices[:1])])
    assert [result.stored for result in report.results] == [False, True]
    assert "does not take this kind" in report.results[0].message


def test_a_file_that_is_gone_fails_alone(local: LocalEntity, tmp_path: Path) -> None:
    gone = StoreItem(CT_IMAGE, "1.2.3", tmp_path / "gone.dcm")
    with Listening((evt.EVT_C_STORE, lambda _: 0x0000)) as listening, DicomNode(local) as node:
        report = node.store(listening.peer, [gone, *items(small_ct(1))])
    assert [result.stored for result in report.results] == [False, True]


@pytest.mark.requirement("SCU-08")
def test_an_abort_by_the_peer_ends_the_task_and_the_rest_is_unconfirmed(local: LocalEntity) -> None:
    count = 0

    def on_store(event: evt.Event) -> int:
        nonlocal count
        count += 1
        if count == 2:
            event.assoc.abort()
        return 0x0000

    with Listening((evt.EVT_C_STORE, on_store)) as listening, DicomNode(local) as node:
        report = node.store(listening.peer, items(small_ct(4)))
    assert [result.outcome for result in report.results] == [StoreOutcome.STORED, *[StoreOutcome.UNCONFIRMED] * 3]
    assert isinstance(report.interruption, AssociationAborted)
    with pytest.raises(AssociationAborted, match="PEER"):
        report.raise_if_incomplete()


@pytest.mark.requirement("SCU-07")
def test_a_time_out_ends_the_task_with_a_release_and_the_rest_is_unconfirmed(local: LocalEntity) -> None:
    events: list[str] = []
    wake = threading.Event()

    def on_store(event: evt.Event) -> int:
        wake.wait(20)
        return 0x0000

    def on_release(event: evt.Event) -> None:
        if type(event.pdu).__name__ in ("A_RELEASE_RQ", "A_ABORT_RQ"):
            events.append(type(event.pdu).__name__)
            wake.set()

    settings = NetworkSettings(dimse_timeout_s=0.5)
    with (
        Listening((evt.EVT_C_STORE, on_store), (evt.EVT_PDU_RECV, on_release)) as listening,
        DicomNode(local, settings) as node,
    ):
        report = node.store(listening.peer, items(small_ct(2)))
    assert isinstance(report.interruption, DimseTimeout)
    assert [result.outcome for result in report.results] == [StoreOutcome.UNCONFIRMED] * 2
    assert events[0] == "A_RELEASE_RQ"


# Move


def store_with(peer: Peer, paths: list[Path]) -> None:
    call("storescu", "-aet", LOCAL_TITLE, "-aec", peer.ae_title, peer.host, peer.port, *paths)


@pytest.mark.requirement("QR-02", "QR-01")
@pytest.mark.parametrize("archive", [dcmqrscp, orthanc])
@pytest.mark.parametrize(("batch_size", "associations"), [(1, 1), (1, 3), (4, 1)])
def test_real_archives_deliver_every_image(
    tmp_path: Path, local: LocalEntity, archive: Callable[..., object], batch_size: int, associations: int
) -> None:
    slices = small_ct(9)
    progress: list[tuple[int, int]] = []
    with archive(tmp_path, local) as peer, workstation(tmp_path, local, peer) as (receiver, cache, node):  # type: ignore[attr-defined]
        store_with(peer, write(slices, tmp_path / "in"))
        report = node.move(
            peer,
            LOCAL_TITLE,
            [reference_to(ds) for ds in slices],
            received=receiver,
            batch_size=batch_size,
            associations=associations,
            on_progress=lambda done, total: progress.append((done, total)),
        )
    report.raise_if_incomplete()
    assert progress[-1] == (9, 9)
    assert sorted(progress) == progress
    for ds in slices:
        path = cache.get(str(ds.SOPInstanceUID))
        assert path is not None
        assert np.array_equal(pydicom.dcmread(path).pixel_array, ds.pixel_array)


@pytest.mark.requirement("QR-04", "QR-03")
@pytest.mark.parametrize("archive", [dcmqrscp, orthanc])
@pytest.mark.parametrize("batch_size", [1, 5])
def test_success_is_not_believed_where_an_image_did_not_come(
    tmp_path: Path, local: LocalEntity, archive: Callable[..., object], batch_size: int
) -> None:
    slices = small_ct(4)
    settings = NetworkSettings(straggler_timeout_s=1.0)
    with archive(tmp_path, local) as peer, workstation(tmp_path, local, peer, settings) as (receiver, _, node):  # type: ignore[attr-defined]
        store_with(peer, write(slices[:3], tmp_path / "in"))
        report = node.move(peer, LOCAL_TITLE, [reference_to(ds) for ds in slices], received=receiver, batch_size=batch_size)
    assert [result.sop_instance_uid for result in report.missing] == [str(slices[3].SOPInstanceUID)]
    with pytest.raises(MoveFailed, match="1 of 4"):
        report.raise_if_incomplete()


@pytest.mark.requirement("QR-03")
def test_an_unknown_destination_is_told_once_and_not_asked_for_again(site: Clinic, tmp_path: Path) -> None:
    slices = small_ct(20)
    site.tms.add_files(write(slices, tmp_path / "in"))
    report = site.node.move(site.peer, "UNKNOWN", [reference_to(ds) for ds in slices], received=site.receiver)
    assert len(report.missing) == 20
    assert report.results[0].status == 0xA801
    assert report.results[-1].status is None
    with pytest.raises(MoveFailed, match="does not know this workstation"):
        report.raise_if_incomplete()


@pytest.mark.requirement("QR-05", "QR-01")
def test_one_request_for_each_image_over_one_association_and_then_a_release(local: LocalEntity, tmp_path: Path) -> None:
    identifiers: list[Dataset] = []
    events: list[str] = []

    def on_move(event: evt.Event) -> Iterator[object]:
        identifiers.append(event.identifier)
        yield LOOPBACK, 1
        yield 0

    handlers = [
        (evt.EVT_C_MOVE, on_move),
        (evt.EVT_ACCEPTED, lambda _: events.append("accepted")),
        (evt.EVT_RELEASED, lambda _: events.append("released")),
        (evt.EVT_ABORTED, lambda _: events.append("aborted")),
    ]
    slices = small_ct(5)
    settings = NetworkSettings(straggler_timeout_s=0.1)
    with Listening(*handlers) as listening, workstation(tmp_path, local, listening.peer, settings) as (receiver, _, node):
        node.move(listening.peer, LOCAL_TITLE, [reference_to(ds) for ds in slices], received=receiver)
    assert events == ["accepted", "released"]
    assert [str(identifier.SOPInstanceUID) for identifier in identifiers] == [str(ds.SOPInstanceUID) for ds in slices]
    assert all(len(identifier) == 4 for identifier in identifiers)


@pytest.mark.requirement("NET-04")
def test_no_more_associations_than_allowed_run_at_a_time(local: LocalEntity, tmp_path: Path) -> None:
    lock, open_now, most = threading.Lock(), 0, 0

    def count(step: int) -> None:
        nonlocal open_now, most
        with lock:
            open_now += step
            most = max(most, open_now)

    def on_move(event: evt.Event) -> Iterator[object]:
        time.sleep(0.02)
        yield LOOPBACK, 1
        yield 0

    handlers = [
        (evt.EVT_C_MOVE, on_move),
        (evt.EVT_ACCEPTED, lambda _: count(1)),
        (evt.EVT_RELEASED, lambda _: count(-1)),
    ]
    settings = NetworkSettings(straggler_timeout_s=0.1)
    with Listening(*handlers) as listening, workstation(tmp_path, local, listening.peer, settings) as (receiver, _, node):
        references = [reference_to(ds) for ds in small_ct(12)]
        node.move(listening.peer, LOCAL_TITLE, references, received=receiver, associations=8)
    assert most == 3


@pytest.mark.requirement("QR-07")
def test_a_peer_that_does_not_answer_a_move_is_told_as_a_time_out(local: LocalEntity, tmp_path: Path) -> None:
    wake = threading.Event()

    def on_move(event: evt.Event) -> Iterator[object]:
        wake.wait(20)
        yield LOOPBACK, 1
        yield 0

    settings = NetworkSettings(dimse_timeout_s=0.4, release_timeout_s=0.2)
    with Listening((evt.EVT_C_MOVE, on_move)) as listening:
        with workstation(tmp_path, local, listening.peer, settings) as (receiver, _, node):
            references = [reference_to(ds) for ds in small_ct(3)]
            with pytest.raises(DimseTimeout):
                node.move(listening.peer, LOCAL_TITLE, references, received=receiver)
        wake.set()


# Pulling the plug


@pytest.mark.requirement("QR-07")
def test_a_peer_killed_in_the_middle_of_loading_is_told_and_a_new_try_succeeds(tmp_path: Path, local: LocalEntity) -> None:
    slices = small_ct(150, size=64)
    references = [reference_to(ds) for ds in slices]
    paths = write(slices, tmp_path / "in")
    (tmp_path / "tms").mkdir()
    destinations = {LOCAL_TITLE: (LOOPBACK, local.port)}
    with (
        tms_process(tmp_path / "tms", destinations) as (peer, process),
        workstation(tmp_path, local, peer) as (receiver, cache, node),
    ):
        store_with(peer, paths)

        def pull_the_plug(done: int, total: int) -> None:
            if done > 20:
                os.kill(process.pid, signal.SIGKILL)

        with pytest.raises(NetworkError) as told:
            node.move(peer, LOCAL_TITLE, references, received=receiver, associations=3, on_progress=pull_the_plug)
        assert isinstance(told.value, AssociationAborted | PeerUnreachable)
        assert 20 < len(cache.instances()) < 150
    with (
        tms_process(tmp_path / "tms", destinations) as (peer, _),
        workstation(tmp_path, local, peer) as (receiver, cache, node),
    ):
        node.move(peer, LOCAL_TITLE, references, received=receiver, associations=3).raise_if_incomplete()
        assert len(cache.instances()) == 150


@pytest.mark.requirement("SCU-08")
def test_a_peer_killed_in_the_middle_of_saving_leaves_no_doubt_what_is_stored(tmp_path: Path, local: LocalEntity) -> None:
    slices = small_ct(60, size=64)
    (tmp_path / "tms").mkdir()
    with tms_process(tmp_path / "tms", {}) as (peer, process), DicomNode(local) as node:
        told: list[StoreResult] = []

        def pull_the_plug(result: StoreResult) -> None:
            told.append(result)
            if len(told) == 10:
                os.kill(process.pid, signal.SIGKILL)

        report = node.store(peer, items(slices), on_result=pull_the_plug)
        assert isinstance(report.interruption, AssociationAborted)
        assert len(report.results) == 60
        assert len(report.not_stored) >= 45
    confirmed = {result.sop_instance_uid for result in report.results if result.stored}
    with tms_process(tmp_path / "tms", {}) as (peer, _), DicomNode(local) as node:
        left = {result.sop_instance_uid for result in report.not_stored}
        assert not left & confirmed
        node.store(peer, items([ds for ds in slices if ds.SOPInstanceUID in left])).raise_if_incomplete()
    assert len(list((tmp_path / "tms").glob("*.dcm"))) == 60


def test_an_embedded_system_stopped_in_the_middle_of_loading_is_told_and_works_again(site: Clinic, tmp_path: Path) -> None:
    slices = small_ct(100, size=64)
    references = [reference_to(ds) for ds in slices]
    site.tms.add_files(write(slices, tmp_path / "in"))
    stopper: list[threading.Thread] = []

    def pull_the_plug(done: int, total: int) -> None:
        if done > 10 and not stopper:
            stopper.append(threading.Thread(target=site.tms.stop))
            stopper[0].start()

    with pytest.raises(NetworkError):
        site.node.move(site.peer, LOCAL_TITLE, references, received=site.receiver, on_progress=pull_the_plug)
    stopper[0].join()
    site.tms.start()
    site.node.move(site.peer, LOCAL_TITLE, references, received=site.receiver).raise_if_incomplete()


# Stop, with the time-outs of 300 s


def stop_after(seconds: float, stop: Callable[[], None]) -> list[float]:
    """Call `stop` a little later; the time of the call is put into the list."""
    called: list[float] = []

    def run() -> None:
        time.sleep(seconds)
        called.append(time.monotonic())
        stop()

    threading.Thread(target=run).start()
    return called


@pytest.mark.requirement("NET-09")
@pytest.mark.parametrize("how", ["cancel", "abort"])
def test_a_peer_that_never_answers_the_association_request_does_not_hold_a_stop_up(local: LocalEntity, how: str) -> None:
    token = CancelToken()
    with SilentPeer() as silent, DicomNode(local) as node:
        called = stop_after(0.2, token.cancel if how == "cancel" else node.abort)
        with pytest.raises(Stopped):
            node.echo(silent.peer, cancel=token)
        assert time.monotonic() - called[0] < STOP_LIMIT_S


@pytest.mark.requirement("NET-09")
def test_a_peer_that_never_answers_the_tcp_connection_does_not_hold_a_stop_up(local: LocalEntity) -> None:
    with socket.socket() as full:
        full.bind((LOOPBACK, 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for connection in waiting:  # the queue of a server that does not accept is full after these
            connection.setblocking(False)
            connection.connect_ex((LOOPBACK, port))
        token = CancelToken()
        with DicomNode(local, NetworkSettings(connection_timeout_s=60)) as node:
            called = stop_after(0.3, token.cancel)
            with pytest.raises(Stopped):
                node.echo(Peer("FULL", LOOPBACK, port), cancel=token)
            assert time.monotonic() - called[0] < STOP_LIMIT_S
        for connection in waiting:
            connection.close()


@pytest.mark.requirement("NET-09", "QR-05")
@pytest.mark.parametrize("associations", [1, 3])
def test_a_stop_while_a_peer_sits_on_a_move_releases_the_association(
    local: LocalEntity, tmp_path: Path, associations: int
) -> None:
    wake = threading.Event()
    said: list[str] = []

    def on_move(event: evt.Event) -> Iterator[object]:
        wake.wait(20)
        yield LOOPBACK, 1
        yield 0

    handlers = [(evt.EVT_C_MOVE, on_move), (evt.EVT_PDU_RECV, lambda event: said.append(type(event.pdu).__name__))]
    token = CancelToken()
    references = [reference_to(ds) for ds in small_ct(6)]
    with Listening(*handlers) as listening:
        with workstation(tmp_path, local, listening.peer) as (receiver, _, node):
            called = stop_after(0.5, token.cancel)
            with pytest.raises(Stopped):
                node.move(listening.peer, LOCAL_TITLE, references, received=receiver, associations=associations, cancel=token)
            assert time.monotonic() - called[0] < STOP_LIMIT_S
            deadline = time.monotonic() + 5
            while said.count("A_RELEASE_RQ") < associations and time.monotonic() < deadline:
                time.sleep(0.02)
        wake.set()
    assert said.count("A_RELEASE_RQ") == associations
    assert said.count("P_DATA_TF") == 2 * associations  # command and identifier of one C-MOVE, and no C-CANCEL


@pytest.mark.requirement("NET-09")
def test_a_stop_while_a_peer_sits_on_a_store_keeps_what_was_confirmed(local: LocalEntity) -> None:
    wake = threading.Event()
    count = 0

    def on_store(event: evt.Event) -> int:
        nonlocal count
        count += 1
        if count > 2:
            wake.wait(20)
        return 0x0000

    token = CancelToken()
    told: list[StoreResult] = []
    with Listening((evt.EVT_C_STORE, on_store)) as listening, DicomNode(local) as node:
        called = stop_after(0.5, token.cancel)
        with pytest.raises(Stopped):
            node.store(listening.peer, items(small_ct(5)), on_result=told.append, cancel=token)
        assert time.monotonic() - called[0] < STOP_LIMIT_S
        wake.set()
    assert [result.stored for result in told] == [True, True]


def test_a_stop_that_comes_before_the_task_opens_nothing(local: LocalEntity) -> None:
    token = CancelToken()
    token.cancel()
    with DicomNode(local) as node, pytest.raises(Stopped):
        node.echo(Peer("NOBODY", LOOPBACK, free_port()), cancel=token)


def test_after_a_stop_the_node_works_on(site: Clinic, tmp_path: Path) -> None:
    slices = small_ct(80, size=64)
    references = [reference_to(ds) for ds in slices]
    site.tms.add_files(write(slices, tmp_path / "in"))
    token = CancelToken()

    def stop_soon(done: int, total: int) -> None:
        if done > 10:
            token.cancel()

    with pytest.raises(Stopped):
        site.node.move(site.peer, LOCAL_TITLE, references, received=site.receiver, on_progress=stop_soon, cancel=token)
    site.node.abort()
    site.node.move(site.peer, LOCAL_TITLE, references, received=site.receiver, associations=3).raise_if_incomplete()


def test_no_thread_outlives_the_tasks(site: Clinic, tmp_path: Path) -> None:
    slices = small_ct(5)
    site.tms.add_files(write(slices, tmp_path / "in"))
    before = threading.active_count()
    site.node.echo(site.peer)
    site.node.move(site.peer, LOCAL_TITLE, [reference_to(ds) for ds in slices], received=site.receiver, associations=3)
    with pytest.raises(NetworkError):
        site.node.echo(Peer("NOBODY", LOOPBACK, free_port()))
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert threading.active_count() <= before


# What is logged


@pytest.mark.requirement("QR-06")
def test_events_are_logged_and_patients_are_not(site: Clinic, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    slices = small_ct(2)
    site.tms.add_files(write(slices[:1], tmp_path / "in"))
    with caplog.at_level(logging.DEBUG):
        site.node.find_plans(site.peer)
        site.node.find_patients(site.peer)
        site.node.move(
            site.peer, LOCAL_TITLE, [*map(reference_to, slices), InstanceReference(CT_IMAGE, "1.2.3")], received=site.receiver
        )
        site.node.store(site.peer, items(slices))
    assert "loaded 1 of 3" in caplog.text
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    assert "Test^Patient" not in caplog.text
    assert "PTI-0001" not in caplog.text


def test_dcmtk_is_what_the_tests_call() -> None:
    assert "dcmtk" in call(program("echoscu"), "--version")
