"""Acquired images as the match sees them: line integrals' edges, coarse to fine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt, gaussian_filter

from pti.geometry.imagers import ImagerGeometry
from pti.imaging.line_integrals import line_integrals, usable_pixels
from pti.imaging.radiograph import Radiograph
from pti.registration._kernels import gradient_features_band

Images = NDArray[np.float32]
Mask = NDArray[np.bool_]

#: Edges are evened out within so many sigmas, down to this part of the root mean square.
_NEIGHBOURHOOD = 2.0
_FLOOR = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class ViewLevel:
    """One image at one resolution.

    Parameters
    ----------
    geometry : of the binned image
    sigma_pixels : of the filter
    integrals : (rows, columns), line integrals
    features : (2, rows, columns), their derivatives along columns and rows
    evenness : (rows, columns), factor that brings strong and weak edges closer to each other
    usable : (rows, columns)
    """

    geometry: ImagerGeometry
    sigma_pixels: float
    integrals: Images
    features: Images
    evenness: Images
    usable: Mask


def view_level(integrals: Images, usable: Mask, geometry: ImagerGeometry, binning: int, sigma_pixels: float) -> ViewLevel:
    """Bin an image and take its features.

    Parameters
    ----------
    integrals, usable : (rows, columns) of `geometry`
    binning : pixels to one
    sigma_pixels : of the derivative of a Gaussian, in binned pixels
    """
    smaller = geometry.binned(binning)
    blocks = (smaller.rows, binning, smaller.columns, binning)
    cut = np.s_[: smaller.rows * binning, : smaller.columns * binning]
    share = usable[cut].reshape(blocks).mean(axis=(1, 3), dtype=np.float32)
    total = np.where(usable[cut], integrals[cut], np.float32(0)).reshape(blocks).mean(axis=(1, 3), dtype=np.float32)
    good = share > 0.5
    image = np.where(good, total / np.maximum(share, 0.01), 0).astype(np.float32)
    if not good.all() and good.any():
        nearest = distance_transform_edt(~good, return_distances=False, return_indices=True)
        image = image[tuple(nearest)]
    margin = max(1, round(1.5 * sigma_pixels))
    inner = binary_erosion(good, np.ones((2 * margin + 1, 2 * margin + 1)))
    features = gradient_features(image[np.newaxis], sigma_pixels)[0]
    evenness = _evenness(features, np.asarray(inner), sigma_pixels)
    return ViewLevel(smaller, sigma_pixels, image, features, evenness, np.asarray(inner))


def _evenness(features: Images, usable: Mask, sigma_pixels: float) -> Images:
    """One over the local strength of the edges, which otherwise lets one plate seen edge-on outvote a skull."""
    energy = (features**2).sum(axis=0) * usable
    mean = float(energy.sum() / max(np.count_nonzero(usable), 1))
    local = gaussian_filter(energy, _NEIGHBOURHOOD * sigma_pixels)
    return np.asarray(1.0 / np.sqrt(local + (_FLOOR**2) * mean + 1e-12), dtype=np.float32)


def view_levels(radiograph: Radiograph, levels: tuple[tuple[int, float], ...]) -> tuple[ViewLevel, ...]:
    """The image at each (binning, sigma) of `levels`.

    Raises
    ------
    UnknownIntensityRelationship
        If the image does not say whether bright means beam or tissue.
    """
    integrals, usable = line_integrals(radiograph), usable_pixels(radiograph)
    return tuple(view_level(integrals, usable, radiograph.geometry, binning, sigma) for binning, sigma in levels)


def gradient_features(images: Images, sigma_pixels: float) -> Images:
    """Derivatives of a Gaussian along columns and rows: (n, rows, columns) -> (n, 2, rows, columns)."""
    radius = int(np.ceil(3 * sigma_pixels))
    x = np.arange(-radius, radius + 1)
    smooth = np.exp(-(x**2) / (2 * sigma_pixels**2))
    smooth /= smooth.sum()
    slope = smooth * x / sigma_pixels**2
    out = np.empty((images.shape[0], 2, *images.shape[1:]), dtype=np.float32)
    gradient_features_band(images, smooth.astype(np.float32), slope.astype(np.float32), out, 0, len(images))
    return out
