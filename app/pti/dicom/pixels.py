"""Stored pixel values of one frame, straight from the bytes where they are not compressed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRBigEndian, ImplicitVRLittleEndian

from pti.dicom.checks import Attributes

#: No flat panel and no CT has more; a header that says so is broken.
LARGEST_SIDE = 16384

StoredPixels = NDArray[np.uint8] | NDArray[np.int8] | NDArray[np.uint16] | NDArray[np.int16]


def read_stored_pixels(attributes: Attributes) -> StoredPixels | None:
    """The pixels of a grey single-frame image.

    Returns
    -------
    (rows, columns), 8 or 16 bits, signed or not as the header says, bits beyond Bits Stored cleared;
    None after a complaint
    """
    ds = attributes.dataset
    before = len(attributes.complaints)
    rows, columns = attributes.required_integer("Rows"), attributes.required_integer("Columns")
    allocated, stored = attributes.required_integer("BitsAllocated"), attributes.required_integer("BitsStored")
    signed = attributes.required_integer("PixelRepresentation")
    if len(attributes.complaints) > before:
        return None
    _complain_unless(attributes, "Rows", 0 < rows <= LARGEST_SIDE, f"is {rows}")
    _complain_unless(attributes, "Columns", 0 < columns <= LARGEST_SIDE, f"is {columns}")
    _complain_unless(attributes, "BitsAllocated", allocated in (8, 16), f"is {allocated}, not 8 or 16")
    _complain_unless(attributes, "BitsStored", 0 < stored <= allocated, f"is {stored} of {allocated}")
    _complain_unless(attributes, "HighBit", attributes.integer("HighBit") == stored - 1, "is not Bits Stored less one")
    _complain_unless(attributes, "PixelRepresentation", signed in (0, 1), f"is {signed}")
    _complain_unless(attributes, "SamplesPerPixel", attributes.integer("SamplesPerPixel") == 1, "is not 1: no grey image")
    _complain_unless(attributes, "NumberOfFrames", attributes.integer("NumberOfFrames") in (None, 1), "is more than 1")
    if len(attributes.complaints) > before:
        return None
    syntax = _syntax(ds)
    if syntax is None:
        attributes.complain("TransferSyntaxUID", "names no transfer syntax")
        return None
    if syntax.is_compressed:
        pixels = _decompressed(attributes, syntax)
    else:
        order = ">" if syntax == ExplicitVRBigEndian else "<"
        dtype = np.dtype(f"{order}{'i' if signed else 'u'}{allocated // 8}")
        pixels = _raw(attributes, rows, columns, dtype)
    return None if pixels is None else _clear_unused_bits(pixels, stored)


def _complain_unless(attributes: Attributes, keyword: str, good: bool, what: str) -> None:
    if not good:
        attributes.complain(keyword, what)


def _syntax(ds: Dataset) -> UID | None:
    """The transfer syntax that the pixels are in; None where the file names something else."""
    meta = getattr(ds, "file_meta", None)
    if meta is None or "TransferSyntaxUID" not in meta:
        big_endian = ds.original_encoding[1] is False  # a file without meta information, recognised by its bytes
        return ExplicitVRBigEndian if big_endian else ImplicitVRLittleEndian
    syntax = UID(str(meta.TransferSyntaxUID or ""))
    return syntax if syntax.is_transfer_syntax else None


def _raw(attributes: Attributes, rows: int, columns: int, dtype: np.dtype[Any]) -> StoredPixels | None:
    content = attributes.dataset.get("PixelData")
    size = rows * columns * dtype.itemsize
    if not isinstance(content, bytes | bytearray | memoryview) or len(content) < size:
        found = len(content) if isinstance(content, bytes | bytearray | memoryview) else 0
        attributes.complain("PixelData", f"holds {found} bytes, {rows} x {columns} pixels need {size}")
        return None
    pixels = np.frombuffer(content, dtype=dtype, count=rows * columns).reshape(rows, columns)
    return pixels.astype(dtype.newbyteorder("="), copy=False)


def _decompressed(attributes: Attributes, syntax: UID) -> StoredPixels | None:
    try:
        pixels: StoredPixels = attributes.dataset.pixel_array
    except Exception as error:  # noqa: BLE001 - the decoders' errors are of every kind, damaged streams included
        attributes.complain("PixelData", f"in {syntax.name} cannot be decompressed ({type(error).__name__})")
        return None
    return pixels


def _clear_unused_bits(pixels: StoredPixels, stored: int) -> StoredPixels:
    unused = pixels.dtype.itemsize * 8 - stored
    if unused == 0:
        return pixels
    # Overlays or junk may stand above the high bit; shifting there and back also extends the sign.
    return np.right_shift(np.left_shift(pixels, unused), unused)
