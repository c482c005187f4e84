"""The facial skeleton above the mouth, and the hollows in it: orbits, nose, sinuses."""

import numpy as np

from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.shapes import (
    Parts,
    ball,
    both,
    ellipsoid,
    grown,
    half_space,
    joined,
    mirrored,
    strewn,
    tube,
    turned,
    within,
)
from pti.simulator.phantom.tissues import Layer, layer

EYE_LEFT_MM = (32.0, -68.0, 16.5)
EYE_RIGHT_MM = (-31.5, -67.5, 16.0)

_ORBIT = tube(
    [(36, -90, 15), (34, -76, 16), (31, -64, 17.5), (23, -48, 19), (13, -31, 20)],
    [18.5, 18, 16.5, 11.5, 4],
    wide=(1, 0, 0),
    times=1.08,
)
#: The right orbit lies a little further back and lower.
_RIGHT_ORBIT_SHIFT = (-0.5, 0.8, -0.6)


def _orbit_walls() -> Parts:
    """Thin walls behind the rims; the outer rim lies further back than the inner one."""
    return grown(_ORBIT, 1.8) + within(half_space((32, -74, 16), (0.42, -1.0, 0.12)))


def rims() -> Parts:
    """The margin of the left orbit."""
    return joined(
        tube([(9, -83, 27), (18, -83.5, 33), (31, -81, 36), (43, -74, 33.5), (51, -65, 24)], [4, 4.2, 4.6, 4.6, 4.4]),
        tube([(51, -65, 24), (53, -62.5, 12), (50, -63, 1), (46, -66, -6)], [4.4, 3.8, 4.4, 5]),
        tube([(47, -66, -4), (33, -75, -4.5), (21, -77, -1), (14, -80, 8)], [5, 4, 3.4, 3]),
        tube([(15, -78, -2), (12, -80, 10), (7, -84, 27)], [3.4, 3, 3.2]),
        blend=3,
    )


def zygoma() -> Parts:
    """Left cheek bone and arch."""
    return joined(
        ellipsoid((48, -61, -9), (8, 10, 9), turned(yaw_deg=-35)),
        tube([(53, -55, -8), (62, -40, -5), (65, -24, -3), (63, -9, 1)], [4, 2.7, 2.5, 4], times=1.7),
        tube([(44, -60, -14), (35, -54, -24)], [5, 3.5]),
        tube([(50, -62, 10), (46, -52, 8), (43, -44, 10)], [3, 2, 2.2], times=3.0),
        blend=4,
    )


def _maxilla() -> Parts:
    """Alveolar process, hard palate, front wall, nasal spine."""
    arch = [(31, -37, -23), (28.5, -51, -23), (24.5, -62, -23), (18, -73, -23), (9.5, -79, -23), (0, -80.8, -23)]
    half = tube(arch, [5.4, 6.2, 5.6, 5.2, 4.8, 4.6], times=1.7)
    return joined(
        half,
        mirrored(half),
        both(ellipsoid((11.5, -55, -15.2), (14, 26, 1.9), turned(roll_deg=11, pitch_deg=2), square=True)),
        tube([(0, -78, -16), (0, -87.5, -14)], [4, 1.2]),
        blend=2,
    )


def nasal_bones() -> Parts:
    """The bridge of the nose."""
    return both(tube([(3, -88, 28), (3.5, -94, 19), (4.2, -98.5, 10)], [2.6, 1.7, 1.2], wide=(1, -0.2, 0), times=2.0))


MAXILLARY_LEFT = joined(
    ellipsoid((29, -55, -3), (12.5, 17, 15), turned(yaw_deg=-8)), ellipsoid((35, -57, -3), (8, 10, 9)), blend=5
)
MAXILLARY_RIGHT = joined(
    ellipsoid((-27.5, -54, -4), (10.5, 15, 14), turned(yaw_deg=8)), ellipsoid((-27, -50, -13), (6, 8, 6)), blend=5
)
FRONTAL_SINUSES = joined(
    ellipsoid((8, -76.8, 38), (6.5, 4.2, 9)),
    ellipsoid((17, -75.4, 38), (6, 3.8, 6.5)),
    ellipsoid((-9, -76.8, 40), (7.5, 4.4, 12)),
    ellipsoid((-20, -75.2, 41), (6.5, 4.0, 9)),
    ellipsoid((-30, -72.0, 40), (6, 3.2, 5)),
    blend=0,
)
SPHENOID_SINUSES = joined(
    ellipsoid((-6.8, -28, 6), (8, 11, 8)), ellipsoid((8.2, -29, 5.5), (5.6, 9, 7.2)), ellipsoid((11, -24, 1), (4, 6, 4))
)


def _ethmoid_cells() -> Parts:
    """Cells between the orbits, larger towards the back."""
    left = strewn(41, 34, (8.6, -57, 18), (4.4, 19, 10), (2.0, 3.7))
    return left + strewn(42, 30, (-8.6, -58, 18), (4.2, 19, 10), (2.2, 3.9))


def _nasal_passages() -> Parts:
    """The hollow of the nose on both sides of the septum, down to the nostrils."""
    left = joined(
        ellipsoid((6.5, -59, -3), (7.8, 28, 10.5)),
        ellipsoid((4.5, -60, 10), (4.0, 25, 14)),
        tube([(7, -84, -4), (7, -98, -6), (6.5, -106, -15)], [5, 4.2, 3.4]),
        ellipsoid((7, -34, -5), (6.5, 9, 9)),
        blend=4,
    )
    return left + mirrored(left, (-0.4, 0, 0))


