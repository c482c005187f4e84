"""Contours from fields, and a structure's contours on other planes than those that it was drawn on."""

from pti.imaging.contouring.lines import thinned, zero_lines
from pti.imaging.contouring.resampling import ResampledContours, resample_contours

__all__ = ["ResampledContours", "resample_contours", "thinned", "zero_lines"]
