"""``pti demo``: how the hidden error is given, and the self-test from the command line."""

import argparse
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from pti.dicom.files import read_file
from pti.dicom.rt_image import read_rt_image
from pti.dicom.spatial_registration import read_spatial_registration
from pti.main.cli import FAILED, main
from pti.main.demo_command import setup_error
from pti.simulator.room import SetupError


def test_six_numbers_make_an_error() -> None:
    assert setup_error("-1,2,-3.5,0.25,-0.5,1e0") == SetupError(-1.0, 2.0, -3.5, 0.25, -0.5, 1.0)


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,4,5,six", "", "1;2;3;4;5;6", "1,2,3,4,5,nan"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="six numbers"):
        setup_error(text)


def test_selftest_finds_an_error_that_begins_with_a_minus_and_tells_what_it_saved(
    qapp: QApplication, tmp_path: Path, small_patient: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--selftest", "--json", "--seed", "3", "--error", "-3,5,2,-1.2,0.8,-1.7"]
    assert main(["demo", "--patient", str(small_patient), "--dir", str(tmp_path), *arguments]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer["hidden_error"].values()) == [-3.0, 5.0, 2.0, -1.2, 0.8, -1.7]
    assert max(abs(value) for value in answer["difference"].values()) < 0.5
    assert {"load", "acquire", "match", "save"} <= answer["seconds"].keys()
    kinds = {entry["kind"]: read_file(Path(entry["path"])) for entry in answer["saved"]}
    assert len(kinds) == 3
    registration = read_spatial_registration(kinds.pop("Spatial Registration"))
    frames = {read_rt_image(ds).frame_of_reference_uid for ds in kinds.values()}
    assert frames == {registration.transform.target.frame_of_reference_uid}
    written = registration.transform.matrix
    assert abs(written - answer["matrix_planning_to_acquired"]).max() < 1e-6


def test_a_folder_without_a_plan_is_refused_in_plain_words(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["demo", "--selftest", "--patient", str(tmp_path / "empty"), "--dir", str(tmp_path / "dir")]) == FAILED
    assert "holds 0 RT Ion Plans" in capsys.readouterr().err
