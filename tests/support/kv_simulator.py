"""kV images for tests of the match, from a model that the match does not use.

Rays go through the CT in fixed steps with trilinear Hounsfield units (the program's DRR sums planes of attenuation);
each step adds water and bone for two beam energies; then come blur, scatter, jaws and quantum noise.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from pti.imaging.volume import CtVolume

#: Water and compact bone's excess at 45 and 75 keV, 1/mm (rounded from NIST XCOM), and the beam's share of each energy.
_WATER = (0.0245, 0.0187)
_BONE = (0.055, 0.021)
_SHARE = (0.45, 0.55)


@dataclass(frozen=True)
class KvModel:
    """What an image goes through.

    Parameters
    ----------
    photons : of the open field in one pixel
    scatter : pedestal as a part of the open field
    blur_pixels : standard deviation of the detector's blur
    jaws_pixels : rows and columns covered at (top, bottom, left, right)
    """

    photons: float = 4000.0
    scatter: float = 0.06
    blur_pixels: float = 0.8
    jaws_pixels: tuple[int, int, int, int] = (40, 30, 50, 60)


@njit(parallel=True, cache=True)
def _water_and_bone(hounsfield: Any, rays: Any, step: float, out: Any) -> None:
    slices, rows, columns = hounsfield.shape
    source = rays[0]
    for r in prange(out.shape[1]):
        for c in range(out.shape[2]):
            d = rays[1] + r * rays[2] + c * rays[3] - source
            length = np.sqrt((d * rays[4]) @ (d * rays[4]))
            enter, leave = 0.0, 1.0
            for axis in range(3):
                if d[axis] != 0.0:
                    t0, t1 = -source[axis] / d[axis], (hounsfield.shape[axis] - 1.001 - source[axis]) / d[axis]
                    enter, leave = max(enter, min(t0, t1)), min(leave, max(t0, t1))
            count = int((leave - enter) * length / step)
            water, bone = 0.0, 0.0
            for n in range(count):
                q = source + (enter + (n + 0.5) * step / length) * d
                k, j, i = int(q[0]), int(q[1]), int(q[2])
                if k < 0 or j < 0 or i < 0 or k > slices - 2 or j > rows - 2 or i > columns - 2:
                    continue
                a, b, e = q[0] - k, q[1] - j, q[2] - i
                value = 0.0
                for dk in range(2):
                    for dj in range(2):
                        for di in range(2):
                            weight = (a if dk else 1 - a) * (b if dj else 1 - b) * (e if di else 1 - e)
                            value += weight * max(hounsfield[k + dk, j + dj, i + di], -1000)
                water += max(0.0, 1.0 + min(value, 150.0) / 1000.0)
                bone += max(0.0, value - 150.0) / 1000.0
            out[0, r, c] = water * step
            out[1, r, c] = bone * step


def simulate_kv(
    ct: CtVolume,
    geometry: ImagerGeometry,
    patient_to_fixed: RigidTransform,
    rng: np.random.Generator,
    model: KvModel | None = None,
) -> Radiograph:
    """One kV image, uint16, bright is beam."""
    model = model or KvModel()
    spacing = np.array([ct.slice_step_mm, ct.row_spacing_mm, ct.column_spacing_mm])
    points = np.array([geometry.source_fixed_mm, *geometry.pixels_to_fixed([(0, 0), (1, 0), (0, 1)])])
    source, pixel, below, right = (patient_to_fixed.inverse()(points) - ct.origin_mm)[:, ::-1] / spacing
    paths = np.zeros((2, geometry.rows, geometry.columns))
    _water_and_bone(ct.hounsfield, np.array([source, pixel, below - pixel, right - pixel, spacing]), 0.9, paths)
    primary = sum(s * np.exp(-w * paths[0] - b * paths[1]) for s, w, b in zip(_SHARE, _WATER, _BONE, strict=True))
    return _as_detected(np.asarray(primary), geometry, rng, model)


def _as_detected(
    primary: NDArray[np.float64], geometry: ImagerGeometry, rng: np.random.Generator, model: KvModel
) -> Radiograph:
    top, bottom, left, right = model.jaws_pixels
    inside = np.zeros_like(primary)
    inside[top : geometry.rows - bottom, left : geometry.columns - right] = 1.0
    field = gaussian_filter(inside, 2.0)
    scatter = model.scatter * gaussian_filter(primary * inside, 60.0) / max(float(primary.mean()), 1e-9)
    expected = gaussian_filter(primary, model.blur_pixels) * (0.01 + 0.99 * field) + scatter * float(primary.mean())
    counts = rng.poisson(model.photons * (expected + 0.3 * model.scatter * scatter))
    pixels = np.clip(counts * (48000.0 / model.photons) + 200.0, 0, 65535).astype(np.uint16)
    return Radiograph(pixels, geometry, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM)
