"""Isocentres of an acquired CT: where the machine isocentre was in the patient, against matrices written out here."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pydicom
import pytest

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.image_planes import ImagePlanes
from pti.dicom.isocentre_set import IsocentreKind, VerificationCt, isocentre_set, isocentres_of
from pti.dicom.structures import Contour, PhysicalProperty, Structure, StructureSet, read_structure_set, write_structure_set
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition

_NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
_IMAGES = tuple(InstanceReference(CT_IMAGE, f"2.25.7{k}", "2.25.70", "2.25.71") for k in range(5))
#: Lateral, longitudinal, vertical, pitch, roll, rotation: IEC 61217, nothing zero.
_BEFORE = IecCouch(31.0, 905.0, -177.0, 1.5, -2.5, 12.0)
_AT_ACQUISITION = IecCouch(-14.0, 640.0, -150.0, -1.25, 2.0, 350.0)
_AT_MATCH = IecCouch(-12.5, 642.5, -148.25, 0.75, 1.0, 352.5)
_ISOCENTRE = (17.0, -43.0, 61.5)
#: Rows of P, patient (x left, y posterior, z superior) to table top (x right facing the gantry, y to the gantry, z up):
#: written down from how the patient lies, not taken from the program.
_LYING = {
    "HFS": [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
    "HFP": [[-1, 0, 0], [0, 0, 1], [0, 1, 0]],
    "FFS": [[-1, 0, 0], [0, 0, -1], [0, -1, 0]],
    "FFP": [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
    "HFDR": [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
    "HFDL": [[0, -1, 0], [0, 0, 1], [-1, 0, 0]],
    "FFDR": [[0, -1, 0], [0, 0, -1], [1, 0, 0]],
    "FFDL": [[0, 1, 0], [0, 0, -1], [-1, 0, 0]],
}


def _ct(position: str = "HFS") -> VerificationCt:
    return VerificationCt(
        patient=PatientIdentity("4711", "Doe^Jane", "19700131", "F"),
        study=StudyIdentity("2.25.4", "20260304"),
        frame=patient_frame("2.25.3"),
        images=ImagePlanes(_IMAGES, np.array([55.0, 57.5, 60.0, 62.5, 65.0])),
        isocentre_mm=_ISOCENTRE,
        patient_position=PatientPosition(position),
        couch=_AT_ACQUISITION,
    )


def _table_top_to_room(couch: IecCouch) -> np.ndarray:
    """(4, 4): p_f = Rz(rotation) T Rx(pitch) Ry(roll) p_t, element by element (statement, appendix D.1.1)."""
    r, p, q = np.radians([couch.rotation_deg, couch.pitch_deg, couch.roll_deg])
    turn = [[np.cos(r), -np.sin(r), 0, 0], [np.sin(r), np.cos(r), 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    shift = [[1, 0, 0, couch.lateral_mm], [0, 1, 0, couch.longitudinal_mm], [0, 0, 1, couch.vertical_mm], [0, 0, 0, 1]]
    pitch = [[1, 0, 0, 0], [0, np.cos(p), -np.sin(p), 0], [0, np.sin(p), np.cos(p), 0], [0, 0, 0, 1]]
    roll = [[np.cos(q), 0, np.sin(q), 0], [0, 1, 0, 0], [-np.sin(q), 0, np.cos(q), 0], [0, 0, 0, 1]]
    return np.asarray(np.array(turn) @ np.array(shift) @ np.array(pitch) @ np.array(roll))


def _expected(position: str, couch: IecCouch) -> np.ndarray:
    """Where the patient's point at the isocentre was: found by asking which point p comes to the origin of the room.

    On the table top the patient lies at a fixed place o: p_t = P p + o. At acquisition p = c was at the origin.
    """
    lying = np.array(_LYING[position], dtype=np.float64)
    at_origin = np.linalg.inv(_table_top_to_room(_AT_ACQUISITION)) @ (0, 0, 0, 1)
    offset = at_origin[:3] - lying @ _ISOCENTRE
    then = np.linalg.inv(_table_top_to_room(couch)) @ (0, 0, 0, 1)
    return np.asarray(np.linalg.inv(lying) @ (then[:3] - offset))


def _written(made: StructureSet, *, physical_properties: bool = True) -> StructureSet:
    ds = write_structure_set(made, physical_properties=physical_properties)
    return read_structure_set(pydicom.dcmread(io.BytesIO(encode_part10(ds))))


@pytest.mark.requirement("ACQ-02", "ACQ-03")
@pytest.mark.parametrize("position", list(_LYING))
def test_isocentres_are_where_the_machine_isocentre_was_in_the_patient(position: str) -> None:
    made = isocentre_set(_ct(position), before=_BEFORE, at_first_match=_AT_MATCH, clock=lambda: _NOW)
    laser, acquisition, match = isocentres_of(_written(made))
    assert [i.kind for i in (laser, acquisition, match)] == list(IsocentreKind)
    # Coordinates in the file keep 1e-9 mm.
    np.testing.assert_allclose(acquisition.position_mm, _ISOCENTRE, rtol=0, atol=2e-9)
    np.testing.assert_allclose(laser.position_mm, _expected(position, _BEFORE), rtol=0, atol=2e-9)
    np.testing.assert_allclose(match.position_mm, _expected(position, _AT_MATCH), rtol=0, atol=2e-9)
    for found, couch in ((laser, _BEFORE), (acquisition, _AT_ACQUISITION), (match, _AT_MATCH)):
        assert (found.rotation_deg, found.pitch_deg, found.roll_deg) == (couch.rotation_deg, couch.pitch_deg, couch.roll_deg)


@pytest.mark.requirement("ACQ-02")
def test_the_table_that_went_to_the_right_leaves_the_isocentre_further_left_in_a_supine_patient() -> None:
    """Head first supine, no angles: 10 mm less lateral before means that the isocentre was 10 mm more to the patient's left."""
    flat = IecCouch(20.0, 700.0, -150.0)
    ct = replace(_ct(), couch=flat)
    for moved, expected in (
        (replace(flat, lateral_mm=10.0), (27.0, -43.0, 61.5)),
        (replace(flat, longitudinal_mm=690.0), (17.0, -43.0, 71.5)),
        (replace(flat, vertical_mm=-160.0), (17.0, -53.0, 61.5)),
    ):
        found = ct.isocentre(IsocentreKind.INITIAL_LASER, moved)
        np.testing.assert_allclose(found.position_mm, expected, atol=1e-9)


