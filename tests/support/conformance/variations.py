"""The written objects a second time, from other values throughout: what both have in common is no accident of one sample."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

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
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, InstanceReference
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform, rotation_y
from pti.imaging.exposure import CtTechnique, RotationDirection
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from tests.support.conformance.structure_variations import structure_variations

LATER = datetime(2027, 8, 9, 10, 11, 12, 500000, tzinfo=UTC)
_PATIENT = PatientIdentity("0815", "Rösli^Rémy", "19551224", "M", "2359", ("ISO_IR 100",))
_COUCH = IecCouch(-11.0, 700.0, -90.0, -3.0, 4.0, 12.0)
_STUDY = StudyIdentity("2.25.8000", "20270808", "101010", "8", "B2", "Pelvis")


def another_image() -> RtImage:
    """Another image of which everything is known; its panel is tilted."""
    c, s = 0.8, 0.6
    geometry = ImagerGeometry(100.5, 1000.0, 1500.0, 4, 5, 0.8, 0.7, (-1.4, 1.2), 90.0, (3.0, 4.0), (c, 0.0, s, 0.0, -1.0, 0.0))
    pixels = np.arange(20, dtype=np.uint16).reshape(4, 5) * 3
    return RtImage(
        sop_instance_uid="2.25.820",
        series_instance_uid="2.25.8200",
        frame_of_reference_uid="2.25.8002",
        patient=_PATIENT,
        study=_STUDY,
        label="kV B",
        radiograph=Radiograph(pixels, geometry, IntensityRelationship.LOGARITHMIC_BRIGHT_IS_ABSORBING),
        isocentre_mm=(1.0, -2.0, 3.0),
        patient_position=PatientPosition.FFP,
        couch=_COUCH,
        couch_position_known=True,
        plan_uid="2.25.8300",
        beam_number=5,
        fraction_group=2,
        fraction_number=3,
        machine_name="GTR2",
        kvp=110.0,
        tube_current_ma=160.0,
        exposure_time_ms=20.0,
        collimator_mm=(-50.0, 51.0, -60.0, 61.5),
        acquired_at=LATER,
        operator="Miller^Max",
        series_number=7,
        instance_number=2,
        description="second image",
        window=(500.0, 300.0),
        rescale=(2.0, -10.0),
        rescale_type="HU",
        beam_limiting_device_deg=15.0,
        meterset_weights=(1.0, 2.0),
        acquisition_number=4,
        irradiation_event_uid="2.25.8400",
        extended_interface=ExtendedInterface(b"<x/>", 4, "XML"),
        markers=((1.5, 2.5),),
    )


def another_ct() -> CtSeries:
    """Another CT of which everything is known."""
    values = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    frame = patient_frame("2.25.8002")
    volume = CtVolume(frame, values, (5.0, -6.0), 1.5, 2.5, np.array([10.0, 13.0]))
    return CtSeries(
        volume=volume,
        patient=_PATIENT,
        study=_STUDY,
        series_instance_uid="2.25.8600",
        patient_position=PatientPosition.FFP,
        instances=tuple(InstanceReference(CT_IMAGE, f"2.25.86{i}", "2.25.8600", _STUDY.study_instance_uid) for i in range(2)),
        table_top=TableTop.of(_COUCH),
        extended_interface=ExtendedInterface(b"<x/>", 4, "XML"),
        technique=CtTechnique(
            kvp=125.0,
            tube_current_ma=20,
            exposure_time_ms=8000,
            exposure_mas=160,
            acquisition_number=8,
            slice_thickness_mm=3.0,
            data_collection_diameter_mm=500.0,
            reconstruction_diameter_mm=480.0,
            sad_mm=1000.0,
            source_to_detector_mm=1500.0,
            rotation_direction=RotationDirection.CLOCKWISE,
            focal_spots_mm=(0.6,),
            scan_options=("FULL_FAN",),
            filter_type="NONE",
            convolution_kernel=("Hann",),
            irradiation_event_uid="2.25.8400",
        ),
        context=CtContext(series_number=7, started_at=LATER, station_name="GTR2", plan_uid="2.25.8300", window=(50.0, 350.0)),
        content_times=(LATER, LATER),
    )


def another_registration(
    sub_type: RegistrationSubType, method: RegistrationMethod, planning_study_uid: str = "2.25.8098"
) -> SpatialRegistration:
    """Another registration of the same kind, with the planning CT in any study."""
    planning = tuple(InstanceReference(CT_IMAGE, f"2.25.81{i}", "2.25.8100", planning_study_uid) for i in range(2))
    acquired = InstanceReference(RT_IMAGE, "2.25.820", "2.25.8200", _STUDY.study_instance_uid)
    frames = patient_frame("2.25.8001"), patient_frame("2.25.8002")
    return SpatialRegistration(
        sop_instance_uid="2.25.8500",
        series_instance_uid="2.25.8501",
        patient=_PATIENT,
        study=_STUDY,
        transform=RigidTransform(*frames, rotation_y(7.0), np.array([4.5, -6.5, 8.5])),
        sub_type=sub_type,
        method=method,
        registered_images=(acquired,),
        source_images=planning,
        patient_position=PatientPosition.FFP,
        label="SECOND",
        description="again",
        created_at=LATER,
        series_number=9,
        machine_name="GTR2",
        instance_number=3,
        operator="Miller^Max",
    )


def _image(*, is_drr: bool = False, has_markers: bool = False) -> tuple[Dataset, ...]:
    image = another_image()
    image = replace(image, is_drr=is_drr, markers=image.markers if has_markers else ())
    return (write_rt_image(image, lambda: LATER),)


def _registrations(sub_type: RegistrationSubType, method: RegistrationMethod, *, ihe_ro: bool = True) -> tuple[Dataset, ...]:
    """With the planning CT in another study, and in the registration's own."""
    return tuple(
        write_spatial_registration(registration, ihe_ro=ihe_ro, clock=lambda: LATER)
        for registration in (
            another_registration(sub_type, method),
            another_registration(sub_type, method, _STUDY.study_instance_uid),
        )
    )


_PAIRED = RegistrationSubType.ONLINE_2D3D_PAIRED
_AUTOMATIC = RegistrationMethod.AUTOMATIC

#: Name of a kind in WRITTEN_OBJECTS -> objects from other values. Of a kind that is not here, no value is said to be always
#: the same but those that the vendor's statement fixes.
VARIATIONS: dict[str, Callable[[], tuple[Dataset, ...]]] = {
    "CT Image": lambda: tuple(write_ct_images(another_ct(), clock=lambda: LATER)),
    "RT Image, acquired": _image,
    "RT Image, with markers": lambda: _image(has_markers=True),
    "RT Image, DRR": lambda: _image(is_drr=True),
    "Spatial Registration, Online2D3DPaired, IHE-RO": lambda: _registrations(_PAIRED, _AUTOMATIC),
    "Spatial Registration, Online2D3DPaired, plain": lambda: _registrations(_PAIRED, RegistrationMethod.MANUAL, ihe_ro=False),
    "Spatial Registration, Online3D, IHE-RO": lambda: _registrations(RegistrationSubType.ONLINE_3D, _AUTOMATIC),
    "Spatial Registration, OnlineMarker, IHE-RO": lambda: _registrations(
        RegistrationSubType.ONLINE_MARKER, RegistrationMethod.MARKERS
    ),
    "Spatial Registration, Online2DPaired, IHE-RO": lambda: _registrations(RegistrationSubType.ONLINE_2D_PAIRED, _AUTOMATIC),
    **structure_variations(_PATIENT, _STUDY, LATER),
}
