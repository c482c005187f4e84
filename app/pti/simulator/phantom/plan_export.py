"""The demo patient's RT Ion Plan (A.45, C.8.8.25): two scanned proton beams and two setup fields."""

from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.modules import (
    Series,
    write_equipment,
    write_frame_of_reference,
    write_patient,
    write_series,
    write_sop_common,
    write_study,
)
from pti.foundation.instances import RT_ION_PLAN, RT_STRUCTURE_SET
from pti.geometry.patient import PatientPosition
from pti.simulator.phantom import couch
from pti.simulator.phantom.identifiers import CREATED_AT, PATIENT, demo_uid, study
from pti.simulator.phantom.structure_export import structure_set_uid
from pti.simulator.phantom.target import ISOCENTRE_MM

_FRACTIONS = 30
_TARGET_RADIUS_MM = 19.0
_SPOT_SPACING_MM = 6.0
_SETUP_NUMBER = 1
_TOLERANCE_TABLE = 1
_MACHINE = "PTI Room 1"
#: Table top in IEC 61217, with the isocentre of the plan in that of the room.
TABLE_VERTICAL_MM = ISOCENTRE_MM[1] - couch.TOP_Y_MM
TABLE_LONGITUDINAL_MM = 1085.0
TABLE_LATERAL_MM = -ISOCENTRE_MM[0]


@dataclass(frozen=True, slots=True)
class _Beam:
    number: int
    name: str
    gantry_deg: float
    energies_mev: tuple[float, ...] = ()

    @property
    def treats(self) -> bool:
        """Whether it is a treatment beam; the others are fields for setup images."""
        return bool(self.energies_mev)


_BEAMS = (
    _Beam(1, "LAO 60", 60.0, (132.4, 127.1, 121.6, 115.9)),
    _Beam(2, "RAO 300", 300.0, (141.0, 135.8, 130.4, 124.9)),
    _Beam(3, "Setup kV AP", 0.0),
    _Beam(4, "Setup kV LAT", 90.0),
)


def ion_plan(frame_of_reference_uid: str, label: str) -> Dataset:
    """The plan; it refers to the structure set of the same label."""
    ds = Dataset()
    write_patient(ds, PATIENT)
    write_study(ds, study(label))
    write_series(ds, Series("RTPLAN", demo_uid(f"plan series {label}"), 3))
    write_frame_of_reference(ds, frame_of_reference_uid)
    write_equipment(ds, None)
    write_sop_common(ds, RT_ION_PLAN, demo_uid(f"plan {label}"), CREATED_AT)
    ds.RTPlanLabel = "DEMO clivus"
    ds.RTPlanDate = CREATED_AT.strftime("%Y%m%d")
    ds.RTPlanTime = CREATED_AT.strftime("%H%M%S")
    ds.RTPlanGeometry = "PATIENT"
    ds.PlanIntent = "CURATIVE"
    ds.ApprovalStatus = "UNAPPROVED"
    reference = Dataset()
    reference.ReferencedSOPClassUID = RT_STRUCTURE_SET
    reference.ReferencedSOPInstanceUID = structure_set_uid(label)
    ds.ReferencedStructureSetSequence = [reference]
    ds.FractionGroupSequence = [_fraction_group()]
    ds.PatientSetupSequence = [_patient_setup()]
    ds.IonToleranceTableSequence = [_tolerances()]
    ds.IonBeamSequence = [_beam(beam) for beam in _BEAMS]
    return ds


def _fraction_group() -> Dataset:
    group = Dataset()
    group.FractionGroupNumber = 1
    group.NumberOfFractionsPlanned = _FRACTIONS
    group.NumberOfBeams = len(_BEAMS)
    group.NumberOfBrachyApplicationSetups = 0
    group.ReferencedBeamSequence = []
    for beam in _BEAMS:
        item = Dataset()
        item.ReferencedBeamNumber = beam.number
        if beam.treats:
            item.BeamDose = "1.0"
            item.BeamMeterset = f"{sum(_layer_weight(beam, n) for n in range(len(beam.energies_mev))):.3f}"
        group.ReferencedBeamSequence.append(item)
    return group


def _patient_setup() -> Dataset:
    setup = Dataset()
    setup.PatientSetupNumber = _SETUP_NUMBER
    setup.PatientPosition = PatientPosition.HFS.value
    setup.SetupTechnique = "ISOCENTRIC"
    return setup


def _tolerances() -> Dataset:
    table = Dataset()
    table.ToleranceTableNumber = _TOLERANCE_TABLE
    table.ToleranceTableLabel = "HeadNeck"
    table.GantryAngleTolerance = "0.5"
    table.PatientSupportAngleTolerance = "3"
    table.TableTopPitchAngleTolerance = 3.0
    table.TableTopRollAngleTolerance = 3.0
    table.TableTopVerticalPositionTolerance = "20"
    table.TableTopLongitudinalPositionTolerance = "20"
    table.TableTopLateralPositionTolerance = "20"
    return table


