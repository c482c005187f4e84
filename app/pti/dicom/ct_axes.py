"""How the pixels of an axial slice lie on the patient's axes, reading and writing, and why other slices are refused."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.decimals import decimals
from pti.imaging.volume import CtVolume

#: Direction cosines may be off the axes by this: 0.05 mm over half a metre.
_AXIS_TOLERANCE = 1e-4
#: Directions that miss unit length or a right angle by more are no axes.
_DIRECTION_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class SliceAxes:
    """How stored rows and columns lie on the patient's x and y; z is always the slice's normal.

    `transposed`: columns run along y instead of x. The signs are those of the patient axes that increasing column and
    row numbers follow.
    """

    transposed: bool
    column_sign: int
    row_sign: int

    def to_canonical(self, stored: NDArray[Any]) -> NDArray[Any]:
        """The pixels with columns along +x and rows along +y: a view."""
        turned = stored[:: self.row_sign, :: self.column_sign]
        return turned.T if self.transposed else turned


def read_axes(attributes: Attributes) -> SliceAxes | None:
    """The axes of an axial slice; None after a complaint, which says by which angle a slice is not axial."""
    cosines = np.array(attributes.required_numbers("ImageOrientationPatient", 6)).reshape(2, 3)
    if not np.isfinite(cosines).all():
        return None
    products = np.abs(cosines @ cosines.T - np.eye(2))
    if products.max() > _DIRECTION_TOLERANCE:
        attributes.complain("ImageOrientationPatient", "is no pair of perpendicular directions")
        return None
    nearest = np.rint(cosines)
    axial = {((1, 0, 0), (0, 1, 0)): False, ((0, 1, 0), (1, 0, 0)): True}
    in_plane = axial.get((tuple(np.abs(nearest[0])), tuple(np.abs(nearest[1]))))
    if in_plane is None or np.abs(cosines - nearest).max() > _AXIS_TOLERANCE:
        attributes.complain("ImageOrientationPatient", f"is not axial: {_why(cosines)}; oblique slices are not taken")
        return None
    return SliceAxes(in_plane, int(nearest[0].sum()), int(nearest[1].sum()))


def _why(cosines: NDArray[np.float64]) -> str:
    """Which way slices are not axial, with the angle; tilts below what the tolerance lets through do not come here."""
    normal = np.cross(cosines[0], cosines[1])
    tilt_deg = math.degrees(math.atan2(math.hypot(normal[0], normal[1]), abs(normal[2])))
    along_x = max(abs(cosines[0, 0]), abs(cosines[1, 0]))
    turn_deg = math.degrees(math.acos(min(1.0, along_x)))
    if tilt_deg > math.degrees(_AXIS_TOLERANCE):
        return f"the slices are tilted by {tilt_deg:.2f} degrees"
    return f"the slices are turned by {turn_deg:.2f} degrees in their plane"


def write_axial_plane(ds: Dataset, volume: CtVolume, index: int) -> None:
    """The Image Plane module (C.7.6.2) of one slice of a volume at its own height, but for Slice Thickness."""
    ds.PixelSpacing = decimals((volume.row_spacing_mm, volume.column_spacing_mm))
    ds.ImageOrientationPatient = decimals((1, 0, 0, 0, 1, 0))
    ds.ImagePositionPatient = decimals((*volume.first_voxel_mm, volume.slice_positions_mm[index]))
