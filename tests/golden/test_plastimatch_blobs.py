"""The chain from patient to pixel against where plastimatch's DRRs show blobs (make_plastimatch_blobs.py)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition, patient_to_fixed
from tests.support.analytic_phantom import PHANTOM_FRAME
from tests.support.kv_images import displaced

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "plastimatch_blobs.json").read_text())
#: plastimatch takes the nearest voxel, of half a millimetre.
AGREEMENT_PIXELS = 0.02


def geometry_of(case: dict[str, Any]) -> ImagerGeometry:
    told = GOLDEN["panel"] | {"gantry_deg": case["gantry_deg"], "orientation": case["orientation"]}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return ImagerGeometry(**values)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: f"{case['position']}-{case['gantry_deg']:g}")
def test_blobs_are_projected_where_plastimatchs_drr_shows_them(case: dict[str, Any]) -> None:
    rotation_deg, pitch_deg, roll_deg = GOLDEN["planned_deg"]
    planned = patient_to_fixed(
        PHANTOM_FRAME,
        np.array(GOLDEN["isocentre_mm"]),
        PatientPosition[case["position"]],
        rotation_deg=rotation_deg,
        pitch_deg=pitch_deg,
        roll_deg=roll_deg,
    )
    pose = displaced(planned, tuple(GOLDEN["setup_error"]))
    found = geometry_of(case).project(pose(GOLDEN["blobs_mm"]))
    np.testing.assert_allclose(found, case["centroids"], rtol=0, atol=AGREEMENT_PIXELS)
