"""Makes plastimatch_drr.npz: two DRRs of the tests' small head by plastimatch's exact ray tracer (Debian: plastimatch).

Run ``python -m tests.golden.make_plastimatch_drr`` with the folder app on PYTHONPATH; needs the program plastimatch on PATH.
The head lies head first supine with a set-up error on all six axes. plastimatch knows no couch: where the source stands and
how the panel lies in the CT's own coordinates is told to it with these six values; everything between source and pixel is
plastimatch's.
"""

import subprocess
import tempfile
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
    size_mm = (geometry.columns * geometry.column_spacing_mm, geometry.rows * geometry.row_spacing_mm)
    options = {
        "-i": "exact",
        "-P": "preprocess",
        "-t": "raw",
        "--sad": geometry.sad_mm,
        "--sid": geometry.sid_mm,
        "-r": f"{geometry.columns} {geometry.rows}",  # columns come first, whatever the program's help says
        "-z": f"{size_mm[0]} {size_mm[1]}",
        "-o": " ".join(str(value) for value in to_ct((0.0, 0.0, 0.0))),
        "-n": " ".join(str(value) for value in normal),
        "--vup": " ".join(str(value) for value in up),
        "-I": folder / "ct.mhd",
        "-O": folder / "drr_",
    }
    arguments = [str(part) for option in options.items() for part in option]
    subprocess.run(["plastimatch", "drr", *arguments], check=True, capture_output=True)
    image = np.fromfile(folder / "drr_0000.raw", dtype="<f4")
    return np.asarray(image.reshape(geometry.rows, geometry.columns))


if __name__ == "__main__":
    main()
