"""Makes plastimatch_drr.npz: two DRRs of the tests' small head by plastimatch's exact ray tracer (Debian: plastimatch).

Run ``python -m tests.golden.make_plastimatch_drr`` with the folder app on PYTHONPATH; needs the program plastimatch on PATH.
The head lies head first supine with a set-up error on all six axes. plastimatch knows no couch: where the source stands and
how the panel lies in the CT's own coordinates is told to it with these six values; everything between source and pixel is
plastimatch's.
"""

import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pti.geometry.imagers import ImagerGeometry
from pti.imaging.volume import CtVolume
from tests.golden.plastimatch_case import GEOMETRIES, GOLDEN, TRUE_POSE
from tests.support.analytic_phantom import small_head


def main() -> None:
    """Render, and write plastimatch's values times 10,000; it gives 0.0022 for a millimetre of water."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_ct(folder, small_head())
        images = {f"gantry_{geometry.gantry_deg:g}": render(folder, geometry) for geometry in GEOMETRIES}
    np.savez_compressed(GOLDEN, **{key: np.rint(image * 1e4).astype(np.uint16) for key, image in images.items()})


def write_ct(folder: Path, ct: CtVolume) -> None:
    """Write ct.mhd and ct.raw."""
    slices, rows, columns = ct.hounsfield.shape
    header = {
        "ObjectType": "Image",
        "NDims": "3",
        "DimSize": f"{columns} {rows} {slices}",
        "ElementType": "MET_SHORT",
        "ElementSpacing": f"{ct.column_spacing_mm} {ct.row_spacing_mm} {ct.slice_step_mm}",
        "Offset": " ".join(str(value) for value in ct.origin_mm),
        "ElementByteOrderMSB": "False",
        "ElementDataFile": "ct.raw",
    }
    (folder / "ct.mhd").write_text("".join(f"{key} = {value}\n" for key, value in header.items()))
    (folder / "ct.raw").write_bytes(ct.hounsfield.astype("<i2").tobytes())


def render(folder: Path, geometry: ImagerGeometry) -> NDArray[np.float32]:
    """One DRR, (rows, columns)."""
    to_ct = TRUE_POSE.inverse()
    normal = to_ct.rotation @ geometry.source_fixed_mm / geometry.sad_mm
    up = to_ct.rotation @ geometry.receptor_to_fixed().rotation @ (0.0, 1.0, 0.0)
    options = {
        "-P": "preprocess",
        "--sad": geometry.sad_mm,
        "--sid": geometry.sid_mm,
        "-o": several(to_ct((0.0, 0.0, 0.0))),
        "-n": several(normal),
        "--vup": several(up),
    }
    return run_plastimatch(
        folder, options, (geometry.rows, geometry.columns), (geometry.row_spacing_mm, geometry.column_spacing_mm)
    )


def run_plastimatch(
    folder: Path, options: dict[str, object], shape: tuple[int, int], spacing_mm: tuple[float, float]
) -> NDArray[np.float32]:
    """One DRR of ct.mhd, (rows, columns), by exact ray tracing."""
    (rows, columns), (row_spacing_mm, column_spacing_mm) = shape, spacing_mm
    panel = {
        "-r": f"{columns} {rows}",  # columns come first, whatever the program's help says
        "-z": f"{columns * column_spacing_mm} {rows * row_spacing_mm}",
    }
    files = {"-I": folder / "ct.mhd", "-O": folder / "drr_"}
    arguments = [str(part) for option in {"-i": "exact", "-t": "raw", **options, **panel, **files}.items() for part in option]
    subprocess.run(["plastimatch", "drr", *arguments], check=True, capture_output=True)
    return np.asarray(np.fromfile(folder / "drr_0000.raw", dtype="<f4").reshape(shape))


def several(values: Iterable[float]) -> str:
    """Numbers as plastimatch takes them."""
    return " ".join(str(float(value)) for value in values)


if __name__ == "__main__":
    main()
