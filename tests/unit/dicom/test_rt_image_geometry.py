"""RT Images of tilted, turned and mirrored panels: the same panel told in another way, hand-worked places, contradictions."""

import io
from dataclasses import replace
from itertools import product

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from scipy.spatial.transform import Rotation

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.rt_image import read_rt_image, write_rt_image
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.panels import UPRIGHT, PanelOrientation
from tests.support.dicom_factory import rt_image, set_pixels
from tests.support.geometry import angles, panel_orientation, panel_orientations

TURNED_AND_MIRRORED = [
    (*row, *column)
    for row, column in product([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)], repeat=2)
    if np.dot(row, column) == 0
]


def geometry_of(ds: Dataset) -> ImagerGeometry:
    return read_rt_image(ds).radiograph.geometry


def complaints_about(ds: Dataset) -> tuple[str, ...]:
    with pytest.raises(InvalidDicomObject) as caught:
        read_rt_image(ds)
    return caught.value.complaints


def tilted_image(*orientation: float) -> Dataset:
    """On a plane that is not normal; the receptor's z is that of the origin, 2.5 or 1.5 mm beside the beam axis."""
    ds = rt_image()
    ds.RTImagePlane, ds.RTImageOrientation = "NON_NORMAL", list(orientation or (0.8, 0, -0.6, 0, -1, 0))
    return ds


def told_otherwise(ds: Dataset, orientation: tuple[float, ...]) -> Dataset:
    """The same pixels in the same places, in rows and columns that run along other axes of the receptor."""
    upright = ds.pixel_array
    x_mm = ds.RTImagePosition[0] + ds.ImagePlanePixelSpacing[1] * np.arange(ds.Columns)
    y_mm = ds.RTImagePosition[1] - ds.ImagePlanePixelSpacing[0] * np.arange(ds.Rows)
    row, column = np.array(orientation[:2]), np.array(orientation[3:5])
    x_ways, y_ways = (int(row[axis] + column[axis]) for axis in (0, 1))
    x_mm, y_mm = x_mm[::x_ways], y_mm[::-y_ways]
    pixels = upright[::-y_ways, ::x_ways]
    ds.RTImagePosition = [x_mm[0], y_mm[0]]
    if row[0] == 0:  # rows run along y
        pixels = pixels.T
        ds.ImagePlanePixelSpacing = list(ds.ImagePlanePixelSpacing)[::-1]
    set_pixels(ds, np.ascontiguousarray(pixels))
    ds.RTImageOrientation = list(orientation)
    return ds


@pytest.mark.parametrize("orientation", TURNED_AND_MIRRORED)
def test_a_panel_that_is_told_in_other_rows_and_columns_shows_every_pixel_in_the_same_place(
    orientation: tuple[float, ...],
) -> None:
    upright, other = read_rt_image(rt_image()).radiograph, read_rt_image(told_otherwise(rt_image(), orientation)).radiograph
    pixels = np.moveaxis(np.indices(upright.pixels.shape), 0, -1)
    found = other.geometry.project(upright.geometry.pixels_to_fixed(pixels))
    np.testing.assert_allclose(found, np.rint(found), rtol=0, atol=1e-6)
    row, column = np.moveaxis(np.rint(found).astype(int), -1, 0)
    np.testing.assert_array_equal(other.pixels[row, column], upright.pixels)


def test_a_tilted_panel_is_turned_about_the_receptors_origin_and_its_position_is_meant_before_that() -> None:
    ds = tilted_image(0.8, 0, -0.6, 0, -1, 0)
    # The panel's normal is (0.6, 0, 0.8). Its plane meets the beam axis beside the origin, so SID differs from the origin's.
    origin = np.array([1.5, -2.5, -1000.0])
    turned = Rotation.from_euler("z", 5, degrees=True)
    normal = turned.apply([0.6, 0, 0.8])
    ds.RTImageSID = 2700 - (origin @ normal) / normal[2]
    first = Rotation.from_euler("y", 45, degrees=True).apply(origin + turned.apply([-1.05 * 0.8, 1.0, 1.05 * 0.6]))
    geometry = geometry_of(ds)
    np.testing.assert_allclose(geometry.pixels_to_fixed((0, 0)), first, rtol=0, atol=1e-9)
    assert geometry.image_plane_mm == pytest.approx(float(ds.RTImageSID), abs=1e-9)


