import pytest

from pti.network.statuses import MoveOutcome, StoreOutcome, judge_move, judge_store


@pytest.mark.requirement("SCU-04")
@pytest.mark.parametrize("status", [0xA700, 0xA7FF, 0xA900, 0xA9AB, 0xC000, 0xC123, 0xCFFF])
def test_refusals_and_failures_of_a_store_are_failures_with_a_reason(status: int) -> None:
    verdict = judge_store(status)
    assert verdict.outcome is StoreOutcome.FAILED
    assert f"{status:04X}" in verdict.message


@pytest.mark.requirement("SCU-05")
@pytest.mark.parametrize("status", [0xB000, 0xB006, 0xB007])
def test_an_object_with_a_warning_counts_as_stored(status: int) -> None:
    assert judge_store(status).outcome is StoreOutcome.STORED_WITH_WARNING


@pytest.mark.requirement("SCU-05")
def test_success_of_a_store_says_nothing_to_the_user() -> None:
    assert judge_store(0x0000).outcome is StoreOutcome.STORED
    assert judge_store(0x0000).message == ""


@pytest.mark.requirement("SCU-05")
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (0x0001, StoreOutcome.STORED_WITH_WARNING),
        (0x0107, StoreOutcome.STORED_WITH_WARNING),
        (0xB123, StoreOutcome.STORED_WITH_WARNING),
        (0x0110, StoreOutcome.FAILED),
        (0x0117, StoreOutcome.FAILED),
        (0x0122, StoreOutcome.FAILED),
        (0xFE00, StoreOutcome.FAILED),
        (0xFF00, StoreOutcome.FAILED),
        (0x1234, StoreOutcome.FAILED),
    ],
)
def test_other_codes_of_a_store_are_judged_by_their_class(status: int, outcome: StoreOutcome) -> None:
    assert judge_store(status).outcome is outcome


@pytest.mark.requirement("QR-03")
@pytest.mark.parametrize("status", [0xA701, 0xA702, 0xA801, 0xA900, 0xC000, 0xC511, 0xFE00, 0x0122, 0xFF01, 0x0001, 0xB001])
def test_failures_and_unlisted_codes_of_a_move_are_failures_with_a_reason(status: int) -> None:
    verdict = judge_move(status)
    assert verdict.outcome is MoveOutcome.FAILURE
    assert f"{status:04X}" in verdict.message


@pytest.mark.requirement("QR-04")
def test_a_warning_of_a_move_is_told_and_success_and_pending_are_not() -> None:
    assert judge_move(0xB000).outcome is MoveOutcome.WARNING
    assert judge_move(0xB000).message
    assert judge_move(0x0000).outcome is MoveOutcome.SUCCESS
    assert judge_move(0xFF00).outcome is MoveOutcome.PENDING
    assert judge_move(0x0000).message == judge_move(0xFF00).message == ""
