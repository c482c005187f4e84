"""Two values, looked through to the last number: where they are not the same."""

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta

import numpy as np

#: DICOM's TM is written to the millisecond, its DS to 16 characters.
_TIME = timedelta(milliseconds=1)
_RELATIVE, _ABSOLUTE = 1e-12, 1e-9


def differences(one: object, other: object, place: str = "") -> Iterator[str]:
    """Every place where two values of frozen dataclasses, tuples, arrays, times and numbers differ."""
    parts = _parts(one), _parts(other)
    if type(one) is not type(other):
        yield f"{place}: {type(one).__name__}, {type(other).__name__}"
    elif parts[0].keys() != parts[1].keys():
        yield f"{place}: {len(parts[0])} items, {len(parts[1])} items"
    elif parts[0]:
        for name, part in parts[0].items():
            yield from differences(part, parts[1][name], place + name)
    elif not _same(one, other):
        yield f"{place}: {one!r}, {other!r}"


def _parts(value: object) -> dict[str, object]:
    if is_dataclass(value):
        return {f".{field.name}": getattr(value, field.name) for field in fields(value)}
    return {f"[{n}]": item for n, item in enumerate(value)} if isinstance(value, tuple) else {}


def _same(one: object, other: object) -> bool:
    match one, other:
        case np.ndarray(), np.ndarray():
            exact = one.dtype.kind not in "fc"
            alike = one.shape == other.shape and one.dtype == other.dtype
            return alike and (np.array_equal(one, other) if exact else np.allclose(one, other, _RELATIVE, _ABSOLUTE))
        case float(), float():
            return math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
        case datetime(), datetime():
            return abs(one - other) <= _TIME
        case _:
            return one == other
