"""The whole demo patient: all layers in the order in which they are painted, and the structures that are contoured."""

from dataclasses import dataclass

from pti.simulator.phantom import brain, couch, face, jaw, skull, soft_tissue, spine, target
from pti.simulator.phantom.shapes import Solid, both, grown
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
        target.TUMOUR,
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Organ:
    """A structure to be contoured: its name, RT ROI Interpreted Type and colour (red, green, blue)."""

    name: str
    interpreted_type: str
    colour: tuple[int, int, int]
    solid: Solid


def organs() -> tuple[Organ, ...]:
    """Outline, organs at risk and targets."""
    not_brain = both(skull.petrous_bone()) + skull.base_bones()
    (eye_left, eye_right), (lens_left, lens_right) = face.EYES, face.LENSES
    (nerve_left, nerve_right), (parotid_left, parotid_right) = face.OPTIC_NERVES, soft_tissue.PAROTIDS
    bone = jaw.mandible()
    return (
        Organ("BODY", "EXTERNAL", (0, 200, 90), soft_tissue.BODY.solid),
        Organ("Brain", "ORGAN", (230, 150, 170), Solid(brain.BRAIN, cut=not_brain)),
        Organ("Brainstem", "ORGAN", (90, 200, 240), brain.STEM.solid),
        Organ("SpinalCord", "ORGAN", (250, 220, 60), spine.CORD.solid),
        Organ("Eye_L", "ORGAN", (80, 160, 255), eye_left.solid),
        Organ("Eye_R", "ORGAN", (60, 110, 230), eye_right.solid),
        Organ("Lens_L", "ORGAN", (200, 240, 255), lens_left.solid),
        Organ("Lens_R", "ORGAN", (160, 220, 255), lens_right.solid),
        Organ("OpticNerve_L", "ORGAN", (255, 200, 120), nerve_left.solid),
        Organ("OpticNerve_R", "ORGAN", (235, 170, 90), nerve_right.solid),
        Organ("Mandible", "ORGAN", (200, 180, 140), jaw.BONE.solid),
        Organ("Parotid_L", "ORGAN", (190, 110, 240), Solid(parotid_left.solid.parts, cut=bone)),
        Organ("Parotid_R", "ORGAN", (150, 80, 210), Solid(parotid_right.solid.parts, cut=bone)),
        Organ("CTV", "CTV", (255, 90, 60), Solid(target.CTV, cut=grown(brain.BRAINSTEM, 1.0))),
        Organ("PTV", "PTV", (255, 40, 120), Solid(target.PTV)),
    )
