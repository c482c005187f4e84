"""The requirements' list and the trace from them to the tests."""

import json
from pathlib import Path

import pytest

from tests.support import requirements
from tests.support.data import SHARED
from tests.support.requirements import marked_tests, read_requirements

MODULE = """
import pytest
pytestmark = pytest.mark.requirement("ALL-01")

@pytest.mark.requirement("ONE-01", "ONE-02")
def test_one(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("ROW-01"))])
def test_rows(x): ...

@pytest.mark.requirement("CLASS-01")
class TestGroup:
    async def test_inside(self): ...
    def helper(self): ...
"""


def test_markers_are_found_wherever_pytest_takes_them(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(MODULE)
    one, rows, inside = (f"tests/test_it.py::{name}" for name in ("test_one", "test_rows", "TestGroup::test_inside"))
    assert marked_tests(tmp_path / "tests") == {
        "ALL-01": [one, rows, inside],
        "ONE-01": [one],
        "ONE-02": [one],
        "ROW-01": [rows],
        "CLASS-01": [inside],
    }


def test_marker_with_a_computed_id_is_refused(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("@pytest.mark.requirement(ID)\ndef test_one(): ...\n")
    with pytest.raises(ValueError, match="ids written out"):
        marked_tests(tmp_path)


def test_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "requirements.csv"
    path.write_text("id,requirement\nA-01,first\nA-01,again\n")
    with pytest.raises(ValueError, match="twice"):
        read_requirements(path)


def test_trace_fails_on_a_marker_that_names_no_requirement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(requirements, "marked_tests", lambda: {"NET-01": ["tests/test_a.py::test_a"], "NET-99": ["test_b"]})
    monkeypatch.setattr("sys.argv", ["trace", "--json"])
    assert requirements.main() == 1
    printed = capsys.readouterr()
    trace = json.loads(printed.out)
    assert list(trace) == list(read_requirements()), "ids without a test stand there too"
    assert trace["NET-01"] == ["tests/test_a.py::test_a"]
    assert "unknown requirement NET-99 in test_b" in printed.err


def test_every_marker_names_a_known_requirement() -> None:
    assert set(marked_tests()) <= set(read_requirements())


def test_own_list_has_the_ids_of_the_shared_specification() -> None:
    specification = SHARED / "spec" / "requirements.csv"
    if not specification.is_file():
        pytest.skip("../shared/spec/requirements.csv is not at hand")
    assert list(read_requirements()) == list(read_requirements(specification))
