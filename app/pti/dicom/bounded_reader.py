"""Opening a file so that what it says of itself can do no harm, and telling afterwards whether it was whole."""

import io
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

_ELEMENT_HEADER_BYTES = 8
_UNDEFINED_LENGTH = 0xFFFFFFFF
_PREAMBLE_BYTES = 132
_META_GROUP = b"\x02\x00"
#: Representations with a length of four bytes (PS3.5 7.1.2) that file meta information may hold.
_LONG_VRS = (b"OB", b"UN", b"UT", b"UC", b"UR")
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_CHUNK_BYTES = 1 << 20
_ITEM_TAG = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")


class BoundedReader(io.BufferedReader):
    """A file of which no more is asked than it has: a damaged length must not make Python set gigabytes aside.

    `rest` is what stood at the end of the file where an element should have begun.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(str(path)))
        self.size = os.fstat(self.fileno()).st_size
        self.rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """At most what is left."""
        if size is None or size < 0:
            return super().read()
        content = super().read(min(size, max(self.size - self.tell(), 0)))
        if size == _ELEMENT_HEADER_BYTES:
            self.rest = content if len(content) < size else b""
        return content

    @property
    def has_preamble(self) -> bool:
        """Whether it is a Part 10 file; the place in the file stays."""
        place = self.tell()
        self.seek(0)
        start = self.read(_PREAMBLE_BYTES)
        self.seek(place)
        return start.endswith(b"DICM") and len(start) == _PREAMBLE_BYTES


def holds_more_items_than(file: BoundedReader, limit: int) -> bool:
    """Whether the bytes of more than `limit` items are in a file: each becomes a data set of a kilobyte. The place stays."""
    if file.size <= limit * _ELEMENT_HEADER_BYTES:
        return False  # no room for so many: nothing needs to be read
    place, count = file.tell(), 0
    file.seek(0)
    for chunk in iter(lambda: file.read(_CHUNK_BYTES), b""):
        count += max(chunk.count(tag) for tag in _ITEM_TAG)
        if count > limit:
            break
    file.seek(place)
    return count > limit


def inflates_beyond(file: BoundedReader, limit: int, most_items: int) -> bool:
    """Whether a deflated file (PS3.5 A.5) holds more than `limit` bytes, or more items; found without keeping them.

    The place stays.
    """
    place = file.tell()
    try:
        file.seek(0)
        if not file.has_preamble or _DEFLATED not in file.read(4096):
            return False
        file.seek(_end_of_meta(file))
        return _inflated_size(iter(lambda: file.read(_CHUNK_BYTES), b""), limit, most_items) > limit
    finally:
        file.seek(place)


def _end_of_meta(file: BoundedReader) -> int:
    """Where the file meta information, always Explicit VR Little Endian, ends."""
    place = _PREAMBLE_BYTES
    while True:
        file.seek(place)
        header = file.read(12)
        if len(header) < _ELEMENT_HEADER_BYTES or header[:2] != _META_GROUP:
            return place
        if header[4:6] in _LONG_VRS:
            place += 12 + int.from_bytes(header[8:12], "little")
        else:
            place += 8 + int.from_bytes(header[6:8], "little")


def _inflated_size(chunks: Iterable[bytes], limit: int, most_items: int) -> int:
    """How much the chunks inflate to, counted to just beyond `limit`; what is no deflated stream is left to pydicom."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    size = items = 0
    for chunk in chunks:
        waiting = chunk
        while waiting and size <= limit:
            try:
                inflated = inflate.decompress(waiting, _CHUNK_BYTES)
            except zlib.error:
                return size
            items += inflated.count(_ITEM_TAG[0])
            size += len(inflated) if items <= most_items else limit + 1
            waiting = inflate.unconsumed_tail
    return size


def is_cut_off(ds: Dataset, file: BoundedReader) -> bool:
    """Whether a value of a data set that was read from `file` is shorter than announced, or half an element follows."""
    short = any(_is_short(ds.get_item(tag)) for tag in list(ds.keys()))
    return short or file.rest.strip(b"\0") != b""


def _is_short(element: object) -> bool:
    if not isinstance(element, RawDataElement) or element.value is None:
        return False
    return _UNDEFINED_LENGTH != element.length > len(element.value)
