"""Small real DICOM objects, made in code: a tiny CT series, structure set, ion plan and RT image that belong together.

They are built attribute by attribute with pydicom, not with the program's own writers, so that they can judge its readers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET

STUDY = "2.25.1001"
CT_SERIES = "2.25.1002"
FRAME = "2.25.1003"
ACQUIRED_FRAME = "2.25.1004"
STRUCTURE_SET = "2.25.1005"
PLAN = "2.25.1006"

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Roi:
    """A structure to be written: contours are arrays (points, 3), patient frame, mm."""

    name: str
    interpreted_type: str = "ORGAN"
    contours: Sequence[ArrayLike] = ()
    geometric_type: str = "CLOSED_PLANAR"
    colour: tuple[int, int, int] | None = (255, 128, 0)


@dataclass(frozen=True)
class Beam:
    """A beam to be written."""

    number: int
    gantry_deg: float = 0.0
    isocentre_mm: Point = (0.0, 0.0, 0.0)
    delivery_type: str = "TREATMENT"
    patient_support_deg: float = 0.0


@dataclass(frozen=True)
class Patient:
    """Whose objects they are."""

    patient_id: str = "PTI-0001"
    name: str = "Test^Patient"
    birth_date: str = "19700131"
    sex: str = "F"
    study_uid: str = STUDY
    study_attributes: dict[str, str] = field(default_factory=lambda: {"StudyDate": "20240102", "StudyTime": "101500"})


def new_dataset(sop_class_uid: str, sop_instance_uid: str, modality: str, patient: Patient) -> Dataset:
    """The modules that all objects share."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = sop_class_uid  # type: ignore[assignment]
    ds.file_meta.MediaStorageSOPInstanceUID = sop_instance_uid  # type: ignore[assignment]
    ds.SOPClassUID, ds.SOPInstanceUID, ds.Modality = sop_class_uid, sop_instance_uid, modality
    ds.PatientName, ds.PatientID = patient.name, patient.patient_id
    ds.PatientBirthDate, ds.PatientSex = patient.birth_date, patient.sex
    ds.StudyInstanceUID = patient.study_uid
    ds.StudyDate = ds.StudyTime = ds.ReferringPhysicianName = ds.StudyID = ds.AccessionNumber = ""
    for keyword, value in patient.study_attributes.items():
        setattr(ds, keyword, value)
    ds.SeriesNumber = 1
    ds.Manufacturer = "Factory"
    return ds


def ct_series(
    positions_mm: Sequence[Point] = ((-5.0, -6.0, 0.0), (-5.0, -6.0, 2.0), (-5.0, -6.0, 4.0), (-5.0, -6.0, 6.0)),
    *,
    rows: int = 6,
    columns: int = 8,
    spacing_mm: tuple[float, float] = (2.0, 1.5),
    orientation: Sequence[float] = (1, 0, 0, 0, 1, 0),
    position: str = "HFS",
    patient: Patient | None = None,
) -> list[Dataset]:
    """CT slices; the stored value of slice s, row r, column c is ``100 s + 10 r + c``, and HU is that less 1024."""
    slices = []
    for index, place in enumerate(positions_mm):
        ds = new_dataset(CT_IMAGE, f"2.25.2{index:03d}", "CT", patient or Patient())
        ds.SeriesInstanceUID, ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = CT_SERIES, FRAME, ""
        ds.ImageType, ds.Laterality = ["ORIGINAL", "PRIMARY", "AXIAL"], ""
        ds.InstanceNumber, ds.AcquisitionNumber, ds.PatientPosition, ds.KVP = index + 1, 1, position, "120"
        ds.ImagePositionPatient = [float(value) for value in place]
        ds.ImageOrientationPatient = [float(value) for value in orientation]
        ds.PixelSpacing, ds.SliceThickness = list(spacing_mm), "2"
        ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", "HU"
        row, column = np.indices((rows, columns))
        set_pixels(ds, (100 * index + 10 * row + column).astype(np.uint16))
        slices.append(ds)
    return slices


def set_pixels(ds: Dataset, pixels: ArrayLike) -> None:
    """Store 16-bit pixels, signed where they are."""
    array = np.asarray(pixels)
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = array.shape
    ds.BitsAllocated = ds.BitsStored = 16
    ds.HighBit, ds.PixelRepresentation = 15, int(array.dtype.kind == "i")
    ds.add_new("PixelData", "OW", array.astype(array.dtype.newbyteorder("<")).tobytes())


