"""The commands on files, on the real head: what a physicist or a script gets."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from pti.acquisition.image_set import to_rt_images
from pti.dicom.files import read_file, write_file
from pti.dicom.identity import PatientIdentity
from pti.dicom.plan import read_plan
from pti.dicom.rt_image import read_rt_image, write_rt_image
from pti.dicom.spatial_registration import read_spatial_registration
from pti.foundation.cancel import CancelToken
from pti.foundation.clock import local_now
from pti.foundation.machine import load_machine
from pti.foundation.resources import resource_path
from pti.geometry.couch import IsocentricCouch
from pti.geometry.rigid import RigidTransform
from pti.main.cli import FAILED, main
from pti.main.files import load_ct
from pti.session.poses import acquired_to_fixed, planned_pose
from pti.simulator.room import SetupError, VirtualRoom
from tests.support.relink import PatientFiles, relink_head

ERROR = SetupError(6.0, -4.0, 3.0, -1.5, 1.0, 2.0)


@dataclass(frozen=True)
class Setup:
    """A real patient with two images on disk, and where he really lay."""

    files: PatientFiles
    ct_directory: Path
    images: tuple[Path, ...]
    truth: RigidTransform  # planning CT -> acquired frame
    isocentre_mm: tuple[float, float, float]


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory, real_data: Callable[[str], Path]) -> Setup:
    directory = tmp_path_factory.mktemp("head")
    files = relink_head(real_data("01_dcpt_head_proton"), directory / "patient")
    plan = read_plan(read_file(files.plan))
    beam = plan.treatment_beams[0]
    ct = load_ct(files.ct[0].parent)
    couch = IsocentricCouch(12.0, 845.0, -162.0).to_iec()
    machine = load_machine(resource_path("machine", "default.toml"))
    room = VirtualRoom(ct.volume, planned_pose(plan, beam), couch, ERROR, machine, 5, local_now)
    exposures = room.acquire_pair(CancelToken(), lambda _: None)
    images = to_rt_images(exposures, plan, beam, operator="Test", series_number=1)
    paths = tuple(directory / f"{image.label.replace(' ', '')}.dcm" for image in images)
    for image, path in zip(images, paths, strict=True):
        write_file(write_rt_image(image), path)
    truth = acquired_to_fixed(images[0]).inverse() @ room.actual_pose()
    return Setup(files, files.ct[0].parent, paths, truth, beam.isocentre_mm)


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, object]:
    assert main([*map(str, arguments), "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def match_arguments(setup: Setup, *images: Path) -> tuple[str | Path, ...]:
    return ("match-2d3d", "--plan", setup.files.plan, "--ct", setup.ct_directory, "--images", *images)


@pytest.mark.requirement("M23-01", "SRO-02")
def test_match_finds_the_pose_and_the_file_that_it_writes_says_the_same(
    setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "reg.dcm"
    arguments = (*match_arguments(setup, *setup.images), "--structures", setup.files.structure_set, "--out", out)
    answer = run_json(capsys, *arguments)
    matrix = np.array(answer["matrix_planning_to_acquired"])
    corners = np.array([[x, y, z] for x in (-50, 50) for y in (-50, 50) for z in (-50, 50)]) + setup.isocentre_mm
    found = corners @ matrix[:3, :3].T + matrix[:3, 3]
    errors_mm = np.linalg.norm(found - setup.truth(corners), axis=1)
    assert errors_mm.max() < 1.0
    correction = answer["correction_isocentric"]
    assert isinstance(correction, dict)
    hidden = (ERROR.lateral_mm, ERROR.longitudinal_mm, ERROR.vertical_mm, ERROR.pitch_deg, ERROR.roll_deg, ERROR.rotation_deg)
    assert [-value for value in correction.values()] == pytest.approx(hidden, abs=0.5)
    written = read_spatial_registration(read_file(out))
    assert np.abs(written.transform.matrix - matrix).max() < 1e-6
    acquired = read_rt_image(read_file(setup.images[0]))
    assert written.transform.target.frame_of_reference_uid == acquired.frame_of_reference_uid


@pytest.mark.requirement("FILE-01", "SRO-01", "M23-02")
def test_a_real_patient_is_exported_with_a_registration_in_the_wanted_format(
    setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target, settings = tmp_path / "patient", tmp_path / "out", tmp_path / "settings.toml"
    shutil.copytree(setup.ct_directory, source)
    for path in setup.images:
        shutil.copy(path, source)
    settings.write_text('[export]\nregistration_format = "PLAIN"\n', encoding="utf-8")
    answer = run_json(capsys, "export", source, target, "--match", "--settings", settings)
    assert isinstance(answer["objects"], list)
    assert {thing["outcome"] for thing in answer["objects"]} == {"exported"}
    assert len(answer["objects"]) == len(setup.files.ct) + 1 + len(setup.images) + 1
    (path,) = target.glob("REG.*")
    ds = read_file(path)
    assert len(ds.RegistrationSequence) == 1
    registration = read_spatial_registration(ds)
    corners = np.array([[x, y, z] for x in (-50, 50) for y in (-50, 50) for z in (-50, 50)]) + setup.isocentre_mm
    errors_mm = np.linalg.norm(registration.transform(corners) - setup.truth(corners), axis=1)
    assert errors_mm.max() < 1.0
    np.testing.assert_array_equal(load_ct(target).volume.hounsfield, load_ct(setup.ct_directory).volume.hounsfield)


def test_one_image_leaves_its_depth_open(setup: Setup, capsys: pytest.CaptureFixture[str]) -> None:
    answer = run_json(capsys, *match_arguments(setup, setup.images[0]))
    correction = answer["correction_isocentric"]
    assert isinstance(correction, dict)
    assert correction["vertical_mm"] is None
    assert abs(correction["lateral_mm"] + ERROR.lateral_mm) < 1.0


def test_images_of_another_patient_are_refused(setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = tmp_path / "foreign.dcm"
    image = read_rt_image(read_file(setup.images[0]))
    other = PatientIdentity("ANOTHER", image.patient.name, image.patient.birth_date, image.patient.sex)
    write_file(write_rt_image(replace(image, patient=other)), foreign)
    assert main([str(argument) for argument in match_arguments(setup, foreign)]) == FAILED
    told = capsys.readouterr().err
    assert "Patient ID" in told
    assert "ANOTHER" not in told


def test_drr_is_an_rt_image_with_its_whole_geometry(setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "drr.dcm"
    size = ("--rows", "192", "--columns", "256", "--spacing", "1.552", "--sad", "2000", "--sid", "3000")
    drr = (
        "drr",
        "--ct",
        setup.ct_directory,
        "--plan",
        setup.files.plan,
        "--gantry",
        "37",
        "--couch",
        "20",
        *size,
        "--out",
        out,
    )
    run_json(capsys, *drr)
    ds = dcmread(out)
    assert list(ds.ImageType) == ["DERIVED", "SECONDARY", "DRR"]
    image = read_rt_image(ds)
    geometry = image.radiograph.geometry
    assert (geometry.gantry_deg, geometry.sad_mm, geometry.sid_mm) == (37.0, 2000.0, 3000.0)
    assert (geometry.rows, geometry.columns, geometry.row_spacing_mm) == (192, 256, 1.552)
    assert image.couch.rotation_deg == 20.0
    assert image.isocentre_mm == pytest.approx(setup.isocentre_mm, abs=1e-6)
    assert image.radiograph.pixels.max() > 1000


def test_a_directory_without_ct_is_refused_in_plain_words(
    setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["drr", "--ct", tmp_path, "--plan", setup.files.plan, "--gantry", "0", "--out", tmp_path / "x.dcm"]
    assert main([str(argument) for argument in arguments]) == FAILED
    assert "no CT image" in capsys.readouterr().err
