"""The couch correction as six rows."""

from dataclasses import dataclass, replace

from pti.dicom.rt_image import RtImage
from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.registration.correction import AXES, Six
from pti.session.model import SessionState
from pti.session.selectors import shown_correction, shown_pair
from pti.ui.viewmodels import formats
from pti.ui.viewmodels.settled import settled
from pti.ui.viewmodels.tolerance import ROTATION_DEG, TRANSLATION_MM, Level

#: Instead of a number that no match has given yet.
NOT_YET = "\N{EN DASH}"
#: The couch turned by more than this: its own axes are not the room's any more.
_TURNED_DEG = 5.0

#: (arrow, words) of a positive and of a negative value (IEC 61217).
_DIRECTIONS = {
    "lateral": (("\u2192", "right, facing gantry"), ("\u2190", "left, facing gantry")),
    "longitudinal": (("\u2197", "toward gantry"), ("\u2199", "away from gantry")),
    "vertical": (("\u2191", "up"), ("\u2193", "down")),
    "pitch": (("\u2191", "gantry end up"), ("\u2193", "gantry end down")),
    "roll": (("\u21bb", "right side down"), ("\u21ba", "left side down")),
    "rotation": (("\u21ba", "anticlockwise from above"), ("\u21bb", "clockwise from above")),
}
_DIRECTIONS_TURNED = {
    "lateral": (("\u2192", "couch's right"), ("\u2190", "couch's left")),
    "longitudinal": (("\u2197", "couch's gantry end"), ("\u2199", "couch's far end")),
    "pitch": (("\u2191", "its gantry end up"), ("\u2193", "its gantry end down")),
    "roll": (("\u21bb", "its right side down"), ("\u21ba", "its left side down")),
}


@dataclass(frozen=True, slots=True)
class AxisRow:
    """One axis of the couch.

    Parameters
    ----------
    correction : what is to be added, with its sign; N/A where the images cannot tell, a dash before a match
    arrow, direction : where that moves the couch; "" where it does not
    level : None where there is no value to judge
    """

    name: str
    unit: str
    current: str
    target: str
    correction: str
    arrow: str
    direction: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class CorrectionTable:
    """The six rows and what stands above them."""

    title: str
    rows: tuple[AxisRow, ...]
    has_match: bool


def correction_table(state: SessionState, *, iec: bool) -> CorrectionTable:
    """The correction of the match that is shown; before it, where the couch stood when the images were taken."""
    state = settled(state)
    title = "Couch correction (IEC 61217)" if iec else "Couch correction (Isocentric Standard)"
    correction = shown_correction(state.phase)
    if correction is None:
        return CorrectionTable(title, _rows_before_match(state, iec), False)
    if iec:
        current, target, difference = correction.iec_current, correction.iec_target, correction.iec_difference
    else:
        current, target = correction.isocentric_current, correction.isocentric_target
        difference = correction.isocentric_difference
    turn = correction.isocentric_target[5] or 0.0
    values = zip(AXES, current, target, difference, strict=True)
    return CorrectionTable(title, tuple(_row(*value, turn, matched=True) for value in values), True)


def worst_level(table: CorrectionTable) -> Level | None:
    """The gravest level of all rows."""
    order = tuple(Level)
    levels = [row.level for row in table.rows if row.level is not None]
    return max(levels, key=order.index, default=None)


def _rows_before_match(state: SessionState, iec: bool) -> tuple[AxisRow, ...]:
    pair = shown_pair(state.phase)
    if pair is None:
        rows = (_row(name, None, None, None, 0.0, matched=False) for name in AXES)
        return tuple(replace(row, current=NOT_YET) for row in rows)
    current = _couch_at(pair.images[0], iec)
    return tuple(_row(name, value, None, None, 0.0, matched=False) for name, value in zip(AXES, current, strict=True))


def _couch_at(image: RtImage, iec: bool) -> Six:
    couch: IecCouch | IsocentricCouch = image.couch if iec else image.couch.to_isocentric()
    angles = (couch.pitch_deg, couch.roll_deg, couch.rotation_deg)
    if not image.couch_position_known:
        return (None, None, None, *angles)
    return (couch.lateral_mm, couch.longitudinal_mm, couch.vertical_mm, *angles)


def _row(
    name: str, current: float | None, target: float | None, correction: float | None, turn_deg: float, *, matched: bool
) -> AxisRow:
    linear = name in AXES[:3]
    tolerance = TRANSLATION_MM if linear else ROTATION_DEG
    shown = formats.signed(correction) if matched else NOT_YET
    arrow, words = _direction(name, correction, turn_deg)
    return AxisRow(
        name.capitalize(),
        "mm" if linear else formats.DEGREE,
        formats.decimal(current),
        formats.decimal(target) if matched else NOT_YET,
        shown,
        arrow,
        words if correction is not None or not matched else "cannot be seen in the images",
        None if correction is None else tolerance.level(correction),
    )


def _direction(name: str, correction: float | None, turn_deg: float) -> tuple[str, str]:
    if correction is None or formats.decimal(correction) == "0.0":
        return "", ""
    table = {**_DIRECTIONS, **(_DIRECTIONS_TURNED if abs(turn_deg) > _TURNED_DEG else {})}
    return table[name][0 if correction > 0 else 1]