def test_a_non_normal_plane_without_orientation_is_refused() -> None:
    ds = tilted_image()
    del ds.RTImageOrientation
    assert complaints_about(ds) == ("RT Image Orientation (3002,0010) is missing",)


def test_an_upright_panel_means_the_same_whatever_its_plane_is_called() -> None:
    assert geometry_of(tilted_image(*UPRIGHT)) == geometry_of(rt_image())


@pytest.mark.parametrize(
    ("plane", "orientation", "complaint"),
    [
        ("OBLIQUE", [1, 0, 0, 0, -1, 0], "RT Image Plane (3002,000C) is OBLIQUE, neither NORMAL nor NON_NORMAL"),
        (
            "NORMAL",
            [0.8, 0, -0.6, 0, -1, 0],
            r"RT Image Orientation (3002,0010) is 0.8\0\-0.6\0\-1\0, which contradicts RT Image Plane (3002,000C) NORMAL",
        ),
        (
            "NON_NORMAL",
            [0, 1, 0, 1, 0, 0],
            r"RT Image Orientation (3002,0010) is 0\1\0\1\0\0, which contradicts RT Image Plane (3002,000C) NON_NORMAL",
        ),
        (
            "NON_NORMAL",
            [1, 0, 0, 0, -1, 0.1],
            r"RT Image Orientation (3002,0010) is 1\0\0\0\-1\0.1: "
            "its two directions are not unit vectors at right angles",
        ),
        (
            "NORMAL",
            [1, 0, 0, 1, 0, 0],
            r"RT Image Orientation (3002,0010) is 1\0\0\1\0\0: "
            "its two directions are not unit vectors at right angles",
        ),
        (
            "NON_NORMAL",
            [0, 0, 1, 0, -1, 0],
            r"RT Image Orientation (3002,0010) is 0\0\1\0\-1\0: the panel would be seen edge-on from the source",
        ),
        ("NORMAL", [1, 0, 0], "RT Image Orientation (3002,0010) has 3 values instead of 6"),
    ],
)
def test_an_orientation_that_cannot_be_is_refused(plane: str, orientation: list[float], complaint: str) -> None:
    ds = rt_image()
    ds.RTImagePlane, ds.RTImageOrientation = plane, orientation
    assert complaints_about(ds) == (complaint,)


def test_a_tilted_panel_whose_depth_contradicts_its_distance_is_refused() -> None:
    ds = tilted_image()
    ds.XRayImageReceptorTranslation = [101.5, -2.5, -1000]
    (complaint,) = complaints_about(ds)
    assert "X-Ray Image Receptor Translation (3002,000D) has z -1000 mm" in complaint


def test_a_tilted_panel_whose_origin_would_lie_behind_the_source_is_refused() -> None:
    ds = tilted_image(*panel_orientation((0.0, 80.0, 0.0)))
    # 700 mm beside the axis and tilted by 80 degrees, the origin lies 700 tan 80 above where the axis meets the panel.
    height = 2700 - 3700 + 700 * np.tan(np.radians(80))
    ds.XRayImageReceptorAngle, ds.XRayImageReceptorTranslation = "0", [-700, 0, round(height, 6)]
    assert complaints_about(ds) == ("X-Ray Image Receptor Translation (3002,000D) lies behind the source",)


