"""Small real session values: a tiny CT, a plan, a structure set, a pair of images and a match."""

from datetime import UTC, datetime

import numpy as np

from pti.dicom.ct import CtSeries
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.rt_image import RtImage
from pti.dicom.spatial_registration import SpatialRegistration
from pti.dicom.structures import StructureSet
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from pti.registration.result import MatchResult
from pti.session.case import AcquiredPair, ImageCheck, MatchRecord, OpenCase
from pti.session.poses import planned_pose, planning_to_acquired
from pti.session.registrations import RegistrationEntry, registration_2d3d

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PLANNING_UID = "2.25.1001"
ACQUIRED_UID = "2.25.1002"
PATIENT = PatientIdentity("T-1", "Test^Tina", "19800102", "F")
STUDY = StudyIdentity("2.25.2001", "20260301", "101500", "S1", "", "Head")
COUCH = IsocentricCouch(12.0, 845.0, -162.0, 1.0, -2.0, 30.0).to_iec()


def make_beam(number: int = 1, **changes: object) -> IonBeam:
    """A treatment beam with couch angles that are all nonzero."""
    values: dict[str, object] = {
        "number": number,
        "name": f"Field {number}",
        "machine_name": "TR1",
        "delivery_type": "TREATMENT",
        "patient_position": PatientPosition.HFS,
        "isocentre_mm": (5.0, -20.0, 30.0),
        "gantry_deg": 300.0,
        "rotation_deg": 30.0,
        "pitch_deg": 1.0,
        "roll_deg": -2.0,
    }
    return IonBeam(**{**values, **changes})  # type: ignore[arg-type]


def make_plan(*beams: IonBeam) -> IonPlan:
    """A plan with two treatment beams, or with those given."""
    return IonPlan(
        "2.25.3001",
        "2.25.3002",
        PATIENT,
        STUDY,
        "Plan 1",
        PLANNING_UID,
        beams or (make_beam(1), make_beam(2, gantry_deg=60.0)),
        (),
        "2.25.4001",
        30,
    )


def make_case(plan: IonPlan | None = None) -> OpenCase:
    """An open patient with a CT of 4 x 5 x 6 voxels."""
    plan = plan or make_plan()
    volume = CtVolume(
        patient_frame(PLANNING_UID), np.zeros((4, 5, 6), np.int16), (-2.5, -2.0), 1.0, 1.0, np.arange(4, dtype=np.float64)
    )
    instances = tuple(InstanceReference(CT_IMAGE, f"2.25.500{i}", "2.25.5100", STUDY.study_instance_uid) for i in range(4))
    ct = CtSeries(volume, PATIENT, STUDY, "2.25.5100", PatientPosition.HFS, instances)
    structures = StructureSet("2.25.4001", "2.25.4002", PATIENT, STUDY, "Set", PLANNING_UID, (), instances)
    return OpenCase(plan, structures, ct, plan.treatment_beams[0], NOW)


def make_image(label: str, gantry_deg: float, couch: IecCouch = COUCH) -> RtImage:
    """One acquired image of 4 x 6 pixels, its frame's origin at the machine isocentre."""
    geometry = ImagerGeometry.centred(gantry_deg, 2700.0, 3700.0, 4, 6, 60.0)
    pixels = np.full((4, 6), 1000, np.uint16)
    return RtImage(
        sop_instance_uid=f"2.25.60{round(gantry_deg)}",
        series_instance_uid="2.25.6100",
        frame_of_reference_uid=ACQUIRED_UID,
        patient=PATIENT,
        study=STUDY,
        label=label,
        radiograph=Radiograph(pixels, geometry, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM),
        isocentre_mm=(0.0, 0.0, 0.0),
        patient_position=PatientPosition.HFS,
        couch=couch,
        couch_position_known=True,
        machine_name="TR1",
        acquired_at=NOW,
    )


def make_pair(*images: RtImage) -> AcquiredPair:
    """A pair from two directions, or the images given."""
    images = images or (make_image("kV A", 0.0), make_image("kV B", 90.0))
    displays = tuple(np.zeros((4, 6), np.float32) for _ in images)
    return AcquiredPair(images, displays, (ImageCheck("Couch", True, "the couch did not move"),))


def make_record(case: OpenCase, pose: RigidTransform | None = None, **changes: object) -> MatchRecord:
    """A match at `pose`, by default exactly as planned."""
    values: dict[str, object] = {
        "planning_to_fixed": pose or planned_pose(case.plan, case.active_beam),
        "quality": 0.9,
        "view_qualities": (0.9, 0.9),
        "unobserved_direction": None,
        "converged": True,
        "evaluations": 10,
        "seconds": 0.5,
        "algorithm": "test 1",
    }
    result = MatchResult(**{**values, **changes})  # type: ignore[arg-type]
    return MatchRecord(result, "2.25.7001", "2.25.7002", NOW)


def make_registration(
    plan: IonPlan,
    ct: CtSeries,
    images: tuple[RtImage, ...],
    record: MatchRecord,
    created_at: datetime = NOW,
    series_number: int | None = None,
) -> SpatialRegistration:
    """The match of some images as it is stored."""
    entry = RegistrationEntry(record.registration_uid, record.series_uid, created_at, series_number)
    return registration_2d3d(plan, ct, images, planning_to_acquired(record.result, images[0]), entry)
