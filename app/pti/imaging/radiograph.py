"""Radiographs: acquired kV images and digitally reconstructed ones, with the geometry they were taken in."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from pti.geometry.imagers import ImagerGeometry


class IntensityRelationship(Enum):
    """What a pixel value means (PS3.3 C.8.11.3.1.2), by relationship (0028,1040) and sign (0028,1041)."""

    LINEAR_BRIGHT_IS_BEAM = ("LIN", 1)
    LINEAR_BRIGHT_IS_ABSORBING = ("LIN", -1)
    LOGARITHMIC_BRIGHT_IS_BEAM = ("LOG", 1)
    LOGARITHMIC_BRIGHT_IS_ABSORBING = ("LOG", -1)


@dataclass(frozen=True, slots=True, eq=False)
class Radiograph:
    """One projection image.

    Parameters
    ----------
    pixels : (row, column), uint16 as stored, read-only
    geometry : where source and panel stood
    relationship : what the values mean; None: the file does not say
    """

    pixels: NDArray[np.uint16]
    geometry: ImagerGeometry
    relationship: IntensityRelationship | None

    def __post_init__(self) -> None:
        if self.pixels.shape != (self.geometry.rows, self.geometry.columns) or self.pixels.dtype != np.uint16:
            raise ValueError(
                f"pixels {self.pixels.dtype} {self.pixels.shape} for a {self.geometry.rows} x {self.geometry.columns} panel"
            )
        self.pixels.flags.writeable = False
