"""Closed triangle meshes round the voxels of a structure, and plane cuts of them."""

from pti.imaging.surfaces.surface import Surface, make_surface

__all__ = ["Surface", "make_surface"]
