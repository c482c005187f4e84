"""Real DICOM peers for tests: DCMTK programs and Orthanc on free loopback ports, and peers that misbehave."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from pti.foundation.instances import InstanceReference
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity, Peer
from pti.network.receiver import StorageReceiver
from pti.network.settings import NetworkSettings
from pti.simulator.tms import EmbeddedTms
from pti.storage.cache import InstanceCache
from tests.support import dicom_factory as factory
from tests.support.data import CHECKOUT
from tests.support.ports import free_port

LOOPBACK = "127.0.0.1"
LOCAL_TITLE = "PTImageClient"
TMS_TITLE = "PTI_TMS"


def program(name: str) -> str:
    """Path of an installed program; the test is skipped where it is not installed.

    Not from the Python environment: pynetdicom brings programs with the names of DCMTK's.
    """
    own = Path(sys.executable).parent
    places = [place for place in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(place) != own]
    path = shutil.which(name, path=os.pathsep.join([*places, "/usr/sbin"]))
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def call(name: str, *arguments: object, check: bool = True) -> str:
    """Run a program to its end; all that it printed."""
    done = subprocess.run(
        [program(name), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    assert not check or done.returncode == 0, done.stdout
    return done.stdout


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", limit_s: float = 20.0) -> None:
    """Wait until something listens on a port."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing listens on port {port}")


