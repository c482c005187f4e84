"""JPEG lossless, Huffman coded (process 14): ISO/IEC 10918-1, annex H."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pti.dicom.codecs.jpeg_lossless._kernels import decode_rows
from pti.dicom.codecs.stream import SPARE_BYTES, Bytes, Component, DamagedStream, Decoded, check_used, read_component, segments

#: Frame headers of the other JPEG processes (10918-1, table B.1).
_OTHER_FRAMES = (0xC0, 0xC1, 0xC2, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)

_Tables = dict[int, NDArray[np.uint16]]


def decode(stream: bytes, rows: int, columns: int) -> Decoded:
    """Decompress a grey frame.

    Raises
    ------
    DamagedStream
        If it is damaged, of another size, or of another JPEG process.
    """
    component: Component | None = None
    tables: _Tables = {}
    interval = 0
    found, content = segments(stream)
    for segment in found:
        match segment.marker:
            case 0xC3:
                component = read_component(segment.content, rows, columns)
            case 0xC4:
                tables.update(_read_tables(segment.content))
            case 0xDD:
                interval = int.from_bytes(segment.content[:2], "big")
            case marker if marker in _OTHER_FRAMES:
                raise DamagedStream(f"it is of another JPEG process (SOF{marker - 0xC0})")
            case _:
                pass  # comments, application data, and the scan header, which is the last
    if component is None:
        raise DamagedStream("its frame header is missing")
    return _decode_scan(content, component, tables, found[-1].content, interval)


def _decode_scan(content: Bytes, component: Component, tables: _Tables, header: bytes, interval: int) -> Decoded:
    if len(header) < 6 or header[0] != 1:
        raise DamagedStream("its scan header is broken")
    table, predictor, transform = tables.get(header[2] >> 4), header[3], header[5] & 15
    if not 1 <= predictor <= 7 or transform >= component.precision or table is None:
        raise DamagedStream("its scan header is broken")
    if interval % component.columns:
        raise DamagedStream("it restarts within a row")
    step = interval // component.columns or component.rows
    values = np.empty((component.rows, component.columns), dtype=np.uint16)
    parts = _parts(content)
    for first in range(0, component.rows, step):
        rows, bits = values[first : first + step], next(parts, None)
        if bits is None:
            raise DamagedStream("its image data are damaged or break off")
        # H.1.2.1: the first sample of each part is predicted as half of the range.
        used = decode_rows(bits, table, predictor, 1 << (component.precision - transform - 1), rows)
        check_used(used, 8 * (len(bits) - SPARE_BYTES))
    np.left_shift(values, transform, out=values)
    return Decoded(values, component.precision, lossy=transform > 0)


def _parts(content: Bytes) -> Iterator[Bytes]:
    """The bytes between restart markers, without the zeros stuffed after 255, each with spare zeros at its end."""
    start = 0
    for place in np.flatnonzero((content[:-1] == 0xFF) & (content[1:] != 0) & (content[1:] != 0xFF)).tolist():
        yield _unstuffed(content[start:place])
        if not 0xD0 <= content[place + 1] <= 0xD7:
            return
        start = place + 2
    yield _unstuffed(content[start:])


def _unstuffed(part: Bytes) -> Bytes:
    kept = np.ones(len(part), dtype=np.bool_)
    kept[1:] = (part[:-1] != 0xFF) | (part[1:] != 0)
    return np.concatenate([part[kept], np.zeros(SPARE_BYTES, dtype=np.uint8)])


def _read_tables(content: bytes) -> _Tables:
    """Huffman tables (10918-1, B.2.4.2) by number; a table gives for the next 16 bits the code's length * 256 + its symbol."""
    tables: _Tables = {}
    while content:
        counts, symbols = content[1:17], content[17 : 17 + sum(content[1:17])]
        if len(counts) < 16 or len(symbols) < sum(counts) or any(symbol > 16 for symbol in symbols):
            raise DamagedStream("a Huffman table is broken")
        table = np.zeros(1 << 16, dtype=np.uint16)
        place, used = 0, 0
        for length, count in enumerate(counts, 1):
            for symbol in symbols[used : used + count]:
                end = place + (1 << (16 - length))
                if end > len(table):
                    raise DamagedStream("a Huffman table is broken")
                table[place:end] = length << 8 | symbol
                place = end
            used += count
        tables[content[0] & 15] = table
        content = content[17 + used :]
    return tables
