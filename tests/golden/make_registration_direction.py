"""Makes registration_direction.json: a registration of ours in plastimatch's hands (Debian: plastimatch and dcmtk).

Run ``python -m tests.golden.make_registration_direction`` with the folder app on PYTHONPATH; needs the programs plastimatch
and dcmdump on PATH. The two CTs of the phantom are DICOM files, and so is the registration of them that the program writes.
Its matrix, read by dcmdump, is told to plastimatch as what moves a point of the acquired CT into the planning CT: that is the
direction in which plastimatch resamples. What is written down is

- the planning CT that plastimatch brings with it onto the acquired CT's voxels, at some of them;
- the Spatial Registration that plastimatch itself writes of the same transform and the same two CTs.

So it does not rest on this project's reading of the standard which way the matrix in a file goes.
"""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from pti.dicom.files import write_file
from pti.dicom.spatial_registration import write_spatial_registration
from tests.support.analytic_phantom import FloatArray
from tests.support.dicom_peers import write
from tests.support.dumped_registration import dump_registration
from tests.support.registered_phantom import ACQUIRED_GRID, acquired_ct, inverse, planning_ct, registration

GOLDEN = Path(__file__).parent / "registration_direction.json"
_VOXELS = 400


def main() -> None:
    """Write the files, run plastimatch on them, and keep what it says."""
    planned, acquired = planning_ct(), acquired_ct()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(planned, folder / "planned")
        write(acquired, folder / "acquired")
        matrix = written_matrix(folder, planned, acquired)
        write_itk_transform(folder / "acquired_to_planned.txt", inverse(matrix))
        brought = resample(folder)
        own = own_registration(folder)
    voxels = np.random.default_rng(317).integers(0, ACQUIRED_GRID.shape, (_VOXELS, 3))
    answer = subprocess.run(["plastimatch", "--version"], capture_output=True, text=True, check=True)
    content = {
        "made by": answer.stdout.strip(),
        "voxels": voxels.tolist(),
        "hounsfield": brought[tuple(voxels.T)].tolist(),
        "own registration": own,
    }
    GOLDEN.write_text(json.dumps(content) + "\n")


def written_matrix(folder: Path, planned: list[Dataset], acquired: list[Dataset]) -> FloatArray:
    """(4, 4) of the planning CT's frame of reference, from the file that our writer makes, by dcmdump's words."""
    write_file(write_spatial_registration(registration(planned, acquired)), folder / "registration.dcm")
    return dict(dump_registration(folder / "registration.dcm").items)[planned[0].FrameOfReferenceUID]


def write_itk_transform(path: Path, matrix: FloatArray) -> None:
    """A file of ITK, which plastimatch takes: a point of the fixed image goes to the matching one of the moving image."""
    values = [*matrix[:3, :3].ravel(), *matrix[:3, 3]]
    lines = (
        "#Insight Transform File V1.0",
        "#Transform 0",
        "Transform: AffineTransform_double_3_3",
        f"Parameters: {' '.join(repr(float(value)) for value in values)}",
        "FixedParameters: 0 0 0",
    )
    path.write_text("".join(f"{line}\n" for line in lines))


def resample(folder: Path) -> NDArray[np.int16]:
    """The planning CT on the acquired CT's voxels, (slice, row, column), by plastimatch."""
    run_plastimatch(folder, "convert", {"--input": "acquired", "--output-img": "acquired.mhd"})  # warp wants no series here
    files = {"--input": "planned", "--fixed": "acquired.mhd", "--output-img": "brought.mhd"}
    options = {"--xf": "acquired_to_planned.txt", "--default-value": "3000", "--output-type": "short"}
    run_plastimatch(folder, "warp", {**files, **options})
    return np.fromfile(folder / "brought.raw", dtype="<i2").reshape(ACQUIRED_GRID.shape)


def own_registration(folder: Path) -> dict[str, object]:
    """What plastimatch's own Spatial Registration of the transform holds: the acquired CT is its fixed image."""
    options = {"--input": "acquired_to_planned.txt", "--fixed-rcs": "acquired", "--moving-rcs": "planned"}
    run_plastimatch(folder, "xf-convert", {**options, "--output-dicom": "own"})
    (path,) = (folder / "own").glob("sro_*.dcm")
    dumped = dump_registration(path)
    items = [{"frame_of_reference_uid": frame, "matrix": matrix.tolist()} for frame, matrix in dumped.items]
    return {"frame_of_reference_uid": dumped.frame_of_reference_uid, "items": items}


def run_plastimatch(folder: Path, command: str, options: dict[str, str]) -> None:
    """One of its commands, in a folder."""
    arguments = [part for option in options.items() for part in option]
    subprocess.run(["plastimatch", command, *arguments], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    main()
