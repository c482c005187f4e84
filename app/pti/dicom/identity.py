"""Who the patient is and which study an object belongs to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """Patient module (C.7.1.1). None: the object does not say.

    `name` is the DICOM person name as stored, for example "Doe^Jane"; dates and times are DICOM DA and TM strings.
    """

    patient_id: str
    name: str
    birth_date: str | None
    sex: str | None
    birth_time: str | None = None

    @property
    def display_name(self) -> str:
        """Family name, given name: what the patient banner shows."""
        parts = [part.strip() for part in self.name.split("=")[0].split("^") if part.strip()]
        return ", ".join(parts[:2]) or "N/A"


@dataclass(frozen=True, slots=True)
class StudyIdentity:
    """General Study module (C.7.2.1). None: the object does not say."""

    study_instance_uid: str
    study_date: str | None = None
    study_time: str | None = None
    study_id: str | None = None
    accession_number: str | None = None
    description: str | None = None
