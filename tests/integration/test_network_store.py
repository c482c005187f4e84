"""Storing: every status, abort and time-out, and pixels that arrive as they were."""

import logging
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import evt
from pynetdicom.pdu import P_DATA_TF

from pti.dicom.files import write_file
from pti.dicom.rt_image import write_rt_image
from pti.foundation.instances import CT_IMAGE, RT_ION_PLAN
from pti.network.errors import (
    AssociationAborted,
    DimseTimeout,
    StoreFailed,
)
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity
from pti.network.settings import NetworkSettings
from pti.network.statuses import StoreOutcome
from pti.network.storing import StoreItem, StoreResult
from tests.support.dicom_peers import (
    call,
    small_ct,
    storescp,
)
from tests.support.listening import Listening, items
from tests.support.written_objects import MARKERS, full_image


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


@pytest.mark.requirement("SCU-03", "MARK-05")
@pytest.mark.parametrize("option", ["+xi", "+xe", "+xb"])
def test_dcmtk_gets_the_same_markers_in_the_syntax_that_it_prefers(tmp_path: Path, local: LocalEntity, option: str) -> None:
    ds = write_rt_image(replace(full_image(), markers=MARKERS))
    write_file(ds, tmp_path / "outbox.dcm")  # as it waits in the outbox: in Implicit VR, without representations
    item = StoreItem(str(ds.SOPClassUID), str(ds.SOPInstanceUID), tmp_path / "outbox.dcm")
    with storescp(tmp_path, option) as peer, DicomNode(local) as node:
        assert node.store(peer, [item]).not_stored == ()
    (path,) = tmp_path.glob(f"RI*{ds.SOPInstanceUID}")
    for back in ("+te", "+ti"):
        call("dcmconv", back, path, tmp_path / "plain.dcm")
        read = pydicom.dcmread(tmp_path / "plain.dcm")
        points = [read[group, 0x3000] for group in (0x5000, 0x5002, 0x5004)]
        doubles = [p.value if p.VR == "FD" else np.frombuffer(p.value, "<f8") for p in points]
        assert [(row, column) for column, row in doubles] == list(MARKERS)
        assert read.PixelData == ds.PixelData


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
