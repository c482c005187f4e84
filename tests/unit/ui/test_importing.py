"""The list of what files hold: rows, choices, and what Open would do."""

from pathlib import Path

from pti.dicom.identity import PatientIdentity
from pti.dicom.importing.report import CaseFiles, FoundObject, ImportReport, ObjectKind, PassedOver
from pti.ui.viewmodels.importing import (
    Choice,
    RowState,
    images_to_choose,
    import_rows,
    opening,
    plan_to_choose,
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
