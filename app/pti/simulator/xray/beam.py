"""The tube's beam as a few energy bins, weighed as the detector sees them; so bone hardens the beam."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.simulator.xray.materials import ALUMINIUM, BONE, CAESIUM_IODIDE, GOLD, WATER, Values

_BINS = 6
_LOWEST_KEV = 18.0
_ALUMINIUM_DENSITY = 2.699
#: 0.6 mm of columnar caesium iodide, three quarters filled: g/cm2.
_SCINTILLATOR_G_CM2 = 0.06 * 4.51 * 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Beam:
    """A polychromatic beam.

    Parameters
    ----------
    energies_kev : (bins,), mean energy of each bin
    weights : (bins,), share of the open beam's signal in each bin; their sum is 1
    attenuation_cm2_g : (bins, materials), in the order of MATERIALS
    """

    energies_kev: Values
    weights: Values
    attenuation_cm2_g: Values

    def __post_init__(self) -> None:
        for values in (self.energies_kev, self.weights, self.attenuation_cm2_g):
            values.flags.writeable = False

    def transmission(self, thickness_g_cm2: NDArray[np.float64]) -> NDArray[np.float64]:
        """Signal behind (..., materials) g/cm2, as a share of the open beam's: (...)."""
        return np.asarray(np.exp(-thickness_g_cm2 @ self.attenuation_cm2_g.T) @ self.weights)


def tube_beam(kvp: float, filtration_mm_al: float) -> Beam:
    """Beam of a tungsten tube.

    Kramers' bremsstrahlung, the filter's exponential, and the energy that the scintillator takes from it.

    References
    ----------
    H. A. Kramers, Phil. Mag. 46 (1923) 836
    """
    kev = np.arange(_LOWEST_KEV + 0.5, kvp, 1.0)
    photons = (kvp - kev) / kev * np.exp(-ALUMINIUM.at(kev) * _ALUMINIUM_DENSITY * filtration_mm_al / 10)
    signal = photons * kev * -np.expm1(-CAESIUM_IODIDE.at(kev) * _SCINTILLATOR_G_CM2)
    share = np.cumsum(signal) / signal.sum()
    bins = np.minimum((share * _BINS).astype(int), _BINS - 1)  # each bin carries about the same signal
    weights = np.bincount(bins, signal, minlength=_BINS)

    def mean(values: Values) -> Values:
        return np.asarray(np.bincount(bins, signal * values, minlength=_BINS) / weights)

    attenuation = np.stack([mean(material.at(kev)) for material in (WATER, BONE, GOLD)], axis=-1)
    return Beam(mean(kev), weights / weights.sum(), attenuation)
