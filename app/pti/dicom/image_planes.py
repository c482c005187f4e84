"""Where the images of a CT lie, so that contours can name them."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pti.dicom.contours import Contour
from pti.dicom.ct import CtSeries
from pti.foundation.instances import InstanceReference
from pti.geometry.rigid import FloatArray
from pti.imaging.masks.planes import SAME_PLANE_MM


@dataclass(frozen=True, slots=True, eq=False)
class ImagePlanes:
    """Images and their positions.

    Parameters
    ----------
    instances : from inferior to superior
    positions_mm : (images,), z of each, strictly ascending
    """

    instances: tuple[InstanceReference, ...]
    positions_mm: FloatArray

    def __post_init__(self) -> None:
        z = np.array(self.positions_mm, dtype=np.float64)
        if not self.instances or z.shape != (len(self.instances),) or not np.isfinite(z).all() or (np.diff(z) <= 0).any():
            raise ValueError("there must be an image, and for each one finite position, ascending")
        z.flags.writeable = False
        object.__setattr__(self, "positions_mm", z)

    @classmethod
    def of(cls, ct: CtSeries) -> Self:
        """The images that a volume was built from."""
        return cls(ct.instances, ct.volume.slice_positions_mm)

    def nearest(self, z_mm: float) -> int:
        """Index of the image that lies nearest; of two the lower."""
        return int(np.abs(self.positions_mm - z_mm).argmin())

    def holds(self, z_mm: float) -> bool:
        """Whether an image lies at this z, but for rounded decimals."""
        return bool(np.abs(self.positions_mm - z_mm).min() <= SAME_PLANE_MM)

    def point(self, position_mm: tuple[float, float, float]) -> Contour:
        """A POINT contour that names the nearest image; it may lie between images (MARK-01)."""
        points = np.array([position_mm], dtype=np.float64)
        points.flags.writeable = False
        return Contour("POINT", points, self.instances[self.nearest(position_mm[2])].sop_instance_uid)

    def planar(self, geometric_type: str, points_xy_mm: FloatArray, index: int) -> Contour:
        """A planar contour on an image; the points are (points, 2), x and y."""
        points = np.column_stack([points_xy_mm, np.full(len(points_xy_mm), self.positions_mm[index])])
        points.flags.writeable = False
        return Contour(geometric_type, points, self.instances[index].sop_instance_uid)
