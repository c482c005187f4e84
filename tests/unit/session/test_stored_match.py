"""A match from a file: which registration is taken for which images, and what the session makes of it."""

from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pti.dicom.files import read_file
from pti.dicom.identity import PatientMismatch
from pti.dicom.importing.report import RegistrationLink
from pti.dicom.rt_image import RtImage, read_rt_image
from pti.dicom.spatial_registration import (
    RegistrationSubType,
    SpatialRegistration,
    read_spatial_registration,
    write_spatial_registration,
)
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.geometry.frames import FIXED
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform, rotation_x, rotation_y, rotation_z
from pti.network.queries import PlanSummary
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.case import MatchRecord
from pti.session.found_pose import StoredMatch
from pti.session.model import SessionState
from pti.session.phases import Accepted, Acquired, Loading, Matched, Matching, Progress
from pti.session.poses import correction_of, planned_pose
from pti.session.reducer import reduce
from pti.session.saving import registration_of, registration_to_save
from pti.session.selectors import shown_correction
from pti.session.stored_match import MatchDoesNotFit, doubts, misfit, record_of
from tests.support.session_values import (
    ACQUIRED_UID,
    COUCH,
    NOW,
    PATIENT,
    PLANNING_UID,
    make_case,
    make_image,
    make_pair,
    make_record,
    make_registration,
)

CASE = make_case()
IMAGES = make_pair().images
#: Where the images show the patient: turned and shifted on every axis; the couch is turned and tilted too.
ERROR = RigidTransform(FIXED, FIXED, rotation_z(2.0) @ rotation_x(-1.0) @ rotation_y(1.5), np.array([4.0, -7.0, 2.5]))
RECORD = make_record(CASE, ERROR @ planned_pose(CASE.plan, CASE.active_beam))
FRAMES = {image.sop_instance_uid: image.frame_of_reference_uid for image in IMAGES}


def stored(images: tuple[RtImage, ...] = IMAGES, *, ihe_ro: bool = True) -> SpatialRegistration:
    """The registration of the match, as it is read from the file that is written of it."""
    registration = make_registration(CASE.plan, CASE.ct, images, RECORD, NOW, 2)
    return read_spatial_registration(write_spatial_registration(registration, ihe_ro=ihe_ro))


@pytest.mark.requirement("M23-02", "SRO-01", "SRO-02")
@pytest.mark.parametrize("ihe_ro", [True, False])
def test_a_stored_registration_is_the_same_match_again(ihe_ro: bool) -> None:
    record = record_of(stored(ihe_ro=ihe_ro), CASE.plan, IMAGES)
    assert (record.registration_uid, record.series_uid) == (RECORD.registration_uid, RECORD.series_uid)
    np.testing.assert_allclose(
        record.result.planning_to_fixed.matrix, RECORD.result.planning_to_fixed.matrix, rtol=0, atol=1e-9
    )
    arguments = CASE.plan, CASE.active_beam, IMAGES[0]
    again, once = correction_of(*arguments, record.result), correction_of(*arguments, RECORD.result)
    for six_again, six in zip(astuple(again), astuple(once), strict=True):
        assert six_again == pytest.approx(six, rel=0, abs=1e-6)
    assert abs((once.isocentric_difference[0] or 0.0) - 4.0) > 0.5  # the couch is turned: its axes are not the room's


@pytest.mark.requirement("COUCH-02")
def test_the_depth_of_a_single_image_stays_unknown() -> None:
    image = IMAGES[1:]
    record = record_of(stored(image), CASE.plan, image)
    assert record.result.unobserved_direction == pytest.approx((-1.0, 0.0, 0.0), abs=1e-12)
    straight = replace(image[0], couch=replace(COUCH.to_isocentric(), pitch_deg=0.0, roll_deg=0.0, rotation_deg=0.0).to_iec())
    difference = correction_of(CASE.plan, CASE.active_beam, straight, record.result).isocentric_difference
    assert [value is None for value in difference] == [True, False, False, False, False, False]


def test_two_images_from_opposite_sides_leave_the_depth_unknown_too() -> None:
    images = make_image("kV A", 0.0), make_image("kV B", 180.0)
    found = record_of(stored(images), CASE.plan, images).result
    assert found.unobserved_direction == pytest.approx((0.0, 0.0, -1.0), abs=1e-12)


