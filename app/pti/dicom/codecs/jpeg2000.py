"""JPEG 2000 of grey images (ISO/IEC 15444-1), decoded by OpenJPEG once the header is known to be harmless."""

import numpy as np
from openjpeg.utils import decode as decode_codestream

from pti.dicom.codecs.stream import DamagedStream, Decoded, check_size

_START = b"\xff\x4f\xff\x51"
_SIZE_BYTES = 45
#: OpenJPEG keeps a kilobyte and more for each tile; a scanner writes one, or a few.
_MOST_TILES = 1024
#: It sets four bytes aside for each pixel that a header announces; no panel has as many.
_MOST_PIXELS = 1 << 25
_TILE_PART = 0x90
_END = b"\xff\xd9"
_CODING_STYLE = 0x52


def decode(stream: bytes, rows: int, columns: int) -> Decoded:
    """Decompress a grey frame.

    Raises
    ------
    DamagedStream
        If it is damaged or of another size. What would make the decoder ask for gigabytes is refused before it sees it.
    """
    precision, signed = _read_size(stream, rows, columns)
    irreversible = _is_irreversible(stream)
    if not stream.rstrip(b"\0").endswith(_END):  # OpenJPEG would fill up what is missing
        raise DamagedStream("it breaks off")
    try:
        content = decode_codestream(stream, 0, reshape=False)
    except Exception as error:
        raise DamagedStream("its image data are damaged") from error
    width = 1 if precision <= 8 else 2
    if len(content) != rows * columns * width:
        raise DamagedStream("it gives another number of pixels than it announces")
    values = content.view(f"<{'i' if signed else 'u'}{width}").reshape(rows, columns)
    return Decoded(values.astype(np.uint16), precision, irreversible, signed)


def _read_size(stream: bytes, rows: int, columns: int) -> tuple[int, bool]:
    """(precision, whether signed), from the SIZ segment (A.5.1)."""
    if stream[:4] != _START or len(stream) < _SIZE_BYTES:
        raise DamagedStream("it does not begin like a JPEG 2000 codestream")
    right, bottom, left, top, tile_columns, tile_rows, tile_left, tile_top = (
        int.from_bytes(stream[i : i + 4], "big") for i in range(8, 40, 4)
    )
    components, depth, across, down = int.from_bytes(stream[40:42], "big"), *stream[42:45]
    if components != 1 or (across, down) != (1, 1):
        raise DamagedStream("it holds no grey image")
    check_size((bottom - top, right - left), (rows, columns))
    if rows * columns > _MOST_PIXELS:
        raise DamagedStream(f"it announces {rows} x {columns} pixels")
    precision = (depth & 127) + 1
    if precision > 16:
        raise DamagedStream(f"it has {precision} bits a pixel")
    within = tile_left <= left and tile_top <= top and max(right, bottom) < 1 << 20
    if not within or tile_columns == 0 or tile_rows == 0:
        raise DamagedStream("its tiles are broken")
    if -(-(right - tile_left) // tile_columns) * -(-(bottom - tile_top) // tile_rows) > _MOST_TILES:
        raise DamagedStream("it has too many tiles")
    return precision, depth > 127


def _is_irreversible(stream: bytes) -> bool:
    """Whether the wavelet is the irreversible 9-7 (A.6.1), which gives no pixel back exactly."""
    place = 2
    while place + 14 <= len(stream):
        marker, length = stream[place + 1], int.from_bytes(stream[place + 2 : place + 4], "big")
        if stream[place] != 0xFF or marker == _TILE_PART or length < 2:
            break
        if marker == _CODING_STYLE:
            return stream[place + 13] == 0
        place += 2 + length
    raise DamagedStream("its header is broken")
