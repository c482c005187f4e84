"""What responses of the peer mean: the program's own judgement of every possible status."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from pti.network.errors import NetworkError
from pti.network.statuses import judge_move, judge_store
from tests.support.conformance.markdown import table

_EVERY_CODE = range(0x10000)


@dataclass(frozen=True, slots=True)
class Fold:
    """Statuses that are judged alike; `codes` is empty for all that no other fold names."""

    codes: tuple[int, ...]
    outcome: str
    message: str


def fold(judged: Iterable[tuple[int, Enum, str]]) -> list[Fold]:
    """Put statuses together that mean the same, by their first code; the largest fold comes last, as all the others.

    Parameters
    ----------
    judged : each code with its outcome and its message
    """
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for code, outcome, message in judged:
        alike[str(outcome.value), message.replace(f"{code:04X}", "code")].append(code)
    rest = max(alike, key=lambda judgement: len(alike[judgement]))
    named = sorted((tuple(codes), *judgement) for judgement, codes in alike.items() if judgement != rest)
    return [*(Fold(*each) for each in named), Fold((), *rest)]


def ranges(codes: tuple[int, ...]) -> str:
    """Hexadecimal codes, runs of them as one."""
    starts = [codes[0], *(after for before, after in pairwise(codes) if after != before + 1)]
    ends = [*(before for before, after in pairwise(codes) if after != before + 1), codes[-1]]
    return ", ".join(
        f"{first:04X}" if first == last else f"{first:04X}-{last:04X}" for first, last in zip(starts, ends, strict=True)
    )


def store_folds() -> list[Fold]:
    """Statuses of a C-STORE response."""
    return fold((code, verdict.outcome, verdict.message) for code in _EVERY_CODE for verdict in (judge_store(code),))


def move_folds() -> list[Fold]:
    """Statuses of a C-MOVE response."""
    return fold((code, verdict.outcome, verdict.message) for code in _EVERY_CODE for verdict in (judge_move(code),))


def store_status_table() -> str:
    """What becomes of an object, by the status of its C-STORE response."""
    return _table(store_folds(), "the object counts as")


def move_status_table() -> str:
    """What a C-MOVE response means."""
    return _table(move_folds(), "the response means")


def _table(folds: list[Fold], meaning: str) -> str:
    return table(
        ("status", meaning, "the user is told"),
        ((ranges(f.codes) if f.codes else "any other", f.outcome, f.message or "nothing") for f in folds),
    )


def failure_table() -> str:
    """The titles and remedies that the user reads when the network fails."""
    return table(("code", "title", "remedy"), ((kind.code, kind.title, kind.remedy) for kind in _failures(NetworkError)))


def _failures(kind: type[NetworkError]) -> Iterator[type[NetworkError]]:
    """A failure and its special cases in the network package, whatever else is loaded."""
    found: set[type[NetworkError]] = {kind}
    for child in kind.__subclasses__():
        if child.__module__.startswith("pti.network."):
            found.update(_failures(child))
    yield from sorted(found, key=lambda failure: failure.code)
