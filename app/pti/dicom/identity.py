"""Who the patient is and which study an object belongs to; whether two objects are of the same patient."""

import unicodedata
from dataclasses import dataclass, field

from pti.foundation.errors import PtiError


class PatientMismatch(PtiError):
    """Two objects that would be used together are not known to be of the same patient."""

    code, title = "PTI-DCM-04", "Objects of different patients"
    remedy = "Check that the right patient, plan and images were chosen; nothing was loaded."


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """Patient module (C.7.1.1). None: the object does not say.

    `name` is the DICOM person name as stored, for example "Doe^Jane"; dates and times are DICOM DA and TM strings.
    `character_set` is the Specific Character Set (0008,0005) that name and ID came in; it does not take part in ``==``.
    """

    patient_id: str
    name: str
    birth_date: str | None
    sex: str | None
    birth_time: str | None = None
    character_set: tuple[str, ...] = field(default=(), compare=False)

    @property
    def families(self) -> tuple[str, str, str]:
        """Family names: alphabetic, ideographic, phonetic (PS3.5 6.2.1.2); "" where a group is missing."""
        groups = (*self.name.split("="), "", "", "")
        first, second, third = (group.split("^")[0].strip() for group in groups[:3])
        return first, second, third

    @property
    def family_name(self) -> str:
        """Family name of the first component group that has one."""
        return next((family for family in self.families if family), "")

    @property
    def display_name(self) -> str:
        """Family name, given name: what the patient banner shows, of the first component group that has any."""
        groups = ([part.strip() for part in group.split("^") if part.strip()] for group in self.name.split("="))
        return next((", ".join(parts[:2]) for parts in groups if parts), "N/A")


@dataclass(frozen=True, slots=True)
class StudyIdentity:
    """General Study module (C.7.2.1). None: the object does not say."""

    study_instance_uid: str
    study_date: str | None = None
    study_time: str | None = None
    study_id: str | None = None
    accession_number: str | None = None
    description: str | None = None


def same_patient(a: PatientIdentity, b: PatientIdentity) -> list[str]:
    """What tells that `a` and `b` may not be the same patient: empty when nothing does.

    Compared are Patient ID, family name and birth date, without padding, the name without regard to case and to whether
    its letters are full or half width. Of a family name that is told in several scripts, those that both sides tell
    are compared. A value known on one side only is a difference; the values themselves are not in the answer.
    """
    pairs = {
        "Patient ID (0010,0020)": (a.patient_id, b.patient_id),
        "family name in Patient's Name (0010,0010)": _comparable_families(a, b),
        "Patient's Birth Date (0010,0030)": (a.birth_date or "", b.birth_date or ""),
    }
    differences = []
    for attribute, values in pairs.items():
        first, second = (unicodedata.normalize("NFC", value).strip(" \0") for value in values)
        if first != second:
            differences.append(f"{attribute} {'differs' if first and second else 'is known on one side only'}")
    return differences


def _comparable_families(a: PatientIdentity, b: PatientIdentity) -> tuple[str, str]:
    """The family names in all scripts that both tell; where there is no such script, whatever each tells."""
    both = [(_folded(x), _folded(y)) for x, y in zip(a.families, b.families, strict=True) if x and y]
    if not both:
        return _folded(a.family_name), _folded(b.family_name)
    return "=".join(x for x, _ in both), "=".join(y for _, y in both)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def require_same_patient(what_a: str, a: PatientIdentity, what_b: str, b: PatientIdentity) -> None:
    """Refuse objects that are not known to be of one patient.

    Parameters
    ----------
    what_a, what_b : what the two objects are, for the message: "plan", "CT"
    a, b : whom they say they are of

    Raises
    ------
    PatientMismatch
        If :func:`same_patient` finds a difference.
    """
    differences = same_patient(a, b)
    if differences:
        raise PatientMismatch(f"{what_a} and {what_b}: {'; '.join(differences)}")
