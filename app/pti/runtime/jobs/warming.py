"""Compiles the kernels, or loads them from numba's cache, before anyone waits for them."""

import numpy as np

from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.imaging.silhouettes import project_silhouettes
from pti.imaging.structure_models import make_model
from pti.imaging.volume import CtVolume
from pti.registration import warm_up as registration


def warm_up() -> None:
    """Make ready what a match, its pictures and structures need; seconds the first time on a machine, then a part of one."""
    registration.warm_up()
    pose = patient_to_fixed(patient_frame("2.25.1"), np.zeros(3), PatientPosition.HFS)
    square = np.array([[-5.0, -5.0, 0.0], [5.0, -5.0, 0.0], [5.0, 5.0, 0.0], [-5.0, 5.0, 0.0]])
    project_silhouettes([square], ImagerGeometry.centred(0.0, 2700.0, 3700.0, 96, 128, 3.0), pose, 2.0)
    ct = CtVolume(patient_frame("2.25.1"), np.zeros((2, 16, 16), np.int16), (-7.5, -7.5), 1.0, 1.0, np.array([0.0, 2.0]))
    make_model([square], ct)
