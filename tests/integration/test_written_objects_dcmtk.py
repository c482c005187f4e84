"""DCMTK on every object that is written: its dump takes each file, its server gets each in every transfer syntax."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from pti.dicom.files import write_file
from pti.network.node import DicomNode
from pti.network.peers import LocalEntity
from pti.network.storing import StoreReport
from tests.support.dataset_differences import differences
from tests.support.dicom_peers import LOCAL_TITLE, LOOPBACK, call, storescp
from tests.support.judged_objects import JUDGED_NAMES, judged, judged_objects
from tests.support.listening import items
from tests.support.ports import free_port


@dataclass(frozen=True)
class Received:
    """What DCMTK's server has of all objects in the one transfer syntax that it takes."""

    syntax: UID
    report: StoreReport
    files: Mapping[str, Path]


@pytest.fixture(
    scope="module",
    params=[("+xi", ImplicitVRLittleEndian), ("+xe", ExplicitVRLittleEndian), ("+xb", ExplicitVRBigEndian)],
    ids=["implicit little endian", "explicit little endian", "explicit big endian"],
)
def received(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Received:
    option, syntax = request.param
    directory = tmp_path_factory.mktemp("storescp")
    local = LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())
    with storescp(directory, option) as peer, DicomNode(local) as node:
        report = node.store(peer, items(list(judged_objects().values())))
    return Received(syntax, report, {path.name.partition(".")[2]: path for path in directory.glob("*.2.25.*")})


@pytest.mark.requirement("FILE-01")
@pytest.mark.parametrize("name", JUDGED_NAMES)
def test_dcmdump_takes_the_file_without_complaint(name: str, tmp_path: Path) -> None:
    write_file(judged(name), tmp_path / "object.dcm")
    said = call("dcmdump", "--log-level", "debug", tmp_path / "object.dcm")
    assert "# Used TransferSyntax: Little Endian Implicit" in said
    assert re.findall(r"^[WEF]: .*", said, re.M) == []
    unknown = [int(group, 16) for group in re.findall(r"\((\w{4}),\w{4}\) \?\?", said)]
    assert [group for group in unknown if group % 2 == 0] == []  # only private elements are strange to it


@pytest.mark.requirement("SCU-03")
@pytest.mark.parametrize("name", JUDGED_NAMES)
def test_dcmtk_gets_every_value_in_every_syntax(name: str, received: Received, tmp_path: Path) -> None:
    sent = judged(name)
    results = {result.sop_instance_uid: result for result in received.report.results}
    assert results[sent.SOPInstanceUID].stored, results[sent.SOPInstanceUID].message
    path = received.files[sent.SOPInstanceUID]
    assert pydicom.dcmread(path).file_meta.TransferSyntaxUID == received.syntax
    # DCMTK turns the bytes back, so that a wrong byte order of ours shows in numbers, pixels and curves.
    call("dcmconv", "+ti", path, tmp_path / "little.dcm")
    assert list(differences(sent, pydicom.dcmread(tmp_path / "little.dcm"))) == []


@pytest.mark.parametrize("name", JUDGED_NAMES)
def test_pydicom_reads_the_same_from_what_dcmtk_got(name: str, received: Received) -> None:
    sent, got = judged(name), pydicom.dcmread(received.files[judged(name).SOPInstanceUID])
    turned = {element.tag for element in sent if element.VR == "OW"} if received.syntax == ExplicitVRBigEndian else set()
    for tag in turned:  # pydicom leaves words in the file's byte order; their bytes are compared above
        assert len(got[tag].value) == len(sent[tag].value)
        got[tag] = sent[tag]
    assert list(differences(sent, got)) == []
