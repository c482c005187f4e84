"""A written registration, read as DCMTK's dcmdump prints it and by nothing of this program."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pti.dicom.files import write_file
from pti.dicom.spatial_registration import RegistrationMethod, RegistrationSubType, write_spatial_registration
from pti.geometry.frames import patient_frame
from pti.geometry.rigid import RigidTransform
from tests.support.dicom_peers import call
from tests.support.written_objects import ACQUIRED_FRAME, PLANNING_FRAME, registration

#: A third of a turn about the diagonal takes x to y, y to z and z to x: no other order of its rows or columns is the same.
_TURN = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_SHIFT = np.array([100.0, 200.0, 300.0])


def _printed(path: Path) -> tuple[str, list[tuple[str, list[float]]]]:
    """(frame of reference of the object, (frame of reference, matrix) of each item), from dcmdump's text."""
    text = call("dcmdump", "+L", path)
    own = re.search(r"^\(0020,0052\) UI \[([\d.]+)\]", text, re.MULTILINE)
    assert own is not None
    frames = re.findall(r"^ +\(0020,0052\) UI \[([\d.]+)\]", text, re.MULTILINE)
    matrices = re.findall(r"\(3006,00c6\) DS \[([^\]]+)\]", text)
    items = [(frame, [float(n) for n in matrix.split("\\")]) for frame, matrix in zip(frames, matrices, strict=True)]
    return own[1], items


@pytest.mark.requirement("SRO-01", "SRO-02", "M23-02", "M33-01", "MARK-06")
@pytest.mark.parametrize("ihe_ro", [True, False])
@pytest.mark.parametrize("sub_type", RegistrationSubType)
def test_the_matrix_stands_row_by_row_and_takes_planning_points_into_the_acquired_frame(
    sub_type: RegistrationSubType, ihe_ro: bool, tmp_path: Path
) -> None:
    transform = RigidTransform(patient_frame(PLANNING_FRAME), patient_frame(ACQUIRED_FRAME), _TURN, _SHIFT)
    reg = replace(registration(sub_type, RegistrationMethod.AUTOMATIC), transform=transform)
    write_file(write_spatial_registration(reg, ihe_ro=ihe_ro), tmp_path / "reg.dcm")
    own, items = _printed(tmp_path / "reg.dcm")
    assert own == ACQUIRED_FRAME
    if ihe_ro:
        assert items.pop(0) == (ACQUIRED_FRAME, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    assert items == [(PLANNING_FRAME, [0, 0, 1, 100, 1, 0, 0, 200, 0, 1, 0, 300, 0, 0, 0, 1])]
    # PS3.3 C.20.2.1.1: x' = M11 x + M12 y + M13 z + M14, with the elements as they are printed.
    m = items[0][1]
    x, y, z = 1.0, 2.0, 3.0
    moved = [m[4 * row] * x + m[4 * row + 1] * y + m[4 * row + 2] * z + m[4 * row + 3] for row in range(3)]
    assert moved == [3.0 + 100.0, 1.0 + 200.0, 2.0 + 300.0]
