"""A cone-beam or in-room CT becomes a CT of the open patient that says where everything stood in the room."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pti.acquisition.verification_ct import to_ct_series, to_isocentre_set
from pti.dicom.ct import CtSeries, read_ct_series, write_ct_images
from pti.dicom.isocentre_set import IsocentreKind, isocentres_of
from pti.geometry.couch import IecCouch
from pti.geometry.patient import PatientPosition
from tests.support.exposures import COUCH, MACHINE, START, make_ct_exposure
from tests.support.geometry import FloatArray, couches_off_zero, iec_couch_matrix, lying, turn
from tests.support.session_values import PATIENT, STUDY, make_beam, make_plan
from tests.support.written_ct import differences, through_a_file

#: Half the diagonal of the largest voxel: nearer than that no voxel's centre need be to a point.
_VOXEL_MM = np.linalg.norm((2.0, 1.5, 3.0)) / 2


def _couch_matrix(couch: IecCouch) -> FloatArray:
    """(4, 4) table top to fixed."""
    return iec_couch_matrix(
        couch.lateral_mm, couch.longitudinal_mm, couch.vertical_mm, couch.pitch_deg, couch.roll_deg, couch.rotation_deg
    )


def _acquired_to_fixed(couch: IecCouch, position: PatientPosition) -> FloatArray:
    """(4, 4) as geometry.md says with the isocentre at the origin: Rz(rotation) Rx(pitch) Ry(roll) P."""
    matrix = turn("ZXY", [couch.rotation_deg, couch.pitch_deg, couch.roll_deg])
    matrix[:3, :3] = matrix[:3, :3] @ lying(position)
    return matrix


def _inverse(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _map(matrix: FloatArray, point: FloatArray) -> FloatArray:
    return np.asarray((matrix @ [*point, 1.0])[:3])


def _bead(ct: CtSeries) -> FloatArray:
    """(x, y, z) of the brightest voxel's centre, from the volume's origin and steps."""
    volume = ct.volume
    index, row, column = np.unravel_index(int(volume.hounsfield.argmax()), volume.hounsfield.shape)
    x, y = volume.first_voxel_mm
    return np.array([x + column * volume.column_spacing_mm, y + row * volume.row_spacing_mm, volume.slice_positions_mm[index]])


@pytest.mark.requirement("ACQ-02", "CTIM-02")
def test_it_takes_patient_study_and_plan_from_the_plan_and_the_rest_from_the_machine() -> None:
    plan, beam, exposure = make_plan(), make_beam(2, patient_position=PatientPosition.FFP), make_ct_exposure()
    ct = to_ct_series(exposure, plan, beam, series_number=3)
    assert (ct.patient, ct.study, ct.patient_position) == (PATIENT, STUDY, PatientPosition.FFP)
    assert (ct.context.plan_uid, ct.context.series_number, ct.context.station_name) == ("2.25.3001", 3, MACHINE.name)
    assert (ct.context.started_at, set(ct.content_times)) == (START, {exposure.reconstructed_at})
    assert ct.technique == exposure.technique
    assert ct.volume.hounsfield is exposure.volume.hounsfield
    assert len({instance.sop_instance_uid for instance in ct.instances}) == 42


@pytest.mark.requirement("ACQ-02")
def test_each_ct_has_a_frame_of_reference_series_and_instances_of_its_own() -> None:
    plan, exposure = make_plan(), make_ct_exposure()
    first, second = (to_ct_series(exposure, plan, make_beam(), series_number=number) for number in (1, 2))
    frames = {ct.volume.frame.frame_of_reference_uid for ct in (first, second)}
    assert len(frames | {plan.frame_of_reference_uid, exposure.volume.frame.frame_of_reference_uid}) == 4
    assert first.series_instance_uid != second.series_instance_uid
    assert {i.sop_instance_uid for i in first.instances}.isdisjoint(i.sop_instance_uid for i in second.instances)


@pytest.mark.requirement("ACQ-02", "ACQ-05", "CTIM-03")
def test_it_comes_back_from_dicom_and_tells_no_operator() -> None:
    ct = to_ct_series(make_ct_exposure(), make_plan(), make_beam(), series_number=1)
    images = [through_a_file(ds) for ds in write_ct_images(ct)]
    assert not any("OperatorsName" in ds for ds in images)
    again = read_ct_series(images)
    # An empty Accession Number is read as none; of the couch, 16 characters and 32 bits keep not quite all.
    assert differences(again, ct) == ["study", "table_top"]
    assert again.couch is not None
    for name in ("lateral_mm", "longitudinal_mm", "vertical_mm", "pitch_deg", "roll_deg", "rotation_deg"):
        assert getattr(again.couch, name) == pytest.approx(getattr(COUCH, name), abs=1e-6)


@pytest.mark.requirement("ACQ-02", "CTIM-03")
@pytest.mark.parametrize("position", PatientPosition)
def test_a_bead_on_the_table_top_is_found_in_the_room_from_the_images_alone(position: PatientPosition) -> None:
    on_table_top = _map(_inverse(_couch_matrix(COUCH)), np.array([17.0, -11.0, 23.0]))
    in_room = _map(_couch_matrix(COUCH), on_table_top)
    seen = _map(_inverse(_acquired_to_fixed(COUCH, position)), in_room)
    exposure = make_ct_exposure((float(seen[0]), float(seen[1]), float(seen[2])))
    beam = make_beam(patient_position=position)
    written = write_ct_images(to_ct_series(exposure, make_plan(beam), beam, series_number=1))
    ct = read_ct_series(through_a_file(ds) for ds in written)
    assert ct.couch is not None
    found = _map(_acquired_to_fixed(ct.couch, ct.patient_position), _bead(ct))
    assert np.linalg.norm(found - in_room) <= _VOXEL_MM
    assert np.linalg.norm(_map(_inverse(_couch_matrix(ct.couch)), found) - on_table_top) <= _VOXEL_MM


@pytest.mark.requirement("ACQ-02", "ACQ-03")
@given(st.sampled_from(PatientPosition), couches_off_zero(), couches_off_zero(), couches_off_zero())
def test_each_isocentre_is_the_point_of_the_patient_that_was_there(
    position: PatientPosition, before: IecCouch, at_acquisition: IecCouch, at_first_match: IecCouch
) -> None:
    exposure = replace(make_ct_exposure(), couch=at_acquisition, couch_before=before)
    ct = to_ct_series(exposure, make_plan(), make_beam(patient_position=position), series_number=1)
    structures = to_isocentre_set(exposure, ct, series_number=2, at_first_match=at_first_match)
    found = {isocentre.kind: isocentre for isocentre in isocentres_of(structures)}
    for kind, couch in zip(IsocentreKind, (before, at_acquisition, at_first_match), strict=True):
        # In the room at acquisition, from there to the table top, and with it to where the table top stood then.
        in_room = _map(_acquired_to_fixed(at_acquisition, position), np.array(found[kind].position_mm))
        on_table_top = _map(_inverse(_couch_matrix(at_acquisition)), in_room)
        np.testing.assert_allclose(_map(_couch_matrix(couch), on_table_top), 0.0, atol=1e-9)
        angles = found[kind].rotation_deg, found[kind].pitch_deg, found[kind].roll_deg
        assert angles == (couch.rotation_deg, couch.pitch_deg, couch.roll_deg)


@pytest.mark.requirement("ACQ-02")
def test_the_isocentre_set_names_the_ct_and_a_couch_further_out_moves_the_isocentre_to_the_feet() -> None:
    level, further = IecCouch(5.0, 800.0, -150.0), IecCouch(5.0, 810.0, -150.0)
    exposure = replace(make_ct_exposure(), couch=level, couch_before=further)
    ct = to_ct_series(exposure, make_plan(), make_beam(), series_number=1)
    structures = to_isocentre_set(exposure, ct, series_number=2)
    assert (structures.images, structures.frame_of_reference_uid) == (ct.instances, ct.volume.frame.frame_of_reference_uid)
    assert (structures.patient, structures.study, structures.series_number) == (PATIENT, STUDY, 2)
    assert structures.station_name == MACHINE.name
    laser, acquisition = isocentres_of(structures)  # no match began yet
    # 10 mm further toward the gantry, head first: what was on the isocentre before lies 10 mm further to the feet.
    np.testing.assert_allclose(laser.position_mm, (0.0, 0.0, -10.0), atol=1e-12)
    np.testing.assert_allclose(acquisition.position_mm, 0.0, atol=1e-12)
