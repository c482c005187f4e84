"""The demo patient: an adult head and neck, made of shapes by this program, with CT, structure set and ion plan."""

from pti.simulator.phantom.patient import DemoPatient, make_demo_patient
from pti.simulator.phantom.volume import FULL_SIZE, DemoSize, demo_ct

__all__ = ["FULL_SIZE", "DemoPatient", "DemoSize", "demo_ct", "make_demo_patient"]
