"""From layers to Hounsfield units: painting, the scanner's noise, the gold seeds."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from pti.imaging.parallel import for_bands
from pti.simulator.phantom._kernels import finish_slice, paint_band
from pti.simulator.phantom.fields import Field, Grid, field_of
from pti.simulator.phantom.tissues import Layer

LOWEST_HU, HIGHEST_HU = -1024, 3071
_AIR_HU = -1000.0


def paint(hounsfield: NDArray[np.float32], layer: Layer, grid: Grid) -> Field:
    """Lay one layer over a volume, (slice, row, column) on `grid`; the answer is the layer's distance field."""
    field = field_of(layer.solid, grid)
    tissue = layer.tissue
    profile = np.array(tissue.profile, dtype=np.float64)
    texture = np.array([tissue.texture_mm, 7.0 * layer.solid.seed, tissue.furrowed], dtype=np.float64)
    # An edge as wide as a voxel is what partial volume makes of a sharp one.
    soft_mm = float(np.mean(grid.step_mm))
    place = np.array([field.grid.origin_mm, grid.step_mm, field.corner[::-1]], dtype=np.float64)
    if field.distance_mm.size:
        for_bands(
            lambda a, b: paint_band(hounsfield, field.distance_mm, place, profile, soft_mm, texture, a, b),
            field.grid.shape[0],
        )
    return field


def empty(grid: Grid) -> NDArray[np.float32]:
    """Air everywhere: (slice, row, column)."""
    return np.full(grid.shape, _AIR_HU, dtype=np.float32)


def finished(hounsfield: NDArray[np.float32], body: Field, grid: Grid) -> NDArray[np.int16]:
    """Add noise as a reconstruction makes it, stronger deep in the body, and round.

    Parameters
    ----------
    hounsfield : (slice, row, column) on `grid`
    body : distance to the skin

    Returns
    -------
    (slice, row, column), int16, between `LOWEST_HU` and `HIGHEST_HU`
    """
    out = np.empty(grid.shape, dtype=np.int16)
    response = _noise_response(grid)

    def band(first: int, end: int) -> None:
        for k in range(first, end):
            finish_slice(hounsfield[k], _noise(k, response, grid), _sigma(k, body, grid), LOWEST_HU, HIGHEST_HU, out[k])

    for_bands(band, grid.shape[0])
    return out


def _noise_response(grid: Grid) -> NDArray[np.float32]:
    """(rows, columns // 2 + 1): a ramp rolled off like a soft-tissue kernel, scaled so that the noise has sigma 1."""
    _, rows, columns = grid.shape
    dx, dy, _ = grid.step_mm
    frequency = np.hypot(fft.fftfreq(rows, dy)[:, np.newaxis], fft.rfftfreq(columns, dx)[np.newaxis])
    response = (0.03 + frequency) ** 0.5 * np.exp(-((frequency / 0.42) ** 2))
    weights = np.full(columns // 2 + 1, 2.0)
    weights[0] = 1.0
    power = (response**2 * weights).sum() / (rows * columns)
    return np.asarray(response / np.sqrt(power), dtype=np.float32)


def _noise(k: int, response: NDArray[np.float32], grid: Grid) -> NDArray[np.float32]:
    white = np.random.default_rng([20240229, k]).standard_normal(grid.shape[1:], dtype=np.float32)
    noise: NDArray[np.float32] = fft.irfft2(fft.rfft2(white) * response, s=white.shape)
    return noise


def _sigma(k: int, body: Field, grid: Grid) -> NDArray[np.float32]:
    """Noise in HU: 5 in air, 9 at the skin, rising to 12 in the depth."""
    sigma = np.full(grid.shape[1:], 5.0, dtype=np.float32)
    own = k - body.corner[0]
    if 0 <= own < body.grid.shape[0]:
        depth = -body.distance_mm[own]
        rows, columns = depth.shape
        j, i = body.corner[1:]
        sigma[j : j + rows, i : i + columns] = np.where(depth > 0, 9.0 + np.minimum(depth, 60.0) / 20.0, 5.0)
    return sigma
