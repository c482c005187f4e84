"""How well the match fits, how long it took or where it comes from, and what the checks of the images say."""

from dataclasses import dataclass
from typing import assert_never

from pti.registration.result import MatchResult
from pti.session.case import ImageCheck
from pti.session.found_pose import StoredMatch
from pti.session.model import SessionState
from pti.session.phases import Accepted, Exporting, Phase, Saving
from pti.session.selectors import shown_acquired, shown_match, shown_matched
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.settled import settled
from pti.ui.viewmodels.tolerance import Level

#: A likeness below this is told to the person. Right matches of head, skull, thorax and demo patient in the virtual room
#: had 0.95 and more, another head of like outline 0.85; of real machines nothing is known yet.
LOW_LIKENESS = 0.9

_FROM_FILE = "From a file, which does not tell the likeness. Look closely before accepting."
_NOT_EVERY_DIRECTION = "The images do not show every direction: see N/A in the correction."


@dataclass(frozen=True, slots=True)
class Likeness:
    """The likeness of one view, or of all; `share` and `level` are None where it is not known."""

    name: str
    share: float | None
    text: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line about checks of the images; `detail` is its tool tip."""

    passed: bool
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What is told about the match; `verdict` warns in words, "" where there is nothing to warn of."""

    likenesses: tuple[Likeness, ...]
    verdict: str
    details: tuple[tuple[str, str], ...]
    accepted: str


def quality(state: SessionState) -> Quality | None:
    """The match that is shown; None before there is one."""
    state = settled(state)
    record, acquired = shown_match(state.phase), shown_acquired(state.phase)
    if record is None or acquired is None:
        return None
    result = record.result
    names = ("Overall", *(image.label for image in acquired.pair.images))
    match result:
        case MatchResult():
            shares: tuple[float | None, ...] = (result.quality, *result.view_qualities)
            details: tuple[tuple[str, str], ...] = (
                ("Time", f"{result.seconds:.1f} s"),
                ("Finished", formats.clock_time(record.finished_at)),
                ("Algorithm", result.algorithm),
            )
        case StoredMatch():
            shares = (None,) * len(names)
            stored = result.registration
            details = (
                ("Made", formats.date_time(stored.created_at)),
                ("Method", stored.method.value[1]),
                ("Label", stored.label),
            )
        case _:
            assert_never(result)
    likenesses = tuple(_likeness(name, share) for name, share in zip(names, shares, strict=True))
    return Quality(likenesses, _verdict(state), details, accepted_line(state.phase))


def checks(state: SessionState) -> tuple[ImageCheck, ...]:
    """The checks of the images that are shown, those that failed first."""
    acquired = shown_acquired(settled(state).phase)
    return () if acquired is None else tuple(sorted(acquired.pair.checks, key=lambda check: check.passed))


def check_lines(image_checks: tuple[ImageCheck, ...], *, short: bool) -> tuple[CheckLine, ...]:
    """One line for each check, failed ones first; `short`: those that passed together in one line."""
    ordered = sorted(image_checks, key=lambda check: check.passed)
    lines = [_check_line(check) for check in ordered if not (short and check.passed)]
    passed = [check for check in ordered if check.passed]
    if short and passed:
        detail = "\n".join(_check_line(check).text for check in passed)
        count = "All" if len(passed) == len(ordered) else "Other"
        lines.append(CheckLine(True, f"{count} {len(passed)} image checks passed", detail))
    return tuple(lines)


def _check_line(check: ImageCheck) -> CheckLine:
    text = f"{check.name}: {check.reason}" if check.reason else check.name
    return CheckLine(check.passed, text, text)


def accepted_line(phase: Phase) -> str:
    """Who accepted the match and when; "" before."""
    match phase:
        case Accepted(operator=operator, at=at):
            return f"Accepted by {operator} at {formats.clock_time(at)}. Locked."
        case Saving(before=before) | Exporting(before=before):
            return accepted_line(before)
        case _:
            return ""


def _likeness(name: str, share: float | None) -> Likeness:
    if share is None:
        return Likeness(name, None, formats.NOT_KNOWN, None)
    share = min(max(share, 0.0), 1.0)
    return Likeness(name, share, formats.per_cent(share), Level.OK if share >= LOW_LIKENESS else Level.CHECK)


def _verdict(state: SessionState) -> str:
    matched = shown_matched(state.phase)
    if matched is None:
        return ""
    result = matched.record.result
    if isinstance(result, StoredMatch):
        return f"{_FROM_FILE} {_NOT_EVERY_DIRECTION}" if result.unobserved_direction is not None else _FROM_FILE
    if not result.converged:
        return "The match did not settle. Look closely before accepting."
    if min((result.quality, *result.view_qualities)) < LOW_LIKENESS:
        return "Low likeness. Look closely before accepting."
    if result.unobserved_direction is not None:
        return _NOT_EVERY_DIRECTION
    return ""
