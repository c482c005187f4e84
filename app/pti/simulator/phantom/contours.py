"""Axial contours of solids, cut from their distance fields."""

from dataclasses import dataclass

from pti.geometry.rigid import FloatArray
from pti.imaging.contouring import thinned, zero_lines
from pti.simulator.phantom.fields import Field

#: A contour is left alone below this: three corners of a voxel are no organ.
_FEWEST_POINTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class AxialContour:
    """One closed contour: slice of the volume, and (points, 2) x and y in mm; the last point joins the first."""

    slice_index: int
    points_xy_mm: FloatArray


def axial_contours(field: Field, tolerance_mm: float = 0.06) -> tuple[AxialContour, ...]:
    """Where a field is zero, slice by slice from below.

    Parameters
    ----------
    field : negative inside
    tolerance_mm : how far points that are left out may lie from the line without them
    """
    contours = []
    for k in range(field.grid.shape[0]):
        for line in zero_lines(field.distance_mm[k]):
            points = thinned(field.grid.origin_mm[:2] + line[:, ::-1] * field.grid.step_mm[:2], tolerance_mm)
            if len(points) >= _FEWEST_POINTS:
                contours.append(AxialContour(field.corner[0] + k, points))
    return tuple(contours)
