"""What a detector makes of a ray sum: scatter and a hardening beam bend it, and each image bends it its own way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Values = NDArray[np.float32]

#: Ray sums after which the saturating parts of the curve have bent.
_BENDS = (0.8, 2.5)
_MOST_SAMPLES = 3000
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Response:
    """``offset + slope L + sum of amplitude_i (1 - exp(-L / bend_i))``: rises everywhere, ever more slowly.

    All parts but the offset are at least 0, so that no fit can turn edges round.
    """

    offset: float
    slope: float
    amplitudes: tuple[float, ...]

    def __call__(self, ray_sums: Values) -> tuple[Values, Values]:
        """Line integrals as the image would show them, and their derivative by the ray sum."""
        value = np.float32(self.offset) + np.float32(self.slope) * ray_sums
        slope = np.full_like(ray_sums, self.slope)
        for amplitude, bend in zip(self.amplitudes, _BENDS, strict=True):
            if amplitude > 0:
                left = np.exp(ray_sums * np.float32(-1 / bend))
                value += np.float32(amplitude) * (1 - left)
                slope += np.float32(amplitude / bend) * left
        return value, slope


def fit_response(ray_sums: Values, integrals: Values) -> Response:
    """The response that brings rendered ray sums closest to acquired line integrals.

    Parameters
    ----------
    ray_sums, integrals : (n,), of the same pixels; some may be far off, as the pose is not yet right

    Notes
    -----
    Non-negative least squares with Cauchy weights; the offset is the sum of a positive and a negative one.
    """
    every = max(1, len(ray_sums) // _MOST_SAMPLES)
    x, y = ray_sums[::every].astype(np.float64), integrals[::every].astype(np.float64)
    columns = [np.ones_like(x), -np.ones_like(x), x, *(1 - np.exp(-x / bend) for bend in _BENDS)]
    design = np.stack(columns, axis=1)
    weights = np.ones_like(x)
    for _ in range(_ROUNDS):
        root = np.sqrt(weights)
        normal = (design * weights[:, np.newaxis]).T @ design
        # A small ridge decides between parts that the data cannot tell apart.
        lower = np.linalg.cholesky(normal + 1e-6 * np.trace(normal) * np.eye(len(normal)))
        right = np.linalg.solve(lower, design.T @ (root * root * y))
        parts, _ = nnls(lower.T, right)
        residual = y - design @ parts
        weights = 1.0 / (1.0 + (residual / (3.0 * np.median(np.abs(residual)) + 1e-9)) ** 2)
    return Response(float(parts[0] - parts[1]), float(parts[2]), tuple(float(p) for p in parts[3:]))
