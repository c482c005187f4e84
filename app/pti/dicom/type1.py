"""Type 1 attributes: an object that lacks one is refused (SCP-06)."""

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET, SPATIAL_REGISTRATION

_COMMON = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality")
_PIXELS = (
    "SamplesPerPixel", "PhotometricInterpretation", "Rows", "Columns",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelData",
)  # fmt: skip

#: For each SOP class: path of sequences -> the keywords that must have a value there (PS3.3, statement appendix B).
#: A path is followed where it exists; that it exists is asked for one level up.
_TYPE_1: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {
    CT_IMAGE: {
        (): (
            *_COMMON, *_PIXELS, "ImageType", "FrameOfReferenceUID", "PixelSpacing", "ImageOrientationPatient",
            "ImagePositionPatient", "RescaleIntercept", "RescaleSlope",
        ),
    },
    RT_IMAGE: {
        (): (*_COMMON, *_PIXELS, "ImageType", "FrameOfReferenceUID", "RTImageLabel", "RTImagePlane"),
    },
    RT_STRUCTURE_SET: {
        (): (*_COMMON, "StructureSetLabel", "StructureSetROISequence", "ROIContourSequence", "RTROIObservationsSequence"),
        ("StructureSetROISequence",): ("ROINumber", "ReferencedFrameOfReferenceUID"),
        ("ROIContourSequence",): ("ReferencedROINumber",),
        ("RTROIObservationsSequence",): ("ObservationNumber", "ReferencedROINumber"),
        ("ReferencedFrameOfReferenceSequence",): ("FrameOfReferenceUID",),
    },
    RT_ION_PLAN: {
        (): (*_COMMON, "FrameOfReferenceUID", "RTPlanLabel", "RTPlanGeometry", "FractionGroupSequence", "IonBeamSequence"),
        ("FractionGroupSequence",): ("FractionGroupNumber",),
        ("PatientSetupSequence",): ("PatientSetupNumber",),
        ("IonBeamSequence",): (
            "BeamNumber", "BeamName", "BeamType", "RadiationType", "ScanMode", "TreatmentDeliveryType",
            "NumberOfControlPoints", "IonControlPointSequence",
        ),
    },
    SPATIAL_REGISTRATION: {
        (): (
            *_COMMON, "FrameOfReferenceUID", "ContentDate", "ContentTime", "InstanceNumber", "ContentLabel",
            "RegistrationSequence",
        ),
        ("RegistrationSequence",): ("MatrixRegistrationSequence",),
        ("RegistrationSequence", "MatrixRegistrationSequence"): ("MatrixSequence",),
        ("RegistrationSequence", "MatrixRegistrationSequence", "MatrixSequence"): (
            "FrameOfReferenceTransformationMatrix", "FrameOfReferenceTransformationMatrixType",
        ),
    },
}  # fmt: skip


def check_type1(attributes: Attributes, sop_class_uid: str) -> None:
    """Complain about every Type 1 attribute of the SOP class that is missing or empty."""
    for path, keywords in _TYPE_1[sop_class_uid].items():
        for item in _follow(attributes, path):
            for keyword in keywords:
                _check_present(item, keyword)


def type1_complaints(dataset: Dataset) -> tuple[str, ...]:
    """What a received object lacks; empty where nothing is missing or its SOP class is not one of ours."""
    attributes = Attributes(dataset)
    sop_class_uid = attributes.required_uid("SOPClassUID")
    if sop_class_uid in _TYPE_1:
        check_type1(attributes, sop_class_uid)
    return tuple(dict.fromkeys(attributes.complaints))


def _check_present(item: Attributes, keyword: str) -> None:
    if keyword not in item.dataset:
        item.complain(keyword, "is missing")
    elif item.is_empty(keyword):
        item.complain(keyword, "is empty")


def _follow(attributes: Attributes, path: tuple[str, ...]) -> tuple[Attributes, ...]:
    items: tuple[Attributes, ...] = (attributes,)
    for keyword in path:
        items = tuple(inner for item in items for inner in item.items(keyword))
    return items
