"""Where the couch stood when a CT was made: six values in IEC 61217 (CTIM-03, statement B.2.9)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, attribute_label
from pti.dicom.decimals import decimal
from pti.geometry.couch import IecCouch, wrap_deg

#: Values of one quantity that differ by more, in mm or degrees, contradict one another.
_SAME = 1e-3


@dataclass(frozen=True, slots=True)
class TableTop:
    """The table top of a CT, angles in (-180, 180]; None where the images do not say, or say several things.

    Pitch and roll that are missing in an image are read as 0 degrees (LOAD-09).
    """

    lateral_mm: float | None = None
    longitudinal_mm: float | None = None
    vertical_mm: float | None = None
    pitch_deg: float | None = None
    roll_deg: float | None = None
    rotation_deg: float | None = None

    def __post_init__(self) -> None:
        if not all(value is None or math.isfinite(value) for value in astuple(self)):
            raise ValueError("a value of the table top is not a finite number")

    @classmethod
    def of(cls, couch: IecCouch) -> "TableTop":
        """The table top of a couch that is wholly known."""
        angles = (wrap_deg(angle) for angle in (couch.pitch_deg, couch.roll_deg, couch.rotation_deg))
        return cls(couch.lateral_mm, couch.longitudinal_mm, couch.vertical_mm, *angles)

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
    """One of the six values: its attribute, how it stands there, and how far two values of it are apart."""

    keyword: str
    sign: float = 1.0
    missing: float | None = None
    is_angle: bool = False
    is_binary: bool = False  # a float (FL), all others are decimal strings

    def read(self, attributes: Attributes) -> float | None:
        value = attributes.number(self.keyword)
        if value is None:
            return self.missing
        return wrap_deg(value) if self.is_angle else self.sign * value

    def write(self, ds: Dataset, value: float) -> None:
        if self.is_binary:
            setattr(ds, self.keyword, value)
        else:
            setattr(ds, self.keyword, decimal(value % 360.0 if self.is_angle else self.sign * value))

    def same(self, a: float, b: float) -> bool:
        return abs(wrap_deg(a - b) if self.is_angle else a - b) <= _SAME


#: In the order of the fields of :class:`TableTop`. Table Height is positive below the isocentre.
_QUANTITIES = (
    _Quantity("TableTopLateralPosition"),
    _Quantity("TableTopLongitudinalPosition"),
    _Quantity("TableHeight", sign=-1.0),
    _Quantity("TableTopPitchAngle", missing=0.0, is_angle=True, is_binary=True),
    _Quantity("TableTopRollAngle", missing=0.0, is_angle=True, is_binary=True),
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


def write_table_top(ds: Dataset, table_top: TableTop) -> None:
    """The six values; one that is not known is left out, never 0."""
    for quantity, value in zip(_QUANTITIES, astuple(table_top), strict=True):
        if value is not None:
            quantity.write(ds, value)