def _conchae() -> Parts:
    lower = tube([(11, -82, -7), (8.5, -66, -6), (8.5, -44, -6)], [2.2, 3.4, 2.4], times=1.6)
    middle = tube([(7.5, -76, 6), (6.5, -60, 5), (7, -46, 3)], [1.6, 2.4, 1.8], times=1.8)
    # The nose swells by turns: the right conchae are fuller.
    return joined(lower, middle, mirrored(grown(lower, 0.9), (0.6, 0, 0)), mirrored(grown(middle, 0.5)))


def _septum() -> Parts:
    """Bent to the left in front and below."""
    return joined(
        ellipsoid((0.4, -50, 5), (1.0, 22, 19), turned(yaw_deg=4)),
        ellipsoid((1.8, -74, 3), (1.0, 17, 15), turned(yaw_deg=-9, roll_deg=6)),
        blend=1,
    )


def bones() -> list[Layer]:
    """Everything of bone, walls of the hollows included."""
    walls = joined(grown(MAXILLARY_LEFT, 1.5), grown(MAXILLARY_RIGHT, 1.7), blend=2)
    orbit = _orbit_walls()
    left = joined(rims(), zygoma(), blend=3)
    ethmoid = both(ellipsoid((8.5, -57, 18), (6.5, 21, 11.5), square=True))
    return [
        layer(t.THIN_BONE, orbit),
        layer(t.THIN_BONE, mirrored(orbit, _RIGHT_ORBIT_SHIFT)),
        layer(t.THIN_BONE, walls),
        layer(t.plain(500.0), ethmoid),
        layer(t.FACE_BONE, left, 0.5, 8.0, 21),
        layer(t.FACE_BONE, mirrored(left, _RIGHT_ORBIT_SHIFT), 0.5, 8.0, 22),
        layer(t.FACE_BONE, _maxilla(), 0.4, 7.0, 23),
        layer(t.FACE_BONE, nasal_bones()),
    ]


def lens(eye_mm: tuple[float, float, float]) -> Parts:
    """The lens of the eye at `eye_mm`."""
    x, y, z = eye_mm
    return (ellipsoid((x, y - 8.2, z), (4.6, 2.1, 4.6)),)


def optic_nerve(eye_mm: tuple[float, float, float]) -> Parts:
    """From the eye to the chiasm."""
    x, y, z = eye_mm
    side = float(np.sign(x))
    return tube(
        [(x - side * 2, y + 11, z), (side * 20, -44, 18), (side * 12, -31, 21), (side * 4, -20, 27)], [2.1, 2.1, 2.0, 2.2]
    )


_EYE_PLACES = (EYE_LEFT_MM, EYE_RIGHT_MM)
#: Left, then right.
EYES = tuple(layer(t.VITREOUS, (ball(place, 12.1),)) for place in _EYE_PLACES)
LENSES = tuple(layer(t.LENS, lens(place)) for place in _EYE_PLACES)
OPTIC_NERVES = tuple(layer(t.NERVE, optic_nerve(place)) for place in _EYE_PLACES)


def _eye_muscles() -> Parts:
    left = joined(
        tube([(43, -69, 17), (39, -55, 19), (15, -34, 20)], [1.3, 2.1, 1.2]),
        tube([(21, -70, 17), (18, -56, 18), (14, -34, 20)], [1.3, 2.1, 1.2]),
        tube([(32, -71, 28), (29, -56, 28), (14, -34, 22)], [1.2, 1.9, 1.2]),
        tube([(32, -71, 5), (29, -56, 8), (14, -34, 18)], [1.2, 1.9, 1.2]),
    )
    return left + mirrored(left)


def hollows() -> list[Layer]:
    """What is in the orbits, the nose and the sinuses."""
    fat = _ORBIT + within(half_space((32, -78, 16), (0.42, -1.0, 0.12)))
    return [
        layer(t.ORBITAL_FAT, fat),
        layer(t.ORBITAL_FAT, mirrored(fat, _RIGHT_ORBIT_SHIFT)),
        *EYES,
        *LENSES,
        *OPTIC_NERVES,
        layer(t.NERVE, _eye_muscles()),
        layer(t.MUCOSA, grown(_nasal_passages(), 1.2)),
        layer(t.AIR, _nasal_passages(), 0.4, 5.0, 24),
        layer(t.MUCOSA, _conchae(), 0.3, 5.0, 25),
        layer(t.MUCOSA, grown(_septum(), 1.3)),
        layer(t.plain(600.0), _septum()),
        layer(t.AIR, _ethmoid_cells()),
        layer(t.AIR, MAXILLARY_LEFT, 0.8, 7.0, 26),
        layer(t.AIR, MAXILLARY_RIGHT, 0.8, 7.0, 27),
        layer(t.MUCOSA, joined(ellipsoid((-27, -50, -15), (8, 9, 4.5)))),
        layer(t.AIR, FRONTAL_SINUSES, 0.8, 6.0, 28),
        layer(t.AIR, SPHENOID_SINUSES, 0.6, 6.0, 29),
    ]
