"""Where real test data is looked for."""

from pathlib import Path

import pytest

from tests.support.data import SHARED, DataNotAtHand, find_data


def test_unpacked_set_is_found_in_the_named_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTI_TEST_DATA", str(tmp_path))
    (tmp_path / "01_some_set").mkdir()
    assert find_data("01_some_set") == tmp_path / "01_some_set"


def test_set_that_exists_nowhere_is_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTI_TEST_DATA", str(tmp_path))
    with pytest.raises(DataNotAtHand, match="no_such_set"):
        find_data("no_such_set")


def test_set_is_unpacked_from_the_shared_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (SHARED / "data" / "02_rtion_plans.tar.xz").is_file():
        pytest.skip("../shared/data is not at hand")
    monkeypatch.setenv("PTI_TEST_DATA", str(tmp_path / "data"))
    assert any(find_data("02_rtion_plans").rglob("*.dcm"))
