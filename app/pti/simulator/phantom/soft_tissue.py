"""Outline and soft tissue: head, nose, ears, neck and shoulders; muscles, glands, throat and windpipe."""

from pti.simulator.phantom import face, skull
from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.shapes import (
    Parts,
    both,
    ellipsoid,
    grown,
    joined,
    mirrored,
    tube,
    turned,
)
from pti.simulator.phantom.tissues import Layer, layer


def _nose() -> Parts:
    return joined(
        tube([(0, -80, 30), (0, -87, 14), (0.4, -96, -1), (0.6, -98, -7)], [7, 7, 8, 8.5], wide=(0, 1, 0), times=1.75),
        both(ellipsoid((10, -101, -9), (6, 8, 7))),
        blend=6,
    )


def _ear() -> Parts:
    rim = tube(
        [(74, -1, 10), (80, 2, 24), (87, 12, 31), (91, 22, 22), (89, 22, 4), (82, 12, -16), (77, 5, -24), (74, 0, -16)],
        [2.6, 2.8, 3.0, 3.0, 2.8, 3.4, 4.2, 3.0],
    )
    shell = ellipsoid((81, 13, 5), (2.2, 14, 21), turned(yaw_deg=-28))
    return joined(rim, shell, tube([(76, -2, 3), (78, -1, -4)], 3.2), blend=3)


def _lips() -> Parts:
    return joined(
        tube([(-23, -86, -39), (-9, -95, -37), (0, -96, -38), (9, -95, -37), (23, -86, -39)], [2, 4.2, 4, 4.2, 2]),
        tube([(-22, -86, -42), (-8, -93, -46), (0, -94, -46), (8, -93, -46), (22, -86, -42)], [2, 4.2, 4.6, 4.2, 2]),
        blend=1.5,
    )


def _head() -> Parts:
    """Scalp and face, without nose, lips and ears."""
    scalp = joined(grown(skull.OUTER[:3], 5.2), blend=22)
    return joined(
        scalp,
        joined(
            grown(skull.OUTER[3:6], 5.0),
            ellipsoid((0, -26, -6), (63, 50, 56)),
            both(ellipsoid((33, -54, -26), (28, 28, 32))),
            ellipsoid((0, -60, -16), (34, 36, 30)),
            ellipsoid((0, -58, -44), (36, 35, 26)),
            both(tube([(52, -12, -44), (45, -34, -58), (28, -56, -66)], [13, 13, 14], steps=2)),
            ellipsoid((0, -70, -73), (25, 21, 18)),
            ellipsoid((0, -38, -60), (42, 40, 24)),
            both(ellipsoid((54, 12, -8), (16, 24, 28)), ellipsoid((49, -3, -28), (17, 23, 30))),
            blend=14,
        ),
    )


def _brow_and_cheeks() -> Parts:
    """What lies over the rims of the orbits and over the cheek bones."""
    return joined(
        both(
            ellipsoid((33, -66, 15), (20, 18.5, 18)),
            ellipsoid((15, -78, 2), (13, 15, 22)),
            grown(face.rims(), 3.2),
            grown(face.zygoma(), 5.0),
        ),
        both(ellipsoid((24, -70, 37), (27, 15, 12))),
        ellipsoid((0, -75, 36), (24, 15.5, 15)),
        blend=7,
    )


def _neck() -> Parts:
    return joined(
        ellipsoid((0, 24, -196), (190, 84, 62)),
        tube([(0, 36, -10), (0, 24, -60), (0, 20, -95), (0, 24, -125), (0, 28, -170)], [42, 45, 46, 49, 58], steps=2),
        both(tube([(22, 52, -50), (34, 50, -108), (64, 46, -146), (130, 40, -176)], [22, 23, 30, 36], steps=2)),
        ellipsoid((0, -14, -104), (32, 29, 52)),
        blend=24,
    )


def outline() -> Parts:
    """The surface of the body."""
    ear = _ear()
    ears = ear + mirrored(ear, (0.0, 1.5, 2.0))
    return joined(
        _neck(),
        _head(),
        joined(ellipsoid((0, -32, -92), (9, 13, 16)), blend=10),
        _brow_and_cheeks(),
        joined(_nose(), blend=6),
        joined(_lips(), blend=3),
        joined(ears, blend=2),
    )


PAROTID_LEFT = joined(
    ellipsoid((54.5, -4, -24), (8.5, 14, 20), turned(roll_deg=6)), ellipsoid((51, 3, -36), (9, 10, 13)), blend=6
)
PAROTID_RIGHT = joined(
    ellipsoid((-54.5, -3, -26), (8, 13, 19), turned(roll_deg=-6)), ellipsoid((-51, 4, -37), (8.5, 9, 12)), blend=6
)
TONGUE = joined(
    ellipsoid((0, -46, -42), (22, 29, 18)),
    ellipsoid((0, -28, -54), (17, 15, 20)),
    ellipsoid((0, -46, -62), (15, 24, 12)),
    blend=10,
)


