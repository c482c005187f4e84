"""View-models: what is shown of a state, without any widget."""

from dataclasses import replace

import numpy as np
import pytest

from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.session.model import Message, PlanList, Severity
from pti.session.phases import (
    Acquiring,
    Loaded,
    Loading,
    NoPatient,
    Progress,
)
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.banner import banner
from pti.ui.viewmodels.kv import Pose, field_corners, kv_pictures, pose_to_show
from pti.ui.viewmodels.messages import list_must_open, newest, running, unread
from pti.ui.viewmodels.orientation import projection_letters
from pti.ui.viewmodels.plans import plan_rows
from tests.support.session_phases import PLAN, PROGRESS, acquired, matched, state
from tests.support.session_values import (
    NOW,
    make_case,
    make_image,
    make_plan,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "N/A"),
        (0.0, "0.0"),
        (-0.04, "0.0"),
        (0.04, "0.0"),
        (3.14159, "+3.1"),
        (-12.25, "\N{MINUS SIGN}12.2"),
        (0.06, "+0.1"),
    ],
)
def test_signed_numbers_have_a_true_minus_and_zero_has_no_sign(value: float | None, shown: str) -> None:
    assert formats.signed(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("19800102", "2 Jan 1980"), ("", "N/A"), (None, "N/A"), ("1980", "1980"), ("19801301", "19801301")]
)
def test_dates_are_unmistakable_and_what_is_no_date_stays(value: str | None, shown: str) -> None:
    assert formats.date(value) == shown


def test_names_sexes_and_positions_are_words() -> None:
    assert formats.person("Doe^Jane^M^Dr=x^y") == "Doe, Jane"
    assert formats.person("") == "N/A"
    assert [formats.sex(s) for s in ("M", "F", "O", "", None)] == ["Male", "Female", "Other", "N/A", "N/A"]
    assert formats.patient_position(PatientPosition.HFS) == "Head first, supine"
    assert formats.patient_position(PatientPosition.FFDR) == "Feet first, lying on the right side"


def test_long_words_can_be_broken_and_others_stay_as_they_are() -> None:
    uid = "2.25." + "7" * 38
    assert formats.breakable(f"at 0.5 mm {uid}").split("\N{ZERO WIDTH SPACE}") == ["at 0.5 mm 2.", "25.", "7" * 38]


def test_banner_tells_patient_position_beam_and_isocentre() -> None:
    shown = banner(state(Loaded(make_case())))
    fields = dict(shown.fields)
    assert shown.name == "Test, Tina"
    assert "T-1" in shown.identity
    assert "2 Jan 1980" in shown.identity
    assert "Female" in shown.identity
    assert fields["Position"] == "Head first, supine"
    assert fields["Isocentre (mm)"] == "x 5.0  y \N{MINUS SIGN}20.0  z 30.0"
    assert fields["Beam"] == "1 \N{MIDDLE DOT} Field 1"
    assert fields["Gantry / Couch"] == "300.0\N{DEGREE SIGN} / 30.0\N{DEGREE SIGN}"
    assert fields["Operator"] == "Olga Operator"


def test_banner_shows_what_is_unknown_as_such() -> None:
    plan = make_plan()
    plan = replace(plan, patient=replace(plan.patient, birth_date=None, sex=None))
    identity = banner(state(Loaded(make_case(plan)))).identity
    assert "Born N/A" in identity
    assert "Sex N/A" in identity


def test_errors_must_be_acknowledged_and_the_newest_unread_message_is_shown() -> None:
    info = Message(1, NOW, Severity.INFO, "", "Hello", "", "")
    error = Message(2, NOW, Severity.ERROR, "X", "Broken", "", "")
    shown = replace(state(NoPatient()), messages=(info, error))
    assert newest(shown) is error
    assert list_must_open(shown)
    assert unread(shown) == 2
    read = replace(shown, messages=(info, replace(error, acknowledged=True)))
    assert newest(read) is info
    assert not list_must_open(read)


