"""The list of what files hold: rows, choices, and what Open would do."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pti.dicom.identity import PatientIdentity
from pti.dicom.importing.report import CaseFiles, FoundObject, ImportReport, ObjectKind, PassedOver, RegistrationLink
from pti.dicom.spatial_registration import RegistrationSubType
from pti.ui.viewmodels.importing import (
    Choice,
    RowState,
    images_to_choose,
    import_rows,
    opening,
    plan_to_choose,
    registration_to_choose,
)

ROOT = Path("folder")
PATIENT = PatientIdentity("T-1", "Test^Tina", "19800102", "F")


def found(kind: ObjectKind, uid: str, complaints: tuple[str, ...] = (), warnings: tuple[str, ...] = ()) -> FoundObject:
    matchable = kind is ObjectKind.RT_IMAGE
    return FoundObject(kind, uid, f"label {uid}", (ROOT / f"{uid}.dcm",), complaints, warnings, matchable, PATIENT)


PLAN, SECOND = found(ObjectKind.PLAN, "1.1"), found(ObjectKind.PLAN, "1.2")
STRUCTURES = found(ObjectKind.STRUCTURE_SET, "2.1", warnings=("structure A is left out: it is not planar",))
IMAGE, BROKEN_IMAGE = found(ObjectKind.RT_IMAGE, "4.1"), found(ObjectKind.RT_IMAGE, "4.2", ("Gantry Angle is missing",))
OPENS = CaseFiles(PLAN, STRUCTURES, (ROOT / "ct1.dcm", ROOT / "ct2.dcm"))
CLOSED = CaseFiles(SECOND, None, (), ("the structure set is not among the files",))
OBJECTS = (PLAN, SECOND, STRUCTURES, IMAGE, BROKEN_IMAGE)
REPORT = ImportReport(ROOT, OBJECTS, (OPENS, CLOSED), (PassedOver(ROOT / "a.txt", "no DICOM"),))


BOTH = frozenset({"4.1", "4.2"})


def match(uid: str, *image_uids: str, frame: str = "plan", hour: int = 5) -> FoundObject:
    at = datetime(2026, 3, 4, hour, 6, 7, tzinfo=UTC)
    link = RegistrationLink(frame, "images", frozenset(image_uids), RegistrationSubType.ONLINE_2D3D_PAIRED, at)
    return replace(found(ObjectKind.REGISTRATION, uid), link=link)


def with_matches(*matches: FoundObject) -> ImportReport:
    """A plan that opens, two images, and these registrations."""
    plan = replace(PLAN, frame_of_reference_uid="plan")
    images = (replace(found(ObjectKind.RT_IMAGE, uid), frame_of_reference_uid="images") for uid in sorted(BOTH))
    return ImportReport(ROOT, (plan, STRUCTURES, *images, *matches), (replace(OPENS, plan=plan),), ())


def test_each_object_has_a_row_with_its_state_and_every_reason() -> None:
    rows = import_rows(REPORT, PLAN.uid)
    assert [row.state for row in rows] == [
        RowState.USABLE,
        RowState.INCOMPLETE,
        RowState.WARNING,
        RowState.USABLE,
        RowState.UNUSABLE,
        RowState.PASSED_OVER,
    ]
    assert rows[1].reasons == CLOSED.complaints
    assert rows[2].reasons == STRUCTURES.warnings
    assert rows[4].reasons == BROKEN_IMAGE.complaints
    assert rows[5].reasons == ("a.txt: no DICOM",)


def test_plans_that_open_and_images_of_the_plan_s_patient_can_be_chosen() -> None:
    assert [row.choice for row in import_rows(REPORT, PLAN.uid)][:5] == [
        Choice.PLAN,
        Choice.NOTHING,
        Choice.NOTHING,
        Choice.IMAGE,
        Choice.NOTHING,
    ]
    assert Choice.IMAGE not in {row.choice for row in import_rows(REPORT, None)}


def test_the_only_plan_that_opens_is_chosen_and_of_two_neither() -> None:
    assert plan_to_choose(REPORT) == PLAN.uid
    both = ImportReport(ROOT, OBJECTS, (OPENS, CaseFiles(SECOND, STRUCTURES, OPENS.ct_paths)), ())
    assert plan_to_choose(both) is None
    assert opening(both, None, frozenset()).text == "Several plans can be opened: choose one."


def test_one_or_two_images_are_chosen_and_of_three_none() -> None:
    assert images_to_choose(REPORT, PLAN.uid) == {"4.1"}
    three = tuple(found(ObjectKind.RT_IMAGE, f"4.{n}") for n in range(3))
    many = ImportReport(ROOT, (PLAN, STRUCTURES, *three), (OPENS,), ())
    assert images_to_choose(many, PLAN.uid) == frozenset()
    assert opening(many, PLAN.uid, frozenset({"4.0", "4.1", "4.2"})).possible is False


def test_what_open_would_do_names_the_patient() -> None:
    what = opening(REPORT, PLAN.uid, frozenset({"4.1"}))
    assert what.possible
    assert what.text == ("Opens Test, Tina (ID T-1): plan label 1.1, its structure set, 2 CT images and 1 image to match.")


def test_the_only_match_of_the_chosen_images_is_chosen_and_told() -> None:
    report = with_matches(match("5.1", *BOTH), match("5.2", "4.1", "4.9"))
    assert registration_to_choose(report, PLAN.uid, BOTH) == "5.1"
    assert opening(report, PLAN.uid, BOTH, "5.1").text == (
        "Opens Test, Tina (ID T-1): plan label 1.1, its structure set, 2 CT images, 2 images to match "
        "and their match of 4 Mar 2026 05:06:07."
    )
    assert opening(report, PLAN.uid, frozenset({"4.1"}), "5.1").text.endswith("and its match of 4 Mar 2026 05:06:07.")
    assert opening(report, PLAN.uid, BOTH).text.endswith("2 CT images and 2 images to match.")


def test_of_two_matches_of_the_same_images_none_is_guessed() -> None:
    report = with_matches(match("5.1", *BOTH), match("5.2", *BOTH, hour=6))
    assert registration_to_choose(report, PLAN.uid, BOTH) is None
    assert [row.choice for row in import_rows(report, PLAN.uid, BOTH)[4:]] == [Choice.REGISTRATION, Choice.REGISTRATION]
    assert [row.label[-8:] for row in import_rows(report, PLAN.uid, BOTH)[4:]] == ["05:06:07", "06:06:07"]
    assert "2 registrations are matches of these images: choose one, or none." in opening(report, PLAN.uid, BOTH).text
    assert "choose one" not in opening(report, PLAN.uid, BOTH, "5.2").text


def test_a_registration_that_does_not_fit_cannot_be_chosen_and_says_why() -> None:
    stranger = replace(match("5.3", *BOTH), patient=replace(PATIENT, patient_id="T-2"))
    broken = replace(match("5.4", *BOTH), complaints=("holds no rigid matrix",))
    report = with_matches(match("5.1", "4.9"), match("5.2", *BOTH, frame="other"), stranger, broken)
    rows = import_rows(report, PLAN.uid, BOTH)[4:]
    assert {row.choice for row in rows} == {Choice.NOTHING}
    assert [(row.state, row.misfit) for row in rows] == [
        (RowState.NOT_FITTING, "names other images"),
        (RowState.NOT_FITTING, "another frame of reference than the plan's"),
        (RowState.NOT_FITTING, "not known to be of the plan's patient"),
        (RowState.UNUSABLE, ""),
    ]
    assert registration_to_choose(report, PLAN.uid, BOTH) is None


def test_without_a_plan_or_images_no_registration_is_offered() -> None:
    report = with_matches(match("5.1", *BOTH))
    assert import_rows(report, None)[4].choice is Choice.NOTHING
    assert import_rows(report, None)[4].misfit == ""
    assert import_rows(report, PLAN.uid)[4].misfit == "its images are not chosen"


def test_where_nothing_opens_the_reason_is_told() -> None:
    closed = ImportReport(ROOT, OBJECTS, (CLOSED,), ())
    assert opening(closed, SECOND.uid, frozenset()) == opening(closed, None, frozenset())
    assert not opening(closed, None, frozenset()).possible
    assert "there is no RT Ion Plan" in opening(ImportReport(ROOT, (IMAGE,), (), ()), None, frozenset()).text


def test_a_folder_of_thousands_is_shortened_and_says_so() -> None:
    objects = tuple(found(ObjectKind.RT_IMAGE, f"4.{n}") for n in range(3000))
    passed = tuple(PassedOver(ROOT / f"{n}.txt", "no DICOM") for n in range(3000))
    rows = import_rows(ImportReport(ROOT, objects, (), passed), None)
    assert len(rows) < 200
    assert rows[-2].kind == f"and {3000 - (len(rows) - 2)} more objects"
    assert rows[-1].files == "3000 files"
    assert len(rows[-1].reasons) < 100
