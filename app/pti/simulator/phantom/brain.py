"""What is in the brain case: brain, cerebellum, brainstem, ventricles, falx."""

from pti.simulator.phantom import skull
from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.shapes import Parts, ball, both, box, ellipsoid, grown, joined, mirrored, tube, turned
from pti.simulator.phantom.tissues import Layer, layer

#: Fluid between the inner table and the brain.
_GAP_MM = 2.4

CEREBELLUM: Parts = joined(both(ellipsoid((21, 50, 2), (27, 28, 19))), blend=6)
BRAINSTEM: Parts = joined(
    tube([(0, 22, -20), (0, 17, -8), (0, 9, 4), (0, 5, 16), (0, 4, 26)], [5.5, 6.5, 9.5, 9.5, 8.5], wide=(1, 0, 0), times=1.35),
    both(tube([(10, 12, 3), (22, 28, 3)], [6, 6])),
    blend=4,
)
BRAIN: Parts = grown(skull.CAVITY, -_GAP_MM)


def _ventricles() -> Parts:
    """Both side ventricles, the third and the fourth; the left side ventricle is a little larger."""
    left = joined(
        tube([(6, -32, 52), (8, -14, 60), (10, 8, 64), (16, 30, 58), (22, 44, 46)], [4.5, 4.8, 4.2, 5.2, 3], times=1.3),
        tube([(16, 30, 58), (26, 26, 42), (31, 8, 26), (30, -8, 18)], [5, 4.2, 2.8, 2], times=1.2),
        blend=3,
    )
    midline = joined(
        ellipsoid((0, -2, 40), (2.2, 13, 11)),
        ellipsoid((0, 24, 2), (7, 4.5, 10)),
        tube([(0, 13, 32), (0, 18, 14)], 1.3),
    )
    return joined(grown(left, 0.6), mirrored(grown(left, -0.5)), midline)


def _cisterns() -> Parts:
    return joined(
        both(tube([(16, -22, 27), (34, -16, 30), (54, -6, 46)], [2.2, 2.4, 2.0], times=1.6)),
        ellipsoid((0, -14, 27), (12, 8, 3.5)),
        ellipsoid((0, 28, 24), (9, 5, 6)),
        tube([(0, 1, 20), (0, 0, 2), (0, 10, -14)], [2, 2.2, 3], wide=(1, 0, 0), times=4.0),
        ellipsoid((0, 38, -16), (15, 10, 5)),
    )


def _falx() -> Parts:
    """Folds of the dura between the hemispheres and over the cerebellum."""
    upper = box((0.8, 6, 92), (0.8, 90, 26), turned(roll_deg=0.8), edge=0.5)
    front = box((0.5, -52, 60), (0.8, 22, 36), turned(roll_deg=-0.5), edge=0.5)
    back = box((0.3, 58, 48), (0.9, 34, 34), turned(roll_deg=0.5), edge=0.5)
    tentorium = box((24, 44, 25), (30, 36, 0.8), turned(roll_deg=22, pitch_deg=10), edge=0.5)
    return joined(upper, front, back, tentorium, mirrored((tentorium,)))


STEM = layer(t.BRAINSTEM, BRAINSTEM, 0.4, 10.0, 104)


def layers() -> list[Layer]:
    """Fluid first, brain into it, then what lies within."""
    return [
        layer(t.FLUID, skull.CAVITY),
        layer(t.BRAIN, BRAIN, 0.6, 16.0, 101),
        layer(t.FALX, _falx(), inside=skull.CAVITY),
        layer(t.CEREBELLUM, CEREBELLUM, 0.6, 8.0, 102),
        layer(t.FLUID, _cisterns(), 0.6, 6.0, 103),
        STEM,
        layer(t.FLUID, _ventricles(), 0.4, 8.0, 105),
        layer(
            t.CALCIFIED,
            joined(ball((0.5, 20, 34), 2.2), ellipsoid((22, 33, 46), (2.4, 4, 3)), ellipsoid((-21, 31, 47), (2, 3, 2.4))),
        ),
    ]
