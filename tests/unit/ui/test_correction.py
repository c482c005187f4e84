"""The table of the couch correction."""

from dataclasses import replace

import pytest

from pti.session.phases import (
    Acquired,
    Acquiring,
    Matched,
    Matching,
    Phase,
)
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.correction import NOT_YET, correction_table, worst_level
from pti.ui.viewmodels.quality import quality
from pti.ui.viewmodels.tolerance import ROTATION_DEG, TRANSLATION_MM, Level
from tests.support.session_phases import PROGRESS, acquired, matched, moved_record, state
from tests.support.session_values import (
    COUCH,
    make_beam,
    make_case,
    make_image,
    make_pair,
    make_plan,
)


@pytest.mark.requirement("COUCH-01", "COUCH-02")
def test_before_a_match_the_couch_is_shown_and_dashes() -> None:
    table = correction_table(state(acquired()), iec=False)
    assert [row.current for row in table.rows] == ["12.0", "845.0", "\N{MINUS SIGN}162.0", "1.0", "\N{MINUS SIGN}2.0", "30.0"]
    assert {row.correction for row in table.rows} == {NOT_YET}
    assert {row.level for row in table.rows} == {None}
    iec = correction_table(state(acquired()), iec=True)
    assert [row.current for row in iec.rows[:3]] == [
        formats.decimal(value) for value in (COUCH.lateral_mm, COUCH.longitudinal_mm, COUCH.vertical_mm)
    ]


@pytest.mark.requirement("COUCH-02")
def test_six_rows_show_current_target_and_their_difference_with_direction() -> None:
    plan = make_plan(make_beam(1, rotation_deg=0.0, pitch_deg=0.0, roll_deg=0.0))
    case = make_case(plan)
    couch = replace(COUCH.to_isocentric(), pitch_deg=0.0, roll_deg=0.0, rotation_deg=0.0).to_iec()
    pair = make_pair(make_image("kV A", 0.0, couch), make_image("kV B", 90.0, couch))
    # The patient lies 4 mm too far right, 0.5 mm toward the gantry and 12 mm too high.
    phase = Matched(Acquired(case, pair), moved_record(case, (4.0, 0.5, 12.0)))
    rows = {row.name: row for row in correction_table(state(phase), iec=False).rows}
    lateral, longitudinal, vertical = rows["Lateral"], rows["Longitudinal"], rows["Vertical"]
    assert (lateral.current, lateral.target, lateral.correction) == ("12.0", "8.0", "\N{MINUS SIGN}4.0")
    assert (lateral.arrow, lateral.direction, lateral.level) == ("\u2190", "left, facing gantry", Level.CHECK)
    assert (longitudinal.correction, longitudinal.direction, longitudinal.level) == (
        "\N{MINUS SIGN}0.5",
        "away from gantry",
        Level.OK,
    )
    assert (vertical.correction, vertical.direction, vertical.level) == ("\N{MINUS SIGN}12.0", "down", Level.LARGE)
    assert rows["Rotation"].correction == "0.0"
    assert rows["Rotation"].arrow == ""
    assert worst_level(correction_table(state(phase), iec=False)) is Level.LARGE


def test_tilt_that_lowers_the_gantry_end_is_corrected_upwards() -> None:
    plan = make_plan(make_beam(1, rotation_deg=0.0, pitch_deg=0.0, roll_deg=0.0))
    case = make_case(plan)
    couch = replace(COUCH.to_isocentric(), pitch_deg=0.0, roll_deg=0.0, rotation_deg=0.0).to_iec()
    pair = make_pair(make_image("kV A", 0.0, couch), make_image("kV B", 90.0, couch))
    phase = Matched(Acquired(case, pair), moved_record(case, (0.0, 0.0, 0.0), pitch_deg=-2.0))
    pitch = correction_table(state(phase), iec=False).rows[3]
    assert (pitch.name, pitch.correction, pitch.direction, pitch.level) == ("Pitch", "+2.0", "gantry end up", Level.CHECK)


def test_directions_are_the_couchs_own_where_it_is_turned() -> None:
    phase = matched(moved_record(make_case(), (4.0, 3.0, 0.0)))
    assert "couch's" in correction_table(state(phase), iec=False).rows[0].direction


@pytest.mark.requirement("COUCH-02")
def test_axis_that_the_images_do_not_show_is_not_known_and_never_zero() -> None:
    case = make_case(make_plan(make_beam(1, rotation_deg=0.0, pitch_deg=0.0, roll_deg=0.0)))
    couch = replace(COUCH.to_isocentric(), pitch_deg=0.0, roll_deg=0.0, rotation_deg=0.0).to_iec()
    record = moved_record(case, (1.0, 0.0, 0.0), unobserved_direction=(0.0, 0.0, 1.0), view_qualities=(0.9,))
    phase = Matched(Acquired(case, make_pair(make_image("kV A", 0.0, couch))), record)
    vertical = correction_table(state(phase), iec=False).rows[2]
    assert (vertical.correction, vertical.target, vertical.level) == ("N/A", "N/A", None)
    assert "cannot be seen" in vertical.direction


@pytest.mark.parametrize("running", [Matching(matched(), PROGRESS), Acquiring(matched(), PROGRESS)])
def test_values_of_an_earlier_match_are_not_shown_while_a_new_one_is_made(running: Phase) -> None:
    assert not correction_table(state(running), iec=False).has_match
    assert quality(state(running)) is None


def test_tolerances_have_two_levels() -> None:
    assert [TRANSLATION_MM.level(v) for v in (-3.0, 3.01, -10.0, -10.1)] == [Level.OK, Level.CHECK, Level.CHECK, Level.LARGE]
    assert [ROTATION_DEG.level(v) for v in (1.5, -1.6, 3.0, 3.1)] == [Level.OK, Level.CHECK, Level.CHECK, Level.LARGE]
