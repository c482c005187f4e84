"""Which voxels of a CT lie inside closed planar contours."""

from pti.imaging.masks.mask import MadeMask, Section, StructureMask, make_mask

__all__ = ["MadeMask", "Section", "StructureMask", "make_mask"]
