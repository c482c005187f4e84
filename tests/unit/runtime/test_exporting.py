"""The export job: what a folder holds afterwards, on real disks that are full, closed, or hold something else already."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from pti.dicom.files import read_file, write_file
from pti.dicom.importing.checking import check_path
from pti.dicom.importing.report import ObjectKind
from pti.dicom.spatial_registration import read_spatial_registration
from pti.dicom.structures import read_structure_set
from pti.foundation.cancel import CancelToken
from pti.foundation.settings import ExportSettings, RegistrationFormat
from pti.runtime.jobs.exporting import FolderNotUsable, export_objects
from pti.runtime.jobs.files import load_files
from pti.runtime.jobs.writing import written
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.case import OpenCase, SourceFile
from pti.session.exportable import Exportable, exportables
from pti.session.outcomes import ExportOutcome, ExportResult
from pti.session.phases import Accepted, Acquired, Loaded, Matched, Resting
from pti.session.saving import registration_to_save
from pti.storage.files import write_new
from tests.support.dicom_factory import Patient, ct_series, ion_plan, rt_image, structure_set
from tests.support.jpeg2000 import compress_jpeg2000
from tests.support.session_values import NOW, PATIENT, STUDY, make_case, make_pair, make_record
from tests.support.written_structures import isocentres

SETTINGS = ExportSettings()
IMAGE_UIDS = ("2.25.3001", "2.25.3002")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A patient: one CT image is compressed, one big endian; two kV images."""
    folder = tmp_path / "patient"
    folder.mkdir()
    ct = ct_series(rows=40, columns=48)
    structures = structure_set(ct)
    write_file(ion_plan(structures), folder / "plan.dcm")
    write_file(structures, folder / "structures.dcm")
    for number, ds in enumerate(ct):
        if number == 1:
            compress_jpeg2000(ds)
        if number == 2:
            ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
            ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
        pydicom.dcmwrite(folder / f"ct{number}.dcm", ds, enforce_file_format=True)
    for number, uid in enumerate(IMAGE_UIDS):
        image = rt_image(uid=uid)
        image.GantryAngle, image.RTImageLabel = 45 + 90 * number, f"KV {number}"
        write_file(image, folder / f"image{number}.dcm")
    return folder


def say_nothing(_text: str, _fraction: float | None) -> None:
    """Nobody watches."""


def opened(folder: Path) -> OpenCase:
    """As the session opens it."""
    report = check_path(folder)
    (case,) = report.cases
    assert case.opens, case.complaints
    images = tuple(found.paths[0] for found in report.objects if found.uid in IMAGE_UIDS)
    loaded = load_files(fx.LoadFiles(1, case, images), CancelToken(), say_nothing)
    assert loaded.pair is not None, loaded.warnings
    beam = loaded.plan.treatment_beams[0]
    return OpenCase(
        loaded.plan, loaded.structure_set, loaded.ct, beam, NOW, taken=(loaded.pair,), sources=loaded.sources, from_files=True
    )


def exported(
    before: Resting, target: Path, settings: ExportSettings = SETTINGS, cancel: CancelToken | None = None
) -> it.ObjectsExported:
    target.mkdir(exist_ok=True)
    effect = fx.ExportObjects(7, before.case.plan.patient, exportables(before), target)
    return export_objects(effect, settings, cancel or CancelToken(), say_nothing)


def made_here() -> Accepted:
    """An accepted match of two images that were taken here."""
    case, pair = make_case(), make_pair()
    acquired = Acquired(replace(case, taken=(pair,), series_count=1), pair)
    return Accepted(Matched(acquired, make_record(case)), "Olga Operator", NOW)


def failures(answer: it.ObjectsExported) -> list[ExportResult]:
    return [result for result in answer.results if result.outcome is ExportOutcome.NOT_EXPORTED]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.requirement("FILE-01")
