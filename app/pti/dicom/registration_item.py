"""One item of the Registration Sequence (C.20.2): a frame of reference, its matrix, how and for what it was found."""

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, quote
from pti.dicom.decimals import decimals
from pti.dicom.modules import reference_item
from pti.dicom.private import PrivateAttribute, private_text, write_private
from pti.dicom.written import UnwritableObject
from pti.foundation.instances import InstanceReference
from pti.geometry.frames import FIXED
from pti.geometry.rigid import FloatArray, RigidTransform

#: What the 16 Decimal Strings may move a point that is this far from the origin.
_LARGEST_LOSS_MM, _FAR_POINT_MM = 1e-6, 500.0


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
    """The sequence item, with one rigid matrix, row by row.

    Raises
    ------
    UnwritableObject
        If the matrix, read back from its Decimal Strings, is not rigid or not the same.
    """
    matrix = Dataset()
    matrix.FrameOfReferenceTransformationMatrixType = "RIGID"
    matrix.FrameOfReferenceTransformationMatrix = _written(item.matrix)
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


def _written(matrix: FloatArray) -> list[str]:
    """The 16 Decimal Strings, checked as a reader checks them."""
    texts = decimals(matrix.ravel().tolist())
    try:
        back = RigidTransform.from_matrix(FIXED, FIXED, np.array([float(text) for text in texts]).reshape(4, 4)).matrix
    except ValueError as error:
        raise UnwritableObject("Spatial Registration", [f"its matrix is not rigid as it would be written: {error}"]) from error
    if (np.abs(back - matrix) @ (_FAR_POINT_MM, _FAR_POINT_MM, _FAR_POINT_MM, 1.0)).max() > _LARGEST_LOSS_MM:
        raise UnwritableObject("Spatial Registration", ["its matrix loses accuracy as Decimal Strings of 16 characters"])
    return texts


def read_item(attributes: Attributes) -> RegistrationItem:
    """Read an item, complaining about what is missing or not rigid by its own word."""
    product: FloatArray = np.eye(4)
    code, sub_type = ("", ""), ""
    registrations = attributes.items("MatrixRegistrationSequence")
    if len(registrations) > 1:  # C.20.2: exactly one, and nothing says what several would mean together
        attributes.complain("MatrixRegistrationSequence", f"has {len(registrations)} items instead of one")
    for registration in registrations:
        for matrix in registration.items("MatrixSequence"):  # their order is that of the multiplication
            product = product @ _read_matrix(matrix)
        code = _read_code(registration) or code
        sub_type = private_text(registration, PrivateAttribute.REGISTRATION_SUB_TYPE) or sub_type
    images = [
        InstanceReference(image.required_uid("ReferencedSOPClassUID"), image.required_uid("ReferencedSOPInstanceUID"))
        for image in attributes.items("ReferencedImageSequence")
    ]
    each_once = tuple(dict.fromkeys(images))
    return RegistrationItem(attributes.required_uid("FrameOfReferenceUID"), product, code, sub_type, each_once)


def _read_code(registration: Attributes) -> tuple[str, str] | None:
    """(value, meaning) of the Registration Type Code; None where it is not told."""
    codes = registration.items("RegistrationTypeCodeSequence")
    if len(codes) > 1:
        registration.complain("RegistrationTypeCodeSequence", f"has {len(codes)} items instead of one")
    for code in codes:
        scheme = code.text("CodingSchemeDesignator")
        if scheme not in ("DCM", None):
            code.complain("CodingSchemeDesignator", f"is {quote(scheme)}, not DCM")
    return (codes[0].required_text("CodeValue"), codes[0].text("CodeMeaning") or "") if codes else None


def _read_matrix(attributes: Attributes) -> FloatArray:
    """(4, 4); the identity after a complaint. Each matrix must be rigid, not only their product."""
    before = len(attributes.complaints)
    kind = attributes.text("FrameOfReferenceTransformationMatrixType")
    if kind not in ("RIGID", None):
        attributes.complain("FrameOfReferenceTransformationMatrixType", f"is {quote(kind)}, not RIGID")
    values = attributes.required_numbers("FrameOfReferenceTransformationMatrix", 16)
    if len(attributes.complaints) == before:
        try:
            return RigidTransform.from_matrix(FIXED, FIXED, np.array(values).reshape(4, 4)).matrix
        except ValueError as error:
            attributes.complain("FrameOfReferenceTransformationMatrix", f"is not rigid: {error}")
    return np.eye(4)
