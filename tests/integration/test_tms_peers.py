"""The embedded treatment management system, used by DCMTK and by our own node."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference
from pti.network.encoding import recode
from pti.network.errors import ReceiverCannotStart
from pti.network.storing import StoreItem
from pti.simulator.tms import EmbeddedTms
from tests.support import dicom_factory as factory
from tests.support.dicom_peers import (
    LOCAL_TITLE,
    LOOPBACK,
    TMS_TITLE,
    Clinic,
    call,
    clinic,
    reference_to,
    small_ct,
    storescp,
    tms_process,
    write,
)
from tests.support.ports import free_port


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Clinic]:
    with clinic(tmp_path) as running:
        yield running


def patient(tmp_path: Path, site: Clinic) -> tuple[list[Dataset], Dataset, Dataset]:
    """CT, structure set and plan of one patient, filed."""
    ct = small_ct(4)
    structures = factory.structure_set(ct)
    plan = factory.ion_plan(structures)
    site.tms.add_files(write([*ct, structures, plan], tmp_path / "in"))
    return ct, structures, plan


def find(site: Clinic, *keys: str) -> list[dict[str, str]]:
    """Matches of DCMTK's findscu: keyword -> value."""
    arguments = [part for key in keys for part in ("-k", key)]
    said = call("findscu", "-S", "-aec", TMS_TITLE, LOOPBACK, site.peer.port, *arguments)
    matches = []
    for part in re.split(r"Find Response: \d+", said)[1:]:
        lines = re.findall(
            r"^I: \([0-9a-f,]+\) \w\w (?:\[(.*?)\s*\]|=?(\w*)|\(no value available\)).*# +\d+, *\d+ (\w+)", part, re.M
        )
        matches.append({keyword: (text or plain).rstrip("\0") for text, plain, keyword in lines})
    return matches


def test_dcmtk_echoes_and_a_wrong_called_title_is_rejected(site: Clinic) -> None:
    call("echoscu", "-aec", TMS_TITLE, LOOPBACK, site.peer.port)
    assert "not recognized" in call("echoscu", "-aec", "OTHER", LOOPBACK, site.peer.port, check=False).lower()


@pytest.mark.parametrize("option", ["-xi", "-xe", "-xb"])
def test_dcmtk_stores_in_every_syntax_and_the_object_is_the_same(site: Clinic, tmp_path: Path, option: str) -> None:
    slices = small_ct(2)
    if option == "-xb":
        paths = write([recode(ds, ExplicitVRBigEndian) for ds in slices], tmp_path / "in")
    else:
        paths = write(slices, tmp_path / "in")
    call("storescu", option, "-aec", TMS_TITLE, LOOPBACK, site.peer.port, *paths)
    held = {instance.sop_instance_uid: instance for instance in site.tms.instances()}
    assert set(held) == {str(ds.SOPInstanceUID) for ds in slices}
    for ds in slices:
        read = pydicom.dcmread(held[str(ds.SOPInstanceUID)].path)
        assert np.array_equal(read.pixel_array, ds.pixel_array)


@pytest.mark.parametrize("option", ["+xi", "+xe"])
def test_dcmtk_moves_a_whole_study_to_its_own_storage(tmp_path: Path, option: str) -> None:
    (tmp_path / "out").mkdir()
    with storescp(tmp_path / "out", option) as destination:
        address = (LOOPBACK, destination.port)
        port = free_port()
        tms = EmbeddedTms(tmp_path / "tms", ae_title=TMS_TITLE, port=port, destinations={"STORESCP": address})
        tms.start()
        try:
            slices = small_ct(5)
            tms.add_files(write(slices, tmp_path / "in"))
            call(
                "movescu", "-S", "-aec", TMS_TITLE, "-aem", "STORESCP", LOOPBACK, port,
                "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={slices[0].StudyInstanceUID}",
            )  # fmt: skip
        finally:
            tms.stop()
    for ds in slices:
        (path,) = (tmp_path / "out").glob(f"*{ds.SOPInstanceUID}")
        assert np.array_equal(pydicom.dcmread(path).pixel_array, ds.pixel_array)


def move_with_dcmtk(site: Clinic, destination: str, *keys: str) -> str:
    arguments = [part for key in keys for part in ("-k", key)]
    return call(
        "movescu", "-v", "-S", "-aec", TMS_TITLE, "-aem", destination, LOOPBACK, site.peer.port, *arguments, check=False
    )


def test_an_unknown_destination_is_answered_with_a801(site: Clinic, tmp_path: Path) -> None:
    ct, _, _ = patient(tmp_path, site)
    said = move_with_dcmtk(site, "UNKNOWN", "QueryRetrieveLevel=STUDY", f"StudyInstanceUID={ct[0].StudyInstanceUID}")
    assert "a801" in said.lower() or "MoveDestinationUnknown" in said


