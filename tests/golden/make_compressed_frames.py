"""Makes compressed_frames.npz: images compressed by DCMTK (Debian: dcmtk), as JPEG lossless and JPEG-LS streams.

Run ``python -m tests.golden.make_compressed_frames`` with the folder app on PYTHONPATH; needs dcmcjpeg and dcmcjpls on PATH.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.encaps import generate_frames

from tests.golden.compressed_case import CASES, GOLDEN, Case, image
from tests.support.dicom_factory import ct_series, set_pixels


def main() -> None:
    """Compress every case and keep the bare streams."""
    with tempfile.TemporaryDirectory() as name:
        streams = {case.name: compressed(case, Path(name)) for case in CASES}
    arrays: dict[str, Any] = {key: np.frombuffer(stream, dtype=np.uint8) for key, stream in streams.items()}
    np.savez_compressed(GOLDEN, **arrays)


def compressed(case: Case, folder: Path) -> bytes:
    """The stream of one case."""
    ds = ct_series()[0]
    set_pixels(ds, image(case.bits))
    ds.BitsStored, ds.HighBit = case.bits, case.bits - 1
    pydicom.dcmwrite(folder / "plain.dcm", ds, enforce_file_format=True)
    command = [case.program, *case.options, str(folder / "plain.dcm"), str(folder / "compressed.dcm")]
    subprocess.run(command, check=True, capture_output=True)
    return next(generate_frames(pydicom.dcmread(folder / "compressed.dcm").PixelData, number_of_frames=1))


if __name__ == "__main__":
    main()
