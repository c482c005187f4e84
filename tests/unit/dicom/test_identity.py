"""Objects of different patients are never used together."""

from dataclasses import replace

import pytest

from pti.dicom.identity import PatientIdentity, PatientMismatch, require_same_patient, same_patient

_JANE = PatientIdentity("4711", "Doe^Jane", "19700131", "F")


@pytest.mark.parametrize(
    "other",
    [
        _JANE,
        replace(_JANE, patient_id=" 4711 "),
        replace(_JANE, name="DOE^Jane^M"),
        replace(_JANE, name="doe =Doe^J"),
        replace(_JANE, sex=None, birth_time="0800"),
        replace(_JANE, character_set=("ISO_IR 192",)),
    ],
)
def test_padding_case_and_what_is_not_compared_make_no_difference(other: PatientIdentity) -> None:
    assert same_patient(_JANE, other) == []


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (replace(_JANE, patient_id="4712"), "Patient ID (0010,0020) differs"),
        (replace(_JANE, patient_id=""), "Patient ID (0010,0020) is known on one side only"),
        (replace(_JANE, name="Roe^Jane"), "family name in Patient's Name (0010,0010) differs"),
        (replace(_JANE, birth_date="19700130"), "Patient's Birth Date (0010,0030) differs"),
        (replace(_JANE, birth_date=None), "Patient's Birth Date (0010,0030) is known on one side only"),
    ],
)
def test_a_difference_is_told_without_the_values(other: PatientIdentity, difference: str) -> None:
    assert same_patient(_JANE, other) == [difference]
    assert same_patient(other, _JANE) == [difference]


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    assert same_patient(replace(_JANE, name="M\u00fcller"), replace(_JANE, name="Mu\u0308ller")) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Wang^Xiao=王^小", "Wang^Xiao=汪^小", False),  # spelled alike in Latin letters, two families in ideographs
        ("Wang^Xiao=王^小", "Wang^Xiao", True),
        ("=王^小", "=王^小东", True),
        ("=王^小", "=汪^小", False),
        ("=王^小", "Wang^Xiao", False),
        ("Yamada=山田=やまだ", "YAMADA==やまだ", True),
        ("Weiß^A", "WEISS^A", True),
        ("", "=王^小", False),
    ],
)
def test_family_names_are_compared_in_every_script_that_both_tell(one: str, other: str, same: bool) -> None:
    a, b = replace(_JANE, name=one), replace(_JANE, name=other)
    assert (same_patient(a, b) == []) is same
    assert same_patient(a, b) == same_patient(b, a)


@pytest.mark.parametrize(
    ("name", "family", "shown"),
    [
        ("Doe^Jane^M^Dr", "Doe", "Doe, Jane"),
        ("Doe", "Doe", "Doe"),
        ("^Jane", "", "Jane"),
        ("=山田^太郎", "山田", "山田, 太郎"),
        ("==やまだ^たろう", "やまだ", "やまだ, たろう"),
        ("", "", "N/A"),
        ("^^=^", "", "N/A"),
    ],
)
def test_a_name_is_shown_by_its_first_group_that_tells_any(name: str, family: str, shown: str) -> None:
    patient = replace(_JANE, name=name)
    assert (patient.family_name, patient.display_name) == (family, shown)


def test_unknown_on_both_sides_is_no_difference() -> None:
    unknown = replace(_JANE, birth_date=None)
    assert same_patient(unknown, unknown) == []


def test_a_mismatch_is_refused_naming_both_objects() -> None:
    require_same_patient("plan", _JANE, "CT", _JANE)
    with pytest.raises(PatientMismatch, match="plan and CT: Patient ID") as caught:
        require_same_patient("plan", _JANE, "CT", replace(_JANE, patient_id="4712"))
    assert "4711" not in str(caught.value)
