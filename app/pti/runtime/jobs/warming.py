"""Compiles the kernels, or loads them from numba's cache, before anyone waits for them."""

import numpy as np

from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.imaging.silhouettes import project_silhouettes
from pti.registration import warm_up as registration


def warm_up() -> None:
    """Make ready what a match and the pictures of it need; seconds the first time on a machine, then a part of one."""
    registration.warm_up()
    pose = patient_to_fixed(patient_frame("2.25.1"), np.zeros(3), PatientPosition.HFS)
    square = np.array([[-5.0, -5.0, 0.0], [5.0, -5.0, 0.0], [5.0, 5.0, 0.0], [-5.0, 5.0, 0.0]])
    project_silhouettes([square], ImagerGeometry.centred(0.0, 2700.0, 3700.0, 96, 128, 3.0), pose, 2.0)
