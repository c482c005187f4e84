"""Which direction the images leave open."""

import pytest

from pti.geometry.imagers import ImagerGeometry
from pti.registration.observed import unobserved_direction


def looking(gantry_deg: float) -> ImagerGeometry:
    return ImagerGeometry.centred(gantry_deg, 2700.0, 3700.0, 4, 6, 60.0)


@pytest.mark.parametrize(
    ("gantry_deg", "direction"),
    [
        ((0.0,), (0.0, 0.0, -1.0)),  # IEC 61217: the source stands above
        ((90.0,), (-1.0, 0.0, 0.0)),  # at the right of someone who faces the gantry
        ((0.0, 180.0), (0.0, 0.0, -1.0)),
        ((88.0, 92.0), (-1.0, 0.0, 0.0)),
        ((0.0, 90.0), None),
        ((0.0, 11.0), None),
    ],
)
def test_the_depth_is_open_where_all_beams_are_nearly_parallel(
    gantry_deg: tuple[float, ...], direction: tuple[float, float, float] | None
) -> None:
    found = unobserved_direction([looking(angle) for angle in gantry_deg])
    assert found == (None if direction is None else pytest.approx(direction, abs=1e-12))
