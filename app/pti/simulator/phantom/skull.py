"""The brain case: vault with its two tables, the base, the petrous bones and the mastoids, and the cells in them."""

import numpy as np

from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.shapes import (
    Parts,
    both,
    box,
    ellipsoid,
    grown,
    joined,
    mirrored,
    strewn,
    tube,
    turned,
    without,
)
from pti.simulator.phantom.tissues import Layer, layer

# Inner table. The frontal lobes lie higher than the temporal ones, these higher than the cerebellum.
MAIN = ellipsoid((0, 16, 54), (65, 68, 56))
FRONTAL = ellipsoid((0, -24, 64), (53, 54, 43))
TEMPORAL = both(ellipsoid((39, -18, 20), (23, 31, 19), turned(yaw_deg=-14)), right_shift=(0.6, 1.0, -1.0))
POSTERIOR = ellipsoid((0, 38, 6), (51, 38, 32))
CAVITY: Parts = joined(joined(MAIN, FRONTAL, POSTERIOR, blend=22), joined(TEMPORAL, blend=9))

FORAMEN_MAGNUM = tube([(0, 24, -45), (0, 23, -12)], 15.5)


def _outer_table() -> Parts:
    """The cavity, thicker at the forehead and the back than at the temples."""
    return joined(
        joined(grown([MAIN], 6.2), grown([FRONTAL], 6.8), grown([POSTERIOR], 3.4), blend=22),
        joined(grown(TEMPORAL, 2.2), ellipsoid((0, -69, 37), (24, 15, 11)), blend=9),
        joined(both(ellipsoid((26, -64, 36.5), (29, 11.5, 8), turned(yaw_deg=17))), blend=9),
        joined(ellipsoid((0.5, 75, 9), (13, 6, 7)), blend=8),
    )


OUTER: Parts = _outer_table()


def _grooves() -> Parts:
    """Middle meningeal arteries in the inner table."""
    left = joined(
        tube([(57, -20, 18), (65, -12, 44), (60, -10, 78), (40, -6, 105)], [1.1, 1.0, 0.8, 0.6]),
        tube([(63, -14, 34), (67, 12, 58), (62, 34, 84)], [1.0, 0.8, 0.6]),
    )
    return left + mirrored(left, (1.0, 5.0, 3.0))


def vault() -> list[Layer]:
    """The shell around the cavity, open at the foramen magnum, with its sutures."""
    shell = OUTER + without(FORAMEN_MAGNUM, blend=3)
    return [layer(t.SKULL, shell, 0.8, 17.0, 11, cut=CAVITY + _grooves()), *_sutures()]


def _sutures() -> list[Layer]:
    """Coronal, sagittal and lambdoid: thin sheets, wavy by their roughness, within the shell."""
    coronal = box((0, -20, 84), (68, 0.3, 40), turned(pitch_deg=14), edge=0.1)
    sagittal = box((1, 26, 116), (0.3, 46, 14), edge=0.1)
    lambdoid = both(box((32, 74, 56), (44, 0.3, 26), turned(pitch_deg=-34, yaw_deg=-22), edge=0.1))
    inside, cavity = grown(OUTER[:3], -0.6), grown(CAVITY, 0.6)
    return [layer(t.plain(430.0), joined(coronal, sagittal, lambdoid), 2.2, 5.0, 12, cut=cavity, inside=inside)]


def petrous_bone() -> Parts:
    """The left petrous pyramid."""
    return joined(
        tube([(58, 9, -1), (42, 3, 3), (26, -5, 6), (12, -12, 6)], [8.5, 7.8, 6, 4]),
        ellipsoid((40, 3, 8), (11, 5, 4.5), turned(yaw_deg=28)),
        blend=3,
    )


def _mastoid() -> Parts:
    return joined(
        ellipsoid((55, 17, -6), (9.5, 13, 14)),
        tube([(54, 16, -12), (51.5, 13, -28)], [8.5, 5]),
        blend=5,
    )


def base_bones() -> Parts:
    """Sphenoid body, clivus, condyles, pterygoid processes, lesser wings."""
    return joined(
        ellipsoid((0, -26, 8), (16, 15, 11), square=True),
        tube([(0, -13, 14), (0, -4, 0), (0, 5, -17)], [6, 6, 4.5], wide=(1, 0, 0), times=2.0),
        tube([(-9, -11.5, 21), (0, -11.5, 20), (9, -11.5, 21)], 1.9, times=1.8),
        both(ellipsoid((17, 17, -22), (6, 10.5, 5.5), turned(yaw_deg=24))),
        both(tube([(8, -27, 23), (24, -30, 28), (44, -36, 31)], [3, 2.6, 2])),
        both(ellipsoid((14, -35, -4), (6, 5, 8))),
        both(box((18.5, -31, -13), (0.9, 8, 13), turned(yaw_deg=-18), edge=0.8)),
        both(box((12.5, -32, -13), (0.8, 6, 12), turned(yaw_deg=4), edge=0.7)),
        blend=3,
    ) + without(ellipsoid((0, -18, 20.5), (7.5, 5.2, 6)), blend=1.5)


def air_cells() -> Parts:
    """Mastoid cells: many on the left, few on the right."""
    left = strewn(31, 75, (55, 17, -6), (8, 11.5, 13), (1.1, 2.6)) + strewn(32, 12, (52, 13, -21), (4, 4, 6), (1.1, 2.0))
    right = strewn(33, 16, (-54, 12, -2), (6, 6, 7), (1.0, 1.9))
    return left + right


def _ears() -> Parts:
    """Ear canals and middle ears."""
    left = joined(
        tube([(82, 3, 1), (66, 1, 0), (56, -1, 1), (48, -3, 2)], [3.6, 3.2, 2.8, 3]), ellipsoid((45, -2, 4), (2.4, 4, 6))
    )
    return left + mirrored(left, (0.5, 1.2, 1.0))


def _inner_ears() -> Parts:
    """Inner ear canals, cochleae and semicircular canals, filled with fluid."""
    loop = [(38, 6 + 4 * float(np.sin(a)), 9 + 4 * float(np.cos(a))) for a in np.linspace(0, 2 * np.pi, 9)]
    left = joined(tube([(12, 6, 7), (27, 3, 6)], [3.2, 2.2]), ellipsoid((30, -2, 5), (2.8, 2.4, 2.2)), tube(loop, 0.8))
    return left + mirrored(left)


def base() -> list[Layer]:
    """The base of the skull with what is hollow in it."""
    petrous = both(petrous_bone(), right_shift=(0.5, 1.5, -1.0))
    mastoid = both(_mastoid(), right_shift=(1.0, 0.0, 2.5))
    styloid = both(tube([(44, 5, -9), (39, -3, -24), (34, -9, -40)], [2.2, 1.5, 0.8]), right_shift=(0, 0, 6))
    return [
        layer(t.FACE_BONE, base_bones() + without(FORAMEN_MAGNUM), 0.4, 7.0, 13),
        layer(t.MASTOID, mastoid, 0.7, 7.0, 14),
        layer(t.PETROUS, petrous, 0.7, 8.0, 15),
        layer(t.FACE_BONE, styloid),
        layer(t.FLUID, _inner_ears()),
        layer(t.AIR, air_cells(), 0.4, 2.5, 16),
        layer(t.AIR, _ears()),
    ]
