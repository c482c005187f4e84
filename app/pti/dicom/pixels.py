"""Stored pixel values of one frame, straight from the bytes where they are not compressed."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRBigEndian, ImplicitVRLittleEndian

from pti.dicom.checks import Attributes
from pti.dicom.codecs.stream import Decoded
from pti.dicom.decompression import decompressed
from pti.foundation.byte_order import turned

#: No flat panel and no CT has more; a header that says so is broken.
LARGEST_SIDE = 16384

StoredPixels = NDArray[np.uint8] | NDArray[np.int8] | NDArray[np.uint16] | NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How a grey single-frame image lies in its words (PS3.5 8.1.1)."""

    rows: int
    columns: int
    allocated: int
    stored: int
    high_bit: int
    signed: bool

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the words, in native byte order."""
        return np.dtype(f"{'i' if self.signed else 'u'}{self.allocated // 8}")

    @property
    def stored_range(self) -> tuple[int, int]:
        """The least and the largest value that the stored bits can hold."""
        return (-(1 << (self.stored - 1)), (1 << (self.stored - 1)) - 1) if self.signed else (0, (1 << self.stored) - 1)

    def values(self, words: StoredPixels) -> StoredPixels:
        """The stored values in the words: bits above the high bit and below the lowest stored bit are cleared."""
        if self.stored == self.allocated:
            return words
        # Overlays, padding or junk may stand above the high bit; shifting there and back also extends the sign.
        return np.right_shift(np.left_shift(words, self.allocated - 1 - self.high_bit), self.allocated - self.stored)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """(rows, columns) words of an image, and whether a compression has changed them."""

    words: StoredPixels
    lossy: bool = False


def read_stored_pixels(attributes: Attributes) -> StoredPixels | None:
    """The pixels of a grey single-frame image.

    Returns
    -------
    (rows, columns), 8 or 16 bits, signed or not as the header says; None after a complaint
    """
    layout = read_layout(attributes)
    read = None if layout is None else read_words(attributes, layout)
    return None if layout is None or read is None else layout.values(read.words)


def read_layout(attributes: Attributes) -> PixelLayout | None:
    """The layout of a grey single-frame image; None after a complaint."""
    before = len(attributes.complaints)
    rows, columns = attributes.required_integer("Rows"), attributes.required_integer("Columns")
    allocated, stored = attributes.required_integer("BitsAllocated"), attributes.required_integer("BitsStored")
    high_bit, signed = attributes.required_integer("HighBit"), attributes.required_integer("PixelRepresentation")
    if len(attributes.complaints) > before:
        return None
    _complain_unless(attributes, "Rows", 0 < rows <= LARGEST_SIDE, f"is {rows}")
    _complain_unless(attributes, "Columns", 0 < columns <= LARGEST_SIDE, f"is {columns}")
    _complain_unless(attributes, "BitsAllocated", allocated in (8, 16), f"is {allocated}, not 8 or 16")
    _complain_unless(attributes, "BitsStored", 0 < stored <= allocated, f"is {stored} of {allocated}")
    fits = stored - 1 <= high_bit < allocated
    _complain_unless(attributes, "HighBit", fits, f"is {high_bit}, which {stored} of {allocated} bits cannot have")
    _complain_unless(attributes, "PixelRepresentation", signed in (0, 1), f"is {signed}")
    _complain_unless(attributes, "SamplesPerPixel", attributes.integer("SamplesPerPixel") == 1, "is not 1: no grey image")
    _complain_unless(attributes, "NumberOfFrames", attributes.integer("NumberOfFrames") in (None, 1), "is more than 1")
    if len(attributes.complaints) > before:
        return None
    return PixelLayout(rows, columns, allocated, stored, high_bit, signed == 1)


def write_layout(ds: Dataset, layout: PixelLayout) -> None:
    """All of the Image Pixel module (C.7.6.3) but the pixels."""
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows, ds.Columns = layout.rows, layout.columns
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = layout.allocated, layout.stored, layout.high_bit
    ds.PixelRepresentation = int(layout.signed)


def read_words(attributes: Attributes, layout: PixelLayout) -> Words | None:
    """The words as they are allocated, of `layout.dtype`, decompressed where need be; None after a complaint."""
    if "PixelData" not in attributes.dataset:
        attributes.complain("PixelData", "is missing")
        return None
    syntax = transfer_syntax_of(attributes.dataset)
    if syntax is None:
        attributes.complain("TransferSyntaxUID", "names no transfer syntax")
        return None
    if not syntax.is_compressed or syntax.is_deflated:
        return _raw(attributes, layout, ">" if syntax == ExplicitVRBigEndian else "<")
    decoded = decompressed(attributes, syntax, layout.rows, layout.columns, layout.allocated)
    words = None if decoded is None else _as_words(attributes, decoded, layout)
    return None if decoded is None or words is None else Words(words, decoded.lossy)


def _complain_unless(attributes: Attributes, keyword: str, good: bool, what: str) -> None:
    if not good:
        attributes.complain(keyword, what)


def transfer_syntax_of(ds: Dataset) -> UID | None:
    """The transfer syntax that a data set's bytes are in; None where the file names something else."""
    meta = getattr(ds, "file_meta", None)
    if meta is None or "TransferSyntaxUID" not in meta:
        big_endian = ds.original_encoding[1] is False  # a file without meta information, recognised by its bytes
        return ExplicitVRBigEndian if big_endian else ImplicitVRLittleEndian
    syntax = UID(str(meta.TransferSyntaxUID or ""))
    return syntax if syntax.is_transfer_syntax else None


