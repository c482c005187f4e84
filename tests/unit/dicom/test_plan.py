"""RT Ion Plans: beams and references are read right, and what cannot be used is refused with the whole list."""

import copy
import io

import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.plan import read_plan
from pti.geometry.patient import PatientPosition
from tests.support.dicom_factory import FRAME, STRUCTURE_SET, Beam, ct_series, ion_plan, structure_set

_BEAMS = (Beam(1, 30.0, (1.0, -2.0, 3.0), patient_support_deg=15.0), Beam(2, 270.0, (1.0, -2.0, 3.0)))


def _plan(beams: tuple[Beam, ...] = _BEAMS, position: str = "HFS") -> Dataset:
    return ion_plan(structure_set(ct_series()), beams, position=position)


def _first_control_point(plan: Dataset) -> Dataset:
    point: Dataset = plan.IonBeamSequence[0].IonControlPointSequence[0]
    return point


def test_beams_are_read_at_their_first_control_point() -> None:
    ds = _plan()
    point = _first_control_point(ds)
    point.TableTopPitchAngle, point.TableTopRollAngle = 1.5, -0.5
    point.TableTopVerticalPosition, point.TableTopLongitudinalPosition, point.TableTopLateralPosition = "-1", "2", "3"
    plan = read_plan(pydicom.dcmread(io.BytesIO(encode_part10(ds))))
    first, second = plan.treatment_beams
    assert (first.number, first.name, first.machine_name) == (1, "Field 1", "GTR1")
    assert first.isocentre_mm == (1.0, -2.0, 3.0)
    assert (first.gantry_deg, first.rotation_deg, first.pitch_deg, first.roll_deg) == (30.0, 15.0, 1.5, -0.5)
    assert (first.table_top_vertical_mm, first.table_top_longitudinal_mm, first.table_top_lateral_mm) == (-1.0, 2.0, 3.0)
    assert second.table_top_vertical_mm is None
    assert plan.frame_of_reference_uid == FRAME
    assert plan.referenced_structure_set_uid == STRUCTURE_SET
    assert plan.fractions_planned == 30
    assert (plan.patient.patient_id, plan.study.study_date, plan.label) == ("PTI-0001", "20240102", "FACTORY")
    assert plan.warnings == ()


@pytest.mark.parametrize("position", list(PatientPosition))
def test_every_patient_position_is_read_from_the_beam_s_setup(position: PatientPosition) -> None:
    plan = read_plan(_plan(position=position.value))
    assert {beam.patient_position for beam in plan.treatment_beams} == {position}


@pytest.mark.requirement("LOAD-06")
def test_setup_fields_are_kept_apart() -> None:
    plan = read_plan(_plan((*_BEAMS, Beam(9, delivery_type="SETUP"))))
    assert [beam.number for beam in plan.treatment_beams] == [1, 2]
    assert [beam.number for beam in plan.setup_fields] == [9]


@pytest.mark.requirement("LOAD-06")
def test_a_faulty_setup_field_does_not_stop_the_plan() -> None:
    ds = _plan((*_BEAMS, Beam(9, delivery_type="SETUP")))
    del ds.IonBeamSequence[2].IonControlPointSequence[0].IsocenterPosition
    plan = read_plan(ds)
    assert plan.setup_fields == ()
    assert len(plan.warnings) == 1
    assert "setup field 9 is left out" in plan.warnings[0]


@pytest.mark.requirement("LOAD-09")
@pytest.mark.parametrize("absent", [True, False])
def test_missing_pitch_and_roll_are_zero(absent: bool) -> None:
    ds = _plan()
    point = _first_control_point(ds)
    for keyword in ("TableTopPitchAngle", "TableTopRollAngle"):
        if absent:
            delattr(point, keyword)
        else:
            setattr(point, keyword, None)
    beam = read_plan(ds).treatment_beams[0]
    assert (beam.pitch_deg, beam.roll_deg) == (0.0, 0.0)


def test_different_isocentres_are_kept_and_told() -> None:
    plan = read_plan(_plan((Beam(1, isocentre_mm=(0.0, 0.0, 0.0)), Beam(2, isocentre_mm=(0.0, 0.0, 50.0)))))
    assert [beam.isocentre_mm[2] for beam in plan.treatment_beams] == [0.0, 50.0]
    assert plan.warnings == ("the treatment beams have 2 different isocentres",)


