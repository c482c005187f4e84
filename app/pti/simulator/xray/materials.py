"""From Hounsfield units to what X-rays meet: soft tissue, bone and gold, in grams per cubic centimetre.

A CT number is read as attenuation at a CT beam's effective energy of 70 keV. Up to 60 HU it is water of other density;
from there to cortical bone a mixture of the two; above that denser bone (enamel, contrast agent). CT scanners end near
3071 HU, far below any metal, so that a small metal body is known by its size too: see :mod:`pti.simulator.xray.metal`.

Each density is a piecewise linear function of the CT number, so its sum along a ray follows from the sums of what the CT
numbers exceed the knees of these functions by: the ray caster sums, and a small matrix turns sums into densities.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

#: Order of the materials in every array.
MATERIALS = ("soft tissue", "bone", "gold")
#: The greatest CT number of a 12-bit scanner; no other than metal counts as more.
HIGHEST_HU = 3071
#: The CT number that marks metal.
METAL_HU = 32_767

_AIR_UP_TO_HU = -980.0  # a little above -1000, so that the scanner's noise does not fill the room
_SOFT_UP_TO_HU = 60.0
_CT_ENERGY_KEV = 70.0
_BONE_DENSITY = 1.92
_METAL_DENSITY = 19.32 / 2  # a voxel at a seed's border is half full on average


@dataclass(frozen=True, slots=True)
class _Tabulated:
    """Mass attenuation coefficients mu/rho; an absorption edge stands twice, below and above."""

    energies_kev: tuple[float, ...]
    cm2_g: tuple[float, ...]

    def at(self, energies_kev: Values) -> Values:
        """Logarithmic interpolation, which keeps to one side of an edge."""
        x, y = np.log(self.energies_kev), np.log(self.cm2_g)
        nudged = np.array(x)  # np.interp wants an edge's two energies apart
        nudged[1:] += np.array([1e-9 if b == a else 0.0 for a, b in pairwise(x)])
        return np.asarray(np.exp(np.interp(np.log(energies_kev), nudged, y)))


# J. H. Hubbell and S. M. Seltzer, Tables of X-Ray Mass Attenuation Coefficients, NISTIR 5632 (NIST Standard Reference
# Database 126), tables 3 and 4: water, cortical bone (ICRU-44), gold, aluminium, caesium iodide.
_GRID = (15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 150.0)
WATER = _Tabulated(_GRID, (1.673, 0.8096, 0.3756, 0.2683, 0.2269, 0.2059, 0.1837, 0.1707, 0.1505))
BONE = _Tabulated(_GRID, (9.032, 4.001, 1.331, 0.6655, 0.4242, 0.3148, 0.2229, 0.1855, 0.1480))
ALUMINIUM = _Tabulated(_GRID, (7.955, 3.441, 1.128, 0.5685, 0.3681, 0.2778, 0.2018, 0.1704, 0.1378))
GOLD = _Tabulated(
    (20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 80.7249, 80.7249, 100.0, 150.0),
    (78.83, 27.52, 12.98, 7.256, 4.528, 2.185, 2.137, 8.904, 5.158, 1.860),
)
CAESIUM_IODIDE = _Tabulated(
    (15.0, 20.0, 30.0, 33.1694, 33.1694, 35.9846, 35.9846, 40.0, 50.0, 60.0, 80.0, 100.0, 150.0),
    (58.15, 26.86, 9.045, 6.923, 21.22, 17.19, 30.27, 22.97, 12.87, 7.921, 3.677, 2.035, 0.7290),
)


@dataclass(frozen=True, slots=True, eq=False)
class DensityModel:
    """Densities as piecewise linear functions of the CT number.

    Parameters
    ----------
    knees_hu : (3,), float32, ascending
    densities : (materials, 4), g/cm3 for each HU above each knee, and in the last column for being metal
    """

    knees_hu: NDArray[np.float32]
    densities: Values


@cache
def density_model() -> DensityModel:
    """The one density model of this room."""
    energy = np.array([_CT_ENERGY_KEV])
    bone_per_water = float((BONE.at(energy) / WATER.at(energy))[0])
    cortical_hu = 1000 * (_BONE_DENSITY * bone_per_water - 1)
    soft_rise = 1 / -_AIR_UP_TO_HU
    soft_fall = soft_rise * (_SOFT_UP_TO_HU - _AIR_UP_TO_HU) / (cortical_hu - _SOFT_UP_TO_HU)
    bone_rise = _BONE_DENSITY / (cortical_hu - _SOFT_UP_TO_HU)
    dense_rise = 1 / (1000 * bone_per_water)
    return DensityModel(
        np.array([_AIR_UP_TO_HU, _SOFT_UP_TO_HU, cortical_hu], dtype=np.float32),
        np.array(
            [
                [soft_rise, -soft_rise - soft_fall, soft_fall, 0.0],
                [0.0, bone_rise, dense_rise - bone_rise, 0.0],
                [0.0, 0.0, 0.0, _METAL_DENSITY],
            ]
        ),
    )