def test_what_was_exported_opens_as_the_same_patient(folder: Path, tmp_path: Path) -> None:
    case = opened(folder)
    target = tmp_path / "out"
    answer = exported(Loaded(case), target)
    assert {result.outcome for result in answer.results} == {ExportOutcome.EXPORTED}
    expected = [f"CT.2.25.2{n:03d}.dcm" for n in range(4)] + [f"RTIMAGE.{uid}.dcm" for uid in IMAGE_UIDS]
    assert names(target) == [*expected, "RTSTRUCT.2.25.1005.dcm"]
    for path in target.iterdir():
        ds = pydicom.dcmread(path)
        assert ds.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
        assert ds.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
    shutil.copy(folder / "plan.dcm", target)
    again = opened(target)
    np.testing.assert_array_equal(again.ct.volume.hounsfield, case.ct.volume.hounsfield)
    assert again.ct.instances == case.ct.instances
    assert again.structure_set.images == case.structure_set.images
    for before, after in zip(case.taken[0].images, again.taken[0].images, strict=True):
        np.testing.assert_array_equal(after.radiograph.pixels, before.radiograph.pixels)
        assert (after.sop_instance_uid, after.isocentre_mm, after.couch) == (
            before.sop_instance_uid,
            before.isocentre_mm,
            before.couch,
        )


