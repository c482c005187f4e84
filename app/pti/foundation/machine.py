"""The description of a treatment room: couch and kV systems, from a TOML file."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pti.foundation.toml_tables import Table, TomlFileInvalid, load_toml, table

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CouchLimits:
    """How far the table top can go, (least, greatest) in IEC 61217."""

    lateral_mm: Range
    longitudinal_mm: Range
    vertical_mm: Range
    pitch_deg: Range
    roll_deg: Range
    rotation_deg: Range


@dataclass(frozen=True, slots=True)
class KvSystem:
    """One X-ray tube with its flat panel, as installed and calibrated, and its usual technique.

    Parameters
    ----------
    source_angle_deg : where the source stands, as an IEC gantry angle
    sad_mm, sid_mm : source to isocentre, source to image plane
    pixel_spacing_mm : at the image plane, the same for rows and columns
    receptor_translation_mm : x and y of the panel's middle in the gantry system
    receptor_angle_deg : the panel's turn about the beam axis
    filtration_mm_al : of tube and added filters together
    collimator_mm : (x1, x2, y1, y2) at the isocentre plane, axes of the gantry system
    """

    name: str
    source_angle_deg: float
    sad_mm: float
    sid_mm: float
    rows: int
    columns: int
    pixel_spacing_mm: float
    receptor_translation_mm: tuple[float, float]
    receptor_angle_deg: float
    focal_spot_mm: float
    filtration_mm_al: float
    kvp: float
    tube_current_ma: float
    exposure_time_ms: float
    collimator_mm: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MachineDescription:
    """A treatment room.

    `isocentre_distance_mm`: a couch shift that was found for the active beam applies to beams whose isocentre is no further
    away (LOAD-07).
    """

    name: str
    isocentre_distance_mm: float
    couch: CouchLimits
    kv_systems: tuple[KvSystem, ...]


class MachineFileInvalid(TomlFileInvalid):
    """A machine description with mistakes; all of them are named in `mistakes`."""

    code, title = "PTI-GEN-03", "The machine description cannot be used"
    remedy = "Correct the values that are named in the file and start again."


def load_machine(path: Path) -> MachineDescription:
    """Read a machine description.

    Raises
    ------
    MachineFileInvalid
        Naming the file and, for every mistake in it, the key, the value and what is expected.
    """
    content = load_toml(path, MachineFileInvalid)
    mistakes: list[str] = []
    machine = _read_machine(content, mistakes)
    if mistakes:
        raise MachineFileInvalid(path, tuple(mistakes))
    return machine


def _read_machine(content: Mapping[str, Any], mistakes: list[str]) -> MachineDescription:
    top = Table(content, "", mistakes)
    name = top.take("name", "", "a text", _text)
    distance_mm = top.take("isocentre_distance_mm", 0.0, "a number of 0 or more", _not_negative)
    couch = top.take("couch", {}, "a table", table)
    systems = top.take("kv_system", [], "one table [[kv_system]] for each X-ray tube", _tables)
    top.refuse_others()
    limits = _read_all(CouchLimits, couch, "couch", {f.name: _LIMITS for f in fields(CouchLimits)}, mistakes)
    kv_systems = tuple(
        _read_all(KvSystem, system, f"kv_system {number}", _KV_SYSTEM, mistakes) for number, system in enumerate(systems, 1)
    )
    if not mistakes:
        _check_together(kv_systems, mistakes)
    return MachineDescription(name, distance_mm, limits, kv_systems)


def _check_together(kv_systems: tuple[KvSystem, ...], mistakes: list[str]) -> None:
    names = [system.name for system in kv_systems]
    repeated = sorted({name for name in names if names.count(name) > 1})
    mistakes.extend(f"kv_system name = {name!r}: each name may stand only once" for name in repeated)
    for number, system in enumerate(kv_systems, 1):
        if system.sid_mm <= system.sad_mm:
            mistakes.append(
                f"kv_system {number} sid_mm = {system.sid_mm!r}: the image plane must lie behind the isocentre "
                f"(sad_mm = {system.sad_mm!r})"
            )


_Rule = tuple[str, Callable[[Any], Any]]


def _read_all(kind: type[Any], content: Mapping[str, Any], where: str, rules: Mapping[str, _Rule], mistakes: list[str]) -> Any:
    given = Table(content, where, mistakes)
    values = {name: given.take(name, None, expected, read) for name, (expected, read) in rules.items()}
    given.refuse_others()
    return kind(**values)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _tables(value: Any) -> list[Mapping[str, Any]] | None:
    return value if isinstance(value, list) and value and all(isinstance(item, dict) for item in value) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None


def _positive(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _not_negative(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number >= 0 else None


def _tube_voltage(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and 40 <= number <= 150 else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _numbers(value: Any, count: int) -> tuple[float, ...] | None:
    if not isinstance(value, list) or len(value) != count:
        return None
    numbers = tuple(number for number in map(_number, value) if number is not None)
    return numbers if len(numbers) == count else None


def _pair(value: Any) -> tuple[float, ...] | None:
    return _numbers(value, 2)


def _range(value: Any) -> tuple[float, ...] | None:
    numbers = _numbers(value, 2)
    return numbers if numbers is not None and numbers[0] < numbers[1] else None


def _jaws(value: Any) -> tuple[float, ...] | None:
    numbers = _numbers(value, 4)
    return numbers if numbers is not None and numbers[0] < numbers[1] and numbers[2] < numbers[3] else None


_LIMITS: _Rule = ("[least, greatest]", _range)
_POSITIVE: _Rule = ("a number above 0", _positive)
_ANGLE: _Rule = ("a number of degrees", _number)
_COUNT: _Rule = ("a whole number above 0", _count)
_KV_SYSTEM: dict[str, _Rule] = {
    "name": ("a text", _text),
    "source_angle_deg": _ANGLE,
    "sad_mm": _POSITIVE,
    "sid_mm": _POSITIVE,
    "rows": _COUNT,
    "columns": _COUNT,
    "pixel_spacing_mm": _POSITIVE,
    "receptor_translation_mm": ("[x, y]", _pair),
    "receptor_angle_deg": _ANGLE,
    "focal_spot_mm": ("a number of 0 or more", _not_negative),
    "filtration_mm_al": ("a number of 0 or more", _not_negative),
    "kvp": ("a tube voltage from 40 to 150 kV", _tube_voltage),
    "tube_current_ma": _POSITIVE,
    "exposure_time_ms": _POSITIVE,
    "collimator_mm": ("[x1, x2, y1, y2] with x1 < x2 and y1 < y2", _jaws),
}
