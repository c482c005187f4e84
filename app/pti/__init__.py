"""Proton Therapy Imaging: patient set-up imaging before each proton treatment.

Importing this package fixes two settings that numba and OpenMP read once, before either is loaded.
"""

import os

__version__ = "0.1.0"

# numba's "workqueue" layer aborts the process when two Python threads run parallel kernels;
# "threadsafe" refuses it. Passive waiting keeps idle kernel threads from starving the GUI.
os.environ.setdefault("NUMBA_THREADING_LAYER", "threadsafe")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
