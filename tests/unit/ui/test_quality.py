"""How well a match fits, and where it comes from."""

from dataclasses import replace
from typing import Any

import pytest

from pti.session.case import ImageCheck
from pti.session.phases import (
    Saving,
)
from pti.ui.viewmodels.quality import accepted_line, checks, quality
from tests.support.session_phases import PROGRESS, accepted, acquired, from_file, matched, state
from tests.support.session_values import (
    make_case,
    make_image,
    make_pair,
    make_record,
)


def test_likeness_is_told_for_all_and_for_each_view() -> None:
    shown = quality(state(matched()))
    assert shown is not None
    assert [(item.name, item.text) for item in shown.likenesses] == [("Overall", "90 %"), ("kV A", "90 %"), ("kV B", "90 %")]
    assert shown.verdict == ""


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"converged": False}, "settle"),
        ({"quality": 0.2, "view_qualities": (0.3, 0.1)}, "Low"),
        ({"view_qualities": (0.9, 0.1)}, "Low"),
    ],
)
def test_doubtful_match_is_told_in_words(changes: dict[str, Any], word: str) -> None:
    shown = quality(state(matched(make_record(make_case(), **changes))))
    assert shown is not None
    assert word in shown.verdict


def test_of_a_match_from_a_file_the_likeness_is_not_known_and_never_zero() -> None:
    shown = quality(state(from_file()))
    assert shown is not None
    assert [(item.name, item.text, item.share, item.level) for item in shown.likenesses] == [
        ("Overall", "N/A", None, None),
        ("kV A", "N/A", None, None),
        ("kV B", "N/A", None, None),
    ]
    assert shown.details == (
        ("Made", "4 Mar 2026 05:06:07"),
        ("Method", "Image Content-based Alignment"),
        ("Label", "2D3D_MATCH"),
    )
    assert shown.verdict == "From a file, which does not tell the likeness. Look closely before accepting."


def test_a_match_of_one_image_from_a_file_says_that_an_axis_is_missing() -> None:
    shown = quality(state(from_file(make_image("kV A", 0.0))))
    assert shown is not None
    assert shown.verdict.startswith("From a file")
    assert shown.verdict.endswith("see N/A in the correction.")


def test_failed_checks_come_first() -> None:
    pair = replace(make_pair(), checks=(ImageCheck("A", True, ""), ImageCheck("B", False, "why")))
    phase = replace(acquired(), pair=pair)
    assert [check.name for check in checks(state(phase))] == ["B", "A"]


def test_accepted_match_says_who_when_and_that_it_is_locked() -> None:
    assert accepted_line(accepted()) == "Accepted by Olga Operator at 05:06:07. Locked."
    assert accepted_line(Saving(accepted(), PROGRESS, False)) == accepted_line(accepted())
    assert accepted_line(matched()) == ""
