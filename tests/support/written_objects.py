"""Every kind of object that the program writes: with all that can be known, and with as little as may be known.

The outside judges (validator, DCMTK, Orthanc) and the conformance statement's tables go through this one list.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.ct import CtSeries, write_ct_images
from pti.dicom.ct_context import CtContext
from pti.dicom.ct_couch import TableTop
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.private import ExtendedInterface
from pti.dicom.rt_image import RtImage, write_rt_image
from pti.dicom.spatial_registration import (
    RegistrationMethod,
    RegistrationSubType,
    SpatialRegistration,
    write_spatial_registration,
)
from pti.dicom.structures import StructureSet, write_structure_set
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, InstanceReference
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform, rotation_x, rotation_y, rotation_z
from pti.imaging.exposure import CtTechnique, RotationDirection
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from tests.support import written_structures

NOW = datetime(2026, 3, 4, 5, 6, 7, 125000, tzinfo=UTC)
PATIENT = PatientIdentity("4711", "Doe^Jane", "19700131", "F", "0712")
UNKNOWN_PATIENT = PatientIdentity("4711", "", None, None)
STUDY = StudyIdentity("2.25.9000", "20260301", "081500", "7", "A1", "Head")
BARE_STUDY = StudyIdentity("2.25.9000")
PLANNING_FRAME, ACQUIRED_FRAME = "2.25.9001", "2.25.9002"
PLANNING_CT = tuple(InstanceReference(CT_IMAGE, f"2.25.91{i}", "2.25.9100", "2.25.9099") for i in range(3))
ACQUIRED_IMAGES = tuple(InstanceReference(RT_IMAGE, f"2.25.92{i}", "2.25.9200", "2.25.9000") for i in range(2))
MARKERS = ((2.5, 3.25), (0.0, 7.0), (4.123456789012345, 1e-3))
COUCH = IecCouch(30.5, 900.25, -180.125, 2.0, -1.5, 350.0)


@dataclass(frozen=True)
class WrittenObject:
    """One kind of object.

    Parameters
    ----------
    name : what it is, for test ids and tables
    full : writes it with every value known
    sparse : writes it with nothing known that need not be
    """

    name: str
    full: Callable[[], Dataset]
    sparse: Callable[[], Dataset]


def sparse_image() -> RtImage:
    """An acquired image of which nothing is known but what must be."""
    geometry = ImagerGeometry(47.25, 2700.1, 3699.9, 6, 8, 0.4, 0.3, (-1.05, 1.0), 5.5, (1.23456789, -2.5))
    pixels = np.arange(48, dtype=np.uint16).reshape(6, 8) * 1365
    return RtImage(
        sop_instance_uid="2.25.920",
        series_instance_uid="2.25.9200",
        frame_of_reference_uid=ACQUIRED_FRAME,
        patient=UNKNOWN_PATIENT,
        study=BARE_STUDY,
        label="kV A",
        radiograph=Radiograph(pixels, geometry, None),
        isocentre_mm=(0.0, 0.0, 0.0),
        patient_position=PatientPosition.HFS,
        couch=replace(COUCH, lateral_mm=0.0, longitudinal_mm=0.0, vertical_mm=0.0),
        couch_position_known=False,
    )


def full_image() -> RtImage:
    """The same with everything known."""
    image = sparse_image()
    return replace(
        image,
        patient=PATIENT,
        study=STUDY,
        radiograph=replace(image.radiograph, relationship=IntensityRelationship.LINEAR_BRIGHT_IS_BEAM),
        couch=COUCH,
        couch_position_known=True,
        plan_uid="2.25.9300",
        beam_number=2,
        fraction_group=1,
        fraction_number=12,
        machine_name="GTR1",
        kvp=80.0,
        tube_current_ma=200.0,
        exposure_time_ms=50.0,
        collimator_mm=(-100.0, 101.0, -90.0, 91.5),
        acquired_at=NOW,
        operator="Smith^Ann",
        series_number=1,
        instance_number=1,
        description="kV set-up image",
        meterset_weights=(0.0, 1.0),
        acquisition_number=1,
        irradiation_event_uid="2.25.9400",
        extended_interface=ExtendedInterface(b"<Room>1</Room>\n", 15, "ImageProcessing"),
    )


def sparse_ct() -> CtSeries:
    """An acquired CT of which nothing is known but what must be: four uneven slices, values from -32768 to 32767."""
    values = np.linspace(-32768, 32767, 4 * 6 * 8).round().astype(np.int16).reshape(4, 6, 8)
    return CtSeries(
        volume=CtVolume(
            patient_frame(ACQUIRED_FRAME), values, (-130.60923369065, -99.25), 0.51119073851527, 0.625,
            np.array([-12.375, -10.0, -8.5, 3.8253171257223]),
        ),
        patient=UNKNOWN_PATIENT,
        study=BARE_STUDY,
        series_instance_uid="2.25.9600",
        patient_position=PatientPosition.HFS,
        instances=tuple(InstanceReference(CT_IMAGE, f"2.25.96{i}", "2.25.9600", "2.25.9000") for i in range(4)),
    )  # fmt: skip


def full_ct() -> CtSeries:
    """The same with everything known."""
    return replace(
        sparse_ct(),
        patient=PATIENT,
        study=STUDY,
        table_top=TableTop.of(COUCH),
        extended_interface=ExtendedInterface(b"<xml/>", 6, "ImageProcessing"),
        technique=CtTechnique(
            kvp=100.0,
            tube_current_ma=15,
            exposure_time_ms=10000,
            exposure_mas=150,
            acquisition_number=3,
            slice_thickness_mm=1.98972453680719,
            data_collection_diameter_mm=261.72965811982,
            reconstruction_diameter_mm=250.5,
            sad_mm=2700.1,
            source_to_detector_mm=3699.9,
            rotation_direction=RotationDirection.COUNTER_CLOCKWISE,
            focal_spots_mm=(0.4, 0.8),
            scan_options=("STANDARD", "HALF_FAN"),
            filter_type="Tit V1,FF V1",
            convolution_kernel=("Ram-Lak",),
            irradiation_event_uid="2.25.9400",
        ),
        context=CtContext(series_number=4, started_at=NOW, station_name="GTR1", plan_uid="2.25.9300", window=(35.5, 400.0)),
        content_times=tuple(NOW + timedelta(seconds=10 + i, microseconds=i) for i in range(4)),
    )


def registration(sub_type: RegistrationSubType, method: RegistrationMethod) -> SpatialRegistration:
    """A registration with every value known."""
    rotation = rotation_z(3.1) @ rotation_x(-2.2) @ rotation_y(1.3)
    frames = patient_frame(PLANNING_FRAME), patient_frame(ACQUIRED_FRAME)
    return SpatialRegistration(
        sop_instance_uid="2.25.9500",
        series_instance_uid="2.25.9501",
        patient=PATIENT,
        study=STUDY,
        transform=RigidTransform(*frames, rotation, np.array([-1.3, 20.7, -70.9])),
        sub_type=sub_type,
        method=method,
        registered_images=ACQUIRED_IMAGES,
        source_images=PLANNING_CT,
        patient_position=PatientPosition.HFS,
        label="MATCH",
        description="",
        created_at=NOW,
        series_number=2,
        machine_name="GTR1",
        operator="Smith^Ann",
    )


def _registration(sub_type: RegistrationSubType, method: RegistrationMethod, *, ihe_ro: bool = True) -> WrittenObject:
    full = registration(sub_type, method)
    sparse = replace(full, patient=UNKNOWN_PATIENT, study=BARE_STUDY, series_number=None, machine_name=None, operator=None)
    return WrittenObject(
        f"Spatial Registration, {sub_type.value}, {'IHE-RO' if ihe_ro else 'plain'}",
        lambda: write_spatial_registration(full, ihe_ro=ihe_ro, clock=lambda: NOW),
        lambda: write_spatial_registration(sparse, ihe_ro=ihe_ro, clock=lambda: NOW),
    )


def _structure_set(what: str, make: Callable[..., StructureSet], *, physical_properties: bool = True) -> WrittenObject:
    write = partial(write_structure_set, physical_properties=physical_properties, clock=lambda: NOW)
    return WrittenObject(
        f"RT Structure Set, {what}",
        lambda: write(make(PATIENT, STUDY, everything=True)),
        lambda: write(make(UNKNOWN_PATIENT, BARE_STUDY, everything=False)),
    )


WRITTEN_OBJECTS: tuple[WrittenObject, ...] = (
    WrittenObject(
        "CT Image",
        lambda: next(write_ct_images(full_ct(), clock=lambda: NOW)),
        lambda: next(write_ct_images(sparse_ct(), clock=lambda: NOW)),
    ),
    WrittenObject(
        "RT Image, acquired",
        lambda: write_rt_image(full_image(), lambda: NOW),
        lambda: write_rt_image(sparse_image(), lambda: NOW),
    ),
    WrittenObject(
        "RT Image, with markers",
        lambda: write_rt_image(replace(full_image(), markers=MARKERS), lambda: NOW),
        lambda: write_rt_image(replace(sparse_image(), markers=MARKERS[:1]), lambda: NOW),
    ),
    WrittenObject(
        "RT Image, DRR",
        lambda: write_rt_image(replace(full_image(), is_drr=True), lambda: NOW),
        lambda: write_rt_image(replace(sparse_image(), is_drr=True), lambda: NOW),
    ),
    _registration(RegistrationSubType.ONLINE_2D3D_PAIRED, RegistrationMethod.AUTOMATIC),
    _registration(RegistrationSubType.ONLINE_2D3D_PAIRED, RegistrationMethod.MANUAL, ihe_ro=False),
    _registration(RegistrationSubType.ONLINE_3D, RegistrationMethod.AUTOMATIC),
    _registration(RegistrationSubType.ONLINE_MARKER, RegistrationMethod.MARKERS),
    _registration(RegistrationSubType.ONLINE_2D_PAIRED, RegistrationMethod.AUTOMATIC),
    _structure_set("markers", written_structures.markers),
    _structure_set("isocentres", written_structures.isocentres),
    _structure_set("isocentres without angles", written_structures.isocentres, physical_properties=False),
    _structure_set("resampled structures", written_structures.resampled_structures),
)
