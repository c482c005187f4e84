"""Which attributes must have a value in each SOP class (PS3.3, conformance statement appendix B).

Listed is what the standard or the statement marks Type 1 in the modules that this program reads, and what is Type 1C there
with its condition. Contours are not listed: one that lacks something costs its structure, not the set (LOAD-04).
"""

from collections.abc import Callable
from dataclasses import dataclass

from pti.dicom.checks import Attributes, attribute_label
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET, SPATIAL_REGISTRATION


@dataclass(frozen=True, slots=True)
class Condition:
    """When a Type 1C attribute must be there; `words` follow an "if"."""

    words: str
    holds: Callable[[Attributes], bool]


@dataclass(frozen=True, slots=True)
class Type1Rule:
    """Attributes that every item at the end of `path` must have, where `condition` holds for that item.

    The path is followed where it exists; that a sequence exists is asked for one level up.
    """

    path: tuple[str, ...]
    keywords: tuple[str, ...]
    condition: Condition | None = None


def _has(keyword: str) -> Condition:
    label = attribute_label(keyword)
    return Condition(f"{label} has a value", lambda item: keyword in item.dataset and not item.is_empty(keyword))


def _lacks(keyword: str) -> Condition:
    return Condition(f"{attribute_label(keyword)} is missing", lambda item: keyword not in item.dataset)


def _is(keyword: str, text: str) -> Condition:
    return Condition(f"{attribute_label(keyword)} is {text}", lambda item: item.text(keyword) == text)


def _is_above_0(keyword: str) -> Condition:
    return Condition(f"{attribute_label(keyword)} is above 0", lambda item: (item.integer(keyword) or 0) > 0)


