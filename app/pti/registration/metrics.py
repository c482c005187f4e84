"""How well a rendered image fits an acquired one, and where the pose should go: one linear least-squares problem."""

from dataclasses import dataclass

import numpy as np

from pti.geometry.rigid import FloatArray
from pti.registration.views import Images, Mask

#: 95 % efficiency of Cauchy weights on normal residuals.
_CAUCHY = 2.385


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


def fit_view(acquired: Images, rendered: Images, usable: Mask) -> ViewFit:
    """Compare features.

    Parameters
    ----------
    acquired : (2, rows, columns)
    rendered : (7, 2, rows, columns): of the rendered image and of its derivatives by the six pose parameters
    usable : (rows, columns)
    """
    target = acquired[:, usable].ravel()
    columns = rendered[:, :, usable].reshape(len(rendered), -1)
    model = columns[0]
    target_energy, model_energy, product = float(target @ target), float(model @ model), float(target @ model)
    if min(target_energy, model_energy) <= 0:
        return ViewFit(1.0, 0.0, np.zeros((6, 6)), np.zeros(6), 0)
    correlation = product / np.sqrt(target_energy * model_energy)
    scale = max(product / model_energy, 0.05 * np.sqrt(target_energy / model_energy))
    residual = target - np.float32(scale) * model
    spread = 1.4826 * float(np.median(np.abs(residual))) + 1e-12
    weights = 1.0 / (1.0 + (residual / np.float32(_CAUCHY * spread)) ** 2)
    weighted = columns * weights
    gram = (weighted @ columns.T).astype(np.float64)
    onto_target = (weighted @ target).astype(np.float64)
    energy = float((weights * target) @ target)
    scale = max(onto_target[0] / gram[0, 0], 0.05 * np.sqrt(energy / gram[0, 0]))
    normal = scale**2 * (gram[1:, 1:] - np.outer(gram[1:, 0], gram[0, 1:]) / gram[0, 0])
    along = onto_target[1:] - gram[1:, 0] * onto_target[0] / gram[0, 0]
    return ViewFit(1.0 - correlation, correlation, normal / energy, scale * along / energy, len(target) // 2)
