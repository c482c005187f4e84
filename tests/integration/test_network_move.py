"""Loading: from DCMTK, Orthanc and the embedded system, and from peers that promise more than they send."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pynetdicom import evt

from pti.network.errors import (
    DimseTimeout,
    MoveFailed,
)
from pti.network.peers import LocalEntity
from pti.network.settings import NetworkSettings
from tests.support.dicom_peers import (
    LOCAL_TITLE,
    LOOPBACK,
    Clinic,
    dcmqrscp,
    orthanc,
    reference_to,
    small_ct,
    workstation,
    write,
)
from tests.support.listening import Listening, store_with


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
