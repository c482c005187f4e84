"""DICOM run lengths of grey images: PS3.5 annex G."""

import struct
from itertools import pairwise

import numpy as np

from pti.dicom.codecs.run_length._kernels import unpack_bytes
from pti.dicom.codecs.stream import DamagedStream, Decoded

_HEADER_BYTES = 64


def decode(stream: bytes, rows: int, columns: int, bytes_per_pixel: int) -> Decoded:
    """Decompress a grey frame: one segment a byte, the high one first.

    Raises
    ------
    DamagedStream
        If it is damaged or holds another number of bytes.
    """
    if len(stream) < _HEADER_BYTES:
        raise DamagedStream("its header breaks off")
    count, *offsets = struct.unpack("<16L", stream[:_HEADER_BYTES])
    if count != bytes_per_pixel:
        raise DamagedStream(f"it has {count} segments, {bytes_per_pixel} are needed")
    borders = [*offsets[:count], len(stream)]
    values = np.zeros(rows * columns, dtype=np.uint16)
    plane = np.empty(rows * columns, dtype=np.uint8)
    for first, end in pairwise(borders):
        if not _HEADER_BYTES <= first < end <= len(stream):
            raise DamagedStream("its segments lie outside it")
        if not unpack_bytes(np.frombuffer(stream, dtype=np.uint8, count=end - first, offset=first), plane):
            raise DamagedStream("a segment breaks off")
        np.left_shift(values, 8, out=values)
        values |= plane
    return Decoded(values.reshape(rows, columns), 8 * bytes_per_pixel)
