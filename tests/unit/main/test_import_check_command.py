"""``pti import-check``: what is printed, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pti.dicom.files import write_file
from pti.main.cli import FAILED, main
from pti.main.import_check_command import UNUSABLE
from tests.support.dicom_factory import PLAN, ct_series, ion_plan, rt_image, structure_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ct = ct_series()
    structures = structure_set(ct)
    for name, ds in {"plan": ion_plan(structures), "structures": structures, **{f"ct{n}": d for n, d in enumerate(ct)}}.items():
        write_file(ds, tmp_path / f"{name}.dcm")
    (tmp_path / "notes.txt").write_text("no DICOM")
    return tmp_path


def test_json_lists_objects_cases_and_what_was_passed_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = rt_image()
    del image.GantryAngle
    write_file(image, folder / "image.dcm")
    assert main(["import-check", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["main_kind"], answer["main_object_usable"]) == ("RT Ion Plan", True)
    objects = {thing["kind"]: thing for thing in answer["objects"]}
    assert objects["CT"]["files"] == ["ct0.dcm", "ct1.dcm", "ct2.dcm", "ct3.dcm"]
    assert objects["RT Image"]["complaints"] == ["Gantry Angle (300A,011E) is missing"]
    (case,) = answer["cases"]
    assert (case["plan_uid"], case["opens"], case["complaints"], len(case["ct_files"])) == (PLAN, True, [], 4)
    assert [passed["file"] for passed in answer["passed_over"]] == ["notes.txt"]


def test_a_plan_that_cannot_be_opened_gives_exit_code_1_and_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "structures.dcm").unlink()
    assert main(["import-check", str(folder)]) == UNUSABLE
    printed = capsys.readouterr().out
    assert "Plan FACTORY: DOES NOT OPEN" in printed
    assert "is not among the files" in printed


def test_a_file_that_cannot_be_used_gives_exit_code_1_and_one_that_can_gives_0(folder: Path) -> None:
    assert main(["import-check", str(folder / "plan.dcm")]) == 0
    assert main(["import-check", str(folder / "notes.txt")]) == UNUSABLE


def test_only_the_kinds_that_are_asked_for_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import-check", str(folder), "--only", "ct,structures", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {thing["kind"] for thing in answer["objects"]} == {"CT", "RT Structure Set"}
    assert {p["file"] for p in answer["passed_over"]} == {"notes.txt", "plan.dcm"}
    with pytest.raises(SystemExit):
        main(["import-check", str(folder), "--only", "ct,mr"])


def test_a_path_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import-check", str(tmp_path / "nowhere")]) == FAILED
    assert "PTI-DCM-08" in capsys.readouterr().err


def test_what_pydicom_warns_of_and_quotes_does_not_reach_the_terminal(folder: Path) -> None:
    plan = ion_plan(structure_set(ct_series()))
    plan.SpecificCharacterSet = "QUOTED"
    write_file(plan, folder / "plan.dcm")
    ran = subprocess.run(
        [sys.executable, "-m", "pti.main", "import-check", str(folder)], capture_output=True, text=True, check=False
    )
    assert "Plan FACTORY: opens" in ran.stdout
    assert ran.stderr == ""
