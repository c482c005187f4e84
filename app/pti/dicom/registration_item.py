"""One item of the Registration Sequence (C.20.2): a frame of reference, its matrix, how and for what it was found."""

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.decimals import decimals
from pti.dicom.modules import reference_item
from pti.dicom.private import PrivateAttribute, read_private, write_private
from pti.foundation.instances import InstanceReference
from pti.geometry.rigid import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RegistrationItem:
    """Maps points of `frame_of_reference_uid` into the frame of reference of the whole object (C.20.2.1.1).

    Parameters
    ----------
    matrix : (4, 4), homogeneous, mm
    code : (value, meaning) of the Registration Type Code, context group 7100; ("", "") where it is not told
    sub_type : private Registration Sub Type (3275,xx00); "" where it is not told
    images : the images of this item; on reading without series and study
    """

    frame_of_reference_uid: str
    matrix: FloatArray
    code: tuple[str, str]
    sub_type: str
    images: tuple[InstanceReference, ...]


def write_item(item: RegistrationItem) -> Dataset:
    """The sequence item, with one rigid matrix, row by row."""
    matrix = Dataset()
    matrix.FrameOfReferenceTransformationMatrixType = "RIGID"
    matrix.FrameOfReferenceTransformationMatrix = decimals(item.matrix.ravel().tolist())
    type_code = Dataset()
    type_code.CodeValue, type_code.CodeMeaning = item.code
    type_code.CodingSchemeDesignator = "DCM"
    registration = Dataset()
    registration.MatrixSequence = [matrix]
    registration.RegistrationTypeCodeSequence = [type_code]
    write_private(registration, PrivateAttribute.REGISTRATION_SUB_TYPE, item.sub_type)
    ds = Dataset()
    ds.FrameOfReferenceUID = item.frame_of_reference_uid
    ds.ReferencedImageSequence = [reference_item(image) for image in item.images]
    ds.MatrixRegistrationSequence = [registration]
    return ds


def read_item(attributes: Attributes) -> RegistrationItem:
    """Read an item, complaining about what is missing or not rigid by its own word."""
    product: FloatArray = np.eye(4)
    code, sub_type = ("", ""), ""
    for registration in attributes.items("MatrixRegistrationSequence"):
        for matrix in registration.items("MatrixSequence"):  # their order is that of the multiplication
            product = product @ _read_matrix(matrix)
        for type_code in registration.items("RegistrationTypeCodeSequence"):
            code = (type_code.required_text("CodeValue"), type_code.text("CodeMeaning") or "")
        sub_type = str(read_private(registration.dataset, PrivateAttribute.REGISTRATION_SUB_TYPE) or sub_type).strip()
    images = tuple(
        InstanceReference(image.required_uid("ReferencedSOPClassUID"), image.required_uid("ReferencedSOPInstanceUID"))
        for image in attributes.items("ReferencedImageSequence")
    )
    return RegistrationItem(attributes.required_uid("FrameOfReferenceUID"), product, code, sub_type, images)


def _read_matrix(attributes: Attributes) -> FloatArray:
    kind = attributes.text("FrameOfReferenceTransformationMatrixType")
    if kind not in ("RIGID", None):
        attributes.complain("FrameOfReferenceTransformationMatrixType", f"is {kind}, not RIGID")
    values = attributes.required_numbers("FrameOfReferenceTransformationMatrix", 16)
    return np.array(values).reshape(4, 4)
