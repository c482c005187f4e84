"""Echo and what is proposed: the workstation's associations with DCMTK and with peers that refuse or are not there."""

import logging
import threading
import time
from pathlib import Path

import pytest
from pynetdicom import AE, build_context, evt
from pynetdicom.dimse_primitives import C_ECHO

from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.foundation.uids import IMPLEMENTATION_CLASS_UID
from pti.network.errors import (
    AssociationRejected,
    PeerUnreachable,
    ServiceNotOffered,
)
from pti.network.link import Link
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity, Peer
from pti.network.settings import NetworkSettings
from tests.support.dicom_peers import (
    LOCAL_TITLE,
    LOOPBACK,
    Clinic,
    call,
    clinic,
    program,
    reference_to,
    small_ct,
    storescp,
    write,
)
from tests.support.listening import Listening, items
from tests.support.ports import free_port


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
