"""How well a rendered image fits an acquired one, and where the pose should go: one linear least-squares problem."""

from dataclasses import dataclass

import numpy as np

from pti.geometry.rigid import FloatArray
from pti.registration.response import fit_response
from pti.registration.views import Images, Mask, ViewLevel, gradient_features

#: 95 % efficiency of Cauchy weights on normal residuals.
_CAUCHY = 2.385
_LEAST_PIXELS = 30
ROB = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class ViewFit:
    """One view's part of the least-squares problem.

    Parameters
    ----------
    cost : robust sum of squares as a part of the acquired image's; 1 for nothing explained
    correlation : of the features, unweighted, -1 to 1
    normal : (6, 6), gradient : (6,); the best scale between the images is projected out
    pixels : usable ones
    """

    cost: float
    correlation: float
    normal: FloatArray
    gradient: FloatArray
    pixels: int


def fit_view(view: ViewLevel, images: Images, seen: Mask) -> ViewFit:
    """Compare an acquired image with a rendered one.

    Parameters
    ----------
    images : (7, rows, columns), ray sums and their derivatives by the six pose parameters
    seen : (rows, columns), where the rendered image can be believed
    """
    usable = view.usable & seen
    if np.count_nonzero(usable) < _LEAST_PIXELS or not images[0][usable].any():
        return ViewFit(1.0, 0.0, np.zeros((6, 6)), np.zeros(6), 0)
    value, slope = fit_response(images[0][usable], view.integrals[usable])(images[0])
    expected = images * slope
    expected[0] = value
    rendered = gradient_features(expected, view.sigma_pixels)
    evenness = view.evenness[usable]
    target = (view.features[:, usable] * evenness).ravel()
    columns = (rendered[:, :, usable] * evenness).reshape(len(rendered), -1)
    return _solve(target, columns)


def _solve(target: Images, columns: Images) -> ViewFit:
    model = columns[0]
    target_energy, model_energy, product = float(target @ target), float(model @ model), float(target @ model)
    if min(target_energy, model_energy) <= 0:
        return ViewFit(1.0, 0.0, np.zeros((6, 6)), np.zeros(6), 0)
    correlation = product / np.sqrt(target_energy * model_energy)
    scale = max(product / model_energy, 0.05 * np.sqrt(target_energy / model_energy))
    residual = target - np.float32(scale) * model
    spread = max(1.4826 * float(np.median(np.abs(residual))), ROB * np.sqrt(float(residual @ residual) / len(target)))
    weights = 1.0 / (1.0 + (residual / np.float32(_CAUCHY * spread)) ** 2)
    weighted = columns * weights
    gram = (weighted @ columns.T).astype(np.float64)
    onto_target = (weighted @ target).astype(np.float64)
    energy = float((weights * target) @ target)
    scale = max(onto_target[0] / gram[0, 0], 0.05 * np.sqrt(energy / gram[0, 0]))
    normal = scale**2 * (gram[1:, 1:] - np.outer(gram[1:, 0], gram[0, 1:]) / gram[0, 0])
    along = onto_target[1:] - gram[1:, 0] * onto_target[0] / gram[0, 0]
    return ViewFit(1.0 - correlation, correlation, normal / energy, scale * along / energy, len(target) // 2)
