"""Structures cut by the slices: contours on the axial one, the slabs' outline on the two others."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from pti.dicom.structures import Structure, StructureSet
from pti.geometry.rigid import FloatArray
from pti.imaging.display.slices import Point, SlicePlane
from pti.ui.views.transform import ViewTransform


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One structure on one slice, on the screen's axes in mm.

    Parameters
    ----------
    polygons : closed lines, each (points, 2)
    strokes : (strokes, 4), pieces of edges: x1, y1, x2, y2
    points : (points, 2)
    """

    number: int
    colour: tuple[int, int, int]
    polygons: tuple[FloatArray, ...]
    strokes: FloatArray
    points: FloatArray


Cuts = tuple[Cut, ...]
_NO_STROKES = np.empty((0, 4))
_NO_POINTS = np.empty((0, 2))
#: Crossings of neighbouring slabs that are further apart do not belong to one side.
_JOINED_MM = 8.0


class SliceContours:
    """All contours of a structure set, ready to be cut.

    Parameters
    ----------
    slice_step_mm : each contour stands for a slab of this thickness

    `bounds_mm` are the least and the greatest corner of all contours, None if there is none.
    """

    def __init__(self, structures: StructureSet, slice_step_mm: float) -> None:
        self._structures = structures.structures
        self._half = slice_step_mm / 2
        self._edges: dict[int, FloatArray] = {}
        self.bounds_mm = _bounds(self._structures)

    def cuts(self, plane: SlicePlane, through_mm: float) -> Cuts:
        """What each structure looks like on a slice; structures that do not meet it are left out."""
        found = (self._cut(structure, plane, through_mm) for structure in self._structures)
        return tuple(cut for cut in found if cut.polygons or len(cut.strokes) or len(cut.points))

    def _cut(self, structure: Structure, plane: SlicePlane, through_mm: float) -> Cut:
        points = self._points(structure, plane, through_mm) if structure.is_point else _NO_POINTS
        polygons: tuple[FloatArray, ...] = ()
        strokes = _NO_STROKES
        if not structure.is_point:
            if plane is SlicePlane.AXIAL:
                polygons = tuple(self._on_slice(structure, through_mm))
            else:
                strokes = self._strokes(structure, plane, through_mm)
        return Cut(structure.number, structure.colour, polygons, strokes, points)

    def _on_slice(self, structure: Structure, z_mm: float) -> Iterable[FloatArray]:
        return (c.points_mm[:, :2] for c in structure.contours if abs(c.points_mm[0, 2] - z_mm) <= self._half)

    def _points(self, structure: Structure, plane: SlicePlane, through_mm: float) -> FloatArray:
        points = np.concatenate([contour.points_mm for contour in structure.contours])
        near = points[np.abs(points[:, plane.through_axis] - through_mm) <= 2.0]
        return np.stack([near[:, plane.right_axis], near[:, plane.down_axis] * plane.down_sign], axis=1)

    def _strokes(self, structure: Structure, plane: SlicePlane, through_mm: float) -> FloatArray:
        """The outline of the slabs that the slice cuts."""
        edges = self._edges_of(structure)
        through, right = plane.through_axis, plane.right_axis
        a, b = edges[:, :3], edges[:, 3:]
        crossing = (a[:, through] <= through_mm) != (b[:, through] <= through_mm)
        a, b = a[crossing], b[crossing]
        share = (through_mm - a[:, through]) / (b[:, through] - a[:, through])
        return slab_outline(a[:, right] + share * (b[:, right] - a[:, right]), a[:, 2] * plane.down_sign, 2 * self._half)

    def _edges_of(self, structure: Structure) -> FloatArray:
        """(edges, 6): both ends of every edge of all contours."""
        if structure.number not in self._edges:
            edges = [np.hstack([c.points_mm, np.roll(c.points_mm, -1, axis=0)]) for c in structure.contours]
            self._edges[structure.number] = np.concatenate(edges) if edges else np.empty((0, 6))
        return self._edges[structure.number]


def slab_outline(across_mm: FloatArray, heights_mm: FloatArray, step_mm: float) -> FloatArray:
    """The outline of slabs, from where contours enter and leave a slice.

    Crossings of neighbouring slabs are joined one to one where they are as many and lie near one another; elsewhere the
    outline goes along the border between the slabs.

    Parameters
    ----------
    across_mm, heights_mm : (crossings,), along the screen's horizontal and vertical; an even number for each height
    step_mm : height of a slab

    Returns
    -------
    (strokes, 4): x1, y1, x2, y2
    """
    slabs: dict[float, list[float]] = {}
    for height, x in sorted(zip(heights_mm.tolist(), across_mm.tolist(), strict=True)):
        slabs.setdefault(height, []).append(x)
    strokes: list[tuple[float, float, float, float]] = []
    above, above_y = list[float](), -np.inf
    for y, row in slabs.items():
        if y - above_y > 1.5 * step_mm:
            strokes += _border(above, above_y, [], above_y + step_mm)
            above, above_y = [], y - step_mm
        near = len(row) == len(above) and max(abs(p - q) for p, q in zip(row, above, strict=True)) <= _JOINED_MM
        if near:
            strokes += [(p, above_y, q, y) for p, q in zip(above, row, strict=True)]
        else:
            strokes += _border(above, above_y, row, y)
        above, above_y = row, y
    strokes += _border(above, above_y, [], above_y + step_mm)
    return np.array(strokes, dtype=np.float64).reshape(-1, 4)


def _border(above: list[float], above_y: float, below: list[float], below_y: float) -> list[tuple[float, float, float, float]]:
    """Sides of two slabs up to their border, and the border where only one of them is."""
    if not above and not below:
        return []
    middle = (above_y + below_y) / 2
    ends = sorted(above + below)
    return [
        *((x, above_y, x, middle) for x in above),
        *((x, middle, x, below_y) for x in below),
        *((p, middle, q, middle) for p, q in zip(ends[::2], ends[1::2], strict=False)),
    ]


def _bounds(structures: tuple[Structure, ...]) -> tuple[Point, Point] | None:
    """Least and greatest (x, y, z) of all contours; None without contours."""
    points = [contour.points_mm for structure in structures for contour in structure.contours]
    if not points:
        return None
    low = np.min([p.min(axis=0) for p in points], axis=0)
    high = np.max([p.max(axis=0) for p in points], axis=0)
    return (float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2]))


def draw_cuts(painter: QPainter, cuts: Cuts, hidden: frozenset[int], transform: ViewTransform) -> None:
    """Draw all cuts that are not hidden."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for cut in cuts:
        if cut.number in hidden:
            continue
        painter.setPen(QPen(QColor(*cut.colour), 1.5))
        for polygon in cut.polygons:
            painter.drawPolygon(QPolygonF([QPointF(*transform.to_view((float(x), float(y)))) for x, y in polygon]))
        lines = []
        for x1, y1, x2, y2 in cut.strokes:
            a, b = transform.to_view((float(x1), float(y1))), transform.to_view((float(x2), float(y2)))
            lines.append(QLineF(*a, *b))
        painter.drawLines(lines)
        for x, y in cut.points:
            painter.drawEllipse(QPointF(*transform.to_view((float(x), float(y)))), 5.0, 5.0)