def link(**changes: Any) -> RegistrationLink:
    return replace(RegistrationLink.of(stored()), **changes)


@pytest.mark.parametrize("sub_type", [RegistrationSubType.ONLINE_2D3D_PAIRED, RegistrationSubType.ONLINE_MARKER])
def test_matches_of_kv_images_fit_all_or_some_of_their_images(sub_type: RegistrationSubType) -> None:
    of_images = link(sub_type=sub_type)
    assert misfit(of_images, PLANNING_UID, FRAMES) == ""
    assert misfit(of_images, PLANNING_UID, {IMAGES[1].sop_instance_uid: ACQUIRED_UID}) == ""


@pytest.mark.parametrize(
    ("of_images", "plan_frame", "frames", "why_not"),
    [
        (link(sub_type=RegistrationSubType.ONLINE_3D), PLANNING_UID, FRAMES, "no match of kV images"),
        (link(sub_type=RegistrationSubType.ONLINE_2D_PAIRED), PLANNING_UID, FRAMES, "no match of kV images"),
        (link(), "2.25.99", FRAMES, "another frame of reference than the plan's"),
        (link(), None, FRAMES, "another frame of reference than the plan's"),
        # The same two frames the other way round: the inverse matrix.
        (
            link(source_frame_uid=ACQUIRED_UID, target_frame_uid=PLANNING_UID),
            PLANNING_UID,
            FRAMES,
            "another frame of reference than the plan's",
        ),
        (link(), PLANNING_UID, {}, "its images are not chosen"),
        (link(), PLANNING_UID, {**FRAMES, "2.25.98": ACQUIRED_UID}, "names other images"),
        (link(target_frame_uid="2.25.99"), PLANNING_UID, FRAMES, "another frame of reference than the images'"),
    ],
)
def test_a_registration_of_something_else_says_why(
    of_images: RegistrationLink, plan_frame: str | None, frames: dict[str, str | None], why_not: str
) -> None:
    assert misfit(of_images, plan_frame, frames) == why_not


def test_what_was_found_fitting_is_checked_again_on_reading() -> None:
    with pytest.raises(PatientMismatch, match="plan and registration"):
        record_of(replace(stored(), patient=replace(PATIENT, patient_id="T-2")), CASE.plan, IMAGES)
    with pytest.raises(MatchDoesNotFit, match="names other images"):
        record_of(stored(IMAGES[:1]), CASE.plan, IMAGES)


def test_what_is_odd_about_a_fitting_registration_is_told() -> None:
    assert doubts(stored(), CASE.ct, IMAGES) == ()
    other_ct = (InstanceReference(CT_IMAGE, "2.25.97", "2.25.96"),)
    odd = replace(stored(), source_images=other_ct, patient_position=PatientPosition.HFP)
    told = doubts(odd, CASE.ct, IMAGES[:1])
    assert [line.split(": ", 1)[1] for line in told] == [
        "was made on 1 more image than is opened",
        "names CT images that are not among those opened, though of the same frame of reference",
        "says that the patient lay HFP, the images say HFS; the images are believed",
    ]


def test_a_real_registration_fits_the_images_that_it_was_made_on_and_no_others(real_data: Callable[[str], Path]) -> None:
    folder = real_data("05_kv_bead_pairs_reg")
    registration = read_spatial_registration(read_file(next(folder.glob("RE*.dcm"))))
    images = [read_rt_image(read_file(path)) for path in sorted(folder.glob("RI*.dcm"))]
    planned = registration.transform.source.frame_of_reference_uid
    verdicts = {
        image.label: misfit(RegistrationLink.of(registration), planned, {image.sop_instance_uid: image.frame_of_reference_uid})
        for image in images
    }
    fitting = {label for label, why_not in verdicts.items() if not why_not}
    assert fitting == {"kV_0_1a", "kV_270_1a"}
    assert {why_not for why_not in verdicts.values() if why_not} == {"names other images"}


# -- the session


