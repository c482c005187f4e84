"""A Spatial Registration, built attribute by attribute as PS3.3 A.39.1 and IHE-RO say, not with the program's own writer."""

from collections.abc import Sequence

from pydicom.dataset import Dataset

from pti.foundation.instances import CT_IMAGE, RT_IMAGE, SPATIAL_REGISTRATION
from tests.support.dicom_factory import ACQUIRED_FRAME, CT_SERIES, FRAME, STUDY, Patient, new_dataset, reference

IDENTITY = (1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
#: A quarter turn about z, then a shift.
TURNED = (0.0, -1.0, 0.0, 5.0, 1.0, 0.0, 0.0, -7.0, 0.0, 0.0, 1.0, 9.0, 0.0, 0.0, 0.0, 1.0)
_IMAGE_SERIES, _IMAGE_STUDY = "2.25.3000", "2.25.3099"


def spatial_registration(matrices: Sequence[Sequence[float]] = (TURNED,)) -> Dataset:
    """Planning CT into acquired images by the product of `matrices`, in their order."""
    ds = new_dataset(SPATIAL_REGISTRATION, "2.25.4001", "REG", Patient(study_uid=_IMAGE_STUDY))
    ds.SeriesInstanceUID, ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = "2.25.4000", ACQUIRED_FRAME, ""
    ds.ContentDate, ds.ContentTime, ds.InstanceNumber = "20240105", "0835", 1
    ds.ContentLabel, ds.ContentDescription, ds.ContentCreatorName = "MATCH", "", ""
    ds.PatientPosition = "HFS"
    ds.RegistrationSequence = [
        registration_item(ACQUIRED_FRAME, [IDENTITY], _acquired(), "125021"),
        registration_item(FRAME, matrices, _planning(), "125024"),
    ]
    ds.ReferencedSeriesSequence = [_series(_IMAGE_SERIES, _acquired())]
    other = Dataset()
    other.StudyInstanceUID, other.ReferencedSeriesSequence = STUDY, [_series(CT_SERIES, _planning())]
    ds.StudiesContainingOtherReferencedInstancesSequence = [other]
    return ds


def _acquired() -> list[Dataset]:
    return [reference(RT_IMAGE, "2.25.3001")]


def _planning() -> list[Dataset]:
    return [reference(CT_IMAGE, "2.25.2000")]


def registration_item(frame_uid: str, matrices: Sequence[Sequence[float]], images: list[Dataset], code: str) -> Dataset:
    """One item of the Registration Sequence, with the private sub type Online2D3DPaired."""
    registration = Dataset()
    registration.MatrixSequence = [matrix_item(values) for values in matrices]
    type_code = Dataset()
    type_code.CodeValue, type_code.CodingSchemeDesignator, type_code.CodeMeaning = code, "DCM", "Alignment"
    registration.RegistrationTypeCodeSequence = [type_code]
    block = registration.private_block(0x3275, "Varian Medical Systems VISION 3275", create=True)
    block.add_new(0x00, "LO", "Online2D3DPaired")
    item = Dataset()
    item.FrameOfReferenceUID, item.ReferencedImageSequence = frame_uid, images
    item.MatrixRegistrationSequence = [registration]
    return item


def matrix_item(values: Sequence[float], kind: str = "RIGID") -> Dataset:
    """One item of the Matrix Sequence."""
    item = Dataset()
    item.FrameOfReferenceTransformationMatrix = list(values)
    item.FrameOfReferenceTransformationMatrixType = kind
    return item


def _series(series_uid: str, images: list[Dataset]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID, item.ReferencedInstanceSequence = series_uid, images
    return item
