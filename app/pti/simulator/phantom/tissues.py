"""What the demo patient is made of: Hounsfield units from the surface inwards, with their texture.

The values are what a 120 kV planning CT shows; texture stands for trabeculae, fat in muscle, and the like.
"""

from dataclasses import dataclass

from pti.simulator.phantom.shapes import Parts, Solid


@dataclass(frozen=True, slots=True)
class Tissue:
    """A material.

    Parameters
    ----------
    profile : (depth below the surface in mm, HU, texture in HU), ascending depth; straight lines between
    texture_mm : size of the texture
    furrowed : narrow dark valleys instead of bumps
    """

    profile: tuple[tuple[float, float, float], ...]
    texture_mm: float = 2.0
    furrowed: bool = False


def plain(hounsfield: float, texture: float = 0.0, texture_mm: float = 3.0) -> Tissue:
    """The same all through."""
    return Tissue(((0.0, hounsfield, texture),), texture_mm)


def bone(cortex: float, cortex_mm: float, inside: float, trabeculae: float = 0.0) -> Tissue:
    """A dense layer around spongy bone."""
    return Tissue(
        ((0.0, cortex, 0.0), (cortex_mm, cortex, 20.0), (cortex_mm + 0.9, inside, trabeculae), (40.0, inside, trabeculae)), 1.9
    )


AIR = plain(-1000.0)
# Skin, then fat, then the muscle that fills whatever nothing else is painted into.
BODY = Tissue(
    ((0.0, 30.0, 0.0), (1.6, 20.0, 0.0), (2.4, -95.0, 12.0), (5.0, -90.0, 25.0), (7.0, 20.0, 45.0), (40.0, 25.0, 45.0)), 6.0
)
NECK_FAT = plain(-95.0, 18.0, 5.0)
MUSCLE = Tissue(((0.0, 50.0, 6.0), (3.0, 60.0, 12.0)), 4.0)
CARTILAGE = plain(105.0, 35.0, 2.5)
MUCOSA = plain(45.0)
GLAND = plain(18.0, 40.0, 3.5)
THYROID = plain(125.0, 10.0, 4.0)
VESSEL = plain(48.0)
SKULL = bone(1500.0, 1.5, 600.0, 330.0)
FACE_BONE = bone(1250.0, 1.1, 380.0, 170.0)
THIN_BONE = plain(950.0)
PETROUS = bone(1350.0, 1.5, 900.0, 320.0)
MASTOID = bone(1250.0, 1.4, 420.0, 250.0)
MANDIBLE = bone(1650.0, 1.9, 480.0, 200.0)
VERTEBRA = bone(900.0, 1.0, 380.0, 130.0)
ARCH = bone(1150.0, 1.2, 380.0, 140.0)
DISC = plain(85.0, 10.0, 4.0)
ENAMEL = Tissue(((0.0, 2600.0, 0.0), (1.0, 2600.0, 0.0), (1.6, 1750.0, 0.0)))
DENTINE = plain(1700.0)
PULP = plain(500.0)
FILLING = plain(3071.0)
BRAIN = Tissue(
    ((0.0, 20.0, 0.0), (0.6, 40.0, 36.0), (3.0, 39.0, 34.0), (6.0, 36.0, 30.0), (13.0, 29.0, 14.0), (18.0, 28.0, 0.0)),
    11.0,
    True,
)
CEREBELLUM = Tissue(((0.0, 25.0, 0.0), (0.8, 39.0, 24.0), (8.0, 36.0, 16.0), (20.0, 34.0, 8.0)), 4.5, True)
BRAINSTEM = plain(31.0, 3.0, 4.0)
CORD = plain(36.0)
FLUID = plain(8.0)
FALX = plain(65.0)
CALCIFIED = plain(210.0)
VITREOUS = Tissue(((0.0, 55.0, 0.0), (0.9, 50.0, 0.0), (1.6, 9.0, 0.0)))
LENS = plain(85.0)
NERVE = plain(35.0)
ORBITAL_FAT = plain(-85.0, 8.0, 4.0)
TUMOUR = Tissue(((0.0, 45.0, 8.0), (4.0, 58.0, 12.0), (12.0, 48.0, 14.0)), 5.0)
CARBON = plain(150.0)
COUCH_FOAM = plain(-915.0, 4.0, 3.0)
HEADREST_FOAM = plain(-955.0, 5.0, 4.0)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A solid painted with a tissue over what was there before."""

    solid: Solid
    tissue: Tissue


def layer(
    tissue: Tissue,
    parts: Parts,
    roughness_mm: float = 0.0,
    scale_mm: float = 8.0,
    seed: int = 1,
    *,
    cut: Parts = (),
    inside: Parts = (),
) -> Layer:
    """A layer whose solid is made in one go (:class:`Solid`)."""
    return Layer(Solid(parts, cut, inside, roughness_mm, scale_mm, seed), tissue)