@pytest.mark.requirement("ACQ-02", "ACQ-03")
def test_the_structure_set_is_linked_to_the_acquired_ct_and_tells_what_each_point_is() -> None:
    back = _written(isocentre_set(_ct(), before=_BEFORE, at_first_match=_AT_MATCH, series_number=2, station_name="GTR1"))
    assert back.frame_of_reference_uid == "2.25.3"
    assert back.images == _IMAGES
    assert (back.patient, back.study) == (_ct().patient, _ct().study)
    assert (back.series_number, back.station_name, back.related, back.warnings) == (2, "GTR1", (), ())
    assert [(s.interpreted_type, s.observation_label) for s in back.structures] == [
        ("INITLASERISO", "InitLaserIso"),
        ("ACQ_ISOCENTER", "AcqIsocenter"),
        ("INITMATCHISO", "InitMatchIso"),
    ]
    assert all(s.is_point and not s.marker for s in back.structures)
    assert back.structures[1].physical_properties == (
        PhysicalProperty("PAT SUPPORT_ANGLE", 350.0),
        PhysicalProperty("T TOP_PITCH_ANGLE", -1.25),
        PhysicalProperty("T TOP_ROLL_ANGLE", 2.0),
    )
    assert back.structures[1].contours[0].image_uid == _IMAGES[3].sop_instance_uid  # 61.5 is nearest to 62.5


@pytest.mark.requirement("ACQ-02")
def test_an_in_room_ct_has_no_isocentre_of_the_first_match() -> None:
    kinds = [i.kind for i in isocentres_of(_written(isocentre_set(_ct(), before=_BEFORE)))]
    assert kinds == [IsocentreKind.INITIAL_LASER, IsocentreKind.ACQUISITION]
    assert [i.kind for i in isocentres_of(isocentre_set(_ct()))] == [IsocentreKind.ACQUISITION]


def test_without_physical_properties_the_angles_are_not_known() -> None:
    (found,) = isocentres_of(_written(isocentre_set(_ct()), physical_properties=False))
    assert (found.rotation_deg, found.pitch_deg, found.roll_deg) == (None, None, None)


def test_names_with_underscores_alone_are_understood() -> None:
    made = isocentre_set(_ct())
    (point,) = made.structures
    others = tuple(replace(p, name=p.name.replace(" ", "_")) for p in point.physical_properties)
    (found,) = isocentres_of(replace(made, structures=(replace(point, physical_properties=others),)))
    assert (found.rotation_deg, found.pitch_deg, found.roll_deg) == (350.0, -1.25, 2.0)


def test_isocentres_that_are_not_clear_are_refused() -> None:
    made = isocentre_set(_ct())
    (point,) = made.structures
    twice = replace(
        point, number=2, physical_properties=(*point.physical_properties, PhysicalProperty("T TOP_ROLL_ANGLE", 9.0))
    )
    drawn = Structure(3, "Area", "INITMATCHISO", (0, 0, 0), (Contour("CLOSED_PLANAR", np.zeros((3, 3))),))
    with pytest.raises(InvalidDicomObject) as caught:
        isocentres_of(replace(made, structures=(point, twice, drawn)))
    assert caught.value.complaints == (
        "2 structures are of type ACQ_ISOCENTER",
        "ACQ_ISOCENTER tells T TOP_ROLL_ANGLE 2 times",
        "INITMATCHISO is no single point",
    )


def test_a_structure_set_without_isocentres_has_none() -> None:
    organ = Structure(1, "A", "ORGAN", (0, 0, 0), ())
    assert isocentres_of(replace(isocentre_set(_ct()), structures=(organ,))) == ()