def test_what_it_does_not_hold_is_reported_as_failed(site: Clinic, tmp_path: Path) -> None:
    ct, _, _ = patient(tmp_path, site)
    known = reference_to(ct[0])
    unknown = InstanceReference(known.sop_class_uid, "1.2.3.4", known.series_instance_uid, known.study_instance_uid)
    alone = site.node.move(site.peer, LOCAL_TITLE, [unknown], received=site.receiver)
    assert alone.results[0].status == 0xA702
    both = site.node.move(site.peer, LOCAL_TITLE, [known, unknown], received=site.receiver, batch_size=2)
    assert [result.arrived for result in both.results] == [True, False]


def test_a_destination_that_is_down_is_a_failure(site: Clinic, tmp_path: Path) -> None:
    ct, _, _ = patient(tmp_path, site)
    site.receiver.stop()
    report = site.node.move(site.peer, LOCAL_TITLE, [reference_to(ct[0])], received=site.receiver)
    assert not report.results[0].arrived
    assert report.results[0].status not in (0x0000, 0xFF00)


@pytest.mark.requirement("QR-04")
def test_an_object_that_the_destination_refuses_is_a_failure_with_our_reason(site: Clinic, tmp_path: Path) -> None:
    (ds,) = small_ct(1)
    del ds.Modality
    site.tms.add_files(write([ds], tmp_path / "in"))
    report = site.node.move(site.peer, LOCAL_TITLE, [reference_to(ds)], received=site.receiver)
    assert not report.results[0].arrived
    assert "Modality" in report.results[0].message


@pytest.mark.parametrize(
    ("keys", "count"),
    [
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientID=PTI-0001"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientID=PTI-0002"), 0),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientID=PTI*"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientID=PTI-000?"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientID=*"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientName=test^p*"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientName=[Tt]est*"), 0),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "StudyDate=20240101-20240131"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "StudyDate=20240201-"), 0),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "StudyDate=-20240102"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "ModalitiesInStudy=RTPLAN"), 1),
        (("QueryRetrieveLevel=STUDY", "StudyInstanceUID", "ModalitiesInStudy=MR"), 0),
        (("QueryRetrieveLevel=SERIES", "StudyInstanceUID", "SeriesInstanceUID"), 3),
        (("QueryRetrieveLevel=SERIES", "StudyInstanceUID", "SeriesInstanceUID", "Modality=CT"), 1),
        (("QueryRetrieveLevel=IMAGE", "SOPInstanceUID", "Modality=CT"), 4),
        (("QueryRetrieveLevel=IMAGE", "SOPInstanceUID=2.25.77.1\\2.25.77.3\\9.9"), 2),
    ],
)
def test_dcmtk_finds_by_the_usual_keys(site: Clinic, tmp_path: Path, keys: tuple[str, ...], count: int) -> None:
    patient(tmp_path, site)
    assert len(find(site, *keys)) == count


def test_what_was_asked_for_is_answered(site: Clinic, tmp_path: Path) -> None:
    ct, _, plan = patient(tmp_path, site)
    (study,) = find(
        site, "QueryRetrieveLevel=STUDY", "StudyInstanceUID", "PatientName", "PatientBirthDate",
        "NumberOfStudyRelatedInstances", "ModalitiesInStudy", "StudyDescription",
    )  # fmt: skip
    assert study["StudyInstanceUID"] == ct[0].StudyInstanceUID
    assert study["PatientName"] == "Test^Patient"
    assert study["PatientBirthDate"] == "19700131"
    assert study["NumberOfStudyRelatedInstances"] == "6"
    assert study["ModalitiesInStudy"] == "CT\\RTPLAN\\RTSTRUCT"
    assert study["StudyDescription"] == ""
    (found,) = find(site, "QueryRetrieveLevel=IMAGE", "SOPInstanceUID", "RTPlanLabel", "Modality=RTPLAN")
    assert found["SOPInstanceUID"] == plan.SOPInstanceUID
    assert found["RTPlanLabel"] == plan.RTPlanLabel


def test_our_node_lists_plans_and_patients_and_locates_a_structure_set(site: Clinic, tmp_path: Path) -> None:
    _, structures, plan = patient(tmp_path, site)
    (found,) = site.node.find_plans(site.peer)
    assert found.sop_instance_uid == plan.SOPInstanceUID
    assert (found.patient_id, found.patient_name, found.birth_date, found.sex) == ("PTI-0001", "Test^Patient", "19700131", "F")
    assert found.label == plan.RTPlanLabel
    assert found.instance.series_instance_uid == plan.SeriesInstanceUID
    assert [person.patient_id for person in site.node.find_patients(site.peer)] == ["PTI-0001"]
    wanted = InstanceReference(RT_STRUCTURE_SET, str(structures.SOPInstanceUID), "", str(structures.StudyInstanceUID))
    assert site.node.locate(site.peer, wanted).series_instance_uid == structures.SeriesInstanceUID
    unknown = InstanceReference(RT_STRUCTURE_SET, "1.2.3", "", str(structures.StudyInstanceUID))
    assert site.node.locate(site.peer, unknown) == unknown


