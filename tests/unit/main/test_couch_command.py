"""``pti couch`` against appendix D's own example numbers and back."""

import json

import pytest

from pti.main.cli import main


def couch(capsys: pytest.CaptureFixture[str], to: str, *values: float) -> dict[str, float]:
    assert main(["couch", "--to", to, "--json", *(repr(v) for v in values)]) == 0
    answer: dict[str, float] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.requirement("COUCH-01")
def test_iec_to_isocentric_gives_the_known_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    # Expected values: appendix D.2's formulas evaluated by hand for these angles, design page on geometry.
    answer = couch(capsys, "isocentric", 30.0, 900.0, -180.0, 2.0, -1.5)
    assert answer["lateral_mm"] == pytest.approx(24.459, abs=5e-4)
    assert answer["longitudinal_mm"] == pytest.approx(893.170, abs=5e-4)
    assert answer["vertical_mm"] == pytest.approx(-212.013, abs=5e-4)


@pytest.mark.requirement("COUCH-01")
def test_there_and_back_again_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    there = couch(capsys, "iec", -12.5, 840.25, -170.75, -1.25, 2.5)
    back = couch(capsys, "isocentric", *(there[k] for k in ("lateral_mm", "longitudinal_mm", "vertical_mm")), -1.25, 2.5)
    assert [back["lateral_mm"], back["longitudinal_mm"], back["vertical_mm"]] == pytest.approx(
        [-12.5, 840.25, -170.75], abs=1e-9
    )


def test_a_missing_value_is_refused_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["couch", "--to", "iec", "1", "2", "3"])
    assert ended.value.code == 2
    assert "PITCH" in capsys.readouterr().err
