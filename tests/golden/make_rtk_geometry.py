"""Makes rtk_geometry.json: where itk-rtk's projection geometry shows points, for panels and couches at many angles.

Run ``python tests/golden/make_rtk_geometry.py`` where itk-rtk is installed (packaging/locks/benchmarks.txt names the version);
nothing of this project is imported. Upright panels and couches are told to itk-rtk with the angles, distances and offsets of
its own model of a turning gantry, which is IEC 61217's; tilted, turned and mirrored panels with where their source, first
pixel, rows and columns are. What is written is what itk-rtk's projection matrices give.
"""

import json
from importlib.metadata import version
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import itk
import numpy as np
from itk import RTK

HERE = Path(__file__).parent
GANTRY_DEG = (0.0, 37.0, 90.0, 143.5, 180.0, 251.5, 270.0, 333.0)
#: Tilts about Xr and Yr and the turn about the normal; whether mirrored.
TILTED = (
    (12.0, 0.0, 0.0, False),
    (0.0, -17.0, 0.0, False),
    (9.0, 14.0, 90.0, False),
    (-21.0, 8.0, 201.0, True),
    (6.0, -11.0, -38.0, True),
    (0.0, 0.0, 180.0, True),
    (0.0, 0.0, 90.0, False),
    (33.0, -28.0, 64.0, False),
)
#: Lateral, longitudinal, vertical mm; pitch, roll, rotation degrees: Isocentric Standard.
COUCHES = (
    (5.0, -7.0, 11.0, 2.0, -3.0, 10.0),
    (-30.0, 20.0, 8.0, -4.0, 5.0, 90.0),
    (12.0, 9.0, -15.0, 6.0, 7.0, -75.0),
    (40.0, -25.0, 30.0, -9.0, -12.0, 182.0),
    (3.0, 4.0, 5.0, 25.0, 20.0, 300.0),
)


def main() -> None:
    """Write panels and couches with points (in the room; on the table top) and their pixels (row, column)."""
    rng = np.random.default_rng(61217)
    panels = [upright(number, gantry_deg) for number, gantry_deg in enumerate(GANTRY_DEG)]
    panels += [{**panel, **tilt(*angles)} for panel, angles in zip(panels, TILTED, strict=True)]
    content = {
        "made by": f"itk-rtk {version('itk-rtk')}",
        "panels": [with_pixels(panel, rng.uniform(-150, 150, (6, 3))) for panel in panels],
        "couches": [on_couch(couch, rng.uniform(-150, 150, (6, 3))) for couch in COUCHES],
    }
    text = json.dumps(content, indent=1)
    (HERE / "rtk_geometry.json").write_text(text + "\n")


def upright(number: int, gantry_deg: float) -> dict[str, Any]:
    """A panel with every value off zero."""
    return {
        "gantry_deg": gantry_deg,
        "sad_mm": 2700.0 - 10.0 * number,
        "sid_mm": 3700.0 + 5.0 * number,
        "row_spacing_mm": 0.4,
        "column_spacing_mm": 0.3,
        "first_pixel_mm": [-160.5 + number, 148.25 - 2 * number],
        "receptor_angle_deg": 5.0 - 25.0 * number,
        "receptor_offset_mm": [12.5 - 4 * number, -7.5 + 3 * number],
    }


def tilt(about_x_deg: float, about_y_deg: float, about_normal_deg: float, mirrored: bool) -> dict[str, Any]:
    """Directions of rows and columns in the receptor system."""
    turned = turn("x", about_x_deg) @ turn("y", about_y_deg) @ turn("z", about_normal_deg)
    down = turned[:, 1] if mirrored else -turned[:, 1]
    return {"orientation": [*turned[:, 0].tolist(), *down.tolist()]}


