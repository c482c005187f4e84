"""What a beam leaves of itself behind the patient: the primary image, without noise, scatter and blur."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.foundation.cancel import CancelToken
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray, RigidTransform
from pti.imaging.parallel import for_bands
from pti.imaging.resample import evenly_spaced
from pti.imaging.volume import CtVolume
from pti.simulator.xray._kernels import excess_sums_band, open_beam_share_band
from pti.simulator.xray.beam import Beam
from pti.simulator.xray.materials import METAL_HU, density_model
from pti.simulator.xray.metal import mark_metal

Image = NDArray[np.float32]

#: Rows between two looks at the cancel token: a tenth of a second on two slow cores.
_ROWS_AT_ONCE = 24
#: Below this there is only air and foam.
_EMPTY_BELOW_HU = -950


@dataclass(frozen=True, slots=True, eq=False)
class Absorber:
    """A CT as rays meet it; what lies outside is air.

    Parameters
    ----------
    ct : with even slice steps; metal is marked
    occupied : (2, 3), (x, y, z) in voxels, the borders between which there is anything but air
    """

    ct: CtVolume
    occupied: FloatArray

    @classmethod
    def of(cls, ct: CtVolume) -> "Absorber":
        """Prepare a CT; uneven slices are interpolated."""
        even = mark_metal(evenly_spaced(ct)[0])
        over_rows = np.stack([image.max(axis=0) for image in even.hounsfield])
        over_columns = np.stack([image.max(axis=1) for image in even.hounsfield])
        x = np.flatnonzero(over_rows.max(axis=0) >= _EMPTY_BELOW_HU)
        y = np.flatnonzero(over_columns.max(axis=0) >= _EMPTY_BELOW_HU)
        z = np.flatnonzero(over_rows.max(axis=1) >= _EMPTY_BELOW_HU)
        if len(x) == 0:
            return cls(even, np.array([[0.5, 0.5, 0.5], [-0.5, -0.5, -0.5]]))
        # Between slices there is interpolation: what stands in one reaches to the next.
        low = (x[0] - 0.5, y[0] - 0.5, max(z[0] - 1.0, -0.5))
        high = (x[-1] + 0.5, y[-1] + 0.5, min(z[-1] + 1.0, len(even.hounsfield) - 0.5))
        return cls(even, np.array([low, high]))

    @property
    def spacing_mm(self) -> FloatArray:
        """(3,), voxel size along x, y, z."""
        return np.array([self.ct.column_spacing_mm, self.ct.row_spacing_mm, self.ct.slice_step_mm])


def primary_image(
    absorber: Absorber,
    beam: Beam,
    geometry: ImagerGeometry,
    patient_to_fixed: RigidTransform,
    cancel: CancelToken,
    on_progress: Callable[[float], None],
) -> NDArray[np.float32]:
    """Signal behind the patient as a share of the open beam's.

    Returns
    -------
    (row, column), float32, 0 to 1

    Raises
    ------
    Stopped
        Within some tenths of a second after `cancel` was set.
    """
    corners = geometry.pixels_to_fixed([(0, 0), (1, 0), (0, 1)])
    fixed_to_patient = patient_to_fixed.inverse()
    points = (fixed_to_patient(np.vstack([geometry.source_fixed_mm, corners])) - absorber.ct.origin_mm) / absorber.spacing_mm
    rays = np.array([points[0], points[1], points[2] - points[1], points[3] - points[1]])
    model = density_model()
    limits = np.array([*model.knees_hu, METAL_HU], dtype=np.float32)
    attenuation = np.asarray(beam.attenuation_cm2_g @ model.densities, dtype=np.float32)
    weights = beam.weights.astype(np.float32)
    grid = np.vstack([absorber.occupied, absorber.spacing_mm])
    voxels, shape = absorber.ct.hounsfield.ravel(), np.array(absorber.ct.hounsfield.shape[::-1])
    out = np.empty((geometry.rows, geometry.columns), dtype=np.float32)
    for top in range(0, geometry.rows, _ROWS_AT_ONCE):
        cancel.raise_if_cancelled()
        image = out[top : top + _ROWS_AT_ONCE]
        sums = np.empty((4, *image.shape), dtype=np.float32)
        here = rays + np.array([[0], [top], [0], [0]]) * rays[2]

        def work(first: int, end: int, image: Image = image, sums: Image = sums, here: FloatArray = here) -> None:
            excess_sums_band(voxels, shape, grid, here, limits, sums, first, end)
            open_beam_share_band(sums, attenuation, weights, image, first, end)

        for_bands(work, len(image))
        on_progress((top + len(image)) / geometry.rows)
    return out
