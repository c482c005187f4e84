"""Lower jaw and teeth. The jaw is turned a little; a tooth is missing and two are filled."""

from dataclasses import dataclass

from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.shapes import Parts, ellipsoid, grown, joined, mirrored, moved, tube, turned, without
from pti.simulator.phantom.tissues import Layer, layer

#: The jaw is turned to the patient's left and shifted a little.
_TURN = turned(yaw_deg=1.6, roll_deg=0.6)
_SHIFT = (0.8, 0.0, 0.0)


def _half() -> Parts:
    lower = [(46, -14, -50), (44, -27, -58), (38, -43, -67), (28.5, -59, -73), (15, -71, -76), (0, -75.5, -77)]
    upper = [(40, -22, -50), (33, -34, -54), (26.5, -50, -57), (20, -64, -58.5), (12, -73, -59), (0, -76.5, -59)]
    middle = [((a + d) / 2, (b + e) / 2, (c + f) / 2) for (a, b, c), (d, e, f) in zip(lower, upper, strict=True)]
    return joined(
        joined(tube(lower, [4.2, 5.0, 5.2, 5.2, 5.2, 5.4], times=1.3, steps=3), blend=1.5),
        joined(tube(middle, [4.2, 5.2, 5.4, 5.2, 4.8, 4.7], times=2.3, steps=3), blend=1.5),
        joined(tube(upper, [4.0, 5.0, 5.2, 4.8, 4.4, 4.2], times=1.4, steps=3), blend=1.5),
        ellipsoid((47.5, -19, -34), (3.6, 15, 23), turned(pitch_deg=-6, roll_deg=3), square=True, blend=4),
        tube([(48.5, -13, -18), (49.5, -10.5, -5)], [3.6, 3.4], wide=(1, 0, 0), times=1.3),
        ellipsoid((50, -10.5, -3.5), (9.2, 4.2, 4.2), turned(yaw_deg=12)),
        tube([(48, -27, -16), (47, -33, -3)], [3.4, 1.6], wide=(0, 1, 0), times=2.0),
    )


def _bone() -> Parts:
    half = _half()
    notch = tube([(44, -22, -3), (54, -22, -3)], 8.0)
    cut = joined(notch, mirrored(notch))
    chin = ellipsoid((0, -77, -79), (13, 5.5, 6))
    return joined(half, mirrored(half), joined(chin, blend=5)) + without(cut, blend=2)


def _canals() -> Parts:
    """The nerve canals, from the inner side of the ramus to the chin hole."""
    half = tube([(45, -20, -34), (44, -26, -52), (39, -42, -70), (27, -60, -74)], 1.5)
    return half + mirrored(half)


def mandible() -> Parts:
    """Its outer surface, in place."""
    return moved(_bone(), _TURN, _SHIFT)


@dataclass(frozen=True, slots=True)
class _Tooth:
    """One tooth of the left side: where it stands, half width and depth of its crown, roots and their length, crown height."""

    x: float
    y: float
    half_width: float
    half_depth: float
    yaw_deg: float
    roots: int
    root_mm: float
    crown_mm: float


_UPPER = (
    _Tooth(4.3, -82.5, 4.2, 3.2, 6, 1, 13, 10.5),
    _Tooth(12.2, -80.0, 3.3, 3.0, 20, 1, 12.5, 9.5),
    _Tooth(18.6, -75.0, 3.8, 3.9, 42, 1, 17, 10),
    _Tooth(22.6, -68.4, 3.4, 4.5, 66, 1, 13.5, 8.2),
    _Tooth(25.4, -61.5, 3.3, 4.5, 72, 1, 13.5, 7.8),
    _Tooth(28.4, -52.8, 5.0, 5.4, 78, 3, 12.5, 7.4),
    _Tooth(30.6, -42.8, 4.7, 5.3, 84, 3, 11.5, 7.0),
)
_LOWER = (
    _Tooth(2.8, -78.0, 2.6, 2.9, 5, 1, 12, 8.8),
    _Tooth(8.3, -76.8, 2.9, 3.0, 16, 1, 13.5, 9.2),
    _Tooth(14.0, -73.8, 3.4, 3.8, 38, 1, 15.5, 10.5),
    _Tooth(18.6, -68.0, 3.4, 3.7, 60, 1, 14, 8.6),
    _Tooth(21.6, -61.2, 3.5, 4.0, 68, 1, 14, 8.0),
    _Tooth(25.4, -52.0, 5.4, 5.0, 74, 2, 13.5, 7.4),
    _Tooth(29.0, -41.4, 5.2, 4.9, 78, 2, 12.5, 7.0),
)
_OCCLUSION_Z_MM = -41.0
#: (arch, number from the middle, side): absent, and filled on the right only.
_MISSING = (("lower", 4, "left"), ("upper", 6, "right"))
_FILLED = (("upper", 5, "right"), ("lower", 5, "right"))


