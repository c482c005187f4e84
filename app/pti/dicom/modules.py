"""The modules that all objects share: patient, study, series, frame of reference, equipment, SOP common.

Written as appendix B.2 of the conformance statement says; type 2 attributes that it does not support are written empty.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ImplicitVRLittleEndian

import pti
from pti.dicom.charset import doubt, is_ascii, to_ascii, unknown_terms
from pti.dicom.checks import Attributes, quote
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.foundation.instances import InstanceReference
from pti.foundation.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from pti.geometry.patient import PatientPosition

MANUFACTURER = "PTI project"
MODEL_NAME = "Proton Therapy Imaging"
_DATE = re.compile(r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
#: DA and TM (PS3.5 6.2): minutes, seconds and their fraction may be left out.
_DATE_TIME = re.compile(r"(\d{4})(\d\d)(\d\d) (\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?", re.ASCII)


def read_patient(attributes: Attributes) -> PatientIdentity:
    """Patient module (C.7.1.1); what the object does not say is "" or None, what it says twice is complained about."""
    return PatientIdentity(
        patient_id=attributes.single_text("PatientID") or "",
        name=attributes.single_text("PatientName") or "",
        birth_date=attributes.single_text("PatientBirthDate"),
        sex=attributes.single_text("PatientSex"),
        birth_time=attributes.single_text("PatientBirthTime"),
        character_set=attributes.texts("SpecificCharacterSet"),
    )


def patient_warnings(patient: PatientIdentity) -> tuple[str, ...]:
    """Warnings where name, ID or birth date of the patient may not say what was meant (IOD-03)."""
    texts = {"Patient's Name (0010,0010)": patient.name, "Patient ID (0010,0020)": patient.patient_id}
    doubts = {attribute: doubt(text, patient.character_set) for attribute, text in texts.items()}
    warnings = [f"{attribute} may be shown wrong: {why}" for attribute, why in doubts.items() if why is not None]
    unknown = unknown_terms(patient.character_set)
    if unknown and not warnings:
        warnings.append(f"Specific Character Set (0008,0005) {quote(unknown[0])} is not known; other text may be shown wrong")
    if patient.birth_date is not None and not _DATE.fullmatch(patient.birth_date):
        warnings.append("Patient's Birth Date (0010,0030) is no date")
    return tuple(warnings)


def approval_warning(attributes: Attributes, what: str) -> tuple[str, ...]:
    """A warning where a reviewer rejected the object: Approval Status (300E,0002)."""
    return (f"the {what} was rejected by its reviewer",) if attributes.text("ApprovalStatus") == "REJECTED" else ()


def read_study(attributes: Attributes) -> StudyIdentity:
    """General Study module (C.7.2.1); complains where the Study Instance UID is missing."""
    return StudyIdentity(
        study_instance_uid=attributes.required_uid("StudyInstanceUID"),
        study_date=attributes.text("StudyDate"),
        study_time=attributes.text("StudyTime"),
        study_id=attributes.text("StudyID"),
        accession_number=attributes.text("AccessionNumber"),
        description=attributes.text("StudyDescription"),
    )


def read_patient_position(attributes: Attributes) -> PatientPosition | None:
    """Patient Position (0018,5100); complains about a value that is none of the eight."""
    text = attributes.text("PatientPosition")
    if text is None:
        return None
    try:
        return PatientPosition(text)
    except ValueError:
        attributes.complain("PatientPosition", f"{quote(text)} is none of {', '.join(p.value for p in PatientPosition)}")
        return None


def read_date_time(attributes: Attributes, prefix: str) -> datetime | None:
    """Local date and time of ``<prefix>Date`` and ``<prefix>Time``; None where either is missing or no date and time."""
    date, time = attributes.text(f"{prefix}Date") or "", attributes.text(f"{prefix}Time") or ""
    match = _DATE_TIME.fullmatch(f"{date} {time}")
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction = (match[group] or "0" for group in range(1, 8))
    try:
        microsecond = int(fraction.ljust(6, "0"))
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), microsecond).astimezone()
    except (ValueError, OverflowError, OSError):  # 31 February, or a year that the machine's time zone does not know
        return None


def write_date_time(dataset: Dataset, prefix: str, when: datetime) -> None:
    """Write ``<prefix>Date`` and ``<prefix>Time`` in local time, to the microsecond."""
    local = when.astimezone()
    setattr(dataset, f"{prefix}Date", local.strftime("%Y%m%d"))
    setattr(dataset, f"{prefix}Time", local.strftime("%H%M%S.%f"))


def modality_warning(attributes: Attributes, expected: str) -> tuple[str, ...]:
    """A warning where Modality contradicts the SOP class, which decides."""
    modality = attributes.required_text("Modality")
    return () if modality in (expected, "") else (f"Modality (0008,0060) is {quote(modality)} instead of {expected}",)


@dataclass(frozen=True, slots=True)
class Series:
    """What the series modules of an object say."""

    modality: str
    series_instance_uid: str
    number: int | None
    operator: str | None = None


def write_patient(dataset: Dataset, patient: PatientIdentity) -> None:
    """Patient module; name and ID beyond ASCII keep the character set and the bytes that they came in (reading 14)."""
    text = patient.name + patient.patient_id
    # WORKAROUND(pydicom 3.0.2): it writes ISO 2022 IR 58 without its escape sequences.
    if patient.character_set and not is_ascii(text) and "ISO 2022 IR 58" not in patient.character_set:
        dataset.SpecificCharacterSet = list(patient.character_set)
    elif not _came_without_character_set(text):
        dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = patient.name
    dataset.PatientID = patient.patient_id
    dataset.PatientBirthDate = patient.birth_date or ""
    dataset.PatientSex = patient.sex if patient.sex in ("F", "M") else "O"
    if patient.birth_time:
        dataset.PatientBirthTime = patient.birth_time


def _came_without_character_set(text: str) -> bool:
    """Whether `text` is what bytes without a Specific Character Set are read as; written without one, they stay as they are."""
    return all(ord(character) < 0x100 for character in text)


def write_study(dataset: Dataset, study: StudyIdentity) -> None:
    """General Study module."""
    dataset.StudyInstanceUID = study.study_instance_uid
    dataset.StudyDate = study.study_date or ""
    dataset.StudyTime = study.study_time or ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = to_ascii(study.study_id or "", "StudyID", 16)
    dataset.AccessionNumber = to_ascii(study.accession_number or "", "AccessionNumber", 16)
    if study.description:
        dataset.StudyDescription = to_ascii(study.description, "StudyDescription", 64)


def write_general_series(dataset: Dataset, series: Series) -> None:
    """What General Series (C.7.3.1) must say; of a CT not who operated the machine (ACQ-05)."""
    dataset.Modality = series.modality
    dataset.SeriesInstanceUID = series.series_instance_uid
    dataset.SeriesNumber = series.number


def write_series(dataset: Dataset, series: Series) -> None:
    """The attributes that General Series (C.7.3.1) and RT Series (C.8.8.1) have in common."""
    write_general_series(dataset, series)
    dataset.OperatorsName = [to_ascii(name, "OperatorsName", 64) for name in (series.operator or "").split("\\")]


def write_frame_of_reference(dataset: Dataset, frame_of_reference_uid: str) -> None:
    """Frame of Reference module; the Position Reference Indicator is empty (IOD-02)."""
    dataset.FrameOfReferenceUID = frame_of_reference_uid
    dataset.PositionReferenceIndicator = ""


def write_equipment(dataset: Dataset, station_name: str | None) -> None:
    """General Equipment module."""
    dataset.Manufacturer = MANUFACTURER
    dataset.ManufacturerModelName = MODEL_NAME
    dataset.SoftwareVersions = pti.__version__
    if station_name:
        dataset.StationName = to_ascii(station_name, "StationName", 16)


def write_sop_common(dataset: Dataset, sop_class_uid: str, sop_instance_uid: str, created_at: datetime) -> None:
    """SOP Common module, and the file meta information that goes with it (Implicit VR Little Endian)."""
    dataset.SOPClassUID = sop_class_uid
    dataset.SOPInstanceUID = sop_instance_uid
    write_date_time(dataset, "InstanceCreation", created_at)
    dataset.file_meta = file_meta(sop_class_uid, sop_instance_uid)


def file_meta(sop_class_uid: str, sop_instance_uid: str) -> FileMetaDataset:
    """File meta information of what this program writes (PS3.10 7.1)."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = UID(sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(sop_instance_uid)
    meta.TransferSyntaxUID = ImplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    return meta


def reference_item(instance: InstanceReference) -> Dataset:
    """A sequence item that names one SOP instance."""
    item = Dataset()
    item.ReferencedSOPClassUID = instance.sop_class_uid
    item.ReferencedSOPInstanceUID = instance.sop_instance_uid
    return item
