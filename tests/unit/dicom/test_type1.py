"""Type 1 attributes: every one that is missing, empty or only padding is named, also inside items and under conditions."""

import io
from collections.abc import Callable

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from pti.dicom.files import encode_part10
from pti.dicom.type1 import type1_complaints
from pti.foundation.instances import RT_IMAGE
from tests.support.dicom_factory import ct_series, ion_plan, reference, rt_image, structure_set
from tests.support.registration_factory import spatial_registration


def _full_image() -> Dataset:
    ds = rt_image()
    jaws = Dataset()
    jaws.RTBeamLimitingDeviceType, jaws.NumberOfLeafJawPairs, jaws.LeafJawPositions = "ASYMX", 1, ["-10", "10"]
    exposure = Dataset()
    exposure.NumberOfBlocks, exposure.BeamLimitingDeviceSequence = 0, [jaws]
    ds.ExposureSequence = [exposure]
    ds.ReferencedRTPlanSequence = [reference("1.2.840.10008.5.1.4.1.1.481.8", "1.2.3")]
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    ds.WindowCenter, ds.WindowWidth = "100", "200"
    return ds


def _structures() -> Dataset:
    ds = structure_set(ct_series())
    physical = Dataset()
    physical.ROIPhysicalProperty, physical.ROIPhysicalPropertyValue = "REL_ELEC_DENSITY", "1.2"
    ds.RTROIObservationsSequence[0].ROIPhysicalPropertiesSequence = [physical]
    return ds


_OBJECTS: dict[str, Callable[[], Dataset]] = {
    "CT": lambda: ct_series()[0],
    "RT Image": _full_image,
    "RT Structure Set": _structures,
    "RT Ion Plan": lambda: ion_plan(structure_set(ct_series())),
    "Spatial Registration": spatial_registration,
}

#: What the standard (PS3.3 A.3, A.17, A.19, A.39.1, A.45) and the statement's appendix B mark Type 1, or 1C with a condition
#: that holds in the objects above; "/" leads into the first item of a sequence.
_COMMON = "SOPInstanceUID StudyInstanceUID SeriesInstanceUID Modality"
_PIXELS = (
    "SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelData"
)
_TYPE_1 = {
    "CT": f"{_COMMON} {_PIXELS} ImageType FrameOfReferenceUID PixelSpacing ImageOrientationPatient ImagePositionPatient "
    "RescaleIntercept RescaleSlope",
    "RT Image": f"{_COMMON} {_PIXELS} ImageType FrameOfReferenceUID RTImageLabel RTImagePlane PixelIntensityRelationshipSign "
    "RescaleSlope RescaleType WindowWidth ReferencedRTPlanSequence/ReferencedSOPClassUID "
    "ReferencedRTPlanSequence/ReferencedSOPInstanceUID ExposureSequence/NumberOfBlocks "
    "ExposureSequence/BeamLimitingDeviceSequence/RTBeamLimitingDeviceType "
    "ExposureSequence/BeamLimitingDeviceSequence/NumberOfLeafJawPairs "
    "ExposureSequence/BeamLimitingDeviceSequence/LeafJawPositions",
    "RT Structure Set": f"{_COMMON} StructureSetLabel StructureSetROISequence ROIContourSequence RTROIObservationsSequence "
    "StructureSetROISequence/ROINumber StructureSetROISequence/ReferencedFrameOfReferenceUID "
    "ROIContourSequence/ReferencedROINumber RTROIObservationsSequence/ObservationNumber "
    "RTROIObservationsSequence/ReferencedROINumber "
    "RTROIObservationsSequence/ROIPhysicalPropertiesSequence/ROIPhysicalProperty "
    "RTROIObservationsSequence/ROIPhysicalPropertiesSequence/ROIPhysicalPropertyValue "
    "ReferencedFrameOfReferenceSequence/FrameOfReferenceUID "
    "ReferencedFrameOfReferenceSequence/RTReferencedStudySequence/ReferencedSOPClassUID "
    "ReferencedFrameOfReferenceSequence/RTReferencedStudySequence/ReferencedSOPInstanceUID "
    "ReferencedFrameOfReferenceSequence/RTReferencedStudySequence/RTReferencedSeriesSequence "
    "ReferencedFrameOfReferenceSequence/RTReferencedStudySequence/RTReferencedSeriesSequence/SeriesInstanceUID "
    "ReferencedFrameOfReferenceSequence/RTReferencedStudySequence/RTReferencedSeriesSequence/ContourImageSequence "
    "ReferencedFrameOfReferenceSequence/RTReferencedStudySequence/RTReferencedSeriesSequence/ContourImageSequence/"
    "ReferencedSOPInstanceUID",
    "RT Ion Plan": f"{_COMMON} FrameOfReferenceUID RTPlanLabel RTPlanGeometry FractionGroupSequence IonBeamSequence "
    "ReferencedStructureSetSequence ReferencedStructureSetSequence/ReferencedSOPInstanceUID "
    "FractionGroupSequence/FractionGroupNumber FractionGroupSequence/NumberOfBeams "
    "FractionGroupSequence/NumberOfBrachyApplicationSetups FractionGroupSequence/ReferencedBeamSequence "
    "FractionGroupSequence/ReferencedBeamSequence/ReferencedBeamNumber PatientSetupSequence/PatientSetupNumber "
    "PatientSetupSequence/PatientPosition IonBeamSequence/BeamNumber IonBeamSequence/BeamName IonBeamSequence/BeamType "
    "IonBeamSequence/RadiationType IonBeamSequence/ScanMode IonBeamSequence/TreatmentDeliveryType "
    "IonBeamSequence/VirtualSourceAxisDistances IonBeamSequence/NumberOfWedges IonBeamSequence/NumberOfCompensators "
    "IonBeamSequence/NumberOfBoli IonBeamSequence/NumberOfBlocks IonBeamSequence/NumberOfRangeShifters "
    "IonBeamSequence/NumberOfLateralSpreadingDevices IonBeamSequence/NumberOfRangeModulators "
    "IonBeamSequence/PatientSupportType IonBeamSequence/NumberOfControlPoints IonBeamSequence/IonControlPointSequence "
    "IonBeamSequence/IonControlPointSequence/ControlPointIndex",
    "Spatial Registration": f"{_COMMON} FrameOfReferenceUID ContentDate ContentTime InstanceNumber ContentLabel "
    "RegistrationSequence RegistrationSequence/MatrixRegistrationSequence "
    "RegistrationSequence/ReferencedImageSequence/ReferencedSOPClassUID "
    "RegistrationSequence/MatrixRegistrationSequence/MatrixSequence "
    "RegistrationSequence/MatrixRegistrationSequence/RegistrationTypeCodeSequence/CodeValue "
    "RegistrationSequence/MatrixRegistrationSequence/RegistrationTypeCodeSequence/CodingSchemeDesignator "
    "RegistrationSequence/MatrixRegistrationSequence/RegistrationTypeCodeSequence/CodeMeaning "
    "RegistrationSequence/MatrixRegistrationSequence/MatrixSequence/FrameOfReferenceTransformationMatrix "
    "RegistrationSequence/MatrixRegistrationSequence/MatrixSequence/FrameOfReferenceTransformationMatrixType "
    "ReferencedSeriesSequence/SeriesInstanceUID ReferencedSeriesSequence/ReferencedInstanceSequence "
    "ReferencedSeriesSequence/ReferencedInstanceSequence/ReferencedSOPInstanceUID "
    "StudiesContainingOtherReferencedInstancesSequence/StudyInstanceUID "
    "StudiesContainingOtherReferencedInstancesSequence/ReferencedSeriesSequence "
    "StudiesContainingOtherReferencedInstancesSequence/ReferencedSeriesSequence/SeriesInstanceUID",
}


