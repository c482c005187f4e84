"""Who the demo patient is, and UIDs that are the same every time."""

import uuid
from datetime import datetime

from pti.dicom.identity import PatientIdentity, StudyIdentity

PATIENT = PatientIdentity(patient_id="PTI-DEMO-1", name="Demo^Phantom", birth_date="19700101", sex="O")
#: When everything was made, as far as the files say.
CREATED_AT = datetime(2024, 2, 29, 9, 30)

_NAMESPACE = uuid.UUID("a3c2d1f0-6b1e-4c57-9d0a-5f1d2e3b4c5d")


def demo_uid(name: str) -> str:
    """The UID of one thing of the demo patient, under the 2.25 root (PS3.5 B.2), from its name alone."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, name).int}"


def study(label: str) -> StudyIdentity:
    """The study of the planning CT, its structures and its plan."""
    return StudyIdentity(
        study_instance_uid=demo_uid(f"study {label}"),
        study_date=CREATED_AT.strftime("%Y%m%d"),
        study_time=CREATED_AT.strftime("%H%M%S"),
        study_id="DEMO1",
        accession_number="",
        description="Demo patient, head and neck",
    )
