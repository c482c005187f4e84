"""What is made of a structure once, to be shown often: its voxels and its surface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pti.geometry.rigid import FloatArray
from pti.imaging.masks import MadeMask, StructureMask, make_mask
from pti.imaging.surfaces import Surface, make_surface
from pti.imaging.volume import CtVolume


@dataclass(frozen=True, slots=True, eq=False)
class StructureModel:
    """A structure of closed planar contours on the grid of the CT."""

    mask: StructureMask
    surface: Surface


#: By the structure's number; a structure without voxels has none.
StructureModels = Mapping[int, StructureModel]


def make_model(contours_mm: Sequence[FloatArray], ct: CtVolume) -> tuple[StructureModel | None, MadeMask]:
    """Voxels and surface of closed contours, each (points, 3), patient frame; and what was odd about them."""
    made = make_mask(contours_mm, ct)
    model = None if made.mask is None else StructureModel(made.mask, make_surface(made.mask, ct))
    return model, made
