"""The neck's skeleton: seven cervical vertebrae on a curve, the first thoracic one, discs, cord."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.shapes import Parts, ball, both, ellipsoid, grown, joined, mirrored, moved, tube, turned, without
from pti.simulator.phantom.tissues import Layer, layer


@dataclass(frozen=True, slots=True)
class _Vertebra:
    """Body centre (y, z), tilt about x, half width, depth and height of the body, length and drop of the spinous process."""

    y: float
    z: float
    tilt_deg: float
    half_width: float
    half_depth: float
    half_height: float
    spine_mm: float
    drop_mm: float
    bifid: bool = True


#: C3 to T1.
_VERTEBRAE = (
    _Vertebra(6.5, -66.0, -7, 11.0, 7.8, 5.9, 31, 5),
    _Vertebra(5.5, -82.5, -2, 11.4, 7.9, 5.8, 31, 6),
    _Vertebra(6.0, -98.8, 3, 11.8, 8.0, 5.8, 33, 7),
    _Vertebra(8.2, -115.2, 8, 12.4, 8.2, 5.9, 38, 9),
    _Vertebra(12.2, -131.8, 13, 13.4, 8.5, 6.3, 50, 12, False),
    _Vertebra(18.5, -149.2, 18, 14.5, 8.8, 7.2, 54, 16, False),
)
#: (y, z) along the middle of the canal.
CANAL_YZ_MM = (
    (23.5, -18),
    (22.5, -30),
    (22.5, -46),
    (23.0, -66),
    (22.0, -82.5),
    (22.5, -99),
    (25.0, -115),
    (29.5, -132),
    (36, -150),
)


def _typical(v: _Vertebra) -> tuple[Parts, Parts]:
    """Body and arch in place."""
    half = v.half_width
    body = joined(
        ellipsoid((0, 0, 0), (half, v.half_depth, v.half_height), square=True),
        both(tube([(half - 1.5, -2, v.half_height - 1), (half - 1.0, 4, v.half_height)], [2.2, 2.6])),
        blend=2,
    )
    left = joined(
        tube([(half - 3, 5, 1), (half + 2, 10, 1)], [3.0, 2.9], times=1.2),
        ellipsoid((half + 5.5, 12, 0), (5.4, 5.2, 9.2), turned(pitch_deg=38), square=True),
        tube([(half - 1, -1, -1), (half + 5, 0, -2), (half + 11, 4, -4)], [2.4, 2.3, 2.6]),
        tube([(half + 8, 9, -3), (half + 11, 5, -4)], [2.4, 2.5]),
        tube([(half + 3, 15, 0), (8, 21.5, -2), (1, 26.5, -3)], [2.8, 2.6, 3.0], times=2.2),
        blend=2,
    )
    tip = 24 + v.spine_mm - 12
    spine = tube([(0, 25, -3), (0, tip, -3 - v.drop_mm)], [3.0, 3.0 if v.bifid else 3.8], times=1.9)
    fork = both(tube([(0.5, tip - 3, -3 - v.drop_mm * 0.9), (4, tip + 4, -4 - v.drop_mm)], [2.2, 2.4])) if v.bifid else ()
    artery = both(tube([(half + 4.2, 4.6, -12), (half + 4.2, 4.6, 9)], 2.4))
    arch = joined(left, mirrored(left), spine, joined(fork), blend=2) + without(artery)
    turn, shift = turned(pitch_deg=v.tilt_deg), (0.0, v.y, v.z)
    return moved(body, turn, shift), moved(arch, turn, shift)


def _axis() -> tuple[Parts, Parts]:
    """C2: the body with the tooth that the head turns about, and a strong arch."""
    body = joined(
        ellipsoid((0, 7, -48), (11.5, 8.2, 9.5), square=True),
        tube([(0, 7, -42), (0, 7.2, -33), (0, 8.2, -23.5)], [6, 5, 4.2]),
        blend=4,
    )
    left = joined(
        ellipsoid((16.5, 9, -41.5), (7.5, 8.5, 5), turned(roll_deg=22), square=True),
        ellipsoid((17, 18, -51), (5, 5.4, 8), turned(pitch_deg=32), square=True),
        tube([(18, 9, -46), (27, 12, -52)], [3.2, 2.8]),
        tube([(17, 20, -48), (9, 30, -50), (1, 36, -51)], [3, 2.8, 3.2], times=2.2),
        tube([(1, 36, -51), (3, 46, -55), (6, 54, -60)], [4.2, 4.0, 3.2], times=1.9),
        blend=2.5,
    )
    return body, joined(left, mirrored(left), blend=2)


def _atlas() -> Parts:
    """C1: a ring around the tooth of C2."""
    left = joined(
        ellipsoid((20, 9, -32.5), (7.5, 9, 6.2), turned(yaw_deg=20, roll_deg=12), square=True),
        tube([(17, 2, -32), (10, -2.2, -32), (0, -3.6, -32)], [3.4, 3.0, 3.6], times=1.4),
        tube([(22, 15, -31), (19, 28, -30.5), (9, 38, -31), (0, 41, -31.5)], [3.2, 2.8, 3, 3.4], times=1.3),
        tube([(25, 8, -33), (34, 9, -34), (39, 11, -35)], [3, 3.4, 3.6]),
        tube([(25, 15, -33), (32, 16, -34), (38, 12, -35)], [2, 2, 2.6]),
        blend=2,
    )
    return joined(left, mirrored(left, (0.0, 0.4, 0.5)), blend=2)


def _discs() -> Parts:
    # What C2's body would have for a middle if it were as high as the others.
    levels = [(7.0, -53.0, 11.0, 8.0), *((v.y, v.z, v.half_width, v.half_depth) for v in _VERTEBRAE)]
    between = []
    for (y0, z0, w, d), (y1, z1, _, _) in pairwise(levels):
        between.append(ellipsoid((0, (y0 + y1) / 2, (z0 + z1) / 2), (w - 0.5, d - 0.3, 3.4), turned(pitch_deg=2), square=True))
    return tuple(between)


def canal() -> Parts:
    """The sac around the cord."""
    return tube([(0.0, y, z) for y, z in CANAL_YZ_MM], 6.4, wide=(1, 0, 0), times=1.35)


def cord() -> Parts:
    """The spinal cord from the foramen magnum down."""
    return tube([(0.0, y - 0.3, z) for y, z in CANAL_YZ_MM], 3.8, wide=(1, 0, 0), times=1.5)


CORD = layer(t.CORD, cord())


def _ribs() -> Parts:
    """First ribs and the transverse processes that carry them."""
    left = joined(
        tube([(14, 26, -146), (30, 33, -145), (36, 34, -146)], [4, 3.6, 4]),
        tube([(22, 24, -150), (40, 28, -148), (58, 14, -152), (56, -10, -160)], [3, 3, 3.2, 3.4], times=1.6),
    )
    return left + mirrored(left, (0.0, 1.5, -1.0))


def layers() -> list[Layer]:
    """Bones and discs, then what runs in the canal."""
    body, arch = _axis()
    result = [
        layer(t.DISC, _discs()),
        layer(t.ARCH, _atlas(), 0.5, 6.0, 61),
        layer(t.ARCH, arch, 0.5, 6.0, 62),
        layer(t.VERTEBRA, body, 0.4, 6.0, 63),
    ]
    for number, vertebra in enumerate(_VERTEBRAE):
        body, arch = _typical(vertebra)
        shift = (0.5 * np.sin(number), 0.0, 0.0)
        turn = turned(yaw_deg=1.2 * float(np.cos(2.0 * number)))
        result.append(layer(t.ARCH, moved(arch, turn, shift), 0.5, 6.0, 64 + number))
        result.append(layer(t.VERTEBRA, moved(body, turn, shift), 0.4, 6.0, 74 + number))
    return [*result, layer(t.FACE_BONE, _ribs()), layer(t.FLUID, canal()), CORD]


def hyoid() -> list[Layer]:
    """Tongue bone and partly calcified cartilages of the throat."""
    horns = tube([(18, -14, -71), (14, -28, -75), (7, -37, -78), (0, -39, -78.5)], [1.6, 1.9, 2.6, 3.0], times=1.4)
    shield = joined(
        tube([(15, -12, -92), (11, -24, -94), (1, -37, -95)], [1.3, 1.4, 1.6], times=7.0),
        tube([(15, -12, -88), (15, -10, -80)], [1.3, 1.0]),
    )
    ring = grown(tube([(0, -19, -112), (0, -19, -116)], 10.5), 0) + without(tube([(0, -19, -104), (0, -19, -124)], 8.8))
    return [
        layer(t.FACE_BONE, horns + mirrored(horns)),
        layer(t.plain(190.0, 160.0, 3.0), shield + mirrored(shield)),
        layer(t.plain(220.0, 160.0, 3.0), ring),
        layer(t.CALCIFIED, (ball((8, -17, -104), 1.6),)),
    ]
