"""What a Spatial Registration says by the words of DCMTK's dcmdump."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.support.analytic_phantom import FloatArray
from tests.support.dicom_peers import call

_FRAME, _MATRIX, _ITEMS = r"\(0020,0052\) UI \[(.*?)\]", r"\(3006,00c6\) DS \[(.*?)\]", "(0070,0308)"


@dataclass(frozen=True, eq=False)
class DumpedRegistration:
    """The frame of reference of the object, and of each item in order with its (4, 4) matrix."""

    frame_of_reference_uid: str
    items: tuple[tuple[str, FloatArray], ...]


def dump_registration(path: Path) -> DumpedRegistration:
    """Read a file with one matrix an item."""
    top, _, sequence = call("dcmdump", "+L", path).partition(_ITEMS)
    (own,) = re.findall(_FRAME, top)
    matrices = [np.array([float(value) for value in text.split("\\")]) for text in re.findall(_MATRIX, sequence)]
    items = zip(re.findall(_FRAME, sequence), (matrix.reshape(4, 4) for matrix in matrices), strict=True)
    return DumpedRegistration(own, tuple(items))