@contextmanager
def running(command: Sequence[object], port: int, directory: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A server process that listens on `port`; ended with the block."""
    environment = dict(os.environ, PYTHONPATH=str(CHECKOUT / "app"))
    with (directory / "server.log").open("ab") as log:
        process = subprocess.Popen([*map(str, command)], cwd=directory, stdout=log, stderr=log, env=environment)
        try:
            wait_for_port(port, process)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def storescp(directory: Path, *options: str, title: str = "STORESCP") -> Iterator[Peer]:
    """DCMTK's storage server, which writes into `directory`."""
    peer = Peer(title, LOOPBACK, free_port())
    command = [program("storescp"), *options, "-aet", title, "-od", directory, peer.port]
    with running(command, peer.port, directory):
        yield peer


@contextmanager
def dcmqrscp(directory: Path, local: LocalEntity) -> Iterator[Peer]:
    """DCMTK's archive, which may send to `local`."""
    peer = Peer("DCMQRSCP", LOOPBACK, free_port())
    (directory / "store").mkdir()
    configuration = directory / "dcmqrscp.cfg"
    configuration.write_text(
        f"NetworkTCPPort = {peer.port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        f"HostTable BEGIN\nus = ({local.ae_title}, {local.host}, {local.port})\nHostTable END\n"
        "VendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\n{peer.ae_title} {directory / 'store'} RW (1000, 1024mb) ANY\nAETable END\n"
    )
    with running([program("dcmqrscp"), "-c", configuration], peer.port, directory):
        yield peer


@contextmanager
def orthanc(directory: Path, local: LocalEntity, *others: LocalEntity, http_port: int | None = None) -> Iterator[Peer]:
    """Orthanc, which may send to `local` and `others`; with a REST interface on this machine where a port for it is given."""
    peer = Peer("ORTHANC", LOOPBACK, free_port())
    configuration = directory / "orthanc.json"
    configuration.write_text(
        json.dumps(
            {
                "Name": "test",
                "StorageDirectory": str(directory / "db"),
                "IndexDirectory": str(directory / "db"),
                "HttpServerEnabled": http_port is not None,
                "HttpPort": http_port or 0,
                "RemoteAccessAllowed": False,
                "DicomServerEnabled": True,
                "DicomAet": peer.ae_title,
                "DicomPort": peer.port,
                "DicomCheckCalledAet": True,
                "DicomAlwaysAllowStore": True,
                "DicomAlwaysAllowFind": True,
                "DicomAlwaysAllowMove": True,
                "Plugins": [],
                "DicomModalities": {
                    entity.ae_title: {
                        "AET": entity.ae_title,
                        "Host": entity.host,
                        "Port": entity.port,
                        "AllowFind": True,
                        "AllowMove": True,
                        "AllowStore": True,
                    }
                    for entity in (local, *others)
                },
            }
        )
    )
    with running([program("Orthanc"), configuration], peer.port, directory):
        yield peer


@contextmanager
def tms_process(
    directory: Path, destinations: Mapping[str, tuple[str, int]]
) -> Iterator[tuple[Peer, "subprocess.Popen[bytes]"]]:
    """The embedded treatment management system as a process of its own, so that it can be killed."""
    peer = Peer(TMS_TITLE, LOOPBACK, free_port())
    code = (
        "from pathlib import Path; from pti.simulator.tms import run_tms; "
        f"run_tms(Path({str(directory)!r}), {peer.port}, {peer.ae_title!r}, {dict(destinations)!r})"
    )
    with running([sys.executable, "-c", code], peer.port, directory) as process:
        yield peer, process


class SilentPeer:
    """Takes TCP connections and never says a word."""

    def __init__(self) -> None:
        self._server = socket.create_server((LOOPBACK, 0))
        self._connections: list[socket.socket] = []
        self.peer = Peer("SILENT", LOOPBACK, self._server.getsockname()[1])
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def __enter__(self) -> "SilentPeer":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        for connection in self._connections:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                self._connections.append(self._server.accept()[0])
            except OSError:
                return


def small_ct(count: int, *, size: int = 16, series: str = "2.25.77") -> list[Dataset]:
    """CT slices with unlike pixels and UIDs of their own."""
    slices = factory.ct_series([(0.0, 0.0, float(index)) for index in range(count)], rows=size, columns=size)
    for index, ds in enumerate(slices):
        ds.SOPInstanceUID = f"{series}.{index + 1}"
        ds.file_meta.MediaStorageSOPInstanceUID = UID(ds.SOPInstanceUID)
        ds.SeriesInstanceUID = series
        factory.set_pixels(ds, (np.arange(size * size, dtype=np.uint16).reshape(size, size) + index))
    return slices


def write(slices: Sequence[Dataset], directory: Path) -> list[Path]:
    """Part 10 files of data sets."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = [directory / f"{ds.SOPInstanceUID}.dcm" for ds in slices]
    for path, ds in zip(paths, slices, strict=True):
        ds.save_as(path, enforce_file_format=True)
    return paths


def reference_to(ds: Dataset) -> InstanceReference:
    """How a C-MOVE names a data set."""
    return InstanceReference(str(ds.SOPClassUID), str(ds.SOPInstanceUID), str(ds.SeriesInstanceUID), str(ds.StudyInstanceUID))


@dataclass(frozen=True)
class Clinic:
    """A workstation's network side and an embedded treatment management system."""

    tms: EmbeddedTms
    peer: Peer
    local: LocalEntity
    receiver: StorageReceiver
    cache: InstanceCache
    node: DicomNode


@contextmanager
def clinic(directory: Path, settings: NetworkSettings | None = None) -> Iterator[Clinic]:
    """Start all of it; ended with the block."""
    peer = Peer(TMS_TITLE, LOOPBACK, free_port())
    local = LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())
    tms = EmbeddedTms(directory / "tms", ae_title=TMS_TITLE, port=peer.port, destinations={LOCAL_TITLE: (LOOPBACK, local.port)})
    tms.start()
    try:
        with workstation(directory, local, peer, settings) as (receiver, cache, node):
            yield Clinic(tms, peer, local, receiver, cache, node)
    finally:
        tms.stop()


@contextmanager
def workstation(
    directory: Path, local: LocalEntity, peer: Peer, settings: NetworkSettings | None = None
) -> Iterator[tuple[StorageReceiver, InstanceCache, DicomNode]]:
    """Receiver, cache and node of a workstation that knows one peer."""
    cache = InstanceCache(directory / "cache")
    receiver = StorageReceiver(local, (peer,), cache)
    receiver.start()
    try:
        with DicomNode(local, settings) as node:
            yield receiver, cache, node
    finally:
        receiver.stop()