def test_all_that_is_wrong_with_a_panel_is_told_at_once() -> None:
    ds = tilted_image(1, 0, 0, 0, 0, 0)
    ds.RTImagePlane, ds.RadiationMachineSAD = "SLANTED", "-2700"
    del ds.RTImagePosition, ds.GantryAngle
    labels = [complaint.split(")")[0].split("(")[1] for complaint in complaints_about(ds)]
    assert labels == ["3002,000C", "3002,0010", "300A,011E", "3002,0012", "3002,0022"]


def test_rounded_directions_are_taken_for_what_they_were_rounded_from() -> None:
    turned, exact = rt_image(), panel_orientation((0.0, 0.0, 33.3))
    turned.RTImageOrientation = [round(value, 4) for value in exact]
    np.testing.assert_allclose(geometry_of(turned).orientation, exact, rtol=0, atol=1e-4)
    nearly_normal = rt_image()
    nearly_normal.RTImageOrientation = [1.0, 0.0, -0.00005, 0.0, -1.0, 0.00001]
    assert geometry_of(nearly_normal).orientation == UPRIGHT


@st.composite
def written_geometries(draw: st.DrawFn) -> ImagerGeometry:
    """Panels of every kind: upright, turned, mirrored, tilted, with every angle and offset."""
    flat = st.builds(lambda turned, mirrored: panel_orientation((0.0, 0.0, turned), mirrored=mirrored), angles(), st.booleans())
    return ImagerGeometry(
        draw(st.floats(0, 359.9)),
        2700.1,
        draw(st.floats(3000, 4000)),
        6,
        8,
        0.4,
        0.3,
        draw(st.tuples(st.floats(-300, 300), st.floats(-300, 300))),
        draw(angles(179.0)),
        draw(st.tuples(st.floats(-80, 80), st.floats(-80, 80))),
        draw(st.one_of(st.just(UPRIGHT), flat, panel_orientations())),
    )


@given(written_geometries())
def test_any_panel_comes_back_from_a_file_where_it_was(geometry: ImagerGeometry) -> None:
    image = read_rt_image(rt_image())
    ds = write_rt_image(replace(image, radiograph=replace(image.radiograph, geometry=geometry)))
    back = geometry_of(pydicom.dcmread(io.BytesIO(encode_part10(ds))))
    pixels = np.array([(0, 0), (5, 0), (0, 7), (5, 7)])
    # Decimal Strings keep 1e-9 mm and, of directions, 1e-12; a tilt of 1e-6 rad at 300 mm is taken for none.
    tilt = max(abs(geometry.orientation[2]), abs(geometry.orientation[5]))
    tolerance_mm = 4e-4 if 1e-12 < tilt < 1.1e-6 else 1e-7
    np.testing.assert_allclose(back.pixels_to_fixed(pixels), geometry.pixels_to_fixed(pixels), rtol=0, atol=tolerance_mm)
    np.testing.assert_allclose(back.source_fixed_mm, geometry.source_fixed_mm, rtol=0, atol=1e-7)


@pytest.mark.parametrize(
    ("orientation", "plane"),
    [(UPRIGHT, "NORMAL"), ((0.0, 1.0, 0.0, 1.0, 0.0, 0.0), "NORMAL"), ((0.8, 0.0, -0.6, 0.0, -1.0, 0.0), "NON_NORMAL")],
)
def test_the_plane_is_called_what_it_is(orientation: PanelOrientation, plane: str) -> None:
    image = read_rt_image(rt_image())
    geometry = replace(image.radiograph.geometry, orientation=orientation, first_pixel_mm=(-1.0, 2.0))
    ds = write_rt_image(replace(image, radiograph=replace(image.radiograph, geometry=geometry)))
    assert ds.RTImagePlane == plane
    # The first pixel lies 1 mm before the origin along the rows and 2 mm before it along the columns.
    first = {UPRIGHT: [-1, 2], (0.0, 1.0, 0.0, 1.0, 0.0, 0.0): [-2, -1]}.get(orientation, [-1, 2])
    assert [float(value) for value in ds.RTImagePosition] == first
    assert [float(value) for value in ds.RTImageOrientation] == list(orientation)
