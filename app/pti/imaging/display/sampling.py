"""Images as grey levels at the positions of the screen's pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.geometry.imagers import ImagerGeometry
from pti.imaging.display._kernels import sample_window
from pti.imaging.display.window import Window

Grey = NDArray[np.uint8]
Positions = NDArray[np.float32]
_Numbers = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PixelMap:
    """Pixel coordinates of one grid in another: ``there = first + step * here`` for rows and for columns."""

    first_row: float
    row_step: float
    first_column: float
    column_step: float

    def __call__(self, rows: _Numbers, columns: _Numbers) -> tuple[Positions, Positions]:
        """Map row and column positions."""
        return (
            np.asarray(self.first_row + self.row_step * rows, dtype=np.float32),
            np.asarray(self.first_column + self.column_step * columns, dtype=np.float32),
        )


def between_panels(fine: ImagerGeometry, coarse: ImagerGeometry) -> PixelMap:
    """Where pixels of `fine` lie on `coarse`, another sampling of the same panel; by geometry, so no half-pixel shift.

    Raises
    ------
    ValueError
        If the two are not samplings of one panel: other source, distances, angle, offset or orientation.
    """
    if _place(fine) != _place(coarse):
        raise ValueError("the two geometries are not of one panel in one place")
    return PixelMap(
        (coarse.first_pixel_mm[1] - fine.first_pixel_mm[1]) / coarse.row_spacing_mm,
        fine.row_spacing_mm / coarse.row_spacing_mm,
        (fine.first_pixel_mm[0] - coarse.first_pixel_mm[0]) / coarse.column_spacing_mm,
        fine.column_spacing_mm / coarse.column_spacing_mm,
    )


def _place(panel: ImagerGeometry) -> tuple[object, ...]:
    distances = (panel.sad_mm, panel.sid_mm, *panel.receptor_offset_mm)
    return (panel.gantry_deg, panel.receptor_angle_deg, *distances, *panel.orientation)


def windowed_samples(
    image: NDArray[np.float32] | NDArray[np.int16], rows: Positions, columns: Positions, window: Window
) -> Grey:
    """Bilinear samples as grey levels.

    Parameters
    ----------
    image : (row, column)
    rows, columns : pixel positions of the rows and columns of the result; they may lie outside

    Returns
    -------
    (len(rows), len(columns)), 1 (black) to 255 (white); 0 outside the image
    """
    out = np.empty((len(rows), len(columns)), dtype=np.uint8)
    sample_window(image, rows, columns, window.low, 255.0 / window.width, out)
    return out
