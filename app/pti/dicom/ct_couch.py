"""Where the couch stood when a CT was made: six values in IEC 61217 (CTIM-03, statement B.2.9)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pti.dicom.checks import Attributes, attribute_label
from pti.geometry.couch import IecCouch, wrap_deg

#: Values of one quantity that differ by more, in mm or degrees, contradict one another.
_SAME = 1e-3


@dataclass(frozen=True, slots=True)
class TableTop:
    """The table top of a CT; None where the images do not say, or say several things.

    Pitch and roll that are missing are 0 degrees (LOAD-09).
    """

    lateral_mm: float | None = None
    longitudinal_mm: float | None = None
    vertical_mm: float | None = None
    pitch_deg: float | None = 0.0
    roll_deg: float | None = 0.0
    rotation_deg: float | None = None

    @property
    def position_mm(self) -> tuple[float, float, float] | None:
        """(lateral, longitudinal, vertical); None unless all three are known."""
        if self.lateral_mm is None or self.longitudinal_mm is None or self.vertical_mm is None:
            return None
        return self.lateral_mm, self.longitudinal_mm, self.vertical_mm

    @property
    def couch(self) -> IecCouch | None:
        """The whole pose; None unless all of it is known."""
        position = self.position_mm
        if position is None or self.pitch_deg is None or self.roll_deg is None or self.rotation_deg is None:
            return None
        return IecCouch(*position, self.pitch_deg, self.roll_deg, self.rotation_deg)


@dataclass(frozen=True, slots=True)
class _Quantity:
    """One of the six values: its attribute, and how far two values of it are apart."""

    keyword: str
    sign: float = 1.0
    missing: float | None = None
    is_angle: bool = False

    def read(self, attributes: Attributes) -> float | None:
        value = attributes.number(self.keyword)
        if value is None:
            return self.missing
        return wrap_deg(value) if self.is_angle else self.sign * value

    def same(self, a: float, b: float) -> bool:
        return abs(wrap_deg(a - b) if self.is_angle else a - b) <= _SAME


#: In the order of the fields of :class:`TableTop`. Table Height is positive below the isocentre.
_QUANTITIES = (
    _Quantity("TableTopLateralPosition"),
    _Quantity("TableTopLongitudinalPosition"),
    _Quantity("TableHeight", sign=-1.0),
    _Quantity("TableTopPitchAngle", missing=0.0, is_angle=True),
    _Quantity("TableTopRollAngle", missing=0.0, is_angle=True),
    _Quantity("PatientSupportAngle", is_angle=True),
)


def read_table_top(attributes: Attributes) -> tuple[TableTop, tuple[str, ...]]:
    """The table top of one slice, and warnings about values that cannot be read: they count as unknown."""
    values: list[float | None] = []
    warnings: list[str] = []
    for quantity in _QUANTITIES:
        apart = Attributes(attributes.dataset)  # the couch of a planning CT is not worth refusing it for
        value = quantity.read(apart)
        values.append(None if apart.complaints else value)
        warnings.extend(f"{complaint}; it counts as unknown" for complaint in apart.complaints)
    return TableTop(*values), tuple(warnings)


def common_table_top(tables: Sequence[TableTop]) -> tuple[TableTop, tuple[str, ...]]:
    """What all slices say together, and warnings about what they contradict one another in: it counts as unknown."""
    fields: tuple[Callable[[TableTop], float | None], ...] = (
        lambda t: t.lateral_mm,
        lambda t: t.longitudinal_mm,
        lambda t: t.vertical_mm,
        lambda t: t.pitch_deg,
        lambda t: t.roll_deg,
        lambda t: t.rotation_deg,
    )
    common: list[float | None] = []
    warnings: list[str] = []
    for quantity, of in zip(_QUANTITIES, fields, strict=True):
        values = [of(table) for table in tables]
        known = [value for value in values if value is not None]
        agree = len(known) == len(values) and all(quantity.same(value, known[0]) for value in known)
        common.append(known[0] if agree else None)
        if known and not agree:
            warnings.append(f"the slices differ in {attribute_label(quantity.keyword)}; it counts as unknown")
    return TableTop(*common), tuple(warnings)
