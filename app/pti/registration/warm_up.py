"""The first match of a program compiles its kernels or reads them from the disk; better while nobody waits."""

import numpy as np

from pti.geometry.frames import FIXED, patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.attenuation import attenuation_volume
from pti.imaging.drr import render_drr
from pti.imaging.pyramid import reduced
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume
from pti.registration.match_2d3d import match_2d3d
from pti.registration.problem import Match2d3dProblem


def warm_up() -> None:
    """Render and match a cube of 80 mm: everything that a match needs is ready afterwards.

    Some seconds the first time, some tenths later; safe in a thread of its own.
    """
    z, y, x = np.mgrid[-40:41:5, -40:41:5, -40:41:5]
    hounsfield = np.where(np.maximum(np.maximum(abs(x), abs(y)), abs(z)) < 28, 300 + 5 * x, -1000).astype(np.int16)
    frame = patient_frame("2.25.1")
    ct = CtVolume(frame, hounsfield, (-40.0, -40.0), 5.0, 5.0, np.arange(-40.0, 41.0, 5.0))
    pose = RigidTransform.identity(frame, FIXED)
    volume = attenuation_volume(ct)
    render_drr(reduced(volume, 2), ImagerGeometry.centred(0.0, 1000.0, 1500.0, 8, 8, 10.0), pose)
    views = []
    for gantry_deg in (0.0, 90.0):
        geometry = ImagerGeometry.centred(gantry_deg, 1000.0, 1500.0, 256, 256, 1.0)
        pixels = (40000 * np.exp(-render_drr(volume, geometry, pose))).astype(np.uint16)
        views.append(Radiograph(pixels, geometry, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM))
    match_2d3d(Match2d3dProblem(ct, tuple(views), pose, (0.0, 0.0, 0.0)))
