"""C-FIND in the Study Root model: which patients and RT Ion Plans a peer has. An extension of the statement."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET, InstanceReference
from pti.network.contexts import STUDY_ROOT_FIND
from pti.network.errors import QueryFailed
from pti.network.link import Link

_log = logging.getLogger(__name__)

_PATIENT_KEYS = ("PatientID", "PatientName", "PatientBirthDate", "PatientSex")
_PENDING = (0xFF00, 0xFF01)
_MODALITIES = {CT_IMAGE: "CT", RT_IMAGE: "RTIMAGE", RT_ION_PLAN: "RTPLAN", RT_STRUCTURE_SET: "RTSTRUCT"}


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """A patient as the peer lists him; "" is what the peer did not say."""

    patient_id: str
    patient_name: str
    birth_date: str  # YYYYMMDD
    sex: str


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """An RT Ion Plan as the peer lists it; "" is what the peer did not say."""

    patient_id: str
    patient_name: str
    birth_date: str  # YYYYMMDD
    sex: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    label: str = ""
    plan_date: str = ""  # YYYYMMDD

    @property
    def instance(self) -> InstanceReference:
        """Where the plan stands, as a C-MOVE asks for it."""
        return InstanceReference(RT_ION_PLAN, self.sop_instance_uid, self.series_instance_uid, self.study_instance_uid)


def query_patients(link: Link) -> tuple[PatientSummary, ...]:
    """All patients of the peer, each once, by name.

    Raises
    ------
    QueryFailed, NetworkError
        As it failed.
    """
    patients = {_patient(study) for study in _find(link, _identifier("STUDY", StudyInstanceUID="", **_asked(_PATIENT_KEYS)))}
    return tuple(sorted(patients, key=lambda patient: (patient.patient_name.casefold(), patient.patient_id)))


def query_plans(link: Link) -> tuple[PlanSummary, ...]:
    """All RT Ion Plans of the peer, by patient name and label: studies, their plan series, the instances of these.

    Raises
    ------
    QueryFailed, NetworkError
        As it failed.
    """
    plans: list[PlanSummary] = []
    asked = _asked(_PATIENT_KEYS)
    for study in _find(link, _identifier("STUDY", StudyInstanceUID="", ModalitiesInStudy="RTPLAN", **asked)):
        patient, study_uid = _patient(study), _text(study, "StudyInstanceUID")
        wanted = _identifier("SERIES", StudyInstanceUID=study_uid, SeriesInstanceUID="", Modality="RTPLAN")
        for series in _find(link, wanted):
            plans += _plans_of_series(link, patient, study_uid, _text(series, "SeriesInstanceUID"))
    return tuple(sorted(plans, key=lambda plan: (plan.patient_name.casefold(), plan.label, plan.sop_instance_uid)))


def locate(link: Link, reference: InstanceReference) -> InstanceReference:
    """Find the series of an instance whose study is known; the reference as it was where the peer does not have it.

    Raises
    ------
    QueryFailed, NetworkError
        As it failed.
    """
    study_uid = reference.study_instance_uid
    modality = _MODALITIES.get(reference.sop_class_uid, "")
    for series in _find(link, _identifier("SERIES", StudyInstanceUID=study_uid, SeriesInstanceUID="", Modality=modality)):
        series_uid = _text(series, "SeriesInstanceUID")
        wanted = {"SeriesInstanceUID": series_uid, "SOPInstanceUID": reference.sop_instance_uid}
        if _find(link, _identifier("IMAGE", StudyInstanceUID=study_uid, **wanted)):
            return replace(reference, series_instance_uid=series_uid)
    return reference


def _plans_of_series(link: Link, patient: PatientSummary, study_uid: str, series_uid: str) -> Iterator[PlanSummary]:
    wanted = _identifier(
        "IMAGE",
        StudyInstanceUID=study_uid,
        SeriesInstanceUID=series_uid,
        SOPClassUID="",
        SOPInstanceUID="",
        RTPlanLabel="",
        RTPlanDate="",
    )
    for instance in list(_find(link, wanted)):
        if _text(instance, "SOPClassUID") not in ("", RT_ION_PLAN):
            continue  # a plan for photons
        yield PlanSummary(
            patient.patient_id,
            patient.patient_name,
            patient.birth_date,
            patient.sex,
            study_uid,
            series_uid,
            _text(instance, "SOPInstanceUID"),
            _text(instance, "RTPlanLabel"),
            _text(instance, "RTPlanDate"),
        )


def _find(link: Link, identifier: Dataset) -> list[Dataset]:
    """All matches; the responses are read to the end, else pynetdicom leaves the association halted."""
    matches, final, comment = [], 0, ""
    for answer, match in link.association.send_c_find(identifier, STUDY_ROOT_FIND):
        final = link.status_of(answer)
        comment = str(answer.get("ErrorComment", ""))
        if final in _PENDING and match is not None:
            matches.append(match)
    if final != 0x0000:
        raise QueryFailed(f"The peer answered {final:04X}{': ' + comment if comment else ''}.")
    _log.info("%s level query: %d matches", identifier.QueryRetrieveLevel, len(matches))
    return matches


def _identifier(level: str, **keys: str) -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(identifier, keyword, value)
    return identifier


def _asked(keywords: tuple[str, ...]) -> dict[str, str]:
    return dict.fromkeys(keywords, "")


def _patient(match: Dataset) -> PatientSummary:
    return PatientSummary(*(_text(match, keyword) for keyword in _PATIENT_KEYS))


def _text(match: Dataset, keyword: str) -> str:
    value = match.get(keyword)
    return "" if value is None else str(value).strip()