def test_progress_of_the_phase_or_of_the_list_is_what_runs() -> None:
    now = running(state(Loading(PLAN, PROGRESS)))
    assert now is not None
    assert (now.text, now.per_cent) == ("Working", 25)
    listing = replace(state(NoPatient()), plan_list=PlanList(None, Progress(1, "Asking for plans")))
    asked = running(listing)
    assert asked is not None
    assert asked.per_cent is None
    assert running(state(NoPatient())) is None


def test_plans_are_found_by_every_word_in_any_column_and_the_newest_comes_first() -> None:
    newer = replace(PLAN, label="Boost", plan_date="20261101", sop_instance_uid="2.25.4")
    other = replace(PLAN, patient_name="Abel^Adam", patient_id="Z-9", sop_instance_uid="2.25.5")
    everything = plan_rows((PLAN, newer, other), "")
    assert [row.plan for row in everything] == [other, newer, PLAN]
    assert [row.plan for row in plan_rows((PLAN, newer, other), "tina boost")] == [newer]
    assert [row.plan for row in plan_rows((PLAN, newer, other), "z-9")] == [other]
    assert [row.plan for row in plan_rows((PLAN, newer, other), "1980 test")] == [newer, PLAN]
    assert plan_rows((PLAN,), "nobody") == ()
    assert everything[1].cells == ("Test, Tina", "T-1", "2 Jan 1980", "Female", "Boost", "1 Nov 2026")


@pytest.mark.parametrize(
    ("position", "gantry_deg", "letters"),
    [
        (PatientPosition.HFS, 0.0, ("R", "L", "H", "F")),
        (PatientPosition.HFS, 90.0, ("A", "P", "H", "F")),
        (PatientPosition.HFS, 270.0, ("P", "A", "H", "F")),
        (PatientPosition.FFS, 0.0, ("L", "R", "F", "H")),
        (PatientPosition.HFP, 0.0, ("L", "R", "H", "F")),
        (PatientPosition.HFS, 45.0, None),
    ],
)
def test_letters_at_the_edges_are_the_patients(
    position: PatientPosition, gantry_deg: float, letters: tuple[str, str, str, str] | None
) -> None:
    pose = patient_to_fixed(patient_frame("2.25.1"), np.zeros(3), position)
    shown = projection_letters(ImagerGeometry.centred(gantry_deg, 2700.0, 3700.0, 10, 10, 1.0), pose)
    if letters is None:
        assert set(shown[0]) == {"R", "A"}
        assert set(shown[1]) == {"L", "P"}
    else:
        assert shown == letters


def test_kv_pictures_wait_for_their_rendering_and_vanish_while_new_images_are_taken() -> None:
    first, second = kv_pictures(state(acquired()), Pose.MATCHED)
    assert first.rendering is None
    assert second.title == "kV B  \N{MIDDLE DOT}  gantry 90\N{DEGREE SIGN}"
    assert kv_pictures(state(Acquiring(acquired(), PROGRESS)), Pose.MATCHED) == ()
    assert pose_to_show(state(acquired()), Pose.MATCHED) is Pose.PLANNED
    assert pose_to_show(state(matched()), Pose.MATCHED) is Pose.MATCHED
    assert kv_pictures(state(matched()), Pose.MATCHED)[0].rendering_label == "DRR: matched position"


def test_field_corners_are_the_jaws_projected_from_the_isocentre() -> None:
    image = replace(make_image("kV A", 0.0), collimator_mm=(-50.0, 60.0, -30.0, 40.0))
    corners = field_corners(image)
    assert corners is not None
    geometry = image.radiograph.geometry
    expected = geometry.project([(-50.0, 40.0, 0.0), (60.0, 40.0, 0.0), (60.0, -30.0, 0.0), (-50.0, -30.0, 0.0)])
    # At gantry 0 the source looks down on the fixed system's X and Y: the beam limiting device's axes are the room's.
    np.testing.assert_allclose(corners, expected, atol=1e-9)
    assert field_corners(make_image("kV A", 0.0)) is None
