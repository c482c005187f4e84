"""Every status that a peer may answer, and what our receiver answers, beside the tables of the vendor's statement."""

from collections.abc import Iterator

import pytest

from pti.network.statuses import MoveOutcome, StoreOutcome, judge_move, judge_store
from tests.support.conformance.receiving import rejections, store_answers
from tests.support.conformance.statuses import Fold, fold, move_folds, ranges, store_folds

STORED, WARNING, FAILED = StoreOutcome.STORED, StoreOutcome.STORED_WITH_WARNING, StoreOutcome.FAILED
#: Table 7: codes -> what the object counts as.
TABLE_7 = {
    range(0xA700, 0xA800): FAILED,
    range(0xA900, 0xAA00): FAILED,
    range(0xC000, 0xD000): FAILED,
    (0xB000, 0xB006, 0xB007): WARNING,
    (0x0000,): STORED,
}
#: Table 11; any other code is a failure.
TABLE_11 = {(0xB000,): MoveOutcome.WARNING, (0x0000,): MoveOutcome.SUCCESS, (0xFF00,): MoveOutcome.PENDING}
#: Table 16: what the Storage SCP may answer.
TABLE_16 = {0x0000, 0x0117, *range(0xA700, 0xA800), *range(0xA900, 0xAA00), 0xC000, 0xB000, 0xB006, 0xB007}


@pytest.mark.requirement("SCU-04", "SCU-05")
def test_every_code_of_table_7_is_judged_as_the_table_says() -> None:
    for codes, outcome in TABLE_7.items():
        for code in codes:
            verdict = judge_store(code)
            assert verdict.outcome is outcome, f"{code:04X}"
            assert (verdict.message == "") == (outcome is STORED)


@pytest.mark.requirement("SCU-05")
def test_a_code_that_table_7_lacks_is_never_taken_for_success() -> None:
    """Bxxx is the class of warnings (PS3.7 C.4); 0001, 0107 and 0116 are the general warnings."""
    listed = {code for codes in TABLE_7 for code in codes}
    for code in set(range(0x10000)) - listed:
        is_warning = code & 0xF000 == 0xB000 or code in (0x0001, 0x0107, 0x0116)
        assert judge_store(code).outcome is (WARNING if is_warning else FAILED), f"{code:04X}"


@pytest.mark.requirement("QR-03", "QR-04")
def test_every_code_of_a_move_is_judged_as_table_11_says() -> None:
    listed = {code: outcome for codes, outcome in TABLE_11.items() for code in codes}
    for code in range(0x10000):
        verdict = judge_move(code)
        assert verdict.outcome is listed.get(code, MoveOutcome.FAILURE), f"{code:04X}"
        assert (verdict.message != "") == (verdict.outcome in (MoveOutcome.FAILURE, MoveOutcome.WARNING))


@pytest.mark.requirement("SCP-05")
def test_the_receiver_answers_with_nothing_but_the_codes_of_table_16() -> None:
    answers = store_answers()
    assert {answer.status for answer in answers.values()} <= TABLE_16
    assert [cause for cause, answer in answers.items() if answer.status == 0x0000] == ["the file is safely on disk"]
    assert all(answer.comment for answer in answers.values() if answer.status != 0x0000)


@pytest.mark.requirement("SCP-02", "SEC-02")
def test_each_reason_for_a_rejection_is_told_by_its_own_code() -> None:
    """Result, source and reason of PS3.8 table 9-21."""
    told = {cause: refused[:3] for cause, refused in rejections().items() if refused is not None}
    assert told == {
        "the called AE title is not ours": (1, 1, 7),
        "the calling AE title is not a configured one": (1, 1, 3),
        "the calling AE title is known, its address is another": (1, 1, 1),
        "20 associations are open": (2, 3, 2),
    }


def test_codes_are_folded_by_what_they_mean_and_the_most_of_them_come_last() -> None:
    def judged() -> Iterator[tuple[int, StoreOutcome, str]]:
        for code in range(10):
            yield code, (STORED if code == 3 else FAILED), ("" if code == 3 else f"bad ({code:04X})" if code < 5 else "worse")

    assert fold(judged()) == [
        Fold((0, 1, 2, 4), "failed", "bad (code)"),
        Fold((3,), "stored", ""),
        Fold((), "failed", "worse"),
    ]


def test_runs_of_codes_are_told_as_ranges() -> None:
    assert ranges((0x1, 0xA, 0xB, 0xC, 0xFF00)) == "0001, 000A-000C, FF00"


@pytest.mark.parametrize("folds", [store_folds(), move_folds()])
def test_no_code_is_lost_or_told_twice(folds: list[Fold]) -> None:
    named = [code for each in folds for code in each.codes]
    assert len(named) == len(set(named))
    assert [each.codes for each in folds].count(()) == 1