def _tooth(tooth: _Tooth, upper: bool) -> tuple[Parts, Parts, Parts]:
    """Crown, roots and pulp."""
    up = 1.0 if upper else -1.0
    turn = turned(yaw_deg=tooth.yaw_deg)
    # Upper front teeth stand over the lower ones.
    tip = _OCCLUSION_Z_MM + up * (0.3 if tooth.roots > 1 else -0.6)
    middle = tip + up * tooth.crown_mm / 2
    neck = tip + up * tooth.crown_mm * 0.9
    crown = (
        ellipsoid((tooth.x, tooth.y, middle), (tooth.half_width, tooth.half_depth, tooth.crown_mm * 0.56), turn, square=True),
    )
    roots: list[Parts] = []
    spread = {1: ((0.0, 0.0),), 2: ((-0.55, 0.0), (0.55, 0.0)), 3: ((-0.5, 0.5), (0.5, 0.5), (0.0, -0.6))}[tooth.roots]
    for across, along in spread:
        dx, dy, _ = turn @ (across * tooth.half_width, along * tooth.half_depth, 0.0)
        start = (tooth.x + 0.6 * dx, tooth.y + 0.6 * dy, neck - up * 2)
        end = (tooth.x + 1.25 * dx, tooth.y + 1.25 * dy + 1.5, neck + up * tooth.root_mm)
        thick = 0.62 * min(tooth.half_width, tooth.half_depth) * (1.15 if tooth.roots == 1 else 0.85)
        roots.append(tube([start, end], [thick, 0.9]))
    pulp = tube([(tooth.x, tooth.y, middle), (tooth.x, tooth.y + 0.6, neck + up * tooth.root_mm * 0.6)], [0.9, 0.5])
    return crown, joined(*roots, blend=1.0), pulp


def _rows() -> tuple[Parts, Parts, Parts, Parts]:
    """Crowns, roots, pulps and fillings of both rows on both sides, in place."""
    crowns, roots, pulps, fillings = [], [], [], []
    for arch, row in (("upper", _UPPER), ("lower", _LOWER)):
        for number, tooth in enumerate(row, 1):
            for side in ("left", "right"):
                if (arch, number, side) in _MISSING:
                    continue
                parts = _tooth(tooth, arch == "upper")
                if side == "right":
                    parts = (mirrored(parts[0]), mirrored(parts[1]), mirrored(parts[2]))
                if arch == "lower":
                    parts = (moved(parts[0], _TURN, _SHIFT), moved(parts[1], _TURN, _SHIFT), moved(parts[2], _TURN, _SHIFT))
                crowns.append(parts[0])
                roots.append(parts[1])
                pulps.append(parts[2])
                if (arch, number, side) in _FILLED:
                    fillings.append(_filling(parts[0], arch == "upper"))
    return joined(*crowns), joined(*roots), joined(*pulps), joined(*fillings)


def _filling(crown: Parts, upper: bool) -> Parts:
    """A filling in the chewing surface."""
    x, y, z = (float(value) for value in crown[0].place)
    return (ellipsoid((x, y, z + (-2.2 if upper else 2.2)), (2.3, 3.2, 1.5), square=True),)


BONE = layer(t.MANDIBLE, mandible(), 0.5, 8.0, 51)


def layers() -> list[Layer]:
    """Jaw and teeth."""
    crowns, roots, pulps, fillings = _rows()
    return [
        BONE,
        layer(t.plain(150.0), moved(_canals(), _TURN, _SHIFT)),
        layer(t.plain(250.0), grown(roots, 0.5)),
        layer(t.DENTINE, roots),
        layer(t.ENAMEL, crowns),
        layer(t.PULP, pulps),
        layer(t.FILLING, fillings),
    ]