def _neck_muscles() -> Parts:
    sterno = tube([(50, 18, -22), (44, 11, -60), (36, -6, -100), (22, -24, -150)], [5, 7, 7, 6], wide=(0.6, 0.8, 0), times=1.5)
    trapezius = tube([(8, 78, -10), (18, 70, -60), (34, 62, -105), (75, 52, -140)], [4, 5, 6, 7], wide=(1, 0, 0), times=2.4)
    splenius = tube([(30, 62, -16), (22, 62, -60), (12, 60, -110), (9, 64, -150)], [6, 7.5, 7, 6], wide=(1, 0, 0), times=1.4)
    semispinal = tube([(13, 62, -18), (11, 54, -60), (10, 50, -100), (12, 56, -150)], [7, 8, 7.5, 8], times=1.0)
    levator = tube([(38, 14, -35), (42, 28, -80), (48, 42, -140)], [5, 7, 8])
    scalene = tube([(25, 4, -75), (32, 6, -110), (46, 8, -150)], [5, 7, 8])
    longus = tube([(6, -3, -30), (8, -4.5, -70), (9, -3, -110), (10, 2, -145)], [3, 4, 4.4, 4.6])
    return joined(sterno, trapezius, splenius, semispinal, levator, scalene, longus)


def _head_muscles() -> Parts:
    return joined(
        tube([(56, -36, -8), (55, -28, -34), (52, -20, -54)], [7, 8, 6], wide=(0, 1, 0), times=1.9),
        tube([(69, -14, 62), (66, -24, 36), (60, -32, 12), (50, -34, -8)], [2.5, 5, 6.5, 5], wide=(0, 1, 0), times=3.2),
        tube([(24, -34, -10), (40, -22, -48)], [6, 5], wide=(0, 1, 0), times=1.6),
        tube([(30, -36, 0), (44, -18, -6)], [7, 5]),
        tube([(30, -50, -74), (8, -40, -74)], [4, 3.5], wide=(0, 0, 1), times=1.3),
    )


def _vessels() -> Parts:
    return joined(
        tube([(24, -12, -150), (25, -14, -110), (26, -8, -78), (28, -2, -40), (26, 2, -12)], [3.4, 3.4, 3.6, 2.6, 2.4]),
        tube([(32, -12, -150), (33, -10, -110), (33, 0, -70), (33, 6, -30)], [6, 5.5, 5, 4.4]),
    )


#: Nose to windpipe.
AIRWAY: Parts = joined(
    tube([(0, -25, -2), (0, -18, -14), (0, -13, -28)], [8, 7, 4.2], wide=(1, 0, 0), times=1.6),
    tube([(0, -13, -28), (0, -11.5, -46), (0, -13, -62), (0, -15, -74)], [4.2, 4.4, 5, 5.5], wide=(1, 0, 0), times=2.0),
    tube(
        [(0, -15, -74), (0, -17, -86), (0, -21, -97), (0, -19.5, -108), (0, -18, -122), (0, -13, -150)],
        [5.5, 4.6, 2.6, 6.6, 7.8, 7.8],
        wide=(0, 1, 0),
        times=1.15,
    ),
    both(tube([(7, -14, -80), (10, -10, -96)], [4, 1.5])),
    blend=3,
)


BODY = layer(t.BODY, outline(), 0.5, 18.0, 81)
PAROTIDS = (layer(t.GLAND, PAROTID_LEFT, 1.2, 8.0, 87), layer(t.GLAND, PAROTID_RIGHT, 1.2, 8.0, 88))


def layers() -> list[Layer]:
    """The body and what of it is soft, without the brain."""
    muscles, chewing, vessels = _neck_muscles(), _head_muscles(), _vessels()
    return [
        BODY,
        layer(t.CARTILAGE, grown(both(ellipsoid((81, 13, 5), (1.6, 13, 20), turned(yaw_deg=-28))), -0.4)),
        layer(t.NECK_FAT, both(ellipsoid((34, 14, -60), (18, 22, 46))), 2.0, 12.0, 82),
        layer(t.NECK_FAT, both(ellipsoid((37, -44, -18), (12, 20, 26))), 1.5, 10.0, 83),
        layer(t.MUSCLE, muscles + mirrored(muscles, (0.6, 0.0, 0.0)), 0.8, 12.0, 84),
        layer(t.MUSCLE, chewing + mirrored(chewing), 0.8, 12.0, 85),
        layer(t.MUSCLE, TONGUE, 1.0, 12.0, 86),
        *PAROTIDS,
        layer(t.GLAND, both(ellipsoid((28, -30, -68), (8, 13, 9))), 0.8, 8.0, 89),
        layer(t.VESSEL, vessels + mirrored(vessels, (0.0, 2.0, 0.0))),
        layer(t.MUCOSA, grown(AIRWAY, 2.4), 0.5, 8.0, 90),
        layer(
            t.THYROID, both(ellipsoid((15, -20, -124), (7, 9, 17))) + tube([(-9, -28, -126), (9, -28, -126)], 3.5), 0.8, 7.0, 91
        ),
        layer(t.MUCOSA, tube([(2, -8, -112), (3, -4, -130), (4, 0, -150)], 4.5, wide=(1, 0, 0), times=1.6)),
    ]


def airway() -> list[Layer]:
    """Air, painted over the mucous membrane; the epiglottis stands in it."""
    return [
        layer(t.AIR, AIRWAY, 0.4, 8.0, 92),
        layer(t.MUCOSA, (ellipsoid((0, -17, -72), (8, 1.4, 9), turned(pitch_deg=20)),)),
        layer(t.AIR, (ellipsoid((0, -62, -33), (13, 16, 1.6)),), 0.5, 6.0, 93),
    ]
