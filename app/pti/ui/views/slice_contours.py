"""Structures cut by the slices: contours on the axial one, cuts of the surfaces on the two others, and the areas within."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from pti.dicom.structures import Contour, Structure, StructureSet
from pti.geometry.rigid import FloatArray
from pti.imaging.display.overlays import Rgb
from pti.imaging.display.slices import Point, SlicePlane, index_of
from pti.imaging.masks import Section
from pti.imaging.masks.planes import Indices, group_planes, heights_of, planes_of_slices
from pti.imaging.structure_models import StructureModels
from pti.imaging.volume import CtVolume
from pti.ui.views.transform import ViewTransform

#: A point is shown on slices that pass it no further away.
_POINT_REACH_MM = 2.0
#: The outline of the body is enough: its area is all there is to see.
_NOT_FILLED = "EXTERNAL"
#: At least so many points of a contour tell how far it reaches: a round one of 200 mm radius loses less than 4 mm.
_BOUNDS_FROM = 16


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One structure on one slice, on the screen's axes in mm.

    Parameters
    ----------
    segments : (segments, 4), pieces of lines: x1, y1, x2, y2
    points : (points, 2)
    """

    number: int
    colour: Rgb
    segments: FloatArray
    points: FloatArray


Cuts = tuple[Cut, ...]
_NO_SEGMENTS = np.empty((0, 4))
_NO_POINTS = np.empty((0, 2))


class SliceContours:
    """All contours of a structure set, ready to be cut by slices of a CT.

    `bounds_mm` are the least and the greatest corner of all contours, None if there is none; of long contours not every point
    is looked at, as they only say how much a view shows at first.
    """

    def __init__(self, structures: StructureSet, ct: CtVolume) -> None:
        self._structures = structures.structures
        self._ct = ct
        self._on_slices: dict[int, tuple[Indices, Indices]] = {}
        self.bounds_mm = _bounds(self._structures)

    def cuts(self, plane: SlicePlane, through_mm: float, models: StructureModels) -> Cuts:
        """What each structure looks like on a slice; structures that do not meet it are left out.

        On coronal and sagittal slices closed structures are seen once their models are there.
        """
        found = (self._cut(structure, plane, through_mm, models) for structure in self._structures)
        return tuple(cut for cut in found if len(cut.segments) or len(cut.points))

    def areas(
        self, plane: SlicePlane, through_mm: float, models: StructureModels, hidden: frozenset[int]
    ) -> list[tuple[Section, Rgb]]:
        """What each structure that is not hidden covers of the CT's plane, the largest structure first; not the body."""
        axis = plane.through_axis
        at = index_of(self._ct, axis, through_mm)
        shown = [
            s for s in self._structures if s.number in models and s.number not in hidden and s.interpreted_type != _NOT_FILLED
        ]
        shown.sort(key=lambda structure: -models[structure.number].mask.volume_cm3)
        sections = ((models[s.number].mask.section(2 - axis, at), s.colour) for s in shown)
        return [(section, colour) for section, colour in sections if section is not None]

    def _cut(self, structure: Structure, plane: SlicePlane, through_mm: float, models: StructureModels) -> Cut:
        points, segments = _NO_POINTS, _NO_SEGMENTS
        if structure.is_point:
            points = _near_points(structure, plane, through_mm)
        elif plane is SlicePlane.AXIAL:
            segments = _joined([_edges(contour) for contour in self._on_slice(structure, through_mm)])
        else:
            segments = _joined(list(self._crossings(structure, plane, through_mm, models)))
        return Cut(structure.number, structure.colour, segments, points)

    def _on_slice(self, structure: Structure, z_mm: float) -> Iterator[Contour]:
        """The contours of the plane that the slice belongs to, as in the structure's mask."""
        if structure.number not in self._on_slices:
            planes_mm, plane_of = group_planes(heights_of([contour.points_mm for contour in structure.contours]))
            self._on_slices[structure.number] = planes_of_slices(planes_mm, self._ct.slice_positions_mm), plane_of
        owner, plane_of = self._on_slices[structure.number]
        wanted = owner[index_of(self._ct, 2, z_mm)]
        if wanted >= 0:
            yield from (structure.contours[at] for at in np.flatnonzero(plane_of == wanted).tolist())

    def _crossings(
        self, structure: Structure, plane: SlicePlane, through_mm: float, models: StructureModels
    ) -> Iterator[FloatArray]:
        if structure.number in models:
            segments = models[structure.number].surface.cut(plane.through_axis, through_mm)
            yield segments * (1, plane.down_sign, 1, plane.down_sign)
        if structure.contours and structure.contours[0].geometric_type == "OPEN_PLANAR":  # all are of one type (LOAD-05)
            for contour in structure.contours:
                yield _posts(contour.points_mm, plane, through_mm, self._ct.slice_step_mm)


def _near_points(structure: Structure, plane: SlicePlane, through_mm: float) -> FloatArray:
    points = np.concatenate([contour.points_mm for contour in structure.contours])
    near = points[np.abs(points[:, plane.through_axis] - through_mm) <= _POINT_REACH_MM]
    return np.stack([near[:, plane.right_axis], near[:, plane.down_axis] * plane.down_sign], axis=1)


def _edges(contour: Contour) -> FloatArray:
    """The edges of a contour on the axial slice; an open one has none from its end to its beginning."""
    points = contour.points_mm[:, :2]
    edges = np.hstack([points, np.roll(points, -1, axis=0)])
    return edges[:-1] if contour.geometric_type == "OPEN_PLANAR" else edges


def _posts(points_mm: FloatArray, plane: SlicePlane, through_mm: float, height_mm: float) -> FloatArray:
    """Where a slice along z crosses an open contour: upright lines as high as the contour's slice is thick."""
    through, right = plane.through_axis, plane.right_axis
    a, b = points_mm[:-1], points_mm[1:]
    crossing = (a[:, through] < through_mm) != (b[:, through] < through_mm)
    a, b = a[crossing], b[crossing]
    share = (through_mm - a[:, through]) / (b[:, through] - a[:, through])
    x, y = a[:, right] + share * (b[:, right] - a[:, right]), a[:, 2] * plane.down_sign
    return np.stack([x, y - height_mm / 2, x, y + height_mm / 2], axis=1)


def _joined(parts: list[FloatArray]) -> FloatArray:
    return np.concatenate(parts) if parts else _NO_SEGMENTS


def _bounds(structures: tuple[Structure, ...]) -> tuple[Point, Point] | None:
    """Least and greatest (x, y, z) of all contours; None without contours."""
    contours = (contour.points_mm for structure in structures for contour in structure.contours)
    points = [points[:: len(points) // _BOUNDS_FROM or 1] for points in contours]
    if not points:
        return None
    every = np.concatenate(points)
    low, high = every.min(axis=0), every.max(axis=0)
    return (float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2]))


def draw_points(painter: QPainter, cuts: Cuts, hidden: frozenset[int], transform: ViewTransform) -> None:
    """Draw markers and other points that are not hidden as rings."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for cut in cuts:
        if cut.number in hidden:
            continue
        painter.setPen(QPen(QColor(*cut.colour), 1.5))
        for x, y in cut.points:
            painter.drawEllipse(QPointF(*transform.to_view((float(x), float(y)))), 5.0, 5.0)