def _raw(attributes: Attributes, layout: PixelLayout, order: Literal["<", ">"]) -> Words | None:
    """Words that are not compressed; up to a row of padding may follow them, more contradicts the header."""
    content = attributes.value("PixelData")
    dtype = layout.dtype.newbyteorder(order)
    size = layout.rows * layout.columns * dtype.itemsize
    found = len(content) if isinstance(content, bytes | bytearray | memoryview) else 0
    if content is None or not size <= found < size + max(2, size // layout.rows):
        attributes.complain("PixelData", f"holds {found} bytes, {layout.rows} x {layout.columns} pixels need {size}")
        return None
    if order == ">" and dtype.itemsize == 1 and attributes.dataset["PixelData"].VR == "OW":
        # Two pixels to a word, the first in its lower byte, which comes second here (PS3.5 8.1.1, annex D).
        content = turned(bytes(content) + b"\0" * (found % 2), 2)
    words = np.frombuffer(content, dtype=dtype, count=layout.rows * layout.columns).reshape(layout.rows, layout.columns)
    return Words(words.astype(layout.dtype, copy=False))


def _as_words(attributes: Attributes, decoded: Decoded, layout: PixelLayout) -> StoredPixels | None:
    """Decompressed values as the header's words; refused where header and stream cannot both be right."""
    if layout.high_bit != layout.stored - 1:
        attributes.complain("HighBit", f"is {layout.high_bit}: compressed values have no bits below the stored ones")
        return None
    if decoded.precision > layout.allocated:
        attributes.complain("BitsAllocated", f"is {layout.allocated}, the compressed image has {decoded.precision} bits")
        return None
    if decoded.precision < layout.stored and decoded.signed != layout.signed:
        # The sign's place would be a guess.
        attributes.complain(
            "BitsStored", f"is {layout.stored}, the compressed image has {decoded.precision} bits and another sign"
        )
        return None
    words = decoded.values
    if decoded.signed:
        unused = 16 - decoded.precision
        words = np.right_shift(np.left_shift(words, unused).view(np.int16), unused).view(np.uint16)
    return words.astype(np.dtype(f"u{layout.allocated // 8}")).view(layout.dtype)
