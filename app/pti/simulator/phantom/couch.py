"""Table top of carbon fibre around foam, and the foam head rest that the head lies in."""

from pti.simulator.phantom import soft_tissue
from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.shapes import box, grown, joined, without
from pti.simulator.phantom.tissues import Layer, layer

#: y of the upper surface of the table top.
TOP_Y_MM = 124.0
_THICK_MM = 46.0
_HALF_WIDTH_MM = 205.0
_SKIN_MM = 2.4


def layers() -> list[Layer]:
    """To be painted before the patient, who lies in the hollow."""
    middle = TOP_Y_MM + _THICK_MM / 2
    plate = box((0, middle, 0), (_HALF_WIDTH_MM, _THICK_MM / 2, 600), edge=20)
    core = box((0, middle, 0), (_HALF_WIDTH_MM - _SKIN_MM, _THICK_MM / 2 - _SKIN_MM, 600), edge=18)
    rest = box((0, TOP_Y_MM - 37, 0), (100, 37, 129), edge=10)
    hollow = grown(soft_tissue.outline(), 1.0)
    return [
        layer(t.CARBON, (plate,)),
        layer(t.COUCH_FOAM, (core,)),
        layer(t.HEADREST_FOAM, joined(rest) + without(hollow, blend=3)),
    ]
