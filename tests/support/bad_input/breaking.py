"""Ways to break one element of a data set that pydicom's writer would not allow."""

import io
import struct
from collections.abc import Callable, Sequence

import pydicom
from pydicom.datadict import dictionary_description, dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

#: Keywords of sequences, whose first items are followed, and then of an attribute.
Path = tuple[str, ...]

_BINARY = {"FL": "<f", "FD": "<d", "US": "<H", "SS": "<h", "UL": "<L"}


def tag_of(keyword: str) -> BaseTag:
    """Tag of a standard attribute."""
    return Tag(tag_for_keyword(keyword) or 0)


def label_of(keyword: str) -> str:
    """Name and tag as they must stand in a message."""
    tag = tag_of(keyword)
    return f"{dictionary_description(tag)} ({tag.group:04X},{tag.element:04X})"


def holder(ds: Dataset, path: Path) -> Dataset:
    """The data set or item that the last keyword of the path stands in."""
    for keyword in path[:-1]:
        ds = ds[keyword].value[0]
    return ds


def remove(ds: Dataset, path: Path) -> None:
    """Take an attribute away."""
    del holder(ds, path)[path[-1]]


def put_bytes(ds: Dataset, path: Path, content: bytes, vr: str | None = None) -> None:
    """Set the bytes of an element as they will stand in the file, in its own value representation or another."""
    tag = tag_of(path[-1])
    own = vr or dictionary_VR(tag).split(" or ")[0]
    holder(ds, path)[tag] = RawDataElement(tag, own, len(content), content, 0, False, True)


def put(ds: Dataset, path: Path, *values: str | float) -> None:
    """Set values that the writer would refuse: any text, or numbers such as NaN; text of attributes that are texts."""
    vr = dictionary_VR(tag_of(path[-1])).split(" or ")[0]
    if vr in _BINARY:
        put_bytes(ds, path, b"".join(struct.pack(_BINARY[vr], value) for value in values))
        return
    text = "\\".join(str(value) for value in values).encode()
    put_bytes(ds, path, text + b" " * (len(text) % 2))


def setting(keyword: str, *values: str | float) -> Callable[[Dataset], None]:
    """The fault that an attribute of the data set itself has these values."""
    return lambda ds: put(ds, (keyword,), *values)


def put_items(ds: Dataset, path: Path, items: Sequence[Dataset]) -> None:
    """Make an attribute a sequence, whatever it should be."""
    tag = tag_of(path[-1])
    holder(ds, path)[tag] = DataElement(tag, "SQ", list(items))


def encoded(ds: Dataset, syntax: UID = ExplicitVRLittleEndian) -> bytes:
    """A data set as a DICOM file in a transfer syntax that leaves the pixels as they are."""
    ds.file_meta.TransferSyntaxUID = syntax
    buffer = io.BytesIO()
    pydicom.dcmwrite(
        buffer,
        ds,
        implicit_vr=syntax == ImplicitVRLittleEndian,
        little_endian=syntax != ExplicitVRBigEndian,
        enforce_file_format=True,
    )
    return buffer.getvalue()


def body_of(content: bytes) -> int:
    """Where the data set begins, after the file meta information."""
    meta_length: int = struct.unpack_from("<L", content, 140)[0]
    return 144 + meta_length
