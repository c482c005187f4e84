"""Spatial Registration: one rigid matrix between two frames of reference (A.39.1, C.20.2, IHE-RO)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.charset import to_ascii
from pti.dicom.checks import Attributes, InvalidDicomObject, quote
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.instance_references import read_instance_references, write_instance_references
from pti.dicom.modules import (
    Series,
    modality_warning,
    patient_warnings,
    read_date_time,
    read_patient,
    read_patient_position,
    read_study,
    write_date_time,
    write_equipment,
    write_frame_of_reference,
    write_patient,
    write_series,
    write_sop_common,
    write_study,
)
from pti.dicom.private import PrivateAttribute
from pti.dicom.registration_item import RegistrationItem, read_item, write_item
from pti.dicom.type1 import check_type1
from pti.dicom.written import UnwritableObject, require_valid
from pti.foundation.clock import Clock, local_now
from pti.foundation.instances import RT_IMAGE, SPATIAL_REGISTRATION, InstanceReference
from pti.foundation.uids import is_safe_uid
from pti.geometry.frames import FrameKind, patient_frame
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform

#: Registration Type Code of the item that stands for the registered frame of reference itself.
_IDENTITY_CODE = ("125021", "Frame of Reference Identity")
_WHAT = "Spatial Registration"
#: An item of the own frame of reference must be the identity within this, in direction cosines and mm.
_IDENTITY_TOLERANCE = 1e-6


class RegistrationSubType(Enum):
    """Private Registration Sub Type (3275,xx00)."""

    ONLINE_3D = "Online3D"
    ONLINE_MARKER = "OnlineMarker"
    ONLINE_2D3D_PAIRED = "Online2D3DPaired"
    ONLINE_2D_PAIRED = "Online2DPaired"


class RegistrationMethod(Enum):
    """Registration Type Code, context group 7100: (code value, code meaning)."""

    AUTOMATIC = ("125024", "Image Content-based Alignment")
    MARKERS = ("125022", "Fiducial Alignment")
    MANUAL = ("125025", "Visual Alignment")


@dataclass(frozen=True, slots=True, eq=False)
class SpatialRegistration:
    """The registration planning CT -> acquired images, as it is stored.

    `transform` maps a point of the planning CT's patient frame into the acquired images' patient frame; the object's
    own Frame of Reference is the acquired one. `registered_images` are the acquired ones, `source_images` the CT's.
    """

    sop_instance_uid: str
    series_instance_uid: str
    patient: PatientIdentity
    study: StudyIdentity
    transform: RigidTransform
    sub_type: RegistrationSubType
    method: RegistrationMethod
    registered_images: tuple[InstanceReference, ...]
    source_images: tuple[InstanceReference, ...]
    patient_position: PatientPosition
    label: str
    description: str
    created_at: datetime
    series_number: int | None = None
    machine_name: str | None = None
    instance_number: int = 1
    operator: str | None = None
    warnings: tuple[str, ...] = ()


def write_spatial_registration(reg: SpatialRegistration, *, ihe_ro: bool = True, clock: Clock = local_now) -> Dataset:
    """A Spatial Registration in the frame of reference of the acquired images (SRO-01 to SRO-04).

    Parameters
    ----------
    ihe_ro : two items, the acquired frame of reference with the identity and the planning CT's with the matrix; else the
        latter alone
    clock : when the instance is created

    Raises
    ------
    UnwritableObject
        If the frames are not two different patient frames, an image or its series is not named, or a value does not fit.
    """
    _check_writable(reg)
    ds = Dataset()
    write_sop_common(ds, SPATIAL_REGISTRATION, reg.sop_instance_uid, clock())
    write_patient(ds, reg.patient)
    write_study(ds, reg.study)
    write_series(ds, Series("REG", reg.series_instance_uid, reg.series_number, reg.operator))
    write_date_time(ds, "Series", reg.created_at)
    ds.Laterality = ""
    ds.PatientPosition = reg.patient_position.value
    write_frame_of_reference(ds, reg.transform.target.frame_of_reference_uid)
    write_equipment(ds, reg.machine_name)
    write_date_time(ds, "Content", reg.created_at)
    ds.InstanceNumber = reg.instance_number
    ds.ContentLabel = _code_string(reg.label)
    ds.ContentDescription = to_ascii(_from_to(reg), "ContentDescription", 64)
    ds.ContentCreatorName = ""
    source, target, sub_type = reg.transform.source, reg.transform.target, reg.sub_type.value
    acquired = RegistrationItem(target.frame_of_reference_uid, np.eye(4), _IDENTITY_CODE, sub_type, reg.registered_images)
    planning = RegistrationItem(
        source.frame_of_reference_uid, reg.transform.matrix, reg.method.value, sub_type, reg.source_images
    )
    ds.RegistrationSequence = [write_item(item) for item in ((acquired, planning) if ihe_ro else (planning,))]
    write_instance_references(ds, reg.study.study_instance_uid, (*reg.registered_images, *reg.source_images))
    return require_valid(_WHAT, ds)


def _check_writable(reg: SpatialRegistration) -> None:
    complaints = []
    source, target = reg.transform.source, reg.transform.target
    if {source.kind, target.kind} != {FrameKind.PATIENT} or source == target:
        complaints.append("the matrix must map one patient frame of reference into another")
    for what, images in (("acquired", reg.registered_images), ("planning", reg.source_images)):
        if not images:
            complaints.append(f"no {what} image is named")
        if any(not (image.series_instance_uid and is_safe_uid(image.sop_instance_uid)) for image in images):
            complaints.append(f"the {what} images are not named by legal UIDs with their series")
    if complaints:
        raise UnwritableObject(_WHAT, complaints)


def _code_string(label: str) -> str:
    """A label as a Code String: capitals, digits, blanks and underscores, at most 16."""
    text = to_ascii(label.upper(), "ContentLabel", 16)
    return "".join(c if c.isalnum() or c in " _" else "_" for c in text) or "REGISTRATION"


def _from_to(reg: SpatialRegistration) -> str:
    """The description, which always says in words which way the matrix goes."""
    if "FROM " in reg.description and " TO " in reg.description:
        return reg.description
    acquired = "acquired kV images" if reg.registered_images[0].sop_class_uid == RT_IMAGE else "acquired CT"
    return f"FROM planning CT TO {acquired}; {reg.description}".rstrip("; ")


def read_spatial_registration(ds: Dataset) -> SpatialRegistration:
    """Read a Spatial Registration of one foreign frame of reference, with or without the item of the own one.

    Raises
    ------
    InvalidDicomObject
        With every complaint: attributes, a matrix that is not rigid, not exactly one foreign frame of reference, a type
        or sub type that is not known.
    """
    attributes = Attributes(ds)
    attributes.require_sop_class(_WHAT, SPATIAL_REGISTRATION)
    check_type1(attributes, SPATIAL_REGISTRATION)
    patient, study = read_patient(attributes), read_study(attributes)
    warnings = (*modality_warning(attributes, "REG"), *patient_warnings(patient))
    own_uid, uid, series_uid = (
        attributes.required_uid(k) for k in ("FrameOfReferenceUID", "SOPInstanceUID", "SeriesInstanceUID")
    )
    items = [read_item(item) for item in attributes.items("RegistrationSequence")]
    own = [item for item in items if item.frame_of_reference_uid == own_uid]
    foreign = [item for item in items if item.frame_of_reference_uid != own_uid]
    transform, sub_type, method = _read_foreign(attributes, own_uid, foreign)
    if len(own) > 1:
        attributes.complain("RegistrationSequence", f"has {len(own)} items of the object's own frame of reference")
    if any(not np.abs(item.matrix - np.eye(4)).max() <= _IDENTITY_TOLERANCE for item in own):
        attributes.complain("RegistrationSequence", "moves the object's own frame of reference")
    position, created_at = read_patient_position(attributes), read_date_time(attributes, "Content")
    if position is None:
        attributes.required_text("PatientPosition")
    if created_at is None:
        attributes.complain("ContentDate", "and Content Time (0008,0033) are no date and time")
    registered, sources = _read_images(attributes, study.study_instance_uid, own, foreign)
    numbers = [attributes.integer(keyword) for keyword in ("SeriesNumber", "InstanceNumber")]
    label, description = attributes.required_text("ContentLabel"), attributes.text("ContentDescription") or ""
    machine, operator = attributes.text("StationName"), attributes.text("OperatorsName")
    if attributes.complaints or not (transform and sub_type and method and position and created_at):
        raise InvalidDicomObject(_WHAT, attributes.complaints)
    return SpatialRegistration(
        sop_instance_uid=uid,
        series_instance_uid=series_uid,
        patient=patient,
        study=study,
        transform=transform,
        sub_type=sub_type,
        method=method,
        registered_images=registered,
        source_images=sources,
        patient_position=position,
        label=label,
        description=description,
        created_at=created_at,
        series_number=numbers[0],
        machine_name=machine,
        instance_number=numbers[1] or 1,
        operator=operator,
        warnings=warnings,
    )


def _read_foreign(
    attributes: Attributes, own_uid: str, foreign: list[RegistrationItem]
) -> tuple[RigidTransform | None, RegistrationSubType | None, RegistrationMethod | None]:
    if len(foreign) != 1:
        count = len({item.frame_of_reference_uid for item in foreign})
        told = f"{count} other frames of reference" if count != 1 else f"another frame of reference {len(foreign)} times"
        attributes.complain("RegistrationSequence", f"registers {told} instead of one")
        return None, None, None
    item = foreign[0]
    transform = None
    try:
        frames = patient_frame(item.frame_of_reference_uid), patient_frame(own_uid)
        transform = RigidTransform.from_matrix(*frames, item.matrix)
    except ValueError as error:
        attributes.complain("RegistrationSequence", f"holds no rigid matrix: {error}")
    # The statement prints "Online-Marker" at a line's end (SRO-03).
    sub_types = {known.value: known for known in RegistrationSubType}
    sub_type = sub_types.get(item.sub_type.replace("-", ""))
    if sub_type is None:
        found = quote(item.sub_type) if item.sub_type else "missing"
        attributes.note(f"{PrivateAttribute.REGISTRATION_SUB_TYPE.label} is {found}, not one of {list(sub_types)}")
    methods = {known.value[0]: known for known in RegistrationMethod}
    method = methods.get(item.code[0])
    if method is None:
        found = quote(item.code[0]) if item.code[0] else "without value"
        attributes.complain("RegistrationTypeCodeSequence", f"{found} is not one of {list(methods)}")
    return transform, sub_type, method


def _read_images(
    attributes: Attributes, own_study_uid: str, own: list[RegistrationItem], foreign: list[RegistrationItem]
) -> tuple[tuple[InstanceReference, ...], tuple[InstanceReference, ...]]:
    """(registered, source) images; where the items name none, the RT Images of all references are the registered ones."""
    listed = read_instance_references(attributes, own_study_uid)
    whole = {instance.sop_instance_uid: instance for instance in listed}
    registered = tuple(whole.get(i.sop_instance_uid, i) for item in own for i in item.images)
    sources = tuple(whole.get(i.sop_instance_uid, i) for item in foreign for i in item.images)
    if sources:
        return registered or tuple(instance for instance in listed if instance not in sources), sources
    registered = tuple(instance for instance in listed if instance.sop_class_uid == RT_IMAGE)
    return (registered, tuple(i for i in listed if i not in registered)) if registered else ((), ())
