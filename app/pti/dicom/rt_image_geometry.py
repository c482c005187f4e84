"""Source and panel of an RT Image (C.8.8.2), reading and writing."""

import math
from collections.abc import Callable

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.decimals import decimal, decimals
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.panels import UPRIGHT, PanelOrientation, faces_beam, is_normal, panel_rotation, tilt_depth_mm
from pti.geometry.rigid import FloatArray

#: A panel that is said to be normal to the beam axis may be told with rounded directions: 0.02 mm in 200.
_LARGEST_ROUNDING = 1e-4
#: Directions of three decimals are unit vectors at right angles within this; more is no rounding.
_LARGEST_SKEW = 1e-3
#: The receptor's z may be off SAD - SID by this: nominal and read-out values mixed. More is a contradiction.
_LARGEST_DEPTH_CONTRADICTION_MM = 1.0


def read_imager_geometry(image: Attributes, required_angle: Callable[[str], float]) -> ImagerGeometry | None:
    """The geometry, if the image says all of it; None after a complaint. Nothing is assumed.

    Parameters
    ----------
    required_angle : gives Gantry Angle, from the image or its exposure
    """
    before = len(image.complaints)
    orientation = _read_orientation(image)
    gantry = required_angle("GantryAngle")
    receptor_angle = image.required_angle_deg("XRayImageReceptorAngle")
    sad, sid = image.required_number("RadiationMachineSAD"), image.required_number("RTImageSID")
    row_spacing, column_spacing = image.required_numbers("ImagePlanePixelSpacing", 2)
    first_x, first_y = image.required_numbers("RTImagePosition", 2)
    x, y, z = image.required_point("XRayImageReceptorTranslation")
    rows, columns = image.required_integer("Rows"), image.required_integer("Columns")
    sizes = {"RadiationMachineSAD": sad, "RTImageSID": sid, "ImagePlanePixelSpacing": min(row_spacing, column_spacing)}
    for keyword, size in sizes.items():
        if size <= 0:
            image.complain(keyword, "is not positive")
    # RT Image SID is measured along the beam axis, which a tilted panel meets elsewhere than in the receptor's origin.
    tilt = 0.0 if orientation is None else tilt_depth_mm(orientation, receptor_angle, (x, y))
    if orientation is not None:
        _check_depth(image, z, sad, sid + tilt)
    if orientation is None or len(image.complaints) > before or min(rows, columns) <= 0:
        return None
    return ImagerGeometry(
        gantry_deg=gantry,
        sad_mm=sad,
        sid_mm=sid + tilt,
        rows=rows,
        columns=columns,
        row_spacing_mm=row_spacing,
        column_spacing_mm=column_spacing,
        first_pixel_mm=_position_to_panel(orientation, first_x, first_y),
        receptor_angle_deg=receptor_angle,
        receptor_offset_mm=(x, y),
        orientation=orientation,
    )


def _check_depth(image: Attributes, z_mm: float, sad_mm: float, origin_sid_mm: float) -> None:
    expected_mm = sad_mm - origin_sid_mm
    if abs(z_mm - expected_mm) > _LARGEST_DEPTH_CONTRADICTION_MM:
        image.complain("XRayImageReceptorTranslation", f"has z {z_mm:g} mm, SAD less SID is {expected_mm:g} mm at its x and y")
    elif origin_sid_mm <= 0:
        image.complain("XRayImageReceptorTranslation", "lies behind the source")


def _read_orientation(image: Attributes) -> PanelOrientation | None:
    """Directions of rows and columns; None after a complaint. Absent on a normal plane, they are upright by definition."""
    plane = image.text("RTImagePlane")
    if plane not in ("NORMAL", "NON_NORMAL", None):
        image.complain("RTImagePlane", f"is {plane}, neither NORMAL nor NON_NORMAL")
    tilted = plane == "NON_NORMAL"
    read = image.required_numbers if tilted else image.numbers
    values = read("RTImageOrientation", 6)
    if values is None:
        return UPRIGHT
    if not all(math.isfinite(value) for value in values):
        return None
    if not tilted and max(abs(values[2]), abs(values[5])) <= _LARGEST_ROUNDING:
        values = (values[0], values[1], 0.0, values[3], values[4], 0.0)
    orientation = _orthonormal(np.array(values[:3]), np.array(values[3:]))
    told = "is " + "\\".join(f"{value:g}" for value in values)
    if orientation is None:
        image.complain("RTImageOrientation", f"{told}: its two directions are not unit vectors at right angles")
    elif not faces_beam(orientation):
        image.complain("RTImageOrientation", f"{told}: the panel would be seen edge-on from the source")
    elif orientation != UPRIGHT and is_normal(orientation) == tilted:  # upright, both kinds of plane mean the same
        image.complain("RTImageOrientation", f"{told}, which contradicts RT Image Plane (3002,000C) {plane or 'without value'}")
    else:
        return orientation
    return None


def _orthonormal(row: FloatArray, column: FloatArray) -> PanelOrientation | None:
    """Rid two directions of what rounding did to them; None if they are off by more."""
    if max(abs(row @ row - 1), abs(column @ column - 1), abs(row @ column)) > _LARGEST_SKEW:
        return None
    row = row / np.linalg.norm(row)
    column = column - (column @ row) * row
    a, b, c = row
    d, e, f = column / np.linalg.norm(column)
    return (float(a), float(b), float(c), float(d), float(e), float(f))


def _position_to_panel(orientation: PanelOrientation, x_mm: float, y_mm: float) -> tuple[float, float]:
    """RT Image Position in the panel system: of a tilted panel it is meant as before the rotation (C.8.8.2.7)."""
    if not is_normal(orientation):
        return (x_mm, y_mm)
    u, v, _ = panel_rotation(orientation).T @ (x_mm, y_mm, 0.0)
    return (float(u), float(v))


def _panel_to_position(orientation: PanelOrientation, u_mm: float, v_mm: float) -> tuple[float, float]:
    """The inverse of :func:`_position_to_panel`."""
    if not is_normal(orientation):
        return (u_mm, v_mm)
    x, y, _ = panel_rotation(orientation) @ (u_mm, v_mm, 0.0)
    return (float(x), float(y))


def write_imager_geometry(ds: Dataset, geometry: ImagerGeometry) -> None:
    """Write all that :func:`read_imager_geometry` reads, but for Rows and Columns, which go with the pixels."""
    ds.RTImagePlane = "NORMAL" if is_normal(geometry.orientation) else "NON_NORMAL"
    ds.XRayImageReceptorTranslation = decimals((*geometry.receptor_offset_mm, geometry.sad_mm - geometry.sid_mm))
    ds.XRayImageReceptorAngle = decimal(geometry.receptor_angle_deg)
    ds.RTImageOrientation = decimals(geometry.orientation)
    ds.ImagePlanePixelSpacing = decimals((geometry.row_spacing_mm, geometry.column_spacing_mm))
    ds.RTImagePosition = decimals(_panel_to_position(geometry.orientation, *geometry.first_pixel_mm))
    ds.RadiationMachineSAD = decimal(geometry.sad_mm)
    ds.RTImageSID = decimal(geometry.image_plane_mm)
    ds.GantryAngle = decimal(geometry.gantry_deg % 360.0)
