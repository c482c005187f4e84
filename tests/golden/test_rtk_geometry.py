"""Panels and couch against projection matrices of itk-rtk (make_rtk_geometry.py)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pti.geometry.couch import IsocentricCouch
from pti.geometry.imagers import ImagerGeometry

CASES: dict[str, list[dict[str, Any]]] = json.loads((Path(__file__).parent / "rtk_geometry.json").read_text())
#: Of a pixel. Both compute in double precision; itk-rtk takes the angles of a tilted panel apart first.
AGREEMENT = 1e-6


def geometry_of(case: dict[str, Any]) -> ImagerGeometry:
    own = {name: value for name, value in case.items() if name in ImagerGeometry.__dataclass_fields__}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in own.items()}
    return ImagerGeometry(rows=768, columns=1024, **values)


@pytest.mark.parametrize("case", CASES["panels"], ids=lambda case: f"{case['gantry_deg']:g}")
def test_points_of_the_room_fall_on_the_pixels_that_itk_rtk_says(case: dict[str, Any]) -> None:
    geometry = geometry_of(case)
    np.testing.assert_allclose(geometry.project(case["points_mm"]), case["pixels"], rtol=0, atol=AGREEMENT)
    np.testing.assert_allclose(geometry.source_fixed_mm, case["source_mm"], rtol=0, atol=1e-9)


@pytest.mark.parametrize("case", CASES["couches"], ids=lambda case: f"{case['couch']}")
def test_points_of_a_turned_table_top_fall_on_the_pixels_that_itk_rtk_says(case: dict[str, Any]) -> None:
    couch = IsocentricCouch(*case["couch"])
    for pose in (couch.table_top_to_fixed(), couch.to_iec().table_top_to_fixed()):
        found = geometry_of(case).project(pose(case["points_mm"]))
        np.testing.assert_allclose(found, case["pixels"], rtol=0, atol=AGREEMENT)
