"""A real kV system: a metal ball imaged from two sides before and after the couch moved it by a recorded amount."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from scipy import ndimage

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rays import epipolar_lines, meeting_of_rays, rays_through_pixels
from tests.support.geometry import FloatArray

# Noise moves the fitted circle by a few hundredths of a pixel (0.26 mm at the isocentre); the couch reads to 0.05 mm.
AGREEMENT_MM = 0.1


@pytest.fixture(scope="module")
def images(real_data: Callable[[str], Path]) -> dict[str, Dataset]:
    """RT Image Label -> the four kV images."""
    files = (dcmread(path) for path in sorted(real_data("05_kv_bead_pairs_reg").glob("RI.*.dcm")))
    return {image.RTImageLabel: image for image in files if image.RTImageLabel.startswith("kV")}


@pytest.fixture(scope="module")
def truth(real_truth: Callable[[str], Path]) -> dict[str, dict[str, list[float]]]:
    """What an independent measurement of the same images gave."""
    content: dict[str, dict[str, list[float]]] = json.loads(real_truth("kv_bead.json").read_text())
    return content


def geometry_of(image: Dataset) -> ImagerGeometry:
    """The exposure's geometry as its header states it."""
    return ImagerGeometry(
        gantry_deg=float(image.GantryAngle),
        sad_mm=float(image.RadiationMachineSAD),
        sid_mm=float(image.RTImageSID),
        rows=image.Rows,
        columns=image.Columns,
        row_spacing_mm=float(image.ImagePlanePixelSpacing[0]),
        column_spacing_mm=float(image.ImagePlanePixelSpacing[1]),
        first_pixel_mm=(float(image.RTImagePosition[0]), float(image.RTImagePosition[1])),
        receptor_angle_deg=float(image.XRayImageReceptorAngle),
        receptor_offset_mm=(float(image.XRayImageReceptorTranslation[0]), float(image.XRayImageReceptorTranslation[1])),
    )


def ball_centre(image: Dataset) -> FloatArray:
    """(row, column) of the ball on its stick: a circle through its free edge at half height; bright means absorbing."""
    half = 60
    corner = np.array([image.Rows // 2 - half, image.Columns // 2 - half])
    region = image.pixel_array[corner[0] : corner[0] + 2 * half, corner[1] : corner[1] + 2 * half].astype(np.float64)
    height = (np.median(region) + region.max()) / 2
    disc = np.hypot(*np.mgrid[-8:9, -8:9]) <= 8.5  # wider than the stick, smaller than the ball
    rough = np.array(ndimage.center_of_mass(ndimage.binary_opening(region > height, disc)))
    radii = np.linspace(0, 30, 601)
    edge = []
    for angle in np.radians(np.arange(-20, 201, 5)):  # the stick comes from below, where rows grow
        rays = rough[:, np.newaxis] + radii * np.array([[-np.sin(angle)], [np.cos(angle)]])
        edge.append(rays[:, np.argmax(ndimage.map_coordinates(region, rays, order=1) < height)])
    points = np.array(edge)
    solution = np.linalg.lstsq(np.column_stack([2 * points, np.ones(len(points))]), (points**2).sum(axis=1))[0]
    return np.asarray(solution[:2] + corner)


def ball_position(images: list[Dataset]) -> FloatArray:
    """(3,), fixed, mm: the point nearest to both rays."""
    normal, right = np.zeros((3, 3)), np.zeros(3)
    for image in images:
        geometry = geometry_of(image)
        ray = geometry.pixels_to_fixed(ball_centre(image)) - geometry.source_fixed_mm
        across = np.eye(3) - np.outer(ray, ray) / (ray @ ray)
        normal += across
        right += across @ geometry.source_fixed_mm
    return np.asarray(np.linalg.solve(normal, right))


def test_ball_moves_in_the_room_as_the_couch_recorded(images: dict[str, Dataset]) -> None:
    before, after = ([images[f"kV_0_{when}"], images[f"kV_270_{when}"]] for when in ("1a", "1b"))
    axes = ("TableTopLateralPosition", "TableTopLongitudinalPosition", "TableTopVerticalPosition")
    recorded = [[float(pair[0][axis].value) for axis in axes] for pair in (before, after)]
    moved = ball_position(after) - ball_position(before)
    np.testing.assert_allclose(moved, np.subtract(recorded[1], recorded[0]), rtol=0, atol=AGREEMENT_MM)


@pytest.mark.parametrize("when", ["1a", "1b"])
def test_rays_through_the_ball_on_two_images_meet_in_it(images: dict[str, Dataset], when: str) -> None:
    pair = [images[f"kV_0_{when}"], images[f"kV_270_{when}"]]
    first, second = (rays_through_pixels(geometry_of(image), ball_centre(image)) for image in pair)
    meeting = meeting_of_rays(first, second)
    assert meeting.gaps_mm < 2 * AGREEMENT_MM
    np.testing.assert_allclose(meeting.points_mm, ball_position(pair), rtol=0, atol=1e-6)  # both are the same least squares


def test_ball_on_one_image_lies_on_the_epipolar_line_of_the_other(images: dict[str, Dataset]) -> None:
    front, side = images["kV_0_1a"], images["kV_270_1a"]
    near, far = epipolar_lines(geometry_of(front), ball_centre(front), geometry_of(side), 100.0)
    along = (far - near) / np.linalg.norm(far - near)
    aside_pixels = (ball_centre(side) - near) @ (-along[1], along[0])
    assert abs(aside_pixels) * side.ImagePlanePixelSpacing[0] < 3 * AGREEMENT_MM  # magnified to the panel
    assert np.linalg.norm(far - near) > 200


def test_ball_stands_in_every_image_where_it_was_measured_independently(
    images: dict[str, Dataset], truth: dict[str, dict[str, list[float]]]
) -> None:
    measured = truth["bead_isocentre_plane_mm"]
    assert set(measured) == set(images)
    for label, expected in measured.items():
        geometry = geometry_of(images[label])
        on_panel = geometry.receptor_to_fixed().inverse()(geometry.pixels_to_fixed(ball_centre(images[label])))
        at_isocentre = (on_panel[:2] + geometry.receptor_offset_mm) * geometry.sad_mm / geometry.sid_mm
        np.testing.assert_allclose(at_isocentre, expected, rtol=0, atol=AGREEMENT_MM, err_msg=label)
