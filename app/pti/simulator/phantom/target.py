"""What is treated: a tumour at the clivus, its margins, and the gold seeds around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.simulator.phantom import tissues as t
from pti.simulator.phantom.fields import Grid
from pti.simulator.phantom.shapes import Parts, Point, ellipsoid, grown, joined
from pti.simulator.phantom.tissues import layer

#: Common to all beams, within the clinical target.
ISOCENTRE_MM: Point = (12.0, -12.0, -3.0)

_GROSS: Parts = joined(ellipsoid((9.5, -11, 1), (13, 11, 12)), ellipsoid((16, -14, -9), (9, 9, 8)), blend=6)
TUMOUR = layer(t.TUMOUR, _GROSS, 1.0, 9.0, 121)
#: Clinical and planning target.
CTV: Parts = grown(_GROSS, 4.0)
PTV: Parts = grown(_GROSS, 7.0)

_SEED_RADIUS_MM = 0.5
_SEED_HALF_LENGTH_MM = 1.5
#: Gold is far beyond the scale of the CT, so its blurred image is a bright blob cut off at the scale's upper end.
_GOLD_HU = 30000.0
#: How many voxels wide the scanner blurs, and samples along that.
_BLUR = 2.2
_SAMPLES = 12


@dataclass(frozen=True, slots=True)
class Seed:
    """A gold cylinder of 1 x 3 mm: centre and direction of its axis, patient frame."""

    centre_mm: Point
    axis: Point


SEEDS = (
    Seed((31.2, -20.5, -14.6), (0.2, 0.1, 0.97)),
    Seed((-14.4, 2.3, -9.8), (0.9, 0.3, -0.3)),
    Seed((15.4, -8.2, 27.6), (0.1, 0.95, 0.3)),
)


def add_seed(hounsfield: NDArray[np.float32], seed: Seed, grid: Grid) -> None:
    """Put a seed into a volume, (slice, row, column) on `grid`, by the share of each voxel that it fills."""
    centre = np.array(seed.centre_mm)
    reach = _SEED_HALF_LENGTH_MM + _SEED_RADIUS_MM
    first, end = grid.cut(np.array([centre - reach, centre + reach]), 1.5 * max(grid.step_mm))
    (k, j, i), (k_end, j_end, i_end) = (int(n) for n in first), (int(n) for n in end)
    part = hounsfield[k:k_end, j:j_end, i:i_end]
    part += _cover(seed, grid.part((k, j, i), (k_end - k, j_end - j, i_end - i))) * (_GOLD_HU - part)


def _cover(seed: Seed, box: Grid) -> FloatArray:
    """(slice, row, column): the share of each voxel, as wide as the scanner blurs it, within the cylinder."""
    axis = np.array(seed.axis) / np.linalg.norm(seed.axis)
    inner = _BLUR * ((np.arange(_SAMPLES) + 0.5) / _SAMPLES - 0.5)
    x, y, z = ((box.positions_mm(n)[:, np.newaxis] + inner * box.step_mm[n]).ravel() - seed.centre_mm[n] for n in range(3))
    z, y, x = z[:, np.newaxis, np.newaxis], y[:, np.newaxis], x
    along = x * axis[0] + y * axis[1] + z * axis[2]
    across_squared = x * x + y * y + z * z - along * along
    within = (np.abs(along) <= _SEED_HALF_LENGTH_MM) & (across_squared <= _SEED_RADIUS_MM**2)
    slices, rows, columns = box.shape
    shares: FloatArray = within.reshape(slices, _SAMPLES, rows, _SAMPLES, columns, _SAMPLES).mean(axis=(1, 3, 5))
    return shares
