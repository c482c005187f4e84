"""RT Image: acquired kV images and DRRs with all that is needed to place them in the room (A.17, C.8.8.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydicom.dataset import Dataset

from pti.dicom.charset import to_ascii
from pti.dicom.checks import Attributes, InvalidDicomObject, quote
from pti.dicom.decimals import decimal, decimals
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.modules import (
    Series,
    modality_warning,
    patient_warnings,
    read_date_time,
    read_patient,
    read_patient_position,
    read_study,
    reference_item,
    write_date_time,
    write_equipment,
    write_frame_of_reference,
    write_patient,
    write_series,
    write_sop_common,
    write_study,
)
from pti.dicom.private import (
    ExtendedInterface,
    PrivateAttribute,
    private_point,
    private_text,
    read_extended_interface,
    write_extended_interface,
    write_private,
)
from pti.dicom.rt_image_curves import MarkerPosition, read_markers, write_markers
from pti.dicom.rt_image_exposure import MachineState, exposure_item, write_couch
from pti.dicom.rt_image_geometry import read_imager_geometry, write_imager_geometry
from pti.dicom.rt_image_pixels import read_pixels, read_relationship, read_rescale, read_window, write_pixels
from pti.dicom.type1 import check_type1
from pti.dicom.written import require_valid
from pti.foundation.clock import Clock, local_now
from pti.foundation.instances import RT_IMAGE, RT_ION_PLAN, InstanceReference
from pti.geometry.couch import IecCouch
from pti.geometry.patient import PatientPosition
from pti.imaging.radiograph import Radiograph

#: Public and private isocentre that differ by more contradict each other.
_SAME_POINT_MM = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class RtImage:
    """One RT Image. None: not known, shown as N/A and written empty or left out.

    `isocentre_mm` and `patient_position` place the image's own frame of reference in the room:
    ``p_f = Rz(rotation) Rx(pitch) Ry(roll) P (p - isocentre)`` with the couch's three angles.
    """

    sop_instance_uid: str
    series_instance_uid: str
    frame_of_reference_uid: str
    patient: PatientIdentity
    study: StudyIdentity
    label: str
    radiograph: Radiograph
    isocentre_mm: tuple[float, float, float]
    patient_position: PatientPosition
    couch: IecCouch
    couch_position_known: bool  # False: only the couch's angles were in the file
    is_drr: bool = False
    plan_uid: str | None = None
    beam_number: int | None = None
    fraction_group: int | None = None
    fraction_number: int | None = None
    machine_name: str | None = None
    kvp: float | None = None
    tube_current_ma: float | None = None
    exposure_time_ms: float | None = None
    collimator_mm: tuple[float, float, float, float] | None = None
    acquired_at: datetime | None = None
    operator: str | None = None
    series_number: int | None = None
    instance_number: int | None = None
    description: str = ""
    warnings: tuple[str, ...] = ()
    window: tuple[float, float] | None = None  # (centre, width), after rescaling; None: chosen from the pixels on writing
    rescale: tuple[float, float] = (1.0, 0.0)  # (slope, intercept) from stored pixel to `rescale_type`
    rescale_type: str = "US"
    beam_limiting_device_deg: float = 0.0
    meterset_weights: tuple[float, float] | None = None  # cumulative, at start and end
    acquisition_number: int | None = None
    irradiation_event_uid: str | None = None
    extended_interface: ExtendedInterface | None = None
    markers: tuple[MarkerPosition, ...] = ()  # matched ones, at most 16

    @property
    def instance(self) -> InstanceReference:
        """The image as others refer to it."""
        return InstanceReference(RT_IMAGE, self.sop_instance_uid, self.series_instance_uid, self.study.study_instance_uid)


def read_rt_image(ds: Dataset) -> RtImage:
    """Read an RT Image whose whole geometry is known.

    Raises
    ------
    InvalidDicomObject
        With every complaint: no frame of reference (RTIM-04); geometry that is incomplete, contradictory or not handled
        here; pixels that are not 8 or 16 bits of grey.
    """
    attributes = Attributes(ds)
    attributes.require_sop_class("RT Image", RT_IMAGE)
    check_type1(attributes, RT_IMAGE)
    patient, study = read_patient(attributes), read_study(attributes)
    state = MachineState.of(attributes)
    state.warnings.extend((*modality_warning(attributes, "RTIMAGE"), *patient_warnings(patient)))
    geometry = read_imager_geometry(attributes, state.required_angle_deg)
    pixels = read_pixels(attributes)
    couch, couch_position_known = state.couch()
    isocentre = _read_isocentre(attributes)
    position = _read_patient_position(attributes)
    relationship = read_relationship(attributes, state.warnings)
    label = attributes.required_text("RTImageLabel")
    uids = [attributes.required_uid(k) for k in ("SOPInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")]
    optional = _read_optional(attributes, state)
    if attributes.complaints or geometry is None or pixels is None or couch is None or position is None:
        raise InvalidDicomObject("RT Image", attributes.complaints)
    return RtImage(
        sop_instance_uid=uids[0],
        series_instance_uid=uids[1],
        frame_of_reference_uid=uids[2],
        patient=patient,
        study=study,
        label=label,
        radiograph=Radiograph(pixels, geometry, relationship),
        isocentre_mm=isocentre,
        patient_position=position,
        couch=couch,
        couch_position_known=couch_position_known,
        warnings=tuple(state.warnings),
        extended_interface=read_extended_interface(ds),
        **optional,
    )


def _read_isocentre(image: Attributes) -> tuple[float, float, float]:
    """Isocenter Position (300A,012C), or else the private one; both, if both are there, must agree."""
    private = private_point(image, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION)
    public = image.point("IsocenterPosition")
    if private is None:
        return image.required_point("IsocenterPosition")
    if public is not None and max(abs(a - b) for a, b in zip(public, private, strict=True)) > _SAME_POINT_MM:
        image.complain("IsocenterPosition", f"contradicts {PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION.label}")
    return public or private


def _read_patient_position(image: Attributes) -> PatientPosition | None:
    """Patient Position (0018,5100), or else the private one; both, if both are there, must agree."""
    private = private_text(image, PrivateAttribute.RT_IMAGE_PATIENT_POSITION)
    public = read_patient_position(image)
    if private is None:
        image.required_text("PatientPosition")
        return public
    if private not in PatientPosition.__members__:
        image.note(f"{PrivateAttribute.RT_IMAGE_PATIENT_POSITION.label} {quote(private)} is no patient position")
        return public
    position = PatientPosition(private)
    if public not in (None, position):
        image.complain("PatientPosition", f"contradicts {PrivateAttribute.RT_IMAGE_PATIENT_POSITION.label}")
    return position


def _read_optional(image: Attributes, state: MachineState) -> dict[str, Any]:
    """What an image may leave out, by field name of :class:`RtImage`."""
    plans = image.items("ReferencedRTPlanSequence")
    if len(plans) > 1:
        image.complain("ReferencedRTPlanSequence", f"names {len(plans)} plans instead of one")
    start, end = image.number("StartCumulativeMetersetWeight"), image.number("EndCumulativeMetersetWeight")
    rescale, rescale_type = read_rescale(image, state.warnings)
    return {
        "is_drr": "DRR" in image.texts("ImageType")[2:3],
        "plan_uid": plans[0].uid("ReferencedSOPInstanceUID") if plans else None,
        "beam_number": image.integer("ReferencedBeamNumber"),
        "fraction_group": image.integer("ReferencedFractionGroupNumber"),
        "fraction_number": image.integer("FractionNumber"),
        "machine_name": image.text("RadiationMachineName"),
        "kvp": state.technique("KVP"),
        "tube_current_ma": state.technique("XRayTubeCurrent"),
        "exposure_time_ms": state.technique("ExposureTime"),
        "collimator_mm": state.collimator_mm(),
        "acquired_at": read_date_time(image, "Acquisition") or read_date_time(image, "Content"),
        "operator": image.text("OperatorsName"),
        "series_number": image.integer("SeriesNumber"),
        "instance_number": image.integer("InstanceNumber"),
        "description": image.text("RTImageDescription") or "",
        "window": read_window(image, state.warnings),
        "rescale": rescale,
        "rescale_type": rescale_type,
        "beam_limiting_device_deg": state.angle_deg("BeamLimitingDeviceAngle") or 0.0,
        "meterset_weights": None if start is None or end is None else (start, end),
        "acquisition_number": image.integer("AcquisitionNumber"),
        "irradiation_event_uid": image.uid("IrradiationEventUID"),
        "markers": read_markers(image, state.warnings),
    }


def write_rt_image(image: RtImage, clock: Clock = local_now) -> Dataset:
    r"""An RT Image as table B.2.11 of the conformance statement lists it.

    An acquired image is ORIGINAL\PRIMARY\PORTAL, a DRR is DERIVED\SECONDARY\DRR and has no exposure.

    Parameters
    ----------
    clock : when the instance is created

    Raises
    ------
    UnwritableObject
        If a value does not fit, or there are more markers than curves hold.
    """
    ds = Dataset()
    write_sop_common(ds, RT_IMAGE, image.sop_instance_uid, clock())
    write_patient(ds, image.patient)
    write_study(ds, image.study)
    write_series(ds, Series("RTIMAGE", image.series_instance_uid, image.series_number, image.operator))
    write_frame_of_reference(ds, image.frame_of_reference_uid)
    write_equipment(ds, image.machine_name)
    _write_general_image(ds, image)
    write_pixels(ds, image.radiograph, image.window, image.rescale, image.rescale_type)
    ds.RTImageLabel = to_ascii(image.label, "RTImageLabel", 16) or "IMAGE"
    if image.description:
        ds.RTImageDescription = to_ascii(image.description, "RTImageDescription", 1024, multiline=True)
    ds.ConversionType = "DI"
    ds.PrimaryDosimeterUnit = "MINUTE"
    ds.RadiationMachineName = to_ascii(image.machine_name or "", "RadiationMachineName", 16)
    write_imager_geometry(ds, image.radiograph.geometry)
    ds.BeamLimitingDeviceAngle = decimal(image.beam_limiting_device_deg)
    write_couch(ds, image.couch, image.couch_position_known)
    ds.IsocenterPosition = decimals(image.isocentre_mm)
    ds.PatientPosition = image.patient_position.value
    write_private(ds, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION, decimals(image.isocentre_mm))
    write_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION, image.patient_position.value)
    _write_plan_reference(ds, image)
    if not image.is_drr:
        ds.ReportedValuesOrigin = "ACTUAL"
        ds.ExposureSequence = [_exposure(ds, image)]
    if image.extended_interface is not None:
        write_extended_interface(ds, image.extended_interface)
    write_markers(ds, image.markers)
    return require_valid("RT Image", ds)


def _write_general_image(ds: Dataset, image: RtImage) -> None:
    ds.ImageType = ["DERIVED", "SECONDARY", "DRR"] if image.is_drr else ["ORIGINAL", "PRIMARY", "PORTAL"]
    ds.InstanceNumber = image.instance_number
    ds.PatientOrientation = ""
    if image.acquired_at is not None:
        write_date_time(ds, "Content", image.acquired_at)
    if image.acquisition_number is not None:
        ds.AcquisitionNumber = image.acquisition_number
    if image.irradiation_event_uid is not None:
        ds.IrradiationEventUID = image.irradiation_event_uid


def _write_plan_reference(ds: Dataset, image: RtImage) -> None:
    if image.plan_uid is not None:
        ds.ReferencedRTPlanSequence = [reference_item(InstanceReference(RT_ION_PLAN, image.plan_uid))]
    if image.beam_number is not None:
        ds.ReferencedBeamNumber = image.beam_number
    if image.fraction_group is not None:
        ds.ReferencedFractionGroupNumber = image.fraction_group
    if image.fraction_number is not None:
        ds.FractionNumber = image.fraction_number
    if image.meterset_weights is not None:
        ds.StartCumulativeMetersetWeight, ds.EndCumulativeMetersetWeight = decimals(image.meterset_weights)


def _exposure(ds: Dataset, image: RtImage) -> Dataset:
    item = exposure_item(image.kvp, image.tube_current_ma, image.exposure_time_ms, image.collimator_mm)
    item.GantryAngle = ds.GantryAngle
    item.BeamLimitingDeviceAngle = ds.BeamLimitingDeviceAngle
    write_couch(item, image.couch, image.couch_position_known)
    return item
