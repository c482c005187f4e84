"""View-models: what is shown of a state, without any widget."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pti.dicom.rt_image import RtImage
from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.geometry.rigid import RigidTransform, rotation_x
from pti.network.queries import PlanSummary
from pti.session.case import ImageCheck, MatchRecord, OpenCase, SourceFile
from pti.session.model import Message, PlanList, SessionState, Severity
from pti.session.outcomes import ObjectResult
from pti.session.phases import (
    Accepted,
    Acquired,
    Acquiring,
    Loaded,
    Loading,
    Matched,
    Matching,
    NoPatient,
    Phase,
    Progress,
    Saving,
)
from pti.session.poses import planned_pose
from pti.session.stored_match import record_of
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.banner import banner
from pti.ui.viewmodels.commands import Command, has_unsaved, offer
from pti.ui.viewmodels.correction import NOT_YET, correction_table, worst_level
from pti.ui.viewmodels.kv import Pose, field_corners, kv_pictures, pose_to_show
from pti.ui.viewmodels.messages import list_must_open, newest, running, unread
from pti.ui.viewmodels.orientation import projection_letters
from pti.ui.viewmodels.plans import plan_rows
from pti.ui.viewmodels.quality import accepted_line, checks, quality
from pti.ui.viewmodels.saved import Outcome, saved
from pti.ui.viewmodels.steps import Status, Step, steps
from pti.ui.viewmodels.tolerance import ROTATION_DEG, TRANSLATION_MM, Level
from tests.support.session_values import (
    COUCH,
    NOW,
    make_beam,
    make_case,
    make_image,
    make_pair,
    make_plan,
    make_record,
    make_registration,
)

PROGRESS = Progress(7, "Working", 0.25)
PLAN = PlanSummary("T-1", "Test^Tina", "19800102", "F", "2.25.1", "2.25.2", "2.25.3", "Plan 1", "20260301")


def state(phase: Phase) -> SessionState:
    return SessionState("Olga Operator", "TMS", phase)


def case_with_images() -> OpenCase:
    return replace(make_case(), taken=(make_pair(),))


def acquired() -> Acquired:
    case = case_with_images()
    return Acquired(case, case.taken[0])


def matched(record: MatchRecord | None = None) -> Matched:
    inner = acquired()
    return Matched(inner, record or make_record(inner.case))


def accepted(*, saved: bool = False) -> Accepted:
    return Accepted(matched(), "Olga Operator", NOW, saved)


def moved_record(
    case: OpenCase, shift_mm: tuple[float, float, float], pitch_deg: float = 0.0, **changes: object
) -> MatchRecord:
    """A match that finds the patient moved in the room by a shift and tilted about X."""
    error = RigidTransform(FIXED, FIXED, rotation_x(pitch_deg), np.array(shift_mm))
    return make_record(case, error @ planned_pose(case.plan, case.active_beam), **changes)


# -- formats


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


# -- steps


@pytest.mark.parametrize(
    ("phase", "current"),
    [
        (NoPatient(), Step.LOAD),
        (Loading(PLAN, PROGRESS), Step.LOAD),
        (Loaded(make_case()), Step.ACQUIRE),
        (Acquiring(Loaded(make_case()), PROGRESS), Step.ACQUIRE),
        (acquired(), Step.MATCH),
        (Matching(acquired(), PROGRESS), Step.MATCH),
        (matched(), Step.REVIEW),
        (accepted(), Step.SAVE),
        (Saving(accepted(), PROGRESS, False), Step.SAVE),
    ],
)
def test_each_phase_has_one_current_step_with_done_ones_before_it(phase: Phase, current: Step) -> None:
    items = steps(phase)
    at = [item.step for item in items].index(current)
    assert [item.status for item in items] == [Status.DONE] * at + [Status.CURRENT] + [Status.TO_COME] * (4 - at)


def test_all_steps_are_done_when_everything_is_saved() -> None:
    assert {item.status for item in steps(accepted(saved=True))} == {Status.DONE}


def test_saving_before_a_match_does_not_claim_match_and_review() -> None:
    items = {item.step: item.status for item in steps(Saving(acquired(), PROGRESS, True))}
    assert items[Step.MATCH] is Status.TO_COME
    assert items[Step.REVIEW] is Status.TO_COME
    assert items[Step.SAVE] is Status.CURRENT


# -- commands


@pytest.mark.parametrize(
    ("phase", "primary", "label"),
    [
        (NoPatient(), Command.OPEN, "Open patient"),
        (Loaded(make_case()), Command.ACQUIRE, "Take kV pair"),
        (acquired(), Command.MATCH, "Match"),
        (matched(), Command.ACCEPT, "Accept"),
        (accepted(), Command.SAVE, "Save"),
        (accepted(saved=True), Command.ACQUIRE, "Next images"),
    ],
)
def test_the_next_action_follows_the_phase(phase: Phase, primary: Command, label: str) -> None:
    offered = offer(state(phase), plan_chosen=True)
    assert (offered.primary, offered.labels[offered.primary]) == (primary, label)
    assert primary in offered.possible


@pytest.mark.parametrize(
    "phase",
    [
        Loading(PLAN, PROGRESS),
        Acquiring(Loaded(make_case()), PROGRESS),
        Matching(acquired(), PROGRESS),
        Saving(accepted(), PROGRESS, False),
    ],
)
def test_while_something_runs_only_stop_is_possible_and_only_once(phase: Phase) -> None:
    offered = offer(state(phase), plan_chosen=True)
    assert offered.possible == {Command.STOP}
    assert offered.waiting
    assert not isinstance(phase, NoPatient | Loaded | Acquired | Matched | Accepted)
    stopping = replace(phase, progress=replace(PROGRESS, stopping=True))
    assert offer(state(stopping), plan_chosen=True).possible == frozenset()


def test_no_patient_can_be_opened_before_a_plan_is_chosen() -> None:
    assert Command.OPEN not in offer(state(NoPatient()), plan_chosen=False).possible


def test_accepted_but_unsaved_match_forbids_new_images() -> None:
    assert Command.ACQUIRE not in offer(state(accepted()), plan_chosen=False).possible
    assert Command.ACCEPT not in offer(state(accepted()), plan_chosen=False).possible


def test_unsaved_images_change_the_name_of_close() -> None:
    assert offer(state(acquired()), plan_chosen=False).labels[Command.CLOSE] == "Save and close"
    assert offer(state(Loaded(make_case())), plan_chosen=False).labels[Command.CLOSE] == "Close patient"
    assert not has_unsaved(Loaded(make_case()))
    assert has_unsaved(Saving(acquired(), PROGRESS, False))


def test_outbox_can_be_sent_only_when_something_waits_in_it() -> None:
    assert Command.SEND_PENDING not in offer(state(NoPatient()), plan_chosen=False).possible
    assert Command.SEND_PENDING in offer(replace(state(NoPatient()), outbox_pending=2), plan_chosen=False).possible


# -- banner


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


# -- correction


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


# -- quality, saved, messages, plans


def test_likeness_is_told_for_all_and_for_each_view() -> None:
    shown = quality(state(matched()))
    assert shown is not None
    assert [(item.name, item.text) for item in shown.likenesses] == [("Overall", "90 %"), ("kV A", "90 %"), ("kV B", "90 %")]
    assert shown.verdict == ""


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"converged": False}, "settle"),
        ({"quality": 0.2, "view_qualities": (0.3, 0.1)}, "Low"),
        ({"view_qualities": (0.9, 0.1)}, "Low"),
    ],
)
def test_doubtful_match_is_told_in_words(changes: dict[str, Any], word: str) -> None:
    shown = quality(state(matched(make_record(make_case(), **changes))))
    assert shown is not None
    assert word in shown.verdict


def from_file(*images: RtImage) -> Matched:
    """A match of these images (by default two) that was read from its registration."""
    case, pair = make_case(), make_pair(*images)
    stored = make_registration(case.plan, case.ct, pair.images, make_record(case))
    return Matched(Acquired(case, pair), record_of(stored, case.plan, pair.images))


def test_of_a_match_from_a_file_the_likeness_is_not_known_and_never_zero() -> None:
    shown = quality(state(from_file()))
    assert shown is not None
    assert [(item.name, item.text, item.share, item.level) for item in shown.likenesses] == [
        ("Overall", "N/A", None, None),
        ("kV A", "N/A", None, None),
        ("kV B", "N/A", None, None),
    ]
    assert shown.details == (
        ("Made", "4 Mar 2026 05:06:07"),
        ("Method", "Image Content-based Alignment"),
        ("Label", "2D3D_MATCH"),
    )
    assert shown.verdict == "From a file, which does not tell the likeness. Look closely before accepting."


def test_a_match_of_one_image_from_a_file_says_that_an_axis_is_missing() -> None:
    shown = quality(state(from_file(make_image("kV A", 0.0))))
    assert shown is not None
    assert shown.verdict.startswith("From a file")
    assert shown.verdict.endswith("see N/A in the correction.")


def test_what_came_from_files_is_not_said_to_be_stored_in_the_archive() -> None:
    shown = saved(state(Accepted(from_file(), "Olga Operator", NOW, saved=True)))
    assert shown.headline == "Nothing to send: images and match came from files"
    assert [(row.kind, row.outcome) for row in shown.rows] == [("Spatial Registration", Outcome.NOT_TO_SEND)]


def new_match_of_images_from_files() -> Accepted:
    """Two images that came from files, matched anew."""
    pair = make_pair()
    sources = tuple(SourceFile(image.instance, Path(f"{image.label}.dcm"), 1, 1) for image in pair.images)
    case = replace(
        make_case(),
        taken=(pair,),
        sources=sources,
        saved_uids=frozenset(image.sop_instance_uid for image in pair.images),
        from_files=True,
    )
    return Accepted(Matched(Acquired(case, pair), make_record(case)), "Olga Operator", NOW)


def test_a_new_match_of_images_from_files_is_stored_and_the_images_are_not_said_to_be() -> None:
    phase = new_match_of_images_from_files()
    images = [
        ("RT Image kV A", Outcome.NOT_TO_SEND, "From a file"),
        ("RT Image kV B", Outcome.NOT_TO_SEND, "From a file"),
    ]
    before = saved(state(phase))
    assert before.headline == "To be sent to TMS"
    assert [(row.kind, row.outcome, row.detail) for row in before.rows] == [
        ("Spatial Registration", Outcome.WAITING, ""),
        *images,
    ]
    result = ObjectResult(phase.matched.record.registration_uid, "Spatial Registration", True, "")
    after = saved(replace(state(replace(phase, saved=True)), save_results=(result,)))
    assert after.headline == "All that was made here is stored in TMS"
    assert [(row.kind, row.outcome, row.detail) for row in after.rows] == [
        ("Spatial Registration", Outcome.STORED, "Stored"),
        *images,
    ]


def test_a_match_that_waits_is_not_hidden_by_images_that_were_saved_before_it() -> None:
    images = make_pair().images
    phase = accepted()
    case = replace(phase.case, saved_uids=frozenset(image.sop_instance_uid for image in images))
    acquired_case = replace(phase.matched.acquired, case=case)
    phase = replace(phase, matched=replace(phase.matched, acquired=acquired_case))
    results = tuple(ObjectResult(image.sop_instance_uid, f"RT Image {image.label}", True, "") for image in images)
    shown = saved(replace(state(phase), save_results=results))
    assert shown.headline == "To be sent to TMS"
    assert [row.outcome for row in shown.rows] == [Outcome.STORED, Outcome.STORED, Outcome.WAITING]


def test_failed_checks_come_first() -> None:
    pair = replace(make_pair(), checks=(ImageCheck("A", True, ""), ImageCheck("B", False, "why")))
    phase = replace(acquired(), pair=pair)
    assert [check.name for check in checks(state(phase))] == ["B", "A"]


def test_accepted_match_says_who_when_and_that_it_is_locked() -> None:
    assert accepted_line(accepted()) == "Accepted by Olga Operator at 05:06:07. Locked."
    assert accepted_line(Saving(accepted(), PROGRESS, False)) == accepted_line(accepted())
    assert accepted_line(matched()) == ""


def test_save_panel_lists_what_will_be_sent_and_then_what_became_of_it() -> None:
    before = saved(state(accepted()))
    assert [(row.kind, row.outcome) for row in before.rows] == [
        ("RT Image kV A", Outcome.WAITING),
        ("RT Image kV B", Outcome.WAITING),
        ("Spatial Registration", Outcome.WAITING),
    ]
    first, second = make_pair().images
    results = (
        ObjectResult(first.sop_instance_uid, "RT Image kV A", True, ""),
        ObjectResult(second.sop_instance_uid, "RT Image kV B", True, ""),
        ObjectResult(accepted().matched.record.registration_uid, "Spatial Registration", False, "refused: full"),
    )
    after = saved(replace(state(accepted()), save_results=results, outbox_pending=1))
    assert [(row.outcome, row.detail) for row in after.rows] == [
        (Outcome.STORED, "Stored"),
        (Outcome.STORED, "Stored"),
        (Outcome.REFUSED, "refused: full"),
    ]
    assert after.headline == "2 of 3 objects stored in TMS"
    assert after.pending == 1


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


# -- kV


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
