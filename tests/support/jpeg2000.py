"""Compresses images of the tests as JPEG 2000, with OpenJPEG's encoder."""

import numpy as np
from openjpeg.utils import encode_array
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000, JPEG2000Lossless


def compress_jpeg2000(ds: Dataset, ratio: float | None = None) -> None:
    """Put a JPEG 2000 stream in the place of a grey image's 16-bit pixels; lossless unless a ratio is asked for.

    The encoder takes no image of fewer than 32 rows or columns.
    """
    pixels = np.frombuffer(ds.PixelData, "<i2" if ds.PixelRepresentation else "<u2").reshape(ds.Rows, ds.Columns)
    ratios = None if ratio is None else [ratio]
    stream = encode_array(pixels, ds.BitsStored, photometric_interpretation=2, use_mct=False, compression_ratios=ratios)
    ds.file_meta.TransferSyntaxUID = JPEG2000Lossless if ratio is None else JPEG2000
    ds.PixelData = encapsulate([bytes(stream)])
    ds["PixelData"].is_undefined_length = True
