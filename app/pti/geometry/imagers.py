"""X-ray imagers: source, receptor, and panel pixel <-> room."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from pti.geometry.frames import FIXED, GANTRY, PANEL, RECEPTOR
from pti.geometry.panels import UPRIGHT, PanelOrientation, faces_beam, panel_rotation, tilt_depth_mm
from pti.geometry.rigid import FloatArray, RigidTransform, rotation_y, rotation_z


@dataclass(frozen=True, slots=True)
class ImagerGeometry:
    """One exposure's source and panel, as an RT Image describes them (PS3.3 C.8.8.2).

    Parameters
    ----------
    gantry_deg : Gantry Angle (300A,011E); ``p_f = Ry(gantry) p_g``
    sad_mm : source to isocentre (3002,0022)
    sid_mm : source to the origin of the receptor system along the beam axis; of a panel normal to that axis it is the
        source to image plane distance (3002,0026), of others see :attr:`image_plane_mm`
    rows, columns : of the panel
    row_spacing_mm, column_spacing_mm : Image Plane Pixel Spacing (3002,0011), at the image plane
    first_pixel_mm : (x, y) of the centre of the first pixel in the panel system; of an upright panel that is the receptor
        system and the point RT Image Position (3002,0012)
    receptor_angle_deg : X-Ray Image Receptor Angle (3002,000E); ``p_g = Rz(angle) p_r + t``
    receptor_offset_mm : x and y of X-Ray Image Receptor Translation (3002,000D); its z is SAD - SID
    orientation : RT Image Orientation (3002,0010), directions of rows and columns in the receptor system; the panel is
        turned about that system's origin
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
    orientation: PanelOrientation = UPRIGHT

    def __post_init__(self) -> None:
        numbers = (self.gantry_deg, self.receptor_angle_deg, *self.first_pixel_mm, *self.receptor_offset_mm)
        if not np.isfinite(numbers).all():
            raise ValueError("an angle or a position of the imager is not a finite number")
        sizes = (self.sad_mm, self.sid_mm, self.row_spacing_mm, self.column_spacing_mm)
        if not (np.isfinite(sizes).all() and min(sizes) > 0 and min(self.rows, self.columns) > 0):
            raise ValueError("SAD, SID, pixel spacing, rows and columns must be positive")
        if not faces_beam(self.orientation) or self.image_plane_mm <= 0:
            raise ValueError("the panel is seen edge-on, or lies behind the source")

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

    def panel_to_receptor(self) -> RigidTransform:
        """How the panel is turned about the receptor system's origin; pixels lie at z = 0 of the panel system."""
        return RigidTransform(PANEL, RECEPTOR, panel_rotation(self.orientation), np.zeros(3))

    def receptor_to_fixed(self) -> RigidTransform:
        """From the receptor system to the room."""
        return self.gantry_to_fixed() @ self.receptor_to_gantry()

    def panel_to_fixed(self) -> RigidTransform:
        """From the panel system to the room."""
        return self.receptor_to_fixed() @ self.panel_to_receptor()

    @property
    def image_plane_mm(self) -> float:
        """Source to image plane along the beam axis, RT Image SID (3002,0026); `sid_mm` unless the panel is tilted."""
        return self.sid_mm - tilt_depth_mm(self.orientation, self.receptor_angle_deg, self.receptor_offset_mm)

    @property
    def source_fixed_mm(self) -> FloatArray:
        """(3,), the focal spot in the room."""
        return self.gantry_to_fixed()((0.0, 0.0, self.sad_mm))

    def pixels_to_fixed(self, pixels: ArrayLike) -> FloatArray:
        """Centres of pixels in the room.

        Parameters
        ----------
        pixels : (..., 2), (row, column), fractions allowed; rows run along -y of the panel system, columns along +x

        Returns
        -------
        (..., 3), fixed, mm
        """
        rc = np.asarray(pixels, dtype=np.float64)
        panel = np.zeros((*rc.shape[:-1], 3))
        panel[..., 0] = self.first_pixel_mm[0] + rc[..., 1] * self.column_spacing_mm
        panel[..., 1] = self.first_pixel_mm[1] - rc[..., 0] * self.row_spacing_mm
        return self.panel_to_fixed()(panel)

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
            If a point lies in or behind the source plane, which is parallel to the panel.
        """
        panel_from_fixed = self.panel_to_fixed().inverse()
        source = panel_from_fixed(self.source_fixed_mm)
        p = panel_from_fixed(points_mm)
        depth = 1 - p[..., 2] / source[2]  # 0 at the source, 1 on the panel, whichever way its normal points
        if np.any(depth <= 0):
            raise ValueError("a point lies in or behind the source plane")
        on_panel = source[:2] + (p[..., :2] - source[:2]) / depth[..., np.newaxis]
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
        return replace(
            self,
            rows=self.rows // factor,
            columns=self.columns // factor,
            row_spacing_mm=self.row_spacing_mm * factor,
            column_spacing_mm=self.column_spacing_mm * factor,
            first_pixel_mm=self._pixel_on_panel_mm(shift, shift),
        )

    def cropped(self, first_row: int, first_column: int, rows: int, columns: int) -> "ImagerGeometry":
        """The part of the panel from pixel (`first_row`, `first_column`)."""
        return replace(self, rows=rows, columns=columns, first_pixel_mm=self._pixel_on_panel_mm(first_row, first_column))

    def _pixel_on_panel_mm(self, row: float, column: float) -> tuple[float, float]:
        x, y = self.first_pixel_mm
        return (x + column * self.column_spacing_mm, y - row * self.row_spacing_mm)
