"""The whole demo patient: all layers in the order in which they are painted."""

from pti.simulator.phantom import brain, couch, face, jaw, skull, soft_tissue, spine
from pti.simulator.phantom.tissues import Layer


def layers() -> list[Layer]:
    """From the couch to the smallest bone; what comes later covers what came before."""
    return [
        *couch.layers(),
        *soft_tissue.layers(),
        *spine.layers(),
        *spine.hyoid(),
        *brain.layers(),
        *skull.vault(),
        *skull.base(),
        *face.bones(),
        *jaw.layers(),
        *face.hollows(),
        *soft_tissue.airway(),
    ]
