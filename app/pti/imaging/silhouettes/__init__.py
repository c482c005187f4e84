"""Silhouettes of structures on an imager's panel: the outline of their shadow, seen from the source."""

from pti.imaging.silhouettes.outline import project_silhouettes

__all__ = ["project_silhouettes"]
