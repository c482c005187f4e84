"""Which transfer syntaxes of files are read: each that pydicom knows is tried."""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, AllTransferSyntaxes

from pti.dicom.checks import Attributes
from pti.dicom.files import encode_part10, read_file
from pti.dicom.pixels import read_stored_pixels
from pti.foundation.errors import PtiError
from tests.support.conformance.markdown import table
from tests.support.dicom_factory import ct_series

_NOT_TAKEN = "this compression is not supported"


def file_syntax_table() -> str:
    """The transfer syntaxes whose pixels are read; all others are refused."""
    rows = [(syntax.name, str(syntax)) for syntax in AllTransferSyntaxes if syntax in readable_syntaxes()]
    return table(("transfer syntax", "UID"), rows)


@cache
def readable_syntaxes() -> frozenset[UID]:
    """Those in which a small image is read; of a compressed one, whose frame has a decoder (a damaged frame reaches it)."""
    with tempfile.TemporaryDirectory() as folder:
        return frozenset(syntax for syntax in AllTransferSyntaxes if _is_taken(syntax, Path(folder) / "image.dcm"))


def _is_taken(syntax: UID, path: Path) -> bool:
    ds = _image(syntax)
    try:
        pydicom.dcmwrite(
            path, ds, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian, enforce_file_format=True
        )
        attributes = Attributes(read_file(path))
    except PtiError:
        return False
    pixels = read_stored_pixels(attributes)
    if pixels is None:
        return syntax.is_compressed and not any(_NOT_TAKEN in complaint for complaint in attributes.complaints)
    return bool(np.array_equal(pixels, [[0, 256], [512, 768]]))


def _image(syntax: UID) -> Dataset:
    (ds,) = ct_series(((0.0, 0.0, 0.0),), rows=2, columns=2)
    words = np.array([0, 256, 512, 768], "<u2" if syntax.is_little_endian else ">u2").tobytes()
    compressed = syntax.is_compressed and not syntax.is_deflated
    ds.add_new("PixelData", "OB" if compressed else "OW", encapsulate([b"\0\0"]) if compressed else words)
    ds["PixelData"].is_undefined_length = compressed
    ds.file_meta.TransferSyntaxUID = syntax
    return ds


def written_syntax() -> str:
    """The transfer syntax of the files that are written."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.dcm"
        path.write_bytes(encode_part10(ct_series(((0.0, 0.0, 0.0),))[0]))
        syntax = pydicom.dcmread(path).file_meta.TransferSyntaxUID
    return f"{syntax.name.partition(':')[0]} ({syntax})"