@pytest.mark.requirement("QR-02", "QR-08")
def test_plan_structures_and_images_come_one_by_one(site: Clinic, tmp_path: Path) -> None:
    ct, structures, plan = patient(tmp_path, site)
    everything = [plan, structures, *ct]
    site.node.move(
        site.peer, LOCAL_TITLE, [reference_to(ds) for ds in everything], received=site.receiver
    ).raise_if_incomplete()
    assert set(site.cache.instances()) == {str(ds.SOPInstanceUID) for ds in everything}


@pytest.mark.requirement("SCU-02")
def test_what_our_node_stored_is_held_and_comes_back_the_same(site: Clinic) -> None:
    slices = small_ct(3)
    report = site.node.store(site.peer, [StoreItem(str(ds.SOPClassUID), str(ds.SOPInstanceUID), ds) for ds in slices])
    report.raise_if_incomplete()
    site.node.move(site.peer, LOCAL_TITLE, [reference_to(ds) for ds in slices], received=site.receiver).raise_if_incomplete()
    for ds in slices:
        path = site.cache.get(str(ds.SOPInstanceUID))
        assert path is not None
        assert np.array_equal(pydicom.dcmread(path).pixel_array, ds.pixel_array)


def test_a_restart_keeps_everything_and_a_second_copy_is_not_a_second_object(site: Clinic, tmp_path: Path) -> None:
    patient(tmp_path, site)
    before = site.tms.instances()
    site.tms.stop()
    site.tms.start()
    site.tms.add_files(sorted((tmp_path / "in").iterdir()))
    assert site.tms.instances() == before
    assert len(before) == 6


def test_files_that_are_not_dicom_are_passed_over(site: Clinic, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not DICOM")
    (tmp_path / "empty.dcm").touch()
    site.tms.add_files([tmp_path / "notes.txt", tmp_path / "empty.dcm"])
    assert site.tms.instances() == ()


def test_a_uid_that_is_a_path_is_refused(site: Clinic, tmp_path: Path) -> None:
    (ds,) = small_ct(1)
    (path,) = write([ds], tmp_path / "in")
    content = path.read_bytes().replace(b"2.25.77.1\0", b"../../evil")
    path.write_bytes(content)
    call("storescu", "-xe", "-aec", TMS_TITLE, LOOPBACK, site.peer.port, path, check=False)
    assert site.tms.instances() == ()
    assert not list(tmp_path.rglob("*evil*"))


def test_a_port_in_use_is_told(site: Clinic, tmp_path: Path) -> None:
    second = EmbeddedTms(tmp_path / "second", ae_title="SECOND", port=site.peer.port, destinations={})
    with pytest.raises(ReceiverCannotStart):
        second.start()


def test_it_runs_as_a_process_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with tms_process(tmp_path, {}) as (peer, process):
        call("echoscu", "-aec", peer.ae_title, LOOPBACK, peer.port)
        process.terminate()
        assert process.wait(10) == 0


def test_big_endian_files_are_kept_in_little_endian(site: Clinic, tmp_path: Path) -> None:
    (ds,) = small_ct(1)
    site.tms.add_files(write([recode(ds, ExplicitVRBigEndian)], tmp_path / "in"))
    (held,) = site.tms.instances()
    assert held.transfer_syntax_uid == ExplicitVRLittleEndian
    assert np.array_equal(pydicom.dcmread(held.path).pixel_array, ds.pixel_array)


def test_the_real_head_comes_image_by_image(site: Clinic, real_data: Callable[[str], Path]) -> None:
    folder = real_data("01_dcpt_head_proton")
    site.tms.add_files(sorted(folder.glob("*.dcm")))
    held = site.tms.instances()
    references = [
        InstanceReference(i.sop_class_uid, i.sop_instance_uid, i.series_instance_uid, i.study_instance_uid) for i in held
    ]
    report = site.node.move(site.peer, LOCAL_TITLE, references, received=site.receiver, associations=3)
    report.raise_if_incomplete()
    assert len(report.results) == 179
    for instance in held:
        path = site.cache.get(instance.sop_instance_uid)
        assert path is not None
        ours, theirs = pydicom.dcmread(path), pydicom.dcmread(instance.path)
        assert ours.get("PixelData") == theirs.get("PixelData")