def _beam(beam: _Beam) -> Dataset:
    item = Dataset()
    item.BeamNumber = beam.number
    item.BeamName = beam.name
    item.TreatmentMachineName = _MACHINE
    item.PrimaryDosimeterUnit = "MU"
    item.BeamType = "STATIC"
    item.RadiationType = "PROTON" if beam.treats else "PHOTON"
    item.TreatmentDeliveryType = "TREATMENT" if beam.treats else "SETUP"
    item.ScanMode = "MODULATED" if beam.treats else "NONE"
    item.VirtualSourceAxisDistances = [2000.0, 2560.0]
    for what in ("Wedges", "Compensators", "Boli", "Blocks", "LateralSpreadingDevices", "RangeModulators"):
        setattr(item, f"NumberOf{what}", 0)
    item.NumberOfRangeShifters = 0
    item.PatientSupportType = "TABLE"
    item.ReferencedPatientSetupNumber = _SETUP_NUMBER
    item.ReferencedToleranceTableNumber = _TOLERANCE_TABLE
    if beam.treats:
        item.ModulatedScanModeType = "STATIONARY"
        _add_range_shifter(item)
    points = _treatment_points(beam) if beam.treats else _setup_points()
    item.FinalCumulativeMetersetWeight = points[-1].CumulativeMetersetWeight
    item.NumberOfControlPoints = len(points)
    _write_pose(points[0], beam)
    item.IonControlPointSequence = points
    return item


def _add_range_shifter(item: Dataset) -> None:
    shifter = Dataset()
    shifter.RangeShifterNumber = 1
    shifter.RangeShifterID = "RS_57MM"
    shifter.RangeShifterType = "BINARY"
    item.NumberOfRangeShifters = 1
    item.RangeShifterSequence = [shifter]


def _write_pose(point: Dataset, beam: _Beam) -> None:
    """What the first control point says of gantry, couch and isocentre."""
    point.GantryAngle = f"{beam.gantry_deg:g}"
    point.GantryRotationDirection = "NONE"
    point.GantryPitchAngle = 0.0
    point.GantryPitchRotationDirection = "NONE"
    point.BeamLimitingDeviceAngle = "0"
    point.BeamLimitingDeviceRotationDirection = "NONE"
    point.PatientSupportAngle = "0"
    point.PatientSupportRotationDirection = "NONE"
    point.TableTopPitchAngle = 0.0
    point.TableTopPitchRotationDirection = "NONE"
    point.TableTopRollAngle = 0.0
    point.TableTopRollRotationDirection = "NONE"
    point.TableTopVerticalPosition = f"{TABLE_VERTICAL_MM:g}"
    point.TableTopLongitudinalPosition = f"{TABLE_LONGITUDINAL_MM:g}"
    point.TableTopLateralPosition = f"{TABLE_LATERAL_MM:g}"
    point.IsocenterPosition = [f"{value:g}" for value in ISOCENTRE_MM]
    if beam.treats:
        settings = Dataset()
        settings.RangeShifterSetting = "IN"
        settings.IsocenterToRangeShifterDistance = 275.0
        settings.RangeShifterWaterEquivalentThickness = 57.0
        settings.ReferencedRangeShifterNumber = 1
        point.RangeShifterSettingsSequence = [settings]
        point.SnoutPosition = 230.0


def _setup_points() -> list[Dataset]:
    points = []
    for index in range(2):
        point = Dataset()
        point.ControlPointIndex = index
        point.CumulativeMetersetWeight = "0"
        if index == 0:
            point.NominalBeamEnergy = "0.1"
        points.append(point)
    return points


def _spots(beam: _Beam, layer: int) -> list[tuple[float, float]]:
    """Spot positions of an energy layer, x and y in mm: a grid over what the target is wide there."""
    depth = (layer - (len(beam.energies_mev) - 1) / 2) / len(beam.energies_mev) * 2 * _TARGET_RADIUS_MM
    radius = float(np.sqrt(_TARGET_RADIUS_MM**2 - depth**2))
    steps = np.arange(-3, 4) * _SPOT_SPACING_MM
    return [(float(x), float(y)) for y in steps for x in steps if x * x + y * y <= radius * radius]


def _layer_weight(beam: _Beam, layer: int) -> float:
    return len(_spots(beam, layer)) * (2.4 - 0.4 * layer)


def _treatment_points(beam: _Beam) -> list[Dataset]:
    """Two control points for each energy: with the spots, and at its end with none."""
    points: list[Dataset] = []
    delivered = 0.0
    for layer, energy in enumerate(beam.energies_mev):
        spots = _spots(beam, layer)
        weight = _layer_weight(beam, layer)
        for share in (1.0, 0.0):
            point = Dataset()
            point.ControlPointIndex = len(points)
            point.NominalBeamEnergy = f"{energy:g}"
            point.CumulativeMetersetWeight = f"{delivered + (1 - share) * weight:.3f}"
            point.ScanSpotTuneID = "4.0"
            point.NumberOfScanSpotPositions = len(spots)
            point.ScanSpotPositionMap = [value for spot in spots for value in spot]
            point.ScanSpotMetersetWeights = [share * weight / len(spots)] * len(spots)
            point.ScanningSpotSize = [9.0, 9.0]
            point.NumberOfPaintings = 1
            points.append(point)
        delivered += weight
    return points