@pytest.mark.requirement("FILE-01")
def test_dcmtk_reads_every_exported_file_without_complaint(folder: Path, tmp_path: Path) -> None:
    if shutil.which("dcmdump") is None:
        pytest.skip("DCMTK is not installed")
    exported(Loaded(opened(folder)), tmp_path / "out")
    exported(made_here(), tmp_path / "out")
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 10
    for path in files:
        ran = subprocess.run(["dcmdump", str(path)], capture_output=True, text=True, errors="replace", check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "Little Endian Implicit" in ran.stdout


@pytest.mark.requirement("FILE-01")
def test_what_was_made_here_is_the_same_at_every_export_and_save(tmp_path: Path) -> None:
    phase = made_here()
    first, second = exported(phase, tmp_path / "a"), exported(phase, tmp_path / "a")
    assert {result.outcome for result in first.results} == {ExportOutcome.EXPORTED}
    assert {result.outcome for result in second.results} == {ExportOutcome.ALREADY_THERE}
    registration = registration_to_save(phase)
    assert registration is not None
    in_file = pydicom.dcmread(tmp_path / "a" / f"REG.{registration.sop_instance_uid}.dcm")
    assert in_file == written(registration, SETTINGS)


@pytest.mark.requirement("FILE-02")
def test_a_match_that_cannot_be_stored_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    phase = made_here()
    acquired = phase.matched.acquired
    images = tuple(
        replace(image, frame_of_reference_uid=phase.case.plan.frame_of_reference_uid) for image in acquired.pair.images
    )
    pair = replace(acquired.pair, images=images)
    acquired = replace(acquired, pair=pair, case=replace(acquired.case, taken=(pair,)))
    answer = exported(replace(phase, matched=replace(phase.matched, acquired=acquired)), tmp_path)
    *rest, registration = answer.results
    assert {result.outcome for result in rest} == {ExportOutcome.EXPORTED}
    assert registration.outcome is ExportOutcome.NOT_EXPORTED
    assert "one frame of reference already" in registration.detail


@pytest.mark.requirement("FILE-01", "ACQ-03")
@pytest.mark.parametrize("physical_properties", [True, False])
def test_isocentres_are_written_with_or_without_the_couch_s_angles(physical_properties: bool, tmp_path: Path) -> None:
    made = isocentres(PATIENT, STUDY, everything=True)
    thing = Exportable(ObjectKind.STRUCTURE_SET, "isocentres", (made.sop_instance_uid,), made)
    effect = fx.ExportObjects(1, PATIENT, (thing,), tmp_path)
    settings = ExportSettings(physical_properties=physical_properties)
    answer = export_objects(effect, settings, CancelToken(), say_nothing)
    assert [result.outcome for result in answer.results] == [ExportOutcome.EXPORTED]
    read = read_structure_set(read_file(tmp_path / f"RTSTRUCT.{made.sop_instance_uid}.dcm"))
    assert [bool(structure.physical_properties) for structure in read.structures] == [physical_properties] * 3


@pytest.mark.requirement("SRO-01")
def test_the_registration_is_written_in_the_format_of_the_settings(tmp_path: Path) -> None:
    phase = made_here()
    items = {}
    for form in RegistrationFormat:
        target = tmp_path / form.name
        exported(phase, target, ExportSettings(registration_format=form))
        (path,) = target.glob("REG.*")
        ds = read_file(path)
        items[form] = [item.FrameOfReferenceUID for item in ds.RegistrationSequence]
        assert read_spatial_registration(ds).sop_instance_uid == phase.matched.record.registration_uid
    planning, own = phase.case.plan.frame_of_reference_uid, phase.case.taken[0].images[0].frame_of_reference_uid
    assert items == {RegistrationFormat.IHE_RO: [own, planning], RegistrationFormat.PLAIN: [planning]}


def test_a_file_with_other_content_is_left_as_it_is_and_told(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "CT.2.25.2001.dcm").write_bytes(b"somebody else's")
    (target / "CT.2.25.2002.dcm").mkdir()
    answer = exported(Loaded(opened(folder)), target)
    assert [result.sop_instance_uid for result in failures(answer)] == ["2.25.2001", "2.25.2002"]
    assert "another file" in failures(answer)[0].detail
    assert (target / "CT.2.25.2001.dcm").read_bytes() == b"somebody else's"
    assert len(names(target)) == 7


@pytest.mark.requirement("FILE-02")
def test_a_file_that_changed_went_or_became_another_is_reported_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    case = opened(folder)
    (folder / "structures.dcm").unlink()
    (folder / "ct0.dcm").write_bytes((folder / "ct1.dcm").read_bytes())
    answer = exported(Loaded(case), tmp_path / "out")
    told = {result.sop_instance_uid: result.detail for result in failures(answer)}
    assert set(told) == {"2.25.1005", "2.25.2000"}
    assert "No such file" in told["2.25.1005"]
    assert "has changed since it was loaded" in told["2.25.2000"]
    assert len(names(tmp_path / "out")) == 5


def test_a_file_that_holds_another_instance_or_patient_is_not_exported_even_if_it_looks_unchanged(
    folder: Path, tmp_path: Path
) -> None:
    case = opened(folder)

    def swapped(uid: str, path: Path) -> SourceFile:
        (source,) = (source for source in case.sources if source.instance.sop_instance_uid == uid)
        return replace(source, path=path, size_bytes=path.stat().st_size, modified_ns=path.stat().st_mtime_ns)

    stranger = rt_image(uid=IMAGE_UIDS[1], patient=Patient("PTI-0002"))
    write_file(stranger, tmp_path / "stranger.dcm")
    other = swapped(IMAGE_UIDS[0], folder / "image1.dcm")
    strange = swapped(IMAGE_UIDS[1], tmp_path / "stranger.dcm")
    sources = tuple({other.instance: other, strange.instance: strange}.get(s.instance, s) for s in case.sources)
    answer = exported(Loaded(replace(case, sources=sources)), tmp_path / "out")
    told = {result.sop_instance_uid: result.detail for result in failures(answer)}
    assert "holds another instance" in told[IMAGE_UIDS[0]]
    assert "is not of the patient: Patient ID (0010,0020) differs" in told[IMAGE_UIDS[1]]
    assert len(told) == 2


def test_a_stop_leaves_whole_files_and_says_what_was_not_tried(folder: Path, tmp_path: Path) -> None:
    cancel = CancelToken()

    def stop_at_three(text: str, _fraction: float | None) -> None:
        if text == "Writing 3 of 7":
            cancel.cancel()

    target = tmp_path / "out"
    target.mkdir()
    before = Loaded(opened(folder))
    effect = fx.ExportObjects(7, before.case.plan.patient, exportables(before), target)
    answer = export_objects(effect, SETTINGS, cancel, stop_at_three)
    assert answer.stopped
    assert [result.outcome is ExportOutcome.EXPORTED for result in answer.results] == [True] * 3 + [False] * 4
    assert {result.detail for result in failures(answer)} == {"stopped before it was written"}
    assert len(names(target)) == 3
    assert all(read_file(path) for path in target.iterdir())


def test_an_identifier_that_could_lead_elsewhere_names_no_file(tmp_path: Path) -> None:
    phase = made_here()
    (thing, *_) = exportables(phase)
    bad = Exportable(thing.kind, thing.name, ("../2.25.1",), thing.content)
    effect = fx.ExportObjects(7, phase.case.plan.patient, (bad,), tmp_path)
    (result,) = export_objects(effect, SETTINGS, CancelToken(), say_nothing).results
    assert result.outcome is ExportOutcome.NOT_EXPORTED
    assert "cannot name a file" in result.detail
    assert names(tmp_path) == []


def test_a_folder_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    effect = fx.ExportObjects(7, make_case().plan.patient, exportables(made_here()), tmp_path / "nowhere")
    with pytest.raises(FolderNotUsable, match="is no folder"):
        export_objects(effect, SETTINGS, CancelToken(), say_nothing)


def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    tmp_path.chmod(0o500)
    effect = fx.ExportObjects(7, make_case().plan.patient, exportables(made_here()), tmp_path)
    with pytest.raises(FolderNotUsable, match="no permission"):
        export_objects(effect, SETTINGS, CancelToken(), say_nothing)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB of its own; skips where nothing may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.requirement("FILE-01")
def test_a_full_disk_leaves_no_half_file(folder: Path, small_disk: Path) -> None:
    (small_disk / "theirs").write_bytes(bytes(44 * 1024))
    _check_full_disk(exported(Loaded(opened(folder)), small_disk), small_disk)


@pytest.mark.requirement("FILE-01")
def test_a_limit_on_the_size_of_files_leaves_no_half_file(folder: Path, tmp_path: Path) -> None:
    """As a full disk, where none may be mounted: the system itself refuses to write beyond 2 KiB."""
    target = tmp_path / "out"
    target.mkdir()
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from pti.storage.files import write_new\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))\n"
        "write_new(Path(sys.argv[1]) / 'small', bytes(2000))\n"
        "try:\n"
        "    write_new(Path(sys.argv[1]) / 'large', bytes(5000))\n"
        "except OSError as error:\n"
        "    sys.exit(error.errno)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", program, str(target)], check=False, env=environment)
    assert os.strerror(ran.returncode) == "File too large"
    assert names(target) == ["small"]


def _check_full_disk(answer: it.ObjectsExported, target: Path) -> None:
    told = failures(answer)
    assert told
    assert {result.detail for result in told} == {"No space left on device"}
    there = [path for path in target.iterdir() if path.name != "theirs"]
    assert len(there) == len(answer.results) - len(told)
    assert there
    for path in there:
        assert path.name.endswith(f"{pydicom.dcmread(path).SOPInstanceUID}.dcm")


def test_new_files_may_be_read_by_those_whom_the_mask_lets(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    write_new(tmp_path / "new", b"content")
    assert (tmp_path / "new").stat().st_mode == plain.stat().st_mode
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "new", b"other")
    assert (tmp_path / "new").read_bytes() == b"content"
    assert names(tmp_path) == ["new", "plain"]


def test_a_disk_without_links_takes_new_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", no_links)
    write_new(tmp_path / "new", b"content")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "new", b"other")
    assert (names(tmp_path), (tmp_path / "new").read_bytes()) == (["new"], b"content")
