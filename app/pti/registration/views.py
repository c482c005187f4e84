"""Acquired images as the match sees them: line integrals' edges, coarse to fine."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt, gaussian_filter

from pti.geometry.imagers import ImagerGeometry
from pti.imaging.exposed_field import saturated_pixels, usable_pixels
from pti.imaging.line_integrals import line_integrals
from pti.imaging.radiograph import Radiograph
from pti.registration._kernels import gradient_features_band

Images = NDArray[np.float32]
Mask = NDArray[np.bool_]

#: Of the filter that takes edges, in binned pixels.
_SIGMA_PIXELS = 1.2
#: Edges are evened out within so many sigmas, down to this part of the root mean square.
_NEIGHBOURHOOD = 2.0
_FLOOR = 0.3
#: Scatter spreads about so far at the panel; at least this share of an intensity is taken for primary radiation.
_SCATTER_SPREAD_MM = 50.0
_LEAST_PRIMARY = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class ViewLevel:
    """One image at one resolution.

    Parameters
    ----------
    geometry : of the binned image
    sigma_pixels : of the filter
    integrals : (rows, columns), line integrals
    least : (rows, columns), the least line integrals that the detector can tell, where it is saturated
    features : (2, rows, columns), their derivatives along columns and rows
    evenness : (rows, columns), factor that brings strong and weak edges closer to each other
    inside : (rows, columns), whether the pixel itself shows the patient
    usable : (rows, columns), whether all pixels that its features depend on do
    """

    geometry: ImagerGeometry
    sigma_pixels: float
    integrals: Images
    least: Images
    features: Images
    evenness: Images
    inside: Mask
    usable: Mask


def view_level(
    integrals: Images, least: float, usable: Mask, geometry: ImagerGeometry, binning: int, sigma_pixels: float
) -> ViewLevel:
    """Bin an image and take its features.

    Parameters
    ----------
    integrals, usable : (rows, columns) of `geometry`
    least : line integral of a saturated pixel, -inf if there is none
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
    floor = np.full_like(image, least)
    return _with_features(smaller, sigma_pixels, image, floor, np.asarray(good), np.asarray(inner))


def without_scatter(view: ViewLevel, share: float) -> ViewLevel:
    """The view less what scattered radiation adds to its intensity.

    Scatter is taken to be a share of the primary spread wide (superposition of one broad kernel); that much of the acquired
    intensity itself, spread the same way, comes close to it.

    Parameters
    ----------
    share : of what reaches the panel, spread over it
    """
    if share == 0.0:
        return view
    intensity = np.exp(-view.integrals) * view.inside
    pixel_mm = (view.geometry.row_spacing_mm, view.geometry.column_spacing_mm)
    scatter = share * gaussian_filter(intensity, [_SCATTER_SPREAD_MM / step for step in pixel_mm], mode="constant")
    primary = np.maximum(1.0 - scatter / np.maximum(intensity, 1e-12), _LEAST_PRIMARY)
    more = np.where(view.inside, -np.log(primary), 0.0).astype(np.float32)
    cleaned = _with_features(
        view.geometry, view.sigma_pixels, view.integrals + more, view.least + more, view.inside, view.usable
    )
    # Where scatter outweighs the primary, what is left is less sure by as much.
    return replace(cleaned, evenness=(cleaned.evenness * primary).astype(np.float32))


def _with_features(
    geometry: ImagerGeometry, sigma_pixels: float, integrals: Images, least: Images, inside: Mask, usable: Mask
) -> ViewLevel:
    features = gradient_features(integrals[np.newaxis], sigma_pixels)[0]
    return ViewLevel(
        geometry, sigma_pixels, integrals, least, features, _evenness(features, usable, sigma_pixels), inside, usable
    )


def _evenness(features: Images, usable: Mask, sigma_pixels: float) -> Images:
    """One over the local strength of the edges, which otherwise lets one plate seen edge-on outvote a skull."""
    energy = (features**2).sum(axis=0) * usable
    mean = float(energy.sum() / max(np.count_nonzero(usable), 1))
    local = gaussian_filter(energy, _NEIGHBOURHOOD * sigma_pixels)
    return np.asarray(1.0 / np.sqrt(local + (_FLOOR**2) * mean + 1e-12), dtype=np.float32)


def view_levels(radiograph: Radiograph, pixels_mm: tuple[float, ...]) -> tuple[ViewLevel, ...]:
    """The image with pixels binned to about each of these sizes.

    Parameters
    ----------
    pixels_mm : at the isocentre

    Raises
    ------
    UnknownIntensityRelationship
        If the image does not say whether bright means beam or tissue.
    """
    integrals, usable, geometry = line_integrals(radiograph), usable_pixels(radiograph), radiograph.geometry
    saturated = saturated_pixels(radiograph) & usable
    least = float(integrals[saturated][0]) if saturated.any() else -np.inf
    own_mm = max(geometry.row_spacing_mm, geometry.column_spacing_mm) * geometry.sad_mm / geometry.sid_mm
    most = min(geometry.rows, geometry.columns)
    binnings = (min(max(1, round(pixel_mm / own_mm)), most) for pixel_mm in pixels_mm)
    return tuple(view_level(integrals, least, usable, geometry, binning, _SIGMA_PIXELS) for binning in binnings)


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
