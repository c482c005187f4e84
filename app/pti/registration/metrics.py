"""How well a rendered image fits an acquired one, and where the pose should go: one linear least-squares problem."""

from dataclasses import dataclass

import numpy as np

from pti.geometry.rigid import FloatArray
from pti.registration._kernels import products, residual_sizes, weighted_products
from pti.registration.response import fit_response
from pti.registration.views import Images, Mask, ViewLevel, gradient_features

#: 95 % efficiency of Cauchy weights on normal residuals.
_CAUCHY = 2.385
#: Residuals below this part of their root mean square are not outliers: most of an image is flat, its edges stand out.
_LEAST_SPREAD = 0.5
#: The rendered edges count at least so much, even where they do not fit at all.
_LEAST_SCALE = 0.05
_LEAST_PIXELS = 30
#: Pixels this close to saturation, in line integrals, do not tell how the detector responds.
_ABOVE_SATURATION = 0.02
_MOST_RESIDUALS = 4000


@dataclass(frozen=True, slots=True, eq=False)
class ViewFit:
    """One view's part of the least-squares problem.

    Parameters
    ----------
    cost : 1 - correlation
    correlation : of the features, evened out, -1 to 1
    normal : (6, 6), gradient : (6,); the best scale between the images is projected out
    pixels : usable ones
    """

    cost: float
    correlation: float
    normal: FloatArray
    gradient: FloatArray
    pixels: int


#: Of a view that shows nothing of the CT.
NO_FIT = ViewFit(1.0, 0.0, np.zeros((6, 6)), np.zeros(6), 0)


def fit_view(view: ViewLevel, images: Images, seen: Mask) -> ViewFit:
    """Compare an acquired image with a rendered one.

    Parameters
    ----------
    images : (7, rows, columns), ray sums and their derivatives by the six pose parameters
    seen : (rows, columns), where the rendered image can be believed
    """
    usable = view.usable & seen
    places = np.flatnonzero(usable)
    told = np.flatnonzero(usable & (view.integrals > view.least + _ABOVE_SATURATION))
    if len(told) < _LEAST_PIXELS or not images[0].ravel()[told].any():
        return NO_FIT
    value, slope = fit_response(images[0].ravel()[told], view.integrals.ravel()[told])(images[0])
    # The detector shows nothing below its least line integral, whatever the patient does there.
    expected = images * np.where(value > view.least, slope, np.float32(0.0))
    expected[0] = np.maximum(value, view.least)
    return _solve(view, gradient_features(expected, view.sigma_pixels), usable, len(places))


def _solve(view: ViewLevel, rendered: Images, usable: Mask, pixels: int) -> ViewFit:
    target_energy, product, model_energy = products(view.features, rendered[0], view.evenness, usable)
    if min(target_energy, model_energy) <= 0:
        return NO_FIT
    correlation = product / np.sqrt(target_energy * model_energy)
    scale = np.float32(max(product / model_energy, _LEAST_SCALE * np.sqrt(target_energy / model_energy)))
    sizes = np.empty(_MOST_RESIDUALS, dtype=np.float32)
    every = max(1, 2 * pixels // _MOST_RESIDUALS)
    sizes = sizes[: residual_sizes(view.features, rendered[0], view.evenness, usable, scale, every, sizes)]
    spread = max(1.4826 * float(np.median(sizes)), _LEAST_SPREAD * float(np.sqrt(np.mean(sizes**2))), 1e-12)
    gram = np.empty((8, 8))
    weighted_products(view.features, rendered, view.evenness, usable, scale, np.float32(_CAUCHY * spread), gram)
    # The best scale between the images depends on the pose; what it takes up is projected out.
    best = max(gram[7, 0] / gram[0, 0], _LEAST_SCALE * np.sqrt(gram[7, 7] / gram[0, 0]))
    normal = best**2 * (gram[1:7, 1:7] - np.outer(gram[1:7, 0], gram[0, 1:7]) / gram[0, 0])
    along = best * (gram[1:7, 7] - gram[1:7, 0] * gram[7, 0] / gram[0, 0])
    return ViewFit(1.0 - correlation, correlation, normal / gram[7, 7], along / gram[7, 7], pixels)