@pytest.fixture
def opened(plan_summary: PlanSummary) -> tuple[SessionState, tuple[fx.Effect, ...]]:
    """A session in which patient, images and match have just come from files, and what it wants done."""
    loading = Loading(plan_summary, Progress(1, "Reading the images"))
    state = SessionState("Olga Operator", "TMS", loading, isocentre_distance_mm=1.0, tasks_started=1)
    match = record_of(stored(), CASE.plan, IMAGES)
    answer = it.CaseLoaded(1, CASE.plan, CASE.structure_set, CASE.ct, (), pair=make_pair(*IMAGES), match=match)
    return reduce(state, answer, NOW)


Opened = tuple[SessionState, tuple[fx.Effect, ...]]


@pytest.mark.requirement("M23-02")
def test_a_match_from_a_file_waits_for_a_person_s_judgement(opened: Opened) -> None:
    state, effects = opened
    assert isinstance(state.phase, Matched)
    assert shown_correction(state.phase) is not None
    (told,) = (message for message in state.messages if message.title == "The match came from a file")
    assert "2D3D_MATCH, Image Content-based Alignment, 2026-03-04 05:06:07" in told.detail
    assert "who accepted it" in told.detail
    rendered = [effect.record for effect in effects if isinstance(effect, fx.RenderViews)]
    assert rendered == [state.phase.record, None]  # what is judged comes first
    assert state.journal[-1].event == "opened match 2.25.7001 from files"


def test_a_match_from_a_file_is_stored_already_and_accepting_it_asks_for_no_save(opened: Opened) -> None:
    accepted, effects = reduce(opened[0], it.AcceptMatch(), NOW)
    assert effects == ()
    assert isinstance(accepted.phase, Accepted)
    assert accepted.phase.saved
    assert accepted.phase.case.series_count == 0  # no series was made
    assert registration_to_save(accepted.phase) is None
    saved, effects = reduce(accepted, it.Save(), NOW)
    assert (saved.messages[-1].title, effects) == ("Everything is saved", ())
    closing, effects = reduce(accepted, it.ClosePatient(), NOW)
    assert effects == (fx.ForgetCase(),)
    assert closing.case is None


def test_what_a_match_from_a_file_would_be_saved_as_is_what_it_was(opened: Opened) -> None:
    phase = opened[0].phase
    assert isinstance(phase, Matched)
    assert isinstance(phase.record.result, StoredMatch)
    accepted = Accepted(phase, "Somebody else", NOW.replace(year=2027))
    assert registration_of(accepted) is phase.record.result.registration


def test_a_new_match_takes_the_place_of_the_one_from_the_file_and_is_to_be_saved(opened: Opened) -> None:
    matching, _ = reduce(opened[0], it.StartMatch(), NOW)
    assert isinstance(matching.phase, Matching)
    new = MatchRecord(RECORD.result, "2.25.7003", "2.25.7004", NOW)
    state, _ = reduce(matching, it.MatchFinished(matching.tasks_started, new), NOW)
    state, _ = reduce(state, it.AcceptMatch(), NOW)
    assert isinstance(state.phase, Accepted)
    assert not state.phase.saved
    registration = registration_to_save(state.phase)
    assert registration is not None
    assert (registration.sop_instance_uid, registration.series_number) == ("2.25.7003", 1)


def test_a_match_from_a_file_that_is_not_accepted_leaves_its_images(opened: Opened) -> None:
    state, _ = reduce(opened[0], it.DiscardMatch(), NOW)
    assert isinstance(state.phase, Acquired)
    assert state.phase.case.unsaved_images == ()


def test_the_depth_that_a_match_from_a_file_cannot_have_is_told(plan_summary: PlanSummary) -> None:
    image = IMAGES[:1]
    state = SessionState("Olga Operator", "TMS", Loading(plan_summary, Progress(1, "")), tasks_started=1)
    match = record_of(stored(image), CASE.plan, image)
    answer = it.CaseLoaded(1, CASE.plan, CASE.structure_set, CASE.ct, (), pair=make_pair(*image), match=match)
    told = [message.title for message in reduce(state, answer, NOW)[0].messages]
    assert told[-2:] == ["The match came from a file", "The images do not show every axis"]
