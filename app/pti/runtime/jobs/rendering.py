"""What the planning CT looks like to the imagers, at a pose."""

import threading

import numpy as np

from pti.dicom.structures import Structure, StructureSet
from pti.foundation.cancel import CancelToken
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray, RigidTransform
from pti.imaging.attenuation import AttenuationVolume, attenuation_volume
from pti.imaging.drr import render_drr
from pti.imaging.masks.planes import group_planes, heights_of, usual_step_mm
from pti.imaging.silhouettes import project_silhouettes
from pti.imaging.volume import CtVolume
from pti.registration.prepared import PreparedCt, prepare
from pti.session.case import AcquiredPair, OpenCase, StructureOutline, ViewRendering

#: A DRR for the screen has this many panel pixels to a side of one of its own.
DISPLAY_BINNING = 2


class CtWorkshop:
    """What is made of a planning CT once and used often; kept for the newest CT only. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ct: CtVolume | None = None
        self._attenuation: AttenuationVolume | None = None
        self._prepared: PreparedCt | None = None

    def attenuation(self, ct: CtVolume) -> AttenuationVolume:
        """Attenuation of the CT at full resolution, for DRRs on the screen."""
        with self._lock:
            self._keep(ct)
            if self._attenuation is None:
                self._attenuation = attenuation_volume(ct)
            return self._attenuation

    def prepared(self, ct: CtVolume) -> PreparedCt:
        """The CT as the 2D/3D match wants it."""
        with self._lock:
            self._keep(ct)
            if self._prepared is None:
                self._prepared = prepare(ct)
            return self._prepared

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._ct = self._attenuation = self._prepared = None

    def _keep(self, ct: CtVolume) -> None:
        if self._ct is not ct:
            self._ct, self._attenuation, self._prepared = ct, None, None


def render_views(
    case: OpenCase, pair: AcquiredPair, pose: RigidTransform, workshop: CtWorkshop, cancel: CancelToken
) -> tuple[ViewRendering, ...]:
    """Render DRR, outlines and isocentre for each image of the pair.

    Parameters
    ----------
    pose : planning-CT frame -> fixed

    Raises
    ------
    Stopped
        Between two views, if asked for.
    """
    volume = workshop.attenuation(case.ct.volume)
    views = []
    for image in pair.images:
        cancel.raise_if_cancelled()
        panel = image.radiograph.geometry
        coarse = panel.binned(DISPLAY_BINNING)
        drr = render_drr(volume, coarse, pose)
        drr.flags.writeable = False
        outlines = structure_outlines(case.structure_set, case.ct.volume.slice_step_mm, panel, pose)
        row, column = panel.project(pose(case.active_beam.isocentre_mm))
        views.append(ViewRendering(drr, coarse, outlines, (float(row), float(column))))
    return tuple(views)


def structure_outlines(
    structures: StructureSet, slice_step_mm: float, panel: ImagerGeometry, pose: RigidTransform
) -> tuple[StructureOutline, ...]:
    """Silhouettes of all structures on the panel, in its pixels; a point is a line of one pixel position.

    Each contour of a closed structure stands for its plane's usual step, which is not the CT's where only some slices were
    drawn on. An open contour has no shadow; it is drawn there and back, so that the closed line does not join its ends.
    """
    outlines = []
    for structure in structures.structures:
        if structure.is_point:
            lines = tuple(
                line for contour in structure.contours for line in panel.project(pose(contour.points_mm))[:, np.newaxis]
            )
        elif structure.contours and structure.contours[0].geometric_type == "OPEN_PLANAR":  # all are of one type (LOAD-05)
            lines = tuple(_there_and_back(panel.project(pose(contour.points_mm))) for contour in structure.contours)
        else:
            contours = _planar_points(structure)
            planes_mm, _ = group_planes(heights_of(contours))
            lines = project_silhouettes(contours, panel, pose, usual_step_mm(planes_mm, slice_step_mm))
        outlines.append(StructureOutline(structure.name, structure.colour, lines))
    return tuple(outlines)


def _there_and_back(line: FloatArray) -> FloatArray:
    return np.concatenate([line, line[-2:0:-1]])


def _planar_points(structure: Structure) -> tuple[FloatArray, ...]:
    return tuple(contour.points_mm for contour in structure.contours)
