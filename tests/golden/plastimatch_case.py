"""What plastimatch_drr.npz shows: the small head with a known set-up error, from gantry 0 and 90."""

from pathlib import Path

import numpy as np

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from tests.support.analytic_phantom import PHANTOM_FRAME
from tests.support.kv_images import displaced

GOLDEN = Path(__file__).parent / "plastimatch_drr.npz"
ISOCENTRE_MM = (9.0, -4.0, 8.0)
PLANNED = patient_to_fixed(PHANTOM_FRAME, np.array(ISOCENTRE_MM), PatientPosition.HFS)
#: Lateral, longitudinal, vertical mm; pitch, roll, rotation degrees.
SETUP_ERROR = (6.0, -5.0, 7.0, 2.0, -2.5, 1.5)
TRUE_POSE = displaced(PLANNED, SETUP_ERROR)
GEOMETRIES = tuple(ImagerGeometry.centred(gantry_deg, 2700.0, 3700.0, 192, 256, 1.552) for gantry_deg in (0.0, 90.0))