def test_all_faults_of_a_plan_are_told_at_once() -> None:
    ds = _plan()
    del ds.PatientID
    del ds.ReferencedStructureSetSequence
    point = _first_control_point(ds)
    point.GantryAngle = None
    point.IsocenterPosition = [1.0, 2.0]
    ds.PatientSetupSequence[0].PatientPosition = "SITTING"
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ds)
    text = "\n".join(caught.value.complaints)
    for part in (
        "Patient ID (0010,0020) is missing",
        "Referenced Structure Set Sequence (300C,0060) is missing",
        "Ion Beam Sequence item 1: Ion Control Point Sequence item 1: Gantry Angle (300A,011E) is empty",
        "Isocenter Position (300A,012C) has 2 values instead of 3",
        "Patient Position (0018,5100) 'SITTING' is none of HFS",
    ):
        assert part in text


def test_a_plan_without_treatment_beam_is_refused() -> None:
    with pytest.raises(InvalidDicomObject, match="holds no treatment beam"):
        read_plan(_plan((Beam(9, delivery_type="SETUP"),)))


def test_two_beams_of_one_number_are_refused() -> None:
    with pytest.raises(InvalidDicomObject, match="same Beam Number"):
        read_plan(_plan((Beam(1), Beam(1))))


def test_a_beam_whose_setup_is_not_in_the_plan_is_refused() -> None:
    ds = _plan()
    ds.IonBeamSequence[0].ReferencedPatientSetupNumber = 7
    with pytest.raises(InvalidDicomObject, match=r"Referenced Patient Setup Number \(300C,006A\) 7 is not in the plan"):
        read_plan(ds)


def test_the_only_setup_serves_a_beam_that_names_none_with_a_warning() -> None:
    ds = _plan(position="FFS")
    del ds.IonBeamSequence[0].ReferencedPatientSetupNumber
    plan = read_plan(ds)
    assert plan.treatment_beams[0].patient_position is PatientPosition.FFS
    assert "names no patient setup" in plan.warnings[0]


def test_a_plan_that_is_not_on_a_patient_is_refused() -> None:
    ds = _plan()
    ds.RTPlanGeometry = "TREATMENT_DEVICE"
    with pytest.raises(InvalidDicomObject, match=r"RT Plan Geometry \(300A,000C\)"):
        read_plan(ds)


def test_every_fault_of_a_beam_and_its_control_points_is_told() -> None:
    ds = _plan()
    beam = ds.IonBeamSequence[1]
    beam.NumberOfControlPoints = 3
    beam.IonControlPointSequence[1].ControlPointIndex = 5
    point = beam.IonControlPointSequence[0]
    point.GantryAngle, point.PatientSupportAngle, point.TableTopEccentricAngle = "400", "-720", "3"
    point.TableTopLateralPosition = "2000000"
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ds)
    place = "Ion Beam Sequence item 2: "
    assert caught.value.complaints == (
        f"{place}Ion Control Point Sequence item 1: Gantry Angle (300A,011E) is 400 degrees: more than one turn",
        f"{place}Ion Control Point Sequence item 1: Patient Support Angle (300A,0122) is -720 degrees: more than one turn",
        f"{place}Ion Control Point Sequence item 1: Table Top Lateral Position (300A,012A) is more than 1 km",
        f"{place}Ion Control Point Sequence item 1: Table Top Eccentric Angle (300A,0125) is not 0: "
        "a couch that also turns about an eccentric axis is not handled",
        f"{place}Number of Control Points (300A,0110) is 3, Ion Control Point Sequence has 2 items",
        f"{place}Ion Control Point Sequence (300A,03A8) does not count its items from 0 to 1",
    )


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("IsocenterPosition", [1.0, -2.0, 3.01]),
        ("PatientSupportAngle", "16"),
        ("TableTopPitchAngle", 0.5),
        ("TableTopRollAngle", 359.5),
    ],
)
def test_a_beam_that_would_move_the_patient_is_refused(keyword: str, value: object) -> None:
    ds = _plan()
    setattr(ds.IonBeamSequence[0].IonControlPointSequence[1], keyword, value)
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ds)
    (complaint,) = caught.value.complaints
    assert complaint.startswith("Ion Beam Sequence item 1: Ion Control Point Sequence item 2: ")
    assert complaint.endswith("is not that of the first control point: the patient would be moved during the beam")


