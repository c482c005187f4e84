"""Pulling the plug, and Stop at any moment with the time-outs of 300 s."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pynetdicom import evt

from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from pti.network.errors import (
    AssociationAborted,
    NetworkError,
    PeerUnreachable,
)
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity, Peer
from pti.network.settings import NetworkSettings
from pti.network.storing import StoreResult
from tests.support.dicom_peers import (
    LOCAL_TITLE,
    LOOPBACK,
    Clinic,
    SilentPeer,
    reference_to,
    small_ct,
    tms_process,
    workstation,
    write,
)
from tests.support.listening import Listening, items, store_with
from tests.support.ports import free_port

#: A stop is to be felt within 0.3 s; on a loaded test machine ten times that still tells it from a time-out of 300 s.
STOP_LIMIT_S = 3.0


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
