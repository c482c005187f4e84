"""Spatial Registrations of other programs: read right, or refused with all that is not understood."""

import copy
import io
from datetime import datetime

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.spatial_registration import (
    RegistrationMethod,
    RegistrationSubType,
    read_spatial_registration,
)
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, InstanceReference
from pti.geometry.frames import patient_frame
from tests.support.dicom_factory import ACQUIRED_FRAME, CT_SERIES, FRAME, STUDY, reference
from tests.support.registration_factory import IDENTITY, TURNED, matrix_item, registration_item, spatial_registration


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


def test_a_registration_of_another_program_is_read() -> None:
    registration = read_spatial_registration(_through_a_file(spatial_registration()))
    assert (registration.transform.source, registration.transform.target) == (
        patient_frame(FRAME),
        patient_frame(ACQUIRED_FRAME),
    )
    np.testing.assert_array_equal(registration.transform([1.0, 2.0, 3.0]), [-2.0 + 5.0, 1.0 - 7.0, 3.0 + 9.0])
    assert registration.method is RegistrationMethod.AUTOMATIC
    assert registration.sub_type is RegistrationSubType.ONLINE_2D3D_PAIRED
    assert registration.created_at.replace(tzinfo=None) == datetime(2024, 1, 5, 8, 35)
    assert registration.registered_images == (InstanceReference(RT_IMAGE, "2.25.3001", "2.25.3000", "2.25.3099"),)
    assert registration.source_images == (InstanceReference(CT_IMAGE, "2.25.2000", CT_SERIES, STUDY),)
    assert registration.warnings == ()


def test_an_image_that_an_item_names_twice_is_one_image() -> None:
    ds = spatial_registration()
    images = ds.RegistrationSequence[1].ReferencedImageSequence
    images.append(copy.deepcopy(images[0]))
    assert len(read_spatial_registration(ds).source_images) == 1


def test_a_chain_must_be_rigid_in_each_of_its_matrices() -> None:
    twice = (2.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    half = (0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 1.0)
    with pytest.raises(InvalidDicomObject) as caught:
        read_spatial_registration(spatial_registration((twice, half)))
    place = "Registration Sequence item 2: Matrix Registration Sequence item 1: Matrix Sequence item"
    told = "Frame of Reference Transformation Matrix (3006,00C6) is not rigid: the rotation matrix is not a proper rotation"
    assert caught.value.complaints == (f"{place} 1: {told}", f"{place} 2: {told}")


@pytest.mark.parametrize("kind", ["AFFINE", "RIGID_SCALE"])
def test_what_is_not_rigid_by_its_own_word_is_refused(kind: str) -> None:
    ds = spatial_registration()
    ds.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence = [matrix_item(TURNED, kind)]
    with pytest.raises(InvalidDicomObject, match=f"'{kind}', not RIGID"):
        read_spatial_registration(ds)


def test_a_deformable_registration_is_refused_by_name() -> None:
    ds = spatial_registration()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.66.3"
    with pytest.raises(InvalidDicomObject) as caught:
        read_spatial_registration(ds)
    assert caught.value.complaints == (
        "SOP Class UID (0008,0016) is Deformable Spatial Registration Storage, not Spatial Registration Storage",
    )


def test_the_item_of_the_own_frame_may_be_left_out() -> None:
    ds = spatial_registration()
    whole = read_spatial_registration(ds)
    ds.RegistrationSequence = ds.RegistrationSequence[1:]
    alone = read_spatial_registration(ds)
    np.testing.assert_array_equal(alone.transform.matrix, whole.transform.matrix)
    assert alone.registered_images == whole.registered_images


def test_all_that_is_not_understood_is_told_at_once() -> None:
    ds = spatial_registration()
    item = ds.RegistrationSequence[1]
    third = registration_item("2.25.77", [IDENTITY], [reference(CT_IMAGE, "2.25.78")], "125024")
    third.MatrixRegistrationSequence.append(copy.deepcopy(third.MatrixRegistrationSequence[0]))
    ds.RegistrationSequence = [*ds.RegistrationSequence, third, copy.deepcopy(ds.RegistrationSequence[0])]
    code = item.MatrixRegistrationSequence[0].RegistrationTypeCodeSequence[0]
    code.CodingSchemeDesignator = "99LOCAL"
    item.MatrixRegistrationSequence[0].MatrixSequence[0].FrameOfReferenceTransformationMatrix = [1.0, 2.0]
    ds.PatientPosition, ds.ContentTime, ds.PatientID = "SITTING", "25", ["1", "2"]
    with pytest.raises(InvalidDicomObject) as caught:
        read_spatial_registration(ds)
    place = "Registration Sequence item 2: Matrix Registration Sequence item 1: "
    assert caught.value.complaints == (
        "Patient ID (0010,0020) has several values instead of one",
        f"{place}Matrix Sequence item 1: Frame of Reference Transformation Matrix (3006,00C6) has 2 values instead of 16",
        f"{place}Registration Type Code Sequence item 1: Coding Scheme Designator (0008,0102) is '99LOCAL', not DCM",
        "Registration Sequence item 3: Matrix Registration Sequence (0070,0309) has 2 items instead of one",
        "Registration Sequence (0070,0308) registers 2 other frames of reference instead of one",
        "Registration Sequence (0070,0308) has 2 items of the object's own frame of reference",
        "Patient Position (0018,5100) 'SITTING' is none of HFS, HFP, HFDR, HFDL, FFS, FFP, FFDR, FFDL",
        "Content Date (0008,0023) and Content Time (0008,0033) are no date and time",
    )


def test_one_frame_that_is_registered_twice_is_refused() -> None:
    ds = spatial_registration()
    ds.RegistrationSequence.append(copy.deepcopy(ds.RegistrationSequence[1]))
    with pytest.raises(InvalidDicomObject, match="registers another frame of reference 2 times instead of one"):
        read_spatial_registration(ds)
