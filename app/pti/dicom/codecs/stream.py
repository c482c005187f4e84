"""What all compressed frames have in common: the error, the result, and the marker segments of the JPEG family."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

#: Zeros behind the image data, so that kernels can look ahead.
SPARE_BYTES = 8


#: Bits that may be left over when all pixels are there; more show that some of them were lost or put in.
_MOST_LEFT_OVER_BITS = 24


class DamagedStream(ValueError):
    """A compressed frame that cannot be decompressed; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One decompressed frame.

    Parameters
    ----------
    values : (rows, columns), uint16: the bit patterns, whatever their sign
    precision : how many bits of each value the stream holds
    lossy : whether the stream itself says that values were changed
    signed : whether the stream says that values are signed; where it does not say, they are not
    """

    values: NDArray[np.uint16]
    precision: int
    lossy: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker segment: the marker's second byte, and its content without the length."""

    marker: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Component:
    """Rows, columns and precision of the only component, as the frame header tells them."""

    rows: int
    columns: int
    precision: int


def segments(stream: bytes) -> tuple[list[Segment], Bytes]:
    """The marker segments up to the scan header, which is the last, and the rest of the stream: the image data.

    Raises
    ------
    DamagedStream
        If it is no JPEG stream, or ends before its image data.
    """
    if stream[:2] != b"\xff\xd8":
        raise DamagedStream("it does not begin like a JPEG stream")
    found: list[Segment] = []
    place = 2
    while place + 4 <= len(stream):
        if stream[place] != 0xFF:
            raise DamagedStream(f"no marker at byte {place}")
        marker = stream[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        end = place + 2 + int.from_bytes(stream[place + 2 : place + 4], "big")
        if end < place + 4 or end > len(stream):
            raise DamagedStream(f"the segment at byte {place} goes beyond the end")
        found.append(Segment(marker, stream[place + 4 : end]))
        if marker == 0xDA:
            return found, np.frombuffer(stream, dtype=np.uint8, offset=end) if end < len(stream) else np.empty(0, np.uint8)
        place = end
    raise DamagedStream("it ends before its image data")


def read_component(content: bytes, rows: int, columns: int) -> Component:
    """The frame header (10918-1, B.2.2) of a grey image, which must have the size that the DICOM header says.

    Raises
    ------
    DamagedStream
        If it is another image.
    """
    if len(content) < 9 or content[5] != 1:
        raise DamagedStream("it holds no grey image")
    found = Component(int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big"), content[0])
    check_size((found.rows, found.columns), (rows, columns))
    if not 2 <= found.precision <= 16:
        raise DamagedStream(f"it has {found.precision} bits a pixel")
    return found


def check_used(used_bits: int, n_bits: int) -> None:
    """Refuse image data of which a decoder took -1 bits, that is: had too few, or took too few.

    Raises
    ------
    DamagedStream
        If so.
    """
    if used_bits < 0:
        raise DamagedStream("its image data are damaged or break off")
    if n_bits - used_bits > _MOST_LEFT_OVER_BITS:
        raise DamagedStream("its image data go on after the last pixel: they are damaged")


def check_size(found: tuple[int, int], wanted: tuple[int, int]) -> None:
    """Refuse a stream whose image is not (rows, columns) `wanted`, before anything is allocated for it.

    Raises
    ------
    DamagedStream
        If the sizes differ.
    """
    if found != wanted:
        raise DamagedStream(f"it holds {found[0]} x {found[1]} pixels, Rows and Columns say {wanted[0]} x {wanted[1]}")
