"""Makes plastimatch_blobs.json: where plastimatch's DRRs show small dense blobs, in every patient position.

Run ``python -m tests.golden.make_plastimatch_blobs`` with the folder app on PYTHONPATH; needs the program plastimatch on PATH.
plastimatch knows neither couch nor patient position: source and panel are told to it in the CT's own coordinates. Here these
come from what a patient position's abbreviation says and from scipy's rotations; the tests compare with the program's chain.
Every angle and offset is nonzero: gantry, receptor, couch as planned, set-up error.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from pti.geometry.patient import PatientPosition
from pti.imaging.volume import CtVolume
from tests.golden.make_plastimatch_drr import run_plastimatch, several, write_ct
from tests.support.analytic_phantom import PHANTOM_FRAME
from tests.support.geometry import FloatArray, isocentric_couch_matrix, lying, panel_orientation, shift, turn

GOLDEN = Path(__file__).parent / "plastimatch_blobs.json"
UPRIGHT = (1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
#: Gantry angle and RT Image Orientation of five views.
VIEWS = tuple((gantry_deg, UPRIGHT) for gantry_deg in (0.0, 37.0, 90.0, 253.0)) + (
    (128.0, panel_orientation((11.0, -16.0, 35.0))),
)
ISOCENTRE_MM = (12.0, -170.0, 33.0)
#: Rotation, pitch and roll of the couch in the plan.
PLANNED_DEG = (15.0, 1.5, -2.0)
#: Lateral, longitudinal, vertical mm; pitch, roll, rotation degrees.
SETUP_ERROR = (6.0, -5.0, 7.0, 2.0, -2.5, 1.5)
BLOBS_MM = ((40.3, -190.6, 71.2), (-35.1, -150.2, 10.9), (20.7, -128.4, 60.6))
PANEL: dict[str, Any] = {
    "sad_mm": 2700.0,
    "sid_mm": 3700.0,
    "rows": 384,
    "columns": 512,
    "row_spacing_mm": 0.75,
    "column_spacing_mm": 0.8,
    "first_pixel_mm": [-205.0, 142.0],
    "receptor_angle_deg": 4.0,
    "receptor_offset_mm": [9.0, -6.0],
}
#: Half the width of a blob's box, its step and the blob's standard deviation; the rays run closer than its voxels are long.
_HALF, _STEP_MM, _SIGMA_MM = 32, 0.5, 4.0


def main() -> None:
    """Render each blob in each view and position; write the centroids, (row, column)."""
    with tempfile.TemporaryDirectory() as name:
        cases: list[dict[str, Any]] = [
            {"position": position.name, "gantry_deg": gantry_deg, "orientation": list(orientation)}
            for position in PatientPosition
            for gantry_deg, orientation in VIEWS
        ]
        for case in cases:
            case["centroids"] = []
        for blob_mm in BLOBS_MM:
            write_ct(Path(name), blob_volume(np.array(blob_mm)))
            for case in cases:
                case["centroids"].append([round(value, 5) for value in centroid(Path(name), case)])
    answer = subprocess.run(["plastimatch", "--version"], capture_output=True, text=True, check=True)
    common = {
        "made by": answer.stdout.strip(),
        "isocentre_mm": ISOCENTRE_MM,
        "planned_deg": PLANNED_DEG,
        "setup_error": SETUP_ERROR,
        "blobs_mm": BLOBS_MM,
        "panel": PANEL,
    }
    GOLDEN.write_text(json.dumps({**common, "cases": cases}, indent=1) + "\n")


def blob_volume(centre_mm: FloatArray) -> CtVolume:
    """A ball that fades like a Gaussian, in nothing; its centre is that of no voxel."""
    x, y, z = (np.round(middle) + _STEP_MM * np.arange(-_HALF, _HALF + 1) for middle in centre_mm)
    square = sum(
        (along - middle) ** 2 for along, middle in zip(np.meshgrid(z, y, x, indexing="ij"), centre_mm[::-1], strict=True)
    )
    values = np.rint(10000 * np.exp(-square / (2 * _SIGMA_MM**2))).astype(np.int16)
    return CtVolume(PHANTOM_FRAME, values, (float(x[0]), float(y[0])), _STEP_MM, _STEP_MM, z)


def centroid(folder: Path, case: dict[str, Any]) -> tuple[float, float]:
    """(row, column) of the middle of what a view shows."""
    shape, spacing_mm = (PANEL["rows"], PANEL["columns"]), (PANEL["row_spacing_mm"], PANEL["column_spacing_mm"])
    image = run_plastimatch(folder, camera(case), shape, spacing_mm).astype(np.float64)
    rows, columns = np.indices(shape)
    return float((image * rows).sum() / image.sum()), float((image * columns).sum() / image.sum())


def camera(case: dict[str, Any]) -> dict[str, object]:
    """Options of plastimatch. Its panel is normal to a line from the source, here the perpendicular of a panel of any tilt."""
    gantry = turn("Y", [case["gantry_deg"]])
    planned = turn("ZXY", PLANNED_DEG) @ axes(case["position"]) @ shift(*(-value for value in ISOCENTRE_MM))
    x, y = PANEL["receptor_offset_mm"]
    receptor = gantry @ shift(x, y, PANEL["sad_mm"] - PANEL["sid_mm"]) @ turn("Z", [PANEL["receptor_angle_deg"]])
    to_ct = np.linalg.inv(isocentric_couch_matrix(*SETUP_ERROR) @ planned)
    row, column = ((to_ct @ receptor)[:3, :3] @ part for part in (case["orientation"][:3], case["orientation"][3:]))
    x, y = PANEL["first_pixel_mm"]
    first = (to_ct @ receptor)[:3, 3] + x * row - y * column
    source = (to_ct @ gantry @ [0.0, 0.0, PANEL["sad_mm"], 1.0])[:3]
    normal = np.cross(row, -column)
    distance_mm = float((source - first) @ normal)
    foot = source - distance_mm * normal - first
    middle = (foot @ row / PANEL["column_spacing_mm"], foot @ column / PANEL["row_spacing_mm"])
    return {
        "-P": "none",
        "--sad": 2000.0,  # any point of the perpendicular may stand for the isocentre
        "--sid": distance_mm,
        "-o": several(source - 2000.0 * normal),
        "-n": several(normal),
        "--vup": several(-column),
        "-c": several(middle),  # column, row
    }


def axes(position: str) -> FloatArray:
    """(4, 4) patient to table-top axes."""
    matrix = np.eye(4)
    matrix[:3, :3] = lying(PatientPosition[position])
    return matrix


if __name__ == "__main__":
    main()