_COMMON = Type1Rule((), ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality"))
_PIXELS = Type1Rule(
    (),
    (
        "SamplesPerPixel", "PhotometricInterpretation", "Rows", "Columns",
        "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelData",
    ),
)  # fmt: skip
_INSTANCE = ("ReferencedSOPClassUID", "ReferencedSOPInstanceUID")

_CT = (
    _COMMON,
    _PIXELS,
    Type1Rule(
        (),
        (
            "ImageType", "FrameOfReferenceUID", "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient",
            "RescaleIntercept", "RescaleSlope",
        ),
    ),
)  # fmt: skip

_EXPOSURE = ("ExposureSequence",)
_RT_IMAGE = (
    _COMMON,
    _PIXELS,
    Type1Rule((), ("ImageType", "FrameOfReferenceUID", "RTImageLabel", "RTImagePlane")),
    Type1Rule((), ("RTImageOrientation",), _is("RTImagePlane", "NON_NORMAL")),
    Type1Rule((), ("PixelIntensityRelationshipSign",), _has("PixelIntensityRelationship")),
    Type1Rule((), ("RescaleSlope", "RescaleType"), _has("RescaleIntercept")),
    Type1Rule((), ("WindowWidth",), _has("WindowCenter")),
    Type1Rule(("ReferencedRTPlanSequence",), _INSTANCE),
    Type1Rule(_EXPOSURE, ("NumberOfBlocks",)),
    Type1Rule(
        (*_EXPOSURE, "BeamLimitingDeviceSequence"), ("RTBeamLimitingDeviceType", "NumberOfLeafJawPairs", "LeafJawPositions")
    ),
)

_FRAME = ("ReferencedFrameOfReferenceSequence",)
_STUDY = (*_FRAME, "RTReferencedStudySequence")
_SERIES = (*_STUDY, "RTReferencedSeriesSequence")
_OBSERVATION = ("RTROIObservationsSequence",)
_STRUCTURE_SET = (
    _COMMON,
    Type1Rule((), ("StructureSetLabel", "StructureSetROISequence", "ROIContourSequence", "RTROIObservationsSequence")),
    Type1Rule(("StructureSetROISequence",), ("ROINumber", "ReferencedFrameOfReferenceUID")),
    Type1Rule(("ROIContourSequence",), ("ReferencedROINumber",)),
    Type1Rule(_OBSERVATION, ("ObservationNumber", "ReferencedROINumber")),
    Type1Rule((*_OBSERVATION, "ROIPhysicalPropertiesSequence"), ("ROIPhysicalProperty", "ROIPhysicalPropertyValue")),
    Type1Rule(_FRAME, ("FrameOfReferenceUID",)),
    Type1Rule(_STUDY, (*_INSTANCE, "RTReferencedSeriesSequence")),
    Type1Rule(_SERIES, ("SeriesInstanceUID", "ContourImageSequence")),
    Type1Rule((*_SERIES, "ContourImageSequence"), _INSTANCE),
)

_GROUP = ("FractionGroupSequence",)
_ION_PLAN = (
    _COMMON,
    Type1Rule((), ("FrameOfReferenceUID", "RTPlanLabel", "RTPlanGeometry", "FractionGroupSequence", "IonBeamSequence")),
    Type1Rule((), ("ReferencedStructureSetSequence",), _is("RTPlanGeometry", "PATIENT")),
    Type1Rule(("ReferencedStructureSetSequence",), _INSTANCE),
    Type1Rule(_GROUP, ("FractionGroupNumber", "NumberOfBeams", "NumberOfBrachyApplicationSetups")),
    Type1Rule(_GROUP, ("ReferencedBeamSequence",), _is_above_0("NumberOfBeams")),
    Type1Rule((*_GROUP, "ReferencedBeamSequence"), ("ReferencedBeamNumber",)),
    Type1Rule(("PatientSetupSequence",), ("PatientSetupNumber",)),
    Type1Rule(("PatientSetupSequence",), ("PatientPosition",), _lacks("PatientAdditionalPosition")),
    Type1Rule(
        ("IonBeamSequence",),
        (
            "BeamNumber", "BeamName", "BeamType", "RadiationType", "ScanMode", "TreatmentDeliveryType",
            "VirtualSourceAxisDistances", "NumberOfWedges", "NumberOfCompensators", "NumberOfBoli", "NumberOfBlocks",
            "NumberOfRangeShifters", "NumberOfLateralSpreadingDevices", "NumberOfRangeModulators", "PatientSupportType",
            "NumberOfControlPoints", "IonControlPointSequence",
        ),
    ),
    Type1Rule(("IonBeamSequence", "IonControlPointSequence"), ("ControlPointIndex",)),
)  # fmt: skip

_REGISTRATION = ("RegistrationSequence",)
_MATRIX_REGISTRATION = (*_REGISTRATION, "MatrixRegistrationSequence")
_OTHER_STUDIES = ("StudiesContainingOtherReferencedInstancesSequence",)
_REFERENCED_SERIES = ("SeriesInstanceUID", "ReferencedInstanceSequence")
_SPATIAL_REGISTRATION = (
    _COMMON,
    Type1Rule(
        (), ("FrameOfReferenceUID", "ContentDate", "ContentTime", "InstanceNumber", "ContentLabel", "RegistrationSequence")
    ),
    Type1Rule(_REGISTRATION, ("MatrixRegistrationSequence",)),
    Type1Rule(_REGISTRATION, ("FrameOfReferenceUID",), _lacks("ReferencedImageSequence")),
    Type1Rule((*_REGISTRATION, "ReferencedImageSequence"), _INSTANCE),
    Type1Rule(_MATRIX_REGISTRATION, ("MatrixSequence",)),
    Type1Rule((*_MATRIX_REGISTRATION, "RegistrationTypeCodeSequence"), ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")),
    Type1Rule(
        (*_MATRIX_REGISTRATION, "MatrixSequence"),
        ("FrameOfReferenceTransformationMatrix", "FrameOfReferenceTransformationMatrixType"),
    ),
    Type1Rule(("ReferencedSeriesSequence",), _REFERENCED_SERIES),
    Type1Rule(("ReferencedSeriesSequence", "ReferencedInstanceSequence"), _INSTANCE),
    Type1Rule(_OTHER_STUDIES, ("StudyInstanceUID", "ReferencedSeriesSequence")),
    Type1Rule((*_OTHER_STUDIES, "ReferencedSeriesSequence"), _REFERENCED_SERIES),
    Type1Rule((*_OTHER_STUDIES, "ReferencedSeriesSequence", "ReferencedInstanceSequence"), _INSTANCE),
)

#: SOP class -> its rules.
RULES: dict[str, tuple[Type1Rule, ...]] = {
    CT_IMAGE: _CT,
    RT_IMAGE: _RT_IMAGE,
    RT_STRUCTURE_SET: _STRUCTURE_SET,
    RT_ION_PLAN: _ION_PLAN,
    SPATIAL_REGISTRATION: _SPATIAL_REGISTRATION,
}
