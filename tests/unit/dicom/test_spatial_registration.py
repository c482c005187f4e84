"""Spatial Registrations: the matrix's direction, both forms, and every referenced instance."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.private import PrivateAttribute, read_private, write_private
from pti.dicom.registration_item import RegistrationItem, write_item
from pti.dicom.spatial_registration import (
    RegistrationMethod,
    RegistrationSubType,
    SpatialRegistration,
    read_spatial_registration,
    write_spatial_registration,
)
from pti.dicom.written import UnwritableObject
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, InstanceReference
from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform, rotation_x, rotation_y, rotation_z

_PLANNING, _ACQUIRED = "2.25.11", "2.25.12"
_ROTATION = rotation_z(3.1) @ rotation_x(-2.2) @ rotation_y(1.3)
_TRANSFORM = RigidTransform(patient_frame(_PLANNING), patient_frame(_ACQUIRED), _ROTATION, np.array([-1.3, 20.7, -70.9]))


def _registration() -> SpatialRegistration:
    return SpatialRegistration(
        sop_instance_uid="2.25.21",
        series_instance_uid="2.25.22",
        patient=PatientIdentity("4711", "Doe^Jane", "19700131", "F"),
        study=StudyIdentity("2.25.23", "20240105", "081500"),
        transform=_TRANSFORM,
        sub_type=RegistrationSubType.ONLINE_2D3D_PAIRED,
        method=RegistrationMethod.AUTOMATIC,
        registered_images=tuple(InstanceReference(RT_IMAGE, f"2.25.3{i}", "2.25.24", "2.25.23") for i in range(2)),
        source_images=tuple(InstanceReference(CT_IMAGE, f"2.25.4{i}", "2.25.25", "2.25.26") for i in range(3)),
        patient_position=PatientPosition.HFS,
        label="2D3D_MATCH",
        description="FROM planning CT TO acquired kV images",
        created_at=datetime(2024, 1, 5, 8, 31, 2, 125000, tzinfo=UTC),
        series_number=2,
        machine_name="GTR1",
        operator="Smith^Ann",
    )


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


def _matrix(item: Dataset) -> np.ndarray:
    values = item.MatrixRegistrationSequence[0].MatrixSequence[0].FrameOfReferenceTransformationMatrix
    return np.array([float(value) for value in values]).reshape(4, 4)


@pytest.mark.requirement("SRO-01")
def test_the_ihe_form_has_the_acquired_frame_first_and_the_planning_frame_with_the_matrix() -> None:
    ds = _through_a_file(write_spatial_registration(_registration()))
    acquired, planning = ds.RegistrationSequence
    assert ds.FrameOfReferenceUID == acquired.FrameOfReferenceUID == _ACQUIRED
    assert planning.FrameOfReferenceUID == _PLANNING
    np.testing.assert_array_equal(_matrix(acquired), np.eye(4))
    codes = [item.MatrixRegistrationSequence[0].RegistrationTypeCodeSequence[0] for item in (acquired, planning)]
    assert [code.CodeValue for code in codes] == ["125021", "125024"]
    assert {code.CodingSchemeDesignator for code in codes} == {"DCM"}


@pytest.mark.requirement("SRO-01")
def test_the_plain_form_has_the_planning_frame_alone() -> None:
    ds = write_spatial_registration(_registration(), ihe_ro=False)
    assert [item.FrameOfReferenceUID for item in ds.RegistrationSequence] == [_PLANNING]


@pytest.mark.requirement("SRO-02", "M23-02")
@pytest.mark.parametrize("ihe_ro", [True, False])
def test_the_written_matrix_maps_planning_points_into_the_acquired_frame(ihe_ro: bool) -> None:
    ds = _through_a_file(write_spatial_registration(_registration(), ihe_ro=ihe_ro))
    item = ds.RegistrationSequence[-1]
    point = np.array([12.5, -33.0, 101.25])
    expected = _ROTATION @ point + np.array([-1.3, 20.7, -70.9])
    np.testing.assert_allclose((_matrix(item) @ [*point, 1.0])[:3], expected, atol=1e-9)
    matrices = item.MatrixRegistrationSequence[0].MatrixSequence
    assert len(matrices) == 1
    assert matrices[0].FrameOfReferenceTransformationMatrixType == "RIGID"
    np.testing.assert_array_equal(_matrix(item)[3], [0, 0, 0, 1])


@pytest.mark.requirement("SRO-03", "IOD-04")
@pytest.mark.parametrize("sub_type", RegistrationSubType)
def test_the_sub_type_stands_in_the_matrix_registration_item(sub_type: RegistrationSubType) -> None:
    ds = _through_a_file(write_spatial_registration(replace(_registration(), sub_type=sub_type)))
    for item in ds.RegistrationSequence:
        found = read_private(item.MatrixRegistrationSequence[0], PrivateAttribute.REGISTRATION_SUB_TYPE)
        assert found == sub_type.value


@pytest.mark.requirement("SRO-04")
def test_every_referenced_instance_is_listed_with_its_series_and_study() -> None:
    ds = _through_a_file(write_spatial_registration(_registration()))
    (own,) = ds.ReferencedSeriesSequence
    assert own.SeriesInstanceUID == "2.25.24"
    assert [i.ReferencedSOPInstanceUID for i in own.ReferencedInstanceSequence] == ["2.25.30", "2.25.31"]
    (other,) = ds.StudiesContainingOtherReferencedInstancesSequence
    assert other.StudyInstanceUID == "2.25.26"
    (series,) = other.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == "2.25.25"
    assert [i.ReferencedSOPInstanceUID for i in series.ReferencedInstanceSequence] == ["2.25.40", "2.25.41", "2.25.42"]
    acquired, planning = ds.RegistrationSequence
    assert [i.ReferencedSOPInstanceUID for i in acquired.ReferencedImageSequence] == ["2.25.30", "2.25.31"]
    assert [i.ReferencedSOPInstanceUID for i in planning.ReferencedImageSequence] == ["2.25.40", "2.25.41", "2.25.42"]


@pytest.mark.requirement("SRO-04")
def test_images_of_the_same_study_need_no_other_study() -> None:
    reg = _registration()
    same = tuple(replace(image, study_instance_uid="2.25.23") for image in reg.source_images)
    ds = write_spatial_registration(replace(reg, source_images=same))
    assert len(ds.ReferencedSeriesSequence) == 2
    assert "StudiesContainingOtherReferencedInstancesSequence" not in ds


@pytest.mark.requirement("SRO-04", "IOD-02")
def test_series_frame_and_content_are_told() -> None:
    ds = write_spatial_registration(_registration())
    day, time = _registration().created_at.astimezone().strftime("%Y%m%d %H%M%S.125000").split()
    assert (ds.SeriesDate, ds.SeriesTime, ds.OperatorsName) == (day, time, "Smith^Ann")
    assert ds["ContentCreatorName"].is_empty  # the table does not support it, the standard wants it
    assert (ds.Modality, ds.SeriesNumber, ds.InstanceNumber, ds.PatientPosition) == ("REG", 2, 1, "HFS")
    assert (ds.ContentDate, ds.ContentTime, ds.ContentLabel) == (day, time, "2D3D_MATCH")
    assert ds.ContentDescription == "FROM planning CT TO acquired kV images"
    assert ds["PositionReferenceIndicator"].is_empty


@pytest.mark.parametrize("description", ["", "before field 2", "während"])
def test_the_description_always_says_from_and_to_in_ascii(description: str) -> None:
    text = write_spatial_registration(replace(_registration(), description=description)).ContentDescription
    assert text.startswith("FROM planning CT TO acquired kV images")
    assert text.isascii()
    assert len(text) <= 64


def test_a_label_becomes_a_code_string() -> None:
    assert write_spatial_registration(replace(_registration(), label="Match 2D/3d, evening")).ContentLabel == "MATCH 2D_3D_ EVE"


@pytest.mark.parametrize("ihe_ro", [True, False])
@pytest.mark.parametrize("method", RegistrationMethod)
def test_a_registration_comes_back_from_its_file_as_it_was_written(ihe_ro: bool, method: RegistrationMethod) -> None:
    reg = replace(_registration(), method=method)
    back = read_spatial_registration(_through_a_file(write_spatial_registration(reg, ihe_ro=ihe_ro)))
    np.testing.assert_allclose(back.transform.matrix, reg.transform.matrix, atol=1e-9)
    assert (back.transform.source, back.transform.target) == (reg.transform.source, reg.transform.target)
    for name in SpatialRegistration.__dataclass_fields__.keys() - {"transform"}:
        assert getattr(back, name) == getattr(reg, name), name


@pytest.mark.requirement("SRO-03")
def test_the_hyphen_of_a_line_break_is_accepted_on_reading() -> None:
    ds = write_spatial_registration(_registration())
    for item in ds.RegistrationSequence:
        write_private(item.MatrixRegistrationSequence[0], PrivateAttribute.REGISTRATION_SUB_TYPE, "Online-Marker")
    assert read_spatial_registration(ds).sub_type is RegistrationSubType.ONLINE_MARKER


def test_several_matrices_multiply_in_their_order() -> None:
    ds = write_spatial_registration(_registration())
    sequence = ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence
    second = Dataset()
    turn = np.eye(4)
    turn[:3, :3], turn[:3, 3] = rotation_y(90), (0.0, 0.0, 10.0)
    second.FrameOfReferenceTransformationMatrix = [str(round(value, 12)) for value in turn.ravel()]
    second.FrameOfReferenceTransformationMatrixType = "RIGID"
    sequence.append(second)
    np.testing.assert_allclose(read_spatial_registration(ds).transform.matrix, _TRANSFORM.matrix @ turn, atol=1e-9)


def _spoil_scale(ds: Dataset) -> None:
    matrix = ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    matrix.FrameOfReferenceTransformationMatrix = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]


def _spoil_last_row(ds: Dataset) -> None:
    matrix = ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    matrix.FrameOfReferenceTransformationMatrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1]


def _spoil_mirror(ds: Dataset) -> None:
    matrix = ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    matrix.FrameOfReferenceTransformationMatrix = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


def _spoil_type(ds: Dataset) -> None:
    matrix = ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    matrix.FrameOfReferenceTransformationMatrixType = "AFFINE"


def _spoil_identity(ds: Dataset) -> None:
    matrix = ds.RegistrationSequence[0].MatrixRegistrationSequence[0].MatrixSequence[0]
    matrix.FrameOfReferenceTransformationMatrix = [1, 0, 0, 5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


def _spoil_frames(ds: Dataset) -> None:
    ds.FrameOfReferenceUID = "2.25.99"


def _spoil_sub_type(ds: Dataset) -> None:
    write_private(ds.RegistrationSequence[1].MatrixRegistrationSequence[0], PrivateAttribute.REGISTRATION_SUB_TYPE, "Other")


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_spoil_scale, "not a proper rotation"),
        (_spoil_last_row, "last row 0 0 0 1"),
        (_spoil_mirror, "not a proper rotation"),
        (_spoil_type, "is 'AFFINE', not RIGID"),
        (_spoil_identity, "moves the object's own frame of reference"),
        (_spoil_frames, "registers 2 other frames of reference instead of one"),
        (_spoil_sub_type, r"Registration Sub Type \(3275,xx00\) is 'Other'"),
    ],
)
def test_a_registration_that_is_not_rigid_or_not_clear_is_refused(spoil: object, complaint: str) -> None:
    ds = write_spatial_registration(_registration())
    spoil(ds)  # type: ignore[operator]
    with pytest.raises(InvalidDicomObject, match=complaint):
        read_spatial_registration(ds)


def test_a_registration_into_the_room_is_not_written() -> None:
    into_room = RigidTransform(patient_frame(_PLANNING), FIXED, np.eye(3), np.zeros(3))
    with pytest.raises(InvalidDicomObject, match="one patient frame of reference into another"):
        write_spatial_registration(replace(_registration(), transform=into_room))


def test_a_registration_without_images_or_their_series_is_not_written() -> None:
    nameless = (InstanceReference(RT_IMAGE, "2.25.30"),)
    with pytest.raises(InvalidDicomObject) as caught:
        write_spatial_registration(replace(_registration(), registered_images=nameless, source_images=()))
    assert caught.value.complaints == (
        "the acquired images are not named by legal UIDs with their series",
        "no planning image is named",
    )


@pytest.mark.requirement("SRO-02")
@given(
    st.tuples(*[st.floats(-180.0, 180.0)] * 3),
    st.tuples(*[st.one_of(st.floats(-1e4, 1e4), st.floats(-1e-6, 1e-6))] * 3),
)
def test_a_written_matrix_is_rigid_and_moves_no_point_by_a_nanometre(
    angles: tuple[float, float, float], shift: tuple[float, float, float]
) -> None:
    rotation = rotation_z(angles[0]) @ rotation_x(angles[1]) @ rotation_y(angles[2])
    transform = RigidTransform(patient_frame(_PLANNING), patient_frame(_ACQUIRED), rotation, np.array(shift))
    item = write_spatial_registration(replace(_registration(), transform=transform)).RegistrationSequence[-1]
    texts = [str(v) for v in item.MatrixRegistrationSequence[0].MatrixSequence[0].FrameOfReferenceTransformationMatrix]
    assert max(map(len, texts)) <= 16
    back = np.array([float(text) for text in texts]).reshape(4, 4)
    np.testing.assert_array_equal(back[3], [0, 0, 0, 1])
    np.testing.assert_allclose(back[:3, :3] @ back[:3, :3].T, np.eye(3), atol=1e-12)
    assert np.linalg.det(back) == pytest.approx(1.0, abs=1e-12)
    far = 500.0 * np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    # A Decimal String of -9999.999999999 keeps 1e-9 mm; 13 digits of the cosines, 3 x 500 mm x 5e-14.
    np.testing.assert_allclose(far @ back[:3, :3].T + back[:3, 3], far @ rotation.T + shift, rtol=0, atol=2e-9)


def test_a_matrix_that_decimal_strings_cannot_hold_is_not_written() -> None:
    far = RigidTransform(patient_frame(_PLANNING), patient_frame(_ACQUIRED), _ROTATION, np.array([1e11 + 1 / 3, 0.0, 0.0]))
    with pytest.raises(UnwritableObject, match="loses accuracy"):
        write_spatial_registration(replace(_registration(), transform=far))


def test_a_matrix_that_is_no_rigid_one_is_not_written() -> None:
    scaled = RegistrationItem(_PLANNING, np.diag([1.001, 1.0, 1.0, 1.0]), ("125024", ""), "Online3D", ())
    with pytest.raises(UnwritableObject, match="not rigid as it would be written"):
        write_item(scaled)
    sheared = RegistrationItem(_PLANNING, np.eye(4) + np.eye(4, k=-3) * 0.01, ("125024", ""), "Online3D", ())
    with pytest.raises(UnwritableObject, match="last row"):
        write_item(sheared)
