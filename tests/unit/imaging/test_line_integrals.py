"""Acquired images as line integrals, whatever their values mean."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pti.geometry.frames import FIXED
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import RigidTransform
from pti.imaging.line_integrals import UnknownIntensityRelationship, line_integrals
from pti.imaging.radiograph import IntensityRelationship, Radiograph
from tests.support.analytic_phantom import PHANTOM_FRAME, AnalyticPhantom, Ellipsoid

GEOMETRY = ImagerGeometry.centred(0.0, 1500.0, 2000.0, 192, 256, 1.0)
TRUTH = AnalyticPhantom((Ellipsoid((0, 0, 0), (40, 50, 60), 0.03),)).line_integrals(
    GEOMETRY, RigidTransform.identity(PHANTOM_FRAME, FIXED)
)


def radiograph(pixels: NDArray[np.float64], relationship: IntensityRelationship | None) -> Radiograph:
    return Radiograph(np.rint(pixels).astype(np.uint16), GEOMETRY, relationship)


def test_linear_images_give_line_integrals() -> None:
    image = radiograph(60000 * np.exp(-TRUTH), IntensityRelationship.LINEAR_BRIGHT_IS_BEAM)
    np.testing.assert_allclose(line_integrals(image), TRUTH, atol=1e-3)


def test_inverted_linear_images_give_the_same() -> None:
    image = radiograph(16383 - 15000 * np.exp(-TRUTH), IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING)
    np.testing.assert_allclose(line_integrals(image), TRUTH, atol=2e-3)


@pytest.mark.parametrize(
    ("sign", "relationship"),
    [(1, IntensityRelationship.LOGARITHMIC_BRIGHT_IS_ABSORBING), (-1, IntensityRelationship.LOGARITHMIC_BRIGHT_IS_BEAM)],
)
def test_logarithmic_images_give_line_integrals_up_to_a_factor(sign: int, relationship: IntensityRelationship) -> None:
    found = line_integrals(radiograph(30000 + sign * 5000 * TRUTH, relationship))
    np.testing.assert_allclose(found * TRUTH.max(), TRUTH, atol=1e-3)


def test_an_image_that_does_not_say_what_it_means_is_refused() -> None:
    with pytest.raises(UnknownIntensityRelationship):
        line_integrals(radiograph(60000 * np.exp(-TRUTH), None))