_CASES = [(what, path) for what, paths in _TYPE_1.items() for path in paths.split()]


def _holder(ds: Dataset, path: str) -> tuple[Dataset, str]:
    """The data set or item that holds the attribute, and its keyword."""
    *sequences, keyword = path.split("/")
    for sequence in sequences:
        ds = ds[sequence].value[0]
    return ds, keyword


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


@pytest.mark.parametrize("what", _OBJECTS)
def test_a_whole_object_has_no_complaint(what: str) -> None:
    assert type1_complaints(_OBJECTS[what]()) == ()
    assert type1_complaints(_through_a_file(_OBJECTS[what]())) == ()


@pytest.mark.requirement("SCP-06")
@pytest.mark.parametrize(("what", "path"), _CASES)
def test_a_type_1_attribute_that_is_missing_or_empty_is_named(what: str, path: str) -> None:
    ds = _OBJECTS[what]()
    item, keyword = _holder(ds, path)
    name = pydicom.datadict.dictionary_description(keyword)
    element = item[keyword]
    element.value = [] if element.VR == "SQ" else None
    (empty,) = type1_complaints(ds)
    assert f"{name} (" in empty
    assert empty.endswith("is empty")
    del item[keyword]
    (missing,) = type1_complaints(_through_a_file(ds)) if path != "SOPInstanceUID" else type1_complaints(ds)
    assert missing == empty.replace("is empty", "is missing")
    assert missing.count(" item 1: ") == path.count("/")


@pytest.mark.requirement("SCP-06")
@pytest.mark.parametrize("padding", [b"    ", b"\0\0", b" \0"])
def test_a_text_of_padding_alone_is_empty(padding: bytes) -> None:
    ds = rt_image()
    ds.RTImageLabel = "LABEL   "
    content = encode_part10(ds).replace(b"LABEL   ", padding * (8 // len(padding)))
    assert type1_complaints(pydicom.dcmread(io.BytesIO(content))) == ("RT Image Label (3002,0002) is empty",)


def test_a_number_of_zeros_is_not_empty() -> None:
    ds = _through_a_file(rt_image())
    assert ds.get_item("PixelRepresentation").value == b"\0\0"
    assert type1_complaints(ds) == ()


@pytest.mark.requirement("SCP-06")
def test_a_tilted_panel_must_say_its_orientation() -> None:
    ds = rt_image()
    del ds.RTImageOrientation
    assert type1_complaints(ds) == ()
    ds.RTImagePlane = "NON_NORMAL"
    assert type1_complaints(ds) == ("RT Image Orientation (3002,0010) is missing",)


def test_an_object_of_another_class_is_not_judged() -> None:
    ds = Dataset()
    ds.SOPClassUID = UID("1.2.840.10008.5.1.4.1.1.4")
    assert type1_complaints(ds) == ()
    ds.SOPClassUID = UID(RT_IMAGE)
    assert len(type1_complaints(ds)) > 10
