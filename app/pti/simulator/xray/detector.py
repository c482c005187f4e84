"""The flat panel: what becomes of the primary image on its way to stored pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom
from scipy.special import ndtr

from pti.geometry.imagers import ImagerGeometry

Image = NDArray[np.float32]

#: Photons of the open beam that a pixel of 0.388 mm detects at 3700 mm, for each mAs at 100 kV; they grow with kV squared.
_PHOTONS_PER_MAS, _PHOTON_PIXEL_MM, _PHOTON_SID_MM = 17_000.0, 0.388, 3700.0
#: Counts for a photon in such a pixel; in one of another size as many for the same photons per area.
_COUNTS_PER_PHOTON = 0.24
_ELECTRONIC_NOISE_COUNTS = 3.0
_FULL_SCALE = 65_535
#: Light spread in the scintillator, as a Gaussian's sigma at the panel.
_LIGHT_SPREAD_MM = 0.22
#: Scattered radiation: a share of the primary, spread wide, and a trace that is everywhere.
_SCATTER_SHARE, _SCATTER_SPREAD_MM, _SCATTER_FLOOR = 0.12, 60.0, 0.0005
_SCATTER_BLOCK = 16  # pixels; scatter is smooth enough for so coarse a grid
#: From cathode to anode (along the rows of pixels) and from corner to corner the response falls by this much.
_HEEL, _GAIN_GRADIENT = 0.03, 0.015
#: Jaws: what leaks through, and how far from the focal spot they stand.
_LEAKAGE, _SOURCE_TO_JAWS_MM = 0.002, 700.0
#: A uniform focal spot of width w blurs like a Gaussian with sigma w / sqrt(12).
_WIDTH_TO_SIGMA = 12**-0.5


@dataclass(frozen=True, slots=True)
class Technique:
    """Tube settings and jaws of one exposure; `collimator_mm` (x1, x2, y1, y2) at the isocentre plane."""

    kvp: float
    charge_mas: float
    focal_spot_mm: float
    collimator_mm: tuple[float, float, float, float]


def detect(primary: Image, geometry: ImagerGeometry, technique: Technique, noise: np.random.Generator) -> NDArray[np.uint16]:
    """Turn a primary image into stored pixels, proportional to the intensity.

    Jaws, heel and gain, the focal spot's blur, scatter, photon statistics, light spread, electronic noise, and the end of the
    scale, in this order.

    Parameters
    ----------
    primary : (row, column), share of the open beam
    noise : drawn from in a fixed order, so that the same generator state gives the same image

    Returns
    -------
    (row, column), uint16
    """
    spot_mm = technique.focal_spot_mm * (geometry.sid_mm - geometry.sad_mm) / geometry.sad_mm
    field = primary * collimator_shadow(geometry, technique)
    blurred = _blur(field, geometry, spot_mm * _WIDTH_TO_SIGMA)
    signal = (blurred + _scatter(field, geometry)) * response(geometry)
    photons = noise.poisson(np.maximum(signal, 0.0) * open_beam_photons(geometry, technique)).astype(np.float32)
    counts = _blur(photons, geometry, _LIGHT_SPREAD_MM) * np.float32(_COUNTS_PER_PHOTON / _relative_area(geometry))
    counts += noise.standard_normal(counts.shape, dtype=np.float32) * np.float32(_ELECTRONIC_NOISE_COUNTS)
    return np.asarray(np.clip(np.rint(counts), 0, _FULL_SCALE), dtype=np.uint16)


def open_beam_photons(geometry: ImagerGeometry, technique: Technique) -> float:
    """Photons that a pixel detects where nothing is in the way."""
    photons = _PHOTONS_PER_MAS * technique.charge_mas * (technique.kvp / 100) ** 2
    return photons * _relative_area(geometry) * (_PHOTON_SID_MM / geometry.sid_mm) ** 2


def collimator_shadow(geometry: ImagerGeometry, technique: Technique) -> Image:
    """Share of the beam that the jaws let through, with the focal spot's half-shadow: (row, column).

    The jaws stand in the gantry system, so a panel that is shifted, turned or tilted sees them elsewhere.
    """
    to_gantry = geometry.receptor_to_gantry() @ geometry.panel_to_receptor()
    row, column = np.arange(geometry.rows), np.arange(geometry.columns)
    x_panel = geometry.first_pixel_mm[0] + column * geometry.column_spacing_mm
    y_panel = geometry.first_pixel_mm[1] - row[:, np.newaxis] * geometry.row_spacing_mm
    x_gantry, y_gantry, z_gantry = (
        a * x_panel + b * y_panel + t for (a, b, _), t in zip(to_gantry.rotation, to_gantry.translation_mm, strict=True)
    )
    to_isocentre = geometry.sad_mm / (geometry.sad_mm - z_gantry)
    x, y = x_gantry * to_isocentre, y_gantry * to_isocentre
    penumbra_mm = technique.focal_spot_mm * (geometry.sad_mm - _SOURCE_TO_JAWS_MM) / _SOURCE_TO_JAWS_MM
    sigma = max(penumbra_mm * _WIDTH_TO_SIGMA, 1e-3)
    x1, x2, y1, y2 = technique.collimator_mm
    between_x = ndtr((x - x1) / sigma) * ndtr((x2 - x) / sigma)
    between_y = ndtr((y - y1) / sigma) * ndtr((y2 - y) / sigma)
    return np.asarray(_LEAKAGE + (1 - _LEAKAGE) * between_x * between_y, dtype=np.float32)


def response(geometry: ImagerGeometry) -> Image:
    """Heel effect and what the panel's calibration left of its gain: (row, column), about 1."""
    row = np.linspace(-1, 1, geometry.rows, dtype=np.float32)[:, np.newaxis]
    column = np.linspace(-1, 1, geometry.columns, dtype=np.float32)
    return np.asarray(1 - _HEEL / 2 * (row + row**2) - _GAIN_GRADIENT / 4 * (row + column))


def _relative_area(geometry: ImagerGeometry) -> float:
    return geometry.row_spacing_mm * geometry.column_spacing_mm / _PHOTON_PIXEL_MM**2


def _blur(image: Image, geometry: ImagerGeometry, sigma_mm: float) -> Image:
    sigma = (sigma_mm / geometry.row_spacing_mm, sigma_mm / geometry.column_spacing_mm)
    return np.asarray(gaussian_filter(image, sigma, mode="nearest"))


def _scatter(field: Image, geometry: ImagerGeometry) -> Image:
    rows, columns = field.shape
    n = _SCATTER_BLOCK
    whole = np.pad(field, ((0, -rows % n), (0, -columns % n)), mode="edge")
    blocks = whole.reshape(whole.shape[0] // n, n, whole.shape[1] // n, n).mean(axis=(1, 3))
    sigma = (_SCATTER_SPREAD_MM / (n * geometry.row_spacing_mm), _SCATTER_SPREAD_MM / (n * geometry.column_spacing_mm))
    spread = gaussian_filter(blocks, sigma, mode="constant")
    smooth = zoom(spread, n, order=1, mode="nearest", grid_mode=True)[:rows, :columns]
    return np.asarray(_SCATTER_SHARE * smooth + _SCATTER_FLOOR, dtype=np.float32)
