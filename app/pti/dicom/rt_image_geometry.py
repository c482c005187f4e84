"""Source and panel of an RT Image (C.8.8.2), reading and writing."""

import math
from collections.abc import Callable

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.decimals import decimal, decimals
from pti.geometry.imagers import ImagerGeometry

#: Direction of the first row and of the first column in the receptor system (C.8.8.2.7).
CANONICAL_ORIENTATION = (1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
_ORIENTATION_TOLERANCE = 1e-4
#: The receptor's z may be off SAD - SID by this: nominal and read-out values mixed. More is a contradiction.
_LARGEST_DEPTH_CONTRADICTION_MM = 1.0


def read_imager_geometry(image: Attributes, required_angle: Callable[[str], float]) -> ImagerGeometry | None:
    """The geometry, if the image says all of it; None after a complaint. Nothing is assumed.

    Parameters
    ----------
    required_angle : gives Gantry Angle, from the image or its exposure
    """
    before = len(image.complaints)
    plane = image.text("RTImagePlane")
    if plane not in ("NORMAL", None):
        image.complain("RTImagePlane", f"is {plane}: only panels normal to the beam axis are taken")
    _check_orientation(image)
    gantry = required_angle("GantryAngle")
    receptor_angle = image.required_number("XRayImageReceptorAngle")
    sad, sid = image.required_number("RadiationMachineSAD"), image.required_number("RTImageSID")
    row_spacing, column_spacing = image.required_numbers("ImagePlanePixelSpacing", 2)
    first_x, first_y = image.required_numbers("RTImagePosition", 2)
    x, y, z = image.required_point("XRayImageReceptorTranslation")
    rows, columns = image.required_integer("Rows"), image.required_integer("Columns")
    sizes = {"RadiationMachineSAD": sad, "RTImageSID": sid, "ImagePlanePixelSpacing": min(row_spacing, column_spacing)}
    for keyword, size in sizes.items():
        if size <= 0:
            image.complain(keyword, "is not positive")
    if abs(z - (sad - sid)) > _LARGEST_DEPTH_CONTRADICTION_MM:
        image.complain("XRayImageReceptorTranslation", f"has z {z:g} mm, SAD less SID is {sad - sid:g} mm")
    if len(image.complaints) > before or min(rows, columns) <= 0:
        return None
    return ImagerGeometry(
        gantry_deg=gantry,
        sad_mm=sad,
        sid_mm=sid,
        rows=rows,
        columns=columns,
        row_spacing_mm=row_spacing,
        column_spacing_mm=column_spacing,
        first_pixel_mm=(first_x, first_y),
        receptor_angle_deg=receptor_angle,
        receptor_offset_mm=(x, y),
    )


def _check_orientation(image: Attributes) -> None:
    """Absent on a normal plane, RT Image Orientation is the canonical one by definition."""
    orientation = image.numbers("RTImageOrientation", 6)
    if orientation is None or math.isnan(orientation[0]):
        return
    if max(abs(a - b) for a, b in zip(orientation, CANONICAL_ORIENTATION, strict=True)) > _ORIENTATION_TOLERANCE:
        image.complain("RTImageOrientation", r"is not 1\0\0\0\-1\0: turned or mirrored images are not taken")


def write_imager_geometry(ds: Dataset, geometry: ImagerGeometry) -> None:
    """Write all that :func:`read_imager_geometry` reads, but for Rows and Columns, which go with the pixels."""
    ds.RTImagePlane = "NORMAL"
    ds.XRayImageReceptorTranslation = decimals((*geometry.receptor_offset_mm, geometry.sad_mm - geometry.sid_mm))
    ds.XRayImageReceptorAngle = decimal(geometry.receptor_angle_deg)
    ds.RTImageOrientation = decimals(CANONICAL_ORIENTATION)
    ds.ImagePlanePixelSpacing = decimals((geometry.row_spacing_mm, geometry.column_spacing_mm))
    ds.RTImagePosition = decimals(geometry.first_pixel_mm)
    ds.RadiationMachineSAD = decimal(geometry.sad_mm)
    ds.RTImageSID = decimal(geometry.sid_mm)
    ds.GantryAngle = decimal(geometry.gantry_deg % 360.0)
