"""Which pixels of an acquired image show the patient: jaws, dead and saturated ones, text."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pti.geometry.frames import FIXED
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.exposed_field import saturated_pixels, usable_pixels
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from tests.support.analytic_phantom import PHANTOM_FRAME, AnalyticPhantom, Ellipsoid

GEOMETRY = ImagerGeometry.centred(0.0, 1500.0, 2000.0, 192, 256, 1.0)
TRUTH = AnalyticPhantom((Ellipsoid((0, 0, 0), (40, 50, 60), 0.03),)).line_integrals(
    GEOMETRY, RigidTransform.identity(PHANTOM_FRAME, FIXED)
)


def radiograph(pixels: NDArray[np.float64], relationship: IntensityRelationship | None) -> Radiograph:
    return Radiograph(np.rint(pixels).astype(np.uint16), GEOMETRY, relationship)


def test_burnt_in_text_and_dead_pixels_are_not_usable() -> None:
    pixels = 60000 * np.exp(-TRUTH)
    pixels[90:100, 100:120] = 65535
    pixels[:, 130] = 0
    usable = usable_pixels(radiograph(pixels, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM))
    expected = np.ones_like(usable)
    expected[90:100, 100:120], expected[:, 130] = False, False
    np.testing.assert_array_equal(usable, expected)


@pytest.mark.parametrize(
    "relationship", [IntensityRelationship.LINEAR_BRIGHT_IS_BEAM, IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING]
)
def test_a_saturated_open_field_is_usable_and_known_as_saturated(relationship: IntensityRelationship) -> None:
    pixels = np.minimum(90000 * np.exp(-TRUTH), 65535)
    if relationship is IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING:
        pixels = 65535 - pixels
    image = radiograph(pixels, relationship)
    assert usable_pixels(image).all()
    np.testing.assert_array_equal(saturated_pixels(image), 90000 * np.exp(-TRUTH) >= 65534.5)


def test_an_image_without_jaws_is_usable_everywhere() -> None:
    assert usable_pixels(radiograph(60000 * np.exp(-TRUTH), IntensityRelationship.LINEAR_BRIGHT_IS_BEAM)).all()


@pytest.mark.parametrize("scatter", [0.0, 0.05])
def test_jaws_are_found_on_each_side_within_two_bins(scatter: float) -> None:
    field = np.full_like(TRUTH, 0.01)
    field[20:160, 40:225] = 1.0
    pixels = 50000 * (np.exp(-TRUTH) * field + scatter)
    usable = usable_pixels(radiograph(pixels, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM))
    rows, columns = np.flatnonzero(usable.any(axis=1)), np.flatnonzero(usable.any(axis=0))
    found = np.array([rows[0], 159 - rows[-1] + 20, columns[0], 224 - columns[-1] + 40])
    assert usable[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
    assert (found >= [20, 20, 40, 40]).all()
    assert (found <= [32, 32, 52, 52]).all()
