"""``pti export``: what is written, what is printed, and the exit code."""

import json
import shutil
from pathlib import Path

import pydicom
import pytest

from pti.dicom.files import write_file
from pti.main.cli import FAILED, main
from pti.main.export_command import INCOMPLETE
from tests.support.dicom_factory import PLAN, ct_series, ion_plan, rt_image, structure_set
from tests.support.registration_factory import spatial_registration

IMAGES = ("2.25.3001", "2.25.3002", "2.25.3003")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "patient"
    folder.mkdir()
    ct = ct_series()
    structures = structure_set(ct)
    for name, ds in {"plan": ion_plan(structures), "structures": structures, **{f"ct{n}": d for n, d in enumerate(ct)}}.items():
        write_file(ds, folder / f"{name}.dcm")
    add_image(folder, 0)
    return folder


def add_image(folder: Path, number: int) -> None:
    image = rt_image(uid=IMAGES[number])
    image.GantryAngle, image.RTImageLabel = 45 + 45 * number, f"KV {number}"
    write_file(image, folder / f"image{number}.dcm")


def names(folder: Path) -> list[str]:
    return sorted(path.name.split(".")[0] for path in folder.iterdir())


@pytest.mark.requirement("FILE-01")
def test_all_but_the_plan_is_written_to_a_folder_that_is_made(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "a" / "b"
    assert main(["export", str(folder), str(target), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["folder"], answer["opened"], answer["complaints"]) == (str(target), True, [])
    assert {thing["outcome"] for thing in answer["objects"]} == {"exported"}
    assert names(target) == ["CT"] * 4 + ["RTIMAGE", "RTSTRUCT"]
    assert not (target / "DICOMDIR").exists()
    assert main(["export", str(folder), str(target)]) == 0
    assert "6 of 6 objects are in" in capsys.readouterr().out


@pytest.mark.requirement("FILE-02")
def test_a_filter_leaves_kinds_out(folder: Path, tmp_path: Path) -> None:
    assert main(["export", str(folder), str(tmp_path / "out"), "--only", "structures,image"]) == 0
    assert names(tmp_path / "out") == ["RTIMAGE", "RTSTRUCT"]
    with pytest.raises(SystemExit):
        main(["export", str(folder), str(tmp_path / "out"), "--only", "plan"])


def test_what_cannot_be_opened_gives_exit_code_1_and_says_why(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "structures.dcm").unlink()
    assert main(["export", str(folder), str(tmp_path / "out")]) == INCOMPLETE
    assert "is not among the files" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


@pytest.mark.requirement("FILE-02")
def test_an_object_that_is_not_written_gives_exit_code_1_and_the_rest_is_there(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "CT.2.25.2001.dcm").write_bytes(b"other")
    assert main(["export", str(folder), str(target)]) == INCOMPLETE
    printed = capsys.readouterr().out
    assert "NOT EXPORTED CT image 2.25.2001: " in printed
    assert "5 of 6 objects are in" in printed


def test_of_several_plans_and_many_images_one_must_be_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    second = pydicom.dcmread(folder / "plan.dcm")
    second.SOPInstanceUID = "2.25.1007"
    write_file(second, folder / "plan2.dcm")
    assert main(["export", str(folder), out]) == FAILED
    assert PLAN in capsys.readouterr().err
    assert main(["export", str(folder), out, "--plan", "2.25.9"]) == FAILED
    assert main(["export", str(folder), out, "--plan", "2.25.1007"]) == 0
    for number in (1, 2):
        add_image(folder, number)
    assert main(["export", str(folder), out, "--plan", PLAN]) == FAILED
    assert "--images" in capsys.readouterr().err
    shutil.rmtree(out)
    assert main(["export", str(folder), out, "--plan", PLAN, "--images", f"{IMAGES[1]},{IMAGES[2]}", "--only", "image"]) == 0
    assert sorted(path.name for path in Path(out).iterdir()) == [f"RTIMAGE.{uid}.dcm" for uid in IMAGES[1:]]


@pytest.mark.requirement("FILE-01")
def test_the_match_that_came_with_the_images_goes_on_with_them(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(spatial_registration(), folder / "match.dcm")
    assert main(["export", str(folder), str(tmp_path / "out")]) == 0
    assert names(tmp_path / "out") == ["CT"] * 4 + ["REG", "RTIMAGE", "RTSTRUCT"]
    assert pydicom.dcmread(tmp_path / "out" / "REG.2.25.4001.dcm") == pydicom.dcmread(folder / "match.dcm")
    second = spatial_registration()
    second.SOPInstanceUID = "2.25.4002"
    write_file(second, folder / "match2.dcm")
    assert main(["export", str(folder), str(tmp_path / "one")]) == FAILED
    assert "--registration: 2.25.4001, 2.25.4002" in capsys.readouterr().err
    assert main(["export", str(folder), str(tmp_path / "one"), "--registration", "2.25.4002"]) == 0
    assert (tmp_path / "one" / "REG.2.25.4002.dcm").exists()
    assert names(tmp_path / "one").count("REG") == 1
    assert main(["export", str(folder), str(tmp_path / "none"), "--only", "image"]) == 0
    assert names(tmp_path / "none") == ["RTIMAGE"]
    assert main(["export", str(folder), str(tmp_path / "none"), "--registration", "2.25.9"]) == FAILED


def test_a_match_needs_images(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "image0.dcm").unlink()
    assert main(["export", str(folder), str(tmp_path / "out"), "--match"]) == FAILED
    assert "there is no image that can be matched" in capsys.readouterr().err


def test_wrong_settings_and_paths_are_refused_before_anything_is_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[export]\nregistration_format = "XML"\n', encoding="utf-8")
    assert main(["export", str(folder), str(tmp_path / "out"), "--settings", str(settings)]) == FAILED
    assert "registration_format = 'XML'" in capsys.readouterr().err
    assert main(["export", str(tmp_path / "nowhere"), str(tmp_path / "out")]) == FAILED
    assert main(["export", str(folder), str(folder / "plan.dcm")]) == FAILED
