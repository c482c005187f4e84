"""X-ray imagers: source, receptor, and panel pixel <-> room."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pti.geometry.frames import FIXED, GANTRY, RECEPTOR
from pti.geometry.rigid import FloatArray, RigidTransform, rotation_y, rotation_z


@dataclass(frozen=True, slots=True)
class ImagerGeometry:
    """One exposure's source and panel, as an RT Image describes them (PS3.3 C.8.8.2).

    Parameters
    ----------
    gantry_deg : Gantry Angle (300A,011E); ``p_f = Ry(gantry) p_g``
    sad_mm, sid_mm : source to isocentre (3002,0022) and source to image plane (3002,0026)
    rows, columns : of the panel
    row_spacing_mm, column_spacing_mm : Image Plane Pixel Spacing (3002,0011), at the image plane
    first_pixel_mm : (x, y) of the centre of the first pixel in the receptor system, RT Image Position (3002,0012)
    receptor_angle_deg : X-Ray Image Receptor Angle (3002,000E); ``p_g = Rz(angle) p_r + t``
    receptor_offset_mm : x and y of X-Ray Image Receptor Translation (3002,000D); its z is SAD - SID
    """

    gantry_deg: float
    sad_mm: float
    sid_mm: float
    rows: int
    columns: int
    row_spacing_mm: float
    column_spacing_mm: float
    first_pixel_mm: tuple[float, float]
    receptor_angle_deg: float = 0.0
    receptor_offset_mm: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        numbers = (self.gantry_deg, self.receptor_angle_deg, *self.first_pixel_mm, *self.receptor_offset_mm)
        if not np.isfinite(numbers).all():
            raise ValueError("an angle or a position of the imager is not a finite number")
        sizes = (self.sad_mm, self.sid_mm, self.row_spacing_mm, self.column_spacing_mm)
        if not (np.isfinite(sizes).all() and min(sizes) > 0 and min(self.rows, self.columns) > 0):
            raise ValueError("SAD, SID, pixel spacing, rows and columns must be positive")

    @classmethod
    def centred(
        cls, gantry_deg: float, sad_mm: float, sid_mm: float, rows: int, columns: int, spacing_mm: float
    ) -> "ImagerGeometry":
        """A panel with square pixels, its middle on the beam axis."""
        first = (-(columns - 1) / 2 * spacing_mm, (rows - 1) / 2 * spacing_mm)
        return cls(gantry_deg, sad_mm, sid_mm, rows, columns, spacing_mm, spacing_mm, first)

    def gantry_to_fixed(self) -> RigidTransform:
        """``p_f = Ry(gantry) p_g``."""
        return RigidTransform(GANTRY, FIXED, rotation_y(self.gantry_deg), np.zeros(3))

    def receptor_to_gantry(self) -> RigidTransform:
        """``p_g = Rz(receptor angle) p_r + t``, with t_z = SAD - SID."""
        t = np.array([*self.receptor_offset_mm, self.sad_mm - self.sid_mm])
        return RigidTransform(RECEPTOR, GANTRY, rotation_z(self.receptor_angle_deg), t)

    def receptor_to_fixed(self) -> RigidTransform:
        """From the receptor system to the room."""
        return self.gantry_to_fixed() @ self.receptor_to_gantry()

    @property
    def source_fixed_mm(self) -> FloatArray:
        """(3,), the focal spot in the room."""
        return self.gantry_to_fixed()((0.0, 0.0, self.sad_mm))

    def pixels_to_fixed(self, pixels: ArrayLike) -> FloatArray:
        """Centres of pixels in the room.

        Parameters
        ----------
        pixels : (..., 2), (row, column), fractions allowed; rows run along -Yr, columns along +Xr

        Returns
        -------
        (..., 3), fixed, mm
        """
        rc = np.asarray(pixels, dtype=np.float64)
        receptor = np.zeros((*rc.shape[:-1], 3))
        receptor[..., 0] = self.first_pixel_mm[0] + rc[..., 1] * self.column_spacing_mm
        receptor[..., 1] = self.first_pixel_mm[1] - rc[..., 0] * self.row_spacing_mm
        return self.receptor_to_fixed()(receptor)

    def project(self, points_mm: ArrayLike) -> FloatArray:
        """Project room points onto the panel.

        Parameters
        ----------
        points_mm : (..., 3), fixed

        Returns
        -------
        (..., 2), (row, column) as fractions; may lie outside the panel

        Raises
        ------
        ValueError
            If a point lies in or behind the source plane.
        """
        receptor_from_fixed = self.receptor_to_fixed().inverse()
        source = receptor_from_fixed(self.source_fixed_mm)
        p = receptor_from_fixed(points_mm)
        depth = source[2] - p[..., 2]
        if np.any(depth <= 0):
            raise ValueError("a point lies in or behind the source plane")
        on_panel = source[:2] + (p[..., :2] - source[:2]) * (source[2] / depth)[..., np.newaxis]
        columns = (on_panel[..., 0] - self.first_pixel_mm[0]) / self.column_spacing_mm
        rows = (self.first_pixel_mm[1] - on_panel[..., 1]) / self.row_spacing_mm
        return np.stack([rows, columns], axis=-1)

    def binned(self, factor: int) -> "ImagerGeometry":
        """The same panel with `factor` x `factor` pixels averaged into one; rows and columns left over are cut.

        Raises
        ------
        ValueError
            If not even one binned pixel fits.
        """
        shift = (factor - 1) / 2
        return ImagerGeometry(
            self.gantry_deg,
            self.sad_mm,
            self.sid_mm,
            self.rows // factor,
            self.columns // factor,
            self.row_spacing_mm * factor,
            self.column_spacing_mm * factor,
            (self.first_pixel_mm[0] + shift * self.column_spacing_mm, self.first_pixel_mm[1] - shift * self.row_spacing_mm),
            self.receptor_angle_deg,
            self.receptor_offset_mm,
        )

    def cropped(self, first_row: int, first_column: int, rows: int, columns: int) -> "ImagerGeometry":
        """The part of the panel from pixel (`first_row`, `first_column`)."""
        return ImagerGeometry(
            self.gantry_deg,
            self.sad_mm,
            self.sid_mm,
            rows,
            columns,
            self.row_spacing_mm,
            self.column_spacing_mm,
            (
                self.first_pixel_mm[0] + first_column * self.column_spacing_mm,
                self.first_pixel_mm[1] - first_row * self.row_spacing_mm,
            ),
            self.receptor_angle_deg,
            self.receptor_offset_mm,
        )
