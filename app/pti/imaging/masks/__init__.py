"""Which voxels of a CT lie inside closed planar contours."""

from pti.imaging.masks.mask import MadeMask, Section, StructureMask, make_mask, outer_edges_mm

__all__ = ["MadeMask", "Section", "StructureMask", "make_mask", "outer_edges_mm"]
