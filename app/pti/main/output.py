"""How commands answer: JSON for programs, lines for people."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from pti.registration.correction import AXES, Six


def print_json(values: Mapping[str, Any]) -> None:
    """Write one JSON object to standard output; numbers unrounded, unknown values null."""
    json.dump(values, sys.stdout, indent=2, allow_nan=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def print_lines(*lines: str) -> None:
    """Write lines to standard output."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def six_by_name(values: Six) -> dict[str, float | None]:
    """Six couch values under their names with units."""
    units = ("mm", "mm", "mm", "deg", "deg", "deg")
    return {f"{axis}_{unit}": value for axis, unit, value in zip(AXES, units, values, strict=True)}


def six_line(values: Six) -> str:
    """Six couch values on one line, for people."""
    units = ("mm", "mm", "mm", "deg", "deg", "deg")
    parts = (
        f"{axis} {'N/A' if value is None else f'{value:+.2f} {unit}'}"
        for axis, unit, value in zip(AXES, units, values, strict=True)
    )
    return ", ".join(parts)
