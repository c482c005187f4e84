"""The corpus of bad input: each fault is refused or told as the rules say, and never anything else happens."""

from pathlib import Path

import pytest

from pti.dicom.files import read_file
from pti.dicom.plan import read_plan
from tests.support.bad_input import corpus, good
from tests.support.bad_input.breaking import encoded
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.bad_input.directories import Patient
from tests.support.bad_input.verdicts import Verdict, check, verdict_of
from tests.support.dicom_factory import Patient as Identity

_LIGHT = {name: case for name, case in corpus().items() if not case.heavy}
#: Whole files whose container alone is odd: the plan in them must come out as it went in.
_SAME_PLAN = [
    case for case in _LIGHT.values() if case.chapter == "DICOM file" and case.outcome in (Outcome.USED, Outcome.WARNED)
]


def _no_patient_in(verdict: Verdict) -> bool:
    patient = Identity()
    secrets = (patient.patient_id, "PTI-0002", patient.name, patient.name.replace("^", ", "), patient.birth_date)
    return not any(secret in line for line in verdict.messages for secret in secrets)


@pytest.mark.requirement("SCP-06", "FILE-02")
@pytest.mark.parametrize("name", _LIGHT)
def test_a_fault_is_refused_or_told(name: str) -> None:
    verdict = verdict_of(name)
    assert verdict.faults(_LIGHT[name]) == [], verdict.messages
    assert _no_patient_in(verdict), "a message names the patient"


@pytest.mark.parametrize("make", [good.plan, good.structures, good.image, good.registration])
def test_the_good_object_is_used_without_a_word(make: object, tmp_path: Path) -> None:
    assert callable(make)
    (tmp_path / "file.dcm").write_bytes(encoded(make()))
    assert check(tmp_path) == Verdict(Outcome.USED, ())


def test_the_good_patient_is_used_without_a_word(tmp_path: Path) -> None:
    Patient().write(tmp_path)
    assert check(tmp_path) == Verdict(Outcome.USED, ())


def test_the_good_ct_is_used_without_a_word(tmp_path: Path) -> None:
    good.series(lambda slices: None)(tmp_path)
    assert check(tmp_path) == Verdict(Outcome.USED, ())


@pytest.mark.parametrize("case", _SAME_PLAN, ids=lambda case: case.name)
def test_a_plan_in_an_odd_file_is_read_as_it_was_written(case: BadCase, tmp_path: Path) -> None:
    case.write(tmp_path)
    read = read_plan(read_file(tmp_path / "file.dcm"))
    written = read_plan(good.plan())
    assert read.treatment_beams == written.treatment_beams
    assert (read.patient, read.frame_of_reference_uid) == (written.patient, written.frame_of_reference_uid)
    assert read.referenced_structure_set_uid == written.referenced_structure_set_uid