def with_pixels(panel: dict[str, Any], points_mm: np.ndarray) -> dict[str, Any]:
    """Add points, their pixels and the source as itk-rtk has them."""
    geometry = RTK.ThreeDCircularProjectionGeometry.New()
    steps = np.array([panel["row_spacing_mm"], panel["column_spacing_mm"]])
    if "orientation" in panel:
        added = geometry.AddProjection(*(part.tolist() for part in source_first_pixel_row_column(panel)))
        if not added:
            raise ValueError(f"itk-rtk does not take the panel at gantry {panel['gantry_deg']}")
        pixels = projected(geometry, points_mm)[:, ::-1] / steps
    else:
        add_upright(geometry, panel, panel["gantry_deg"], 0.0, panel["receptor_angle_deg"])
        pixels = pixels_of_upright(panel, projected(geometry, points_mm))
    source = np.array(geometry.GetSourcePosition(0))[:3]
    return {**panel, "source_mm": source.tolist(), "points_mm": points_mm.tolist(), "pixels": pixels.tolist()}


def on_couch(couch: tuple[float, ...], points_mm: np.ndarray) -> dict[str, Any]:
    """Points on a table top before a panel at gantry 0; the table's turns are told as the opposite turns of the gantry."""
    panel = upright(0, 0.0)
    *shift_mm, pitch_deg, roll_deg, rotation_deg = couch
    geometry = RTK.ThreeDCircularProjectionGeometry.New()
    add_upright(geometry, panel, -roll_deg, -pitch_deg, panel["receptor_angle_deg"] - rotation_deg)
    pixels = pixels_of_upright(panel, projected(geometry, points_mm + shift_mm))
    return {**panel, "couch": list(couch), "points_mm": points_mm.tolist(), "pixels": pixels.tolist()}


def add_upright(geometry: Any, panel: dict[str, Any], gantry_deg: float, out_of_plane_deg: float, in_plane_deg: float) -> None:
    """One projection; itk-rtk has the panel's offset along the panel's axes."""
    x, y, _ = turn("z", -panel["receptor_angle_deg"]) @ [*panel["receptor_offset_mm"], 0.0]
    geometry.AddProjection(panel["sad_mm"], panel["sid_mm"], gantry_deg, x, y, out_of_plane_deg, in_plane_deg, 0.0, 0.0)


def source_first_pixel_row_column(panel: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """In the room: the focal spot, the centre of the first pixel, directions of rows and columns."""
    gantry = turn("y", panel["gantry_deg"])
    receptor = gantry @ turn("z", panel["receptor_angle_deg"])
    origin = gantry @ [*panel["receptor_offset_mm"], panel["sad_mm"] - panel["sid_mm"]]
    row, column = receptor @ panel["orientation"][:3], receptor @ panel["orientation"][3:]
    x, y = panel["first_pixel_mm"]
    return gantry @ [0.0, 0.0, panel["sad_mm"]], origin + x * row - y * column, row, column


def projected(geometry: Any, points_mm: np.ndarray) -> np.ndarray:
    """(..., 2) mm on the projection, by itk-rtk's matrix."""
    matrix = np.array(itk.array_from_matrix(geometry.GetMatrix(0)))
    along = points_mm @ matrix[:, :3].T + matrix[:, 3]
    return np.asarray(along[:, :2] / along[:, 2:])


def pixels_of_upright(panel: dict[str, Any], on_panel_mm: np.ndarray) -> np.ndarray:
    """(row, column) of places (x, y) in the receptor system."""
    x, y = panel["first_pixel_mm"]
    rows = (y - on_panel_mm[:, 1]) / panel["row_spacing_mm"]
    return np.column_stack([rows, (on_panel_mm[:, 0] - x) / panel["column_spacing_mm"]])


def turn(axis: str, angle_deg: float) -> np.ndarray:
    """(3, 3), right-handed."""
    c, s = cos(radians(angle_deg)), sin(radians(angle_deg))
    matrices = {"x": [[1, 0, 0], [0, c, -s], [0, s, c]], "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]]}
    return np.array(matrices.get(axis, [[c, -s, 0], [s, c, 0], [0, 0, 1]]))


if __name__ == "__main__":
    main()
