"""X-ray imagers: where points fall on the panel, against a line cut with a plane in the room."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from pti.geometry.frames import patient_frame
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.panels import UPRIGHT, PanelOrientation
from pti.geometry.patient import PatientPosition, patient_to_fixed
from tests.support.geometry import FloatArray, angles, panel_orientation, panel_orientations, points

SAD_MM, SID_MM, SPACING_MM = 2700.0, 3700.0, 0.388
ISOCENTRE = np.array([12.0, -170.0, 33.0])
# 10 mm in the isocentre plane: 10 * 3700 / 2700 / 0.388 = 35.3 pixels.
STEP = 10 * SID_MM / SAD_MM / SPACING_MM

imagers = st.builds(
    ImagerGeometry,
    gantry_deg=angles(),
    sad_mm=st.floats(900, 3000),
    sid_mm=st.floats(1400, 4000),
    rows=st.integers(60, 1500),
    columns=st.integers(60, 1500),
    row_spacing_mm=st.floats(0.1, 2),
    column_spacing_mm=st.floats(0.1, 2),
    first_pixel_mm=st.tuples(st.floats(-300, 300), st.floats(-300, 300)),
    receptor_angle_deg=angles(),
    receptor_offset_mm=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    orientation=panel_orientations(),
)


def cut_with_panel(imager: ImagerGeometry, point: FloatArray) -> tuple[float, float]:
    """(row, column) where the ray through `point` meets the panel: three equations in the room, solved."""
    gantry = Rotation.from_euler("y", imager.gantry_deg, degrees=True)
    source = gantry.apply([0, 0, imager.sad_mm])
    origin = gantry.apply([*imager.receptor_offset_mm, imager.sad_mm - imager.sid_mm])
    receptor = gantry * Rotation.from_euler("z", imager.receptor_angle_deg, degrees=True)
    right, up = receptor.apply(imager.orientation[:3]), -receptor.apply(imager.orientation[3:])
    x, y, _ = np.linalg.solve(np.column_stack([right, up, source - point]), source - origin)
    return (
        (imager.first_pixel_mm[1] - y) / imager.row_spacing_mm,
        (x - imager.first_pixel_mm[0]) / imager.column_spacing_mm,
    )


@given(imagers, points(limit_mm=400))
def test_point_falls_where_its_ray_meets_the_panel(imager: ImagerGeometry, point: FloatArray) -> None:
    np.testing.assert_allclose(imager.project(point), cut_with_panel(imager, point), rtol=0, atol=1e-7)


@given(imagers, st.tuples(st.floats(0, 1500), st.floats(0, 1500)))
def test_pixel_projects_onto_itself_wherever_on_its_ray(imager: ImagerGeometry, pixel: tuple[float, float]) -> None:
    on_panel = imager.pixels_to_fixed(pixel)
    for part in (0.1, 0.6, 1.0):
        along = imager.source_fixed_mm + part * (on_panel - imager.source_fixed_mm)
        np.testing.assert_allclose(imager.project(along), pixel, rtol=0, atol=1e-7)


@given(imagers)
def test_source_stands_at_its_distance_from_isocentre_and_panel(tilted: ImagerGeometry) -> None:
    imager = replace(tilted, orientation=UPRIGHT)
    assert np.linalg.norm(imager.source_fixed_mm) == pytest.approx(imager.sad_mm, abs=1e-9)
    panel = imager.pixels_to_fixed([(0, 0), (0, 1), (1, 0)])
    normal = np.cross(panel[1] - panel[0], panel[2] - panel[0])
    distance = abs((imager.source_fixed_mm - panel[0]) @ normal) / np.linalg.norm(normal)
    assert distance == pytest.approx(imager.sid_mm, abs=1e-6)  # the normal comes from steps of one pixel
    assert imager.image_plane_mm == pytest.approx(imager.sid_mm, abs=1e-9)


@given(imagers)
def test_beam_axis_meets_the_panel_at_the_image_plane_distance(imager: ImagerGeometry) -> None:
    middle = imager.pixels_to_fixed(imager.project((0.0, 0.0, 0.0)))
    assert np.linalg.norm(imager.source_fixed_mm - middle) == pytest.approx(imager.image_plane_mm, abs=1e-6)


@given(imagers)
def test_rows_and_columns_run_along_the_directions_of_the_orientation(imager: ImagerGeometry) -> None:
    first, right, below = imager.receptor_to_fixed().inverse()(imager.pixels_to_fixed([(0, 0), (0, 1), (1, 0)]))
    np.testing.assert_allclose((right - first) / imager.column_spacing_mm, imager.orientation[:3], rtol=0, atol=1e-9)
    np.testing.assert_allclose((below - first) / imager.row_spacing_mm, imager.orientation[3:], rtol=0, atol=1e-9)


def test_panel_tilted_by_30_degrees_lies_where_trigonometry_puts_it() -> None:
    # Gantry 0; columns run to the right and down by 30 degrees, about an origin 100 mm to the right of the beam axis.
    half, root = 0.5, np.sqrt(0.75)
    imager = ImagerGeometry(
        0.0, 1000.0, 1500.0, 100, 100, 2.0, 1.0, (-20.0, 40.0), 0.0, (100.0, 0.0), (root, 0.0, -half, 0.0, -1.0, 0.0)
    )
    first = imager.pixels_to_fixed((0, 0))
    np.testing.assert_allclose(first, (100 - 20 * root, 40, -500 + 20 * half), rtol=0, atol=1e-9)
    np.testing.assert_allclose(imager.pixels_to_fixed((10, 60)), (100 + 40 * root, 20, -500 - 40 * half), rtol=0, atol=1e-9)
    # At the beam axis, 100 mm to the left of the origin, the panel is 100 tan 30 higher.
    assert imager.image_plane_mm == pytest.approx(1500 - 100 / np.sqrt(3), abs=1e-9)
    np.testing.assert_allclose(imager.project((0, 0, 0)), (20, 20 - 100 / root), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("orientation", "toward_gantry", "to_the_right"),
    [  # how (row, column) changes for what lies toward the gantry and to its right, gantry 0; first row, then first column
        ((1, 0, 0, 0, -1, 0), (-1, 0), (0, 1)),
        ((0, 1, 0, 1, 0, 0), (0, 1), (1, 0)),
        ((-1, 0, 0, 0, 1, 0), (1, 0), (0, -1)),
        ((0, -1, 0, -1, 0, 0), (0, -1), (-1, 0)),
        ((1, 0, 0, 0, 1, 0), (1, 0), (0, 1)),
        ((-1, 0, 0, 0, -1, 0), (-1, 0), (0, -1)),
        ((0, 1, 0, -1, 0, 0), (0, 1), (-1, 0)),
        ((0, -1, 0, 1, 0, 0), (0, -1), (1, 0)),
    ],
)
def test_turned_and_mirrored_images_show_directions_where_their_rows_and_columns_run(
    orientation: PanelOrientation, toward_gantry: tuple[int, int], to_the_right: tuple[int, int]
) -> None:
    imager = replace(ImagerGeometry.centred(0, SAD_MM, SID_MM, 512, 512, SPACING_MM), orientation=orientation)
    for moved_mm, steps in (((0, 10, 0), toward_gantry), ((10, 0, 0), to_the_right)):
        moved = imager.project(moved_mm) - imager.project((0, 0, 0))
        np.testing.assert_allclose(moved, STEP * np.array(steps), rtol=0, atol=1e-6)


@pytest.mark.parametrize("tilt_deg", [86.0, 90.0, 94.0])
def test_panel_that_is_seen_edge_on_is_refused(tilt_deg: float) -> None:
    upright = ImagerGeometry.centred(20, SAD_MM, SID_MM, 768, 1024, SPACING_MM)
    with pytest.raises(ValueError, match="seen edge-on"):
        replace(upright, orientation=panel_orientation((tilt_deg, 0.0, 10.0)))


def test_panel_whose_plane_passes_behind_the_source_is_refused() -> None:
    upright = ImagerGeometry.centred(20, 1000.0, 1500.0, 768, 1024, SPACING_MM)
    # Tilted by 80 degrees, 300 mm beside the axis, its plane rises by 300 tan 80 = 1701 mm to the axis.
    with pytest.raises(ValueError, match="behind the source"):
        replace(upright, orientation=panel_orientation((0.0, 80.0, 0.0)), receptor_offset_mm=(300.0, 0.0))


@pytest.mark.parametrize(
    "orientation", [(1, 0, 0, 0.1, -1, 0), (1.01, 0, 0, 0, -1, 0), (0,) * 6, (1, 0, 0, 0, -1, float("nan"))]
)
def test_directions_that_are_not_unit_vectors_at_right_angles_are_refused(orientation: PanelOrientation) -> None:
    with pytest.raises(ValueError, match="not unit vectors at right angles"):
        replace(ImagerGeometry.centred(20, SAD_MM, SID_MM, 768, 1024, SPACING_MM), orientation=orientation)


@pytest.mark.parametrize("mirrored", [False, True])
def test_point_in_or_behind_the_plane_through_the_source_parallel_to_a_tilted_panel_has_no_image(mirrored: bool) -> None:
    upright = ImagerGeometry.centred(0, SAD_MM, SID_MM, 768, 1024, SPACING_MM)
    imager = replace(upright, orientation=panel_orientation((0.0, 30.0, 0.0), mirrored=mirrored))
    for across_mm in (-200.0, 200.0):  # columns run down to the right, and so does that plane
        in_plane = np.array([across_mm, 0.0, SAD_MM - across_mm * np.tan(np.radians(30))])
        assert np.isfinite(imager.project(in_plane - (0, 0, 1))).all()
        with pytest.raises(ValueError, match="behind the source"):
            imager.project(in_plane + (0, 0, 1))


@pytest.mark.parametrize(
    ("gantry_deg", "source"), [(0, (0, 0, SAD_MM)), (90, (SAD_MM, 0, 0)), (180, (0, 0, -SAD_MM)), (270, (-SAD_MM, 0, 0))]
)
def test_source_is_above_at_0_and_to_the_right_at_90_degrees(gantry_deg: float, source: tuple[float, ...]) -> None:
    imager = ImagerGeometry.centred(gantry_deg, SAD_MM, SID_MM, 768, 1024, SPACING_MM)
    np.testing.assert_allclose(imager.source_fixed_mm, source, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("gantry_deg", "moved_mm", "rows", "columns"),
    [  # patient axes, HFS: left +x, anterior -y, superior +z
        (0, (10, 0, 0), 0, STEP),
        (0, (0, 0, 10), -STEP, 0),
        (0, (0, -10, 0), 0, 0),
        (90, (0, -10, 0), 0, -STEP),
        (90, (0, 0, 10), -STEP, 0),
        (90, (10, 0, 0), 0, 0),
        (180, (10, 0, 0), 0, -STEP),
        (270, (0, -10, 0), 0, STEP),
        (270, (0, 0, 10), -STEP, 0),
        (270, (10, 0, 0), 0, 0),
    ],
)
def test_patient_directions_on_the_image_head_first_supine(
    gantry_deg: float, moved_mm: tuple[float, ...], rows: float, columns: float
) -> None:
    imager = ImagerGeometry.centred(gantry_deg, SAD_MM, SID_MM, 768, 1024, SPACING_MM)
    to_room = patient_to_fixed(patient_frame("1.2.3"), ISOCENTRE, PatientPosition.HFS)
    centre = imager.project(to_room(ISOCENTRE))
    np.testing.assert_allclose(centre, ((768 - 1) / 2, (1024 - 1) / 2), rtol=0, atol=1e-9)
    moved = imager.project(to_room(ISOCENTRE + np.array(moved_mm))) - centre
    np.testing.assert_allclose(moved, (rows, columns), rtol=0, atol=1e-6)


def test_couch_turned_by_90_degrees_moves_the_head_to_lower_columns() -> None:
    imager = ImagerGeometry.centred(0, SAD_MM, SID_MM, 768, 1024, SPACING_MM)
    to_room = patient_to_fixed(patient_frame("1.2.3"), ISOCENTRE, PatientPosition.HFS, rotation_deg=90)
    moved = imager.project(to_room(ISOCENTRE + (0, 0, 10))) - imager.project(to_room(ISOCENTRE))
    np.testing.assert_allclose(moved, (0, -STEP), rtol=0, atol=1e-6)


def test_receptor_turned_counter_clockwise_seen_from_the_source_turns_the_image_clockwise() -> None:
    imager = replace(ImagerGeometry.centred(0, SAD_MM, SID_MM, 512, 512, SPACING_MM), receptor_angle_deg=90)
    # The receptor's x points along the gantry's y: what lies toward the gantry falls on higher columns.
    moved = imager.project((0, 10, 0)) - imager.project((0, 0, 0))
    np.testing.assert_allclose(moved, (0, STEP), rtol=0, atol=1e-6)


@given(imagers, st.integers(1, 32), points(limit_mm=400))
def test_binned_pixel_lies_in_the_middle_of_those_it_was_made_of(
    imager: ImagerGeometry, factor: int, point: FloatArray
) -> None:
    binned = imager.binned(factor)
    assert (binned.rows, binned.columns) == (imager.rows // factor, imager.columns // factor)
    block = np.mgrid[0:factor, 0:factor].reshape(2, -1).T + np.array([factor, 2 * factor])  # the pixels under (1, 2)
    middle = imager.pixels_to_fixed(block).mean(axis=0)
    np.testing.assert_allclose(binned.pixels_to_fixed((1, 2)), middle, rtol=0, atol=1e-9)
    expected = (imager.project(point) - (factor - 1) / 2) / factor
    np.testing.assert_allclose(binned.project(point), expected, rtol=0, atol=1e-7)


@given(imagers, st.integers(0, 59), st.integers(0, 59), points(limit_mm=400))
def test_cropped_panel_sees_the_same_point_shifted_by_the_cut(
    imager: ImagerGeometry, first_row: int, first_column: int, point: FloatArray
) -> None:
    cropped = imager.cropped(first_row, first_column, imager.rows - first_row, imager.columns - first_column)
    np.testing.assert_allclose(cropped.project(point), imager.project(point) - (first_row, first_column), rtol=0, atol=1e-7)


def test_binning_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        ImagerGeometry.centred(0, SAD_MM, SID_MM, 10, 10, SPACING_MM).binned(11)


@pytest.mark.parametrize("height_mm", [SAD_MM, SAD_MM + 1])
def test_point_at_or_behind_the_source_has_no_image(height_mm: float) -> None:
    imager = ImagerGeometry.centred(0, SAD_MM, SID_MM, 768, 1024, SPACING_MM)
    with pytest.raises(ValueError, match="behind the source"):
        imager.project((0, 0, height_mm))


@pytest.mark.parametrize(
    "changed",
    [{"sad_mm": 0}, {"sid_mm": -1}, {"rows": 0}, {"row_spacing_mm": float("nan")}, {"gantry_deg": float("inf")}],
)
def test_impossible_imager_is_refused(changed: dict[str, Any]) -> None:
    imager = ImagerGeometry.centred(0, SAD_MM, SID_MM, 768, 1024, SPACING_MM)
    with pytest.raises(ValueError, match=r"must be positive|not a finite number"):
        replace(imager, **changed)
