"""Compiles the kernels, or loads them from numba's cache, before anyone waits for them."""

import numpy as np

from pti.foundation.cancel import CancelToken
from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.imaging.attenuation import attenuation_volume
from pti.imaging.display.blending import Mixture, mixed
from pti.imaging.display.sampling import windowed_samples
from pti.imaging.display.window import SOFT_TISSUE
from pti.imaging.drr import render_drr
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.silhouettes import project_silhouettes
from pti.imaging.volume import CtVolume
from pti.registration.match_2d3d import match_2d3d
from pti.registration.problem import Match2d3dProblem

#: Counts of the open field in the little images.
_OPEN_FIELD = 30_000


def warm_up(cancel: CancelToken | None = None) -> None:
    """Go the computing part of the whole way on a little CT: attenuation, DRR, match, silhouettes, display.

    Takes seconds the first time on a machine, and a part of a second from then on.

    Raises
    ------
    Stopped
        Between two parts, if asked for.
    """
    cancel = cancel or CancelToken()
    ct = little_ct()
    pose = patient_to_fixed(ct.frame, ct.centre_mm, PatientPosition.HFS)
    panels = [ImagerGeometry.centred(gantry, 2700.0, 3700.0, 192, 256, 1.552) for gantry in (0.0, 90.0)]
    attenuation = attenuation_volume(ct)
    views = []
    for panel in panels:
        cancel.raise_if_cancelled()
        integrals = render_drr(attenuation, panel, pose)
        counts = np.asarray(np.rint(_OPEN_FIELD * np.exp(-integrals)), dtype=np.uint16)
        views.append(Radiograph(counts, panel, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM))
    x, y, z = (float(value) for value in ct.centre_mm)
    match_2d3d(Match2d3dProblem(ct, tuple(views), pose, (x, y, z)), cancel=cancel)
    square = np.array([[x - 5, y - 5, z], [x + 5, y - 5, z], [x + 5, y + 5, z], [x - 5, y + 5, z]])
    project_silhouettes([square], panels[0], pose, 2.0)
    positions = np.arange(64, dtype=np.float32)
    grey = windowed_samples(ct.hounsfield[0], positions, positions, SOFT_TISSUE)
    windowed_samples(integrals, positions, positions, SOFT_TISSUE)
    mixed(grey, grey, Mixture())


def little_ct() -> CtVolume:
    """A block of tissue with a bar of bone off its middle."""
    hounsfield = np.full((64, 64, 64), -1000, np.int16)
    hounsfield[8:-8, 12:-12, 12:-12] = 30
    hounsfield[16:30, 20:40, 16:24] = 900
    return CtVolume(patient_frame("2.25.1"), hounsfield, (-63.0, -63.0), 2.0, 2.0, 2.0 * np.arange(64, dtype=np.float64))