def reference(sop_class_uid: str, sop_instance_uid: str) -> Dataset:
    """An item that names one instance."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class_uid, sop_instance_uid
    return item


def structure_set(
    ct: Sequence[Dataset], rois: Sequence[Roi] = (), *, uid: str = STRUCTURE_SET, patient: Patient | None = None
) -> Dataset:
    """A structure set on all slices of `ct`; each contour names the slice nearest to its first point."""
    first = ct[0]
    ds = new_dataset(RT_STRUCTURE_SET, uid, "RTSTRUCT", patient or Patient())
    ds.SeriesInstanceUID, ds.OperatorsName, ds.StructureSetLabel = f"{uid}.1", "", "FACTORY"
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = first.FrameOfReferenceUID, ""
    ds.StructureSetDate, ds.StructureSetTime = "20240103", "090000"
    series = Dataset()
    series.SeriesInstanceUID = first.SeriesInstanceUID
    series.ContourImageSequence = [reference(CT_IMAGE, s.SOPInstanceUID) for s in ct]
    study = reference("1.2.840.10008.3.1.2.3.1", first.StudyInstanceUID)
    study.RTReferencedSeriesSequence = [series]
    frame = Dataset()
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = first.FrameOfReferenceUID, [study]
    ds.ReferencedFrameOfReferenceSequence = [frame]
    given = list(rois) or [Roi("BODY", "EXTERNAL", [[(-4, -5, 2), (4, -5, 2), (4, 3, 2)]])]
    ds.StructureSetROISequence = [_roi(number, roi, frame.FrameOfReferenceUID) for number, roi in enumerate(given, 1)]
    ds.ROIContourSequence = [_roi_contours(number, roi, ct) for number, roi in enumerate(given, 1)]
    ds.RTROIObservationsSequence = [_observation(number, roi) for number, roi in enumerate(given, 1)]
    ds.ApprovalStatus = "UNAPPROVED"
    return ds


def _roi(number: int, roi: Roi, frame_uid: str) -> Dataset:
    item = Dataset()
    item.ROINumber, item.ROIName, item.ROIGenerationAlgorithm = number, roi.name, "AUTOMATIC"
    item.ReferencedFrameOfReferenceUID = frame_uid
    return item


def _roi_contours(number: int, roi: Roi, ct: Sequence[Dataset]) -> Dataset:
    item = Dataset()
    item.ReferencedROINumber = number
    if roi.colour is not None:
        item.ROIDisplayColor = list(roi.colour)
    heights = np.array([float(s.ImagePositionPatient[2]) for s in ct])
    contours = []
    for points in roi.contours:
        array = np.asarray(points, dtype=np.float64)
        contour = Dataset()
        nearest = ct[int(np.abs(heights - array[0, 2]).argmin())]
        contour.ContourImageSequence = [reference(CT_IMAGE, nearest.SOPInstanceUID)]
        contour.ContourGeometricType, contour.NumberOfContourPoints = roi.geometric_type, len(array)
        contour.ContourData = [f"{value:.10g}" for value in array.ravel()]
        contours.append(contour)
    if contours:
        item.ContourSequence = contours
    return item


def _observation(number: int, roi: Roi) -> Dataset:
    item = Dataset()
    item.ObservationNumber, item.ReferencedROINumber = number, number
    item.RTROIInterpretedType, item.ROIInterpreter = roi.interpreted_type, ""
    return item


def ion_plan(
    structures: Dataset,
    beams: Sequence[Beam] = (Beam(1), Beam(2, 90.0)),
    *,
    position: str = "HFS",
    uid: str = PLAN,
    patient: Patient | None = None,
    label: str = "FACTORY",
) -> Dataset:
    """An RT Ion Plan on the structure set."""
    ds = new_dataset(RT_ION_PLAN, uid, "RTPLAN", patient or Patient())
    ds.SeriesInstanceUID, ds.OperatorsName = f"{uid}.1", ""
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = structures.FrameOfReferenceUID, ""
    ds.RTPlanLabel, ds.RTPlanDate, ds.RTPlanTime, ds.RTPlanGeometry = label, "20240104", "120000", "PATIENT"
    ds.PlanIntent = "CURATIVE"
    ds.ReferencedStructureSetSequence = [reference(RT_STRUCTURE_SET, structures.SOPInstanceUID)]
    treating = [beam for beam in beams if beam.delivery_type == "TREATMENT"]
    group = Dataset()
    group.FractionGroupNumber, group.NumberOfFractionsPlanned = 1, 30
    group.NumberOfBeams, group.NumberOfBrachyApplicationSetups = len(treating), 0
    group.ReferencedBeamSequence = [_referenced_beam(beam) for beam in treating]
    ds.FractionGroupSequence = [group]
    setup = Dataset()
    setup.PatientSetupNumber, setup.PatientPosition, setup.SetupTechnique = 1, position, "ISOCENTRIC"
    ds.PatientSetupSequence = [setup]
    ds.IonBeamSequence = [_beam(beam) for beam in beams]
    ds.ApprovalStatus = "UNAPPROVED"
    return ds


def _referenced_beam(beam: Beam) -> Dataset:
    item = Dataset()
    item.ReferencedBeamNumber, item.BeamMeterset = beam.number, "100"
    return item


def _beam(beam: Beam) -> Dataset:
    item = Dataset()
    item.BeamNumber, item.BeamName, item.BeamType = beam.number, f"Field {beam.number}", "STATIC"
    item.Manufacturer = item.ManufacturerModelName = ""
    item.RadiationType, item.ScanMode, item.TreatmentDeliveryType = "PROTON", "MODULATED", beam.delivery_type
    item.ModulatedScanModeType = "STATIONARY"
    item.TreatmentMachineName, item.PrimaryDosimeterUnit = "GTR1", "MU"
    item.VirtualSourceAxisDistances = [2000.0, 2560.0]
    item.NumberOfWedges = item.NumberOfCompensators = item.NumberOfBoli = item.NumberOfBlocks = 0
    item.NumberOfRangeShifters = item.NumberOfLateralSpreadingDevices = item.NumberOfRangeModulators = 0
    item.PatientSupportType, item.ReferencedPatientSetupNumber = "TABLE", 1
    item.FinalCumulativeMetersetWeight, item.NumberOfControlPoints = "100", 2
    item.IonControlPointSequence = [_first_control_point(beam), _last_control_point()]
    return item


def _first_control_point(beam: Beam) -> Dataset:
    item = _spots(0, "0")
    item.GantryAngle, item.GantryRotationDirection = beam.gantry_deg, "NONE"
    item.BeamLimitingDeviceAngle, item.BeamLimitingDeviceRotationDirection = "0", "NONE"
    item.PatientSupportAngle, item.PatientSupportRotationDirection = beam.patient_support_deg, "NONE"
    item.TableTopVerticalPosition = item.TableTopLongitudinalPosition = item.TableTopLateralPosition = None
    item.TableTopPitchAngle, item.TableTopPitchRotationDirection = 0.0, "NONE"
    item.TableTopRollAngle, item.TableTopRollRotationDirection = 0.0, "NONE"
    item.IsocenterPosition = [float(value) for value in beam.isocentre_mm]
    item.SnoutPosition = 300.0
    return item


def _last_control_point() -> Dataset:
    return _spots(1, "100")


def _spots(index: int, weight: str) -> Dataset:
    item = Dataset()
    item.ControlPointIndex, item.CumulativeMetersetWeight, item.NominalBeamEnergy = index, weight, "150"
    item.ScanSpotTuneID, item.NumberOfScanSpotPositions, item.NumberOfPaintings = "T1", 1, 1
    item.ScanSpotPositionMap, item.ScanSpotMetersetWeights = [0.0, 0.0], 100.0 - float(weight)
    item.ScanningSpotSize = [8.0, 8.0]
    return item


def rt_image(*, rows: int = 6, columns: int = 8, uid: str = "2.25.3001", patient: Patient | None = None) -> Dataset:
    """An acquired kV image, every value of its geometry told and none of them zero; pixel (r, c) is ``1000 + 10 r + c``."""
    ds = new_dataset(RT_IMAGE, uid, "RTIMAGE", patient or Patient())
    ds.SeriesInstanceUID, ds.OperatorsName, ds.InstanceNumber, ds.PatientOrientation = "2.25.3000", "Op^One", 1, ""
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = ACQUIRED_FRAME, ""
    ds.ImageType, ds.ConversionType = ["ORIGINAL", "PRIMARY", "PORTAL"], "DI"
    ds.ContentDate, ds.ContentTime = "20240105", "083000.25"
    row, column = np.indices((rows, columns))
    set_pixels(ds, (1000 + 10 * row + column).astype(np.uint16))
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = "LIN", -1
    ds.RTImageLabel, ds.ReportedValuesOrigin, ds.RTImagePlane = "KV A", "ACTUAL", "NORMAL"
    ds.XRayImageReceptorTranslation, ds.XRayImageReceptorAngle = [1.5, -2.5, -1000.0], "5"
    ds.RTImageOrientation = [1, 0, 0, 0, -1, 0]
    ds.ImagePlanePixelSpacing, ds.RTImagePosition = [0.4, 0.3], [-1.05, 1.0]
    ds.RadiationMachineName, ds.PrimaryDosimeterUnit = "GTR1", "MINUTE"
    ds.RadiationMachineSAD, ds.RTImageSID = "2700", "3700"
    ds.GantryAngle, ds.BeamLimitingDeviceAngle, ds.PatientSupportAngle = "45", "0", "10"
    ds.TableTopVerticalPosition, ds.TableTopLongitudinalPosition, ds.TableTopLateralPosition = "-120", "800", "15"
    ds.TableTopPitchAngle, ds.TableTopRollAngle = 1.0, 359.0
    ds.IsocenterPosition, ds.PatientPosition = [3.0, -4.0, 5.0], "HFS"
    return ds