def test_a_pose_that_is_told_again_at_each_control_point_is_read() -> None:
    ds = _plan()
    point = ds.IonBeamSequence[0].IonControlPointSequence[1]
    point.IsocenterPosition, point.PatientSupportAngle, point.GantryAngle = ["1.0001", "-2", "3"], "-345", "30"
    assert read_plan(ds).warnings == ()


def test_a_gantry_that_turns_during_the_beam_is_told() -> None:
    ds = _plan()
    ds.IonBeamSequence[0].IonControlPointSequence[1].GantryAngle = "60"
    plan = read_plan(ds)
    assert plan.treatment_beams[0].gantry_deg == 30.0
    assert plan.warnings == ("Ion Beam Sequence item 1: the gantry turns during the beam; its angle at the start is shown",)


def test_a_delivery_type_that_is_not_known_is_told() -> None:
    plan = read_plan(_plan((*_BEAMS, Beam(9, delivery_type="TREATMNT"))))
    assert [beam.number for beam in plan.treatment_beams] == [1, 2]
    (warning,) = plan.warnings
    assert warning == (
        "Ion Beam Sequence item 3: Treatment Delivery Type (300A,00CE) 'TREATMNT' is not known: it is not treated"
    )


def test_a_setup_field_with_the_number_of_a_treatment_beam_is_refused() -> None:
    with pytest.raises(InvalidDicomObject, match="a treatment beam and a setup field of the same Beam Number"):
        read_plan(_plan((Beam(1), Beam(1, delivery_type="SETUP"))))


def test_patient_setups_are_required_and_unique() -> None:
    ds = _plan()
    ds.PatientSetupSequence.append(copy.deepcopy(ds.PatientSetupSequence[0]))
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ds)
    assert caught.value.complaints == ("Patient Setup Sequence item 2: Patient Setup Number (300A,0182) 1 is used twice",)
    del ds.PatientSetupSequence
    with pytest.raises(InvalidDicomObject, match=r"Patient Setup Sequence \(300A,0180\) is missing"):
        read_plan(ds)


def test_beams_in_different_patient_positions_are_told() -> None:
    ds = _plan()
    other = copy.deepcopy(ds.PatientSetupSequence[0])
    other.PatientSetupNumber, other.PatientPosition = 2, "HFP"
    ds.PatientSetupSequence.append(other)
    ds.IonBeamSequence[1].ReferencedPatientSetupNumber = 2
    plan = read_plan(ds)
    assert [beam.patient_position.value for beam in plan.treatment_beams] == ["HFS", "HFP"]
    assert plan.warnings == ("the treatment beams have different patient positions: HFP, HFS",)


@pytest.mark.requirement("LOAD-09")
@pytest.mark.parametrize("missing", [True, False])
def test_missing_pitch_and_roll_of_a_beam_are_zero(missing: bool) -> None:
    ds = _plan()
    point = _first_control_point(ds)
    if missing:
        del point.TableTopPitchAngle, point.TableTopRollAngle
    else:
        point.TableTopPitchAngle = point.TableTopRollAngle = None
    beam = read_plan(ds).treatment_beams[0]
    assert (beam.pitch_deg, beam.roll_deg) == (0.0, 0.0)


def test_pitch_and_roll_below_zero_may_be_written_as_nearly_a_turn() -> None:
    ds = _plan()
    _first_control_point(ds).TableTopPitchAngle, _first_control_point(ds).TableTopRollAngle = 359.0, 357.5
    beam = read_plan(ds).treatment_beams[0]
    assert (beam.pitch_deg, beam.roll_deg) == (-1.0, -2.5)


def test_a_plan_that_was_rejected_is_told() -> None:
    ds = _plan()
    ds.ApprovalStatus = "REJECTED"
    assert read_plan(ds).warnings == ("the plan was rejected by its reviewer",)


def test_a_patient_id_of_two_values_is_refused() -> None:
    ds = _plan()
    ds.PatientID = ["4711", "4712"]
    with pytest.raises(InvalidDicomObject, match=r"Patient ID \(0010,0020\) has several values instead of one"):
        read_plan(ds)


def test_another_kind_of_object_is_refused_for_that_alone() -> None:
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(ct_series()[0])
    assert caught.value.complaints == ("SOP Class UID (0008,0016) is CT Image Storage, not RT Ion Plan Storage",)
