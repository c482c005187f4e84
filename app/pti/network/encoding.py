"""Objects in the transfer syntax that a peer accepted.

Curve Data (50xx,3000), in which matched markers travel, needs a word of its own. PS3.5-2004 A.1 calls it OB in Implicit
VR, its points little endian. In Explicit VR it is like Waveform Data, of which A.2 still says that it "has the Value
Representation specified in its Explicit VR Field" and its points the byte order of the syntax. OB and OW do not say how long
a point's numbers are, so that programs which know nothing of curves leave OB as it is and turn OW two bytes at a time (DCMTK
3.6.7 does, measured): neither gives big endian points. Named after Data Value Representation (50xx,0103), here FD for
doubles, every converter turns them rightly, both ways. In little endian all names stand for the same bytes, and OB is kept.
"""

import copy
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID, ImplicitVRLittleEndian

from pti.foundation.byte_order import turned
from pti.foundation.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from pti.network.errors import CannotEncode

#: Value representations whose bytes are kept as they come, and the size of their words (PS3.5 6.2).
_WORD_BYTES = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
#: These are strings of bytes in either order; what is unknown "shall not be byte-swapped" (PS3.5 6.2.2).
_BYTE_STRINGS = ("OB", "UN")
_CURVE_GROUPS, _CURVE_DATA, _CURVE_REPRESENTATION = range(0x5000, 0x5020, 2), 0x3000, 0x0103
#: Data Value Representation (50xx,0103) -> value representation and little endian type of Curve Data (PS3.3-2004 C.10.2.1.2).
_CURVE_NUMBERS = {0: ("US", "<u2"), 1: ("SS", "<i2"), 2: ("FL", "<f4"), 3: ("FD", "<f8"), 4: ("SL", "<i4")}
#: What the length field of these representations can tell.
_LONGEST_CURVE_BYTES = 0xFFFE


def recode(ds: Dataset, transfer_syntax_uid: str) -> Dataset:
    """`ds` in an uncompressed transfer syntax, ready to be sent or written; `ds` itself is not changed.

    pydicom turns numbers round for the other byte order, and leaves pixels and other words as they are: they are turned here.

    Raises
    ------
    CannotEncode
        If the pixels are compressed, or the byte order changes and an element's word size is not known.
    """
    target = UID(transfer_syntax_uid)
    source = _syntax_of(ds)
    if source == target and ds.is_original_encoding:
        return ds
    if source.is_compressed and not source.is_deflated:
        raise CannotEncode(f"Its pixels are compressed ({source.name}).")
    out = copy.deepcopy(ds)
    other_order = source.is_little_endian != target.is_little_endian
    if not target.is_implicit_VR:
        for data_set in _data_sets(out):
            _name_curve_data(data_set, as_numbers=other_order and source.is_little_endian)
    if other_order:
        for element in out.iterall():
            _turn_words(element)
    out.file_meta = file_meta(ds.SOPClassUID, ds.SOPInstanceUID, target)
    buffer = BytesIO()
    dcmwrite(buffer, out, implicit_vr=target.is_implicit_VR, little_endian=target.is_little_endian, enforce_file_format=True)
    buffer.seek(0)
    return dcmread(buffer)  # whose encoding is what it says


def file_meta(sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str) -> FileMetaDataset:
    """File Meta Information with our implementation UID (NET-06)."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = UID(sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(sop_instance_uid)
    meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    return meta


def _syntax_of(ds: Dataset) -> UID:
    """Transfer syntax of `ds`; what was made here and never written is little endian."""
    meta = getattr(ds, "file_meta", None)
    return UID((meta.get("TransferSyntaxUID") if meta is not None else None) or ImplicitVRLittleEndian)


def _data_sets(ds: Dataset) -> Iterator[Dataset]:
    """`ds` and the items of its sequences, at any depth."""
    yield ds
    for element in ds:
        if element.VR == "SQ":
            for item in element.value:
                yield from _data_sets(item)


def _value(ds: Dataset, tag: BaseTag) -> object:
    return ds[tag].value if tag in ds else None


def _turn_words(element: DataElement) -> None:
    value = element.value
    if not isinstance(value, bytes) or not value:
        return
    in_bytes = element.tag.group in _CURVE_GROUPS and element.tag.element == _CURVE_DATA  # and big endian: never named
    if in_bytes or element.VR not in (*_BYTE_STRINGS, *_WORD_BYTES):
        raise CannotEncode(f"Element {element.tag} cannot be turned to the other byte order.")
    if element.VR in _BYTE_STRINGS:
        return
    try:
        element.value = turned(value, _WORD_BYTES[element.VR])
    except ValueError as error:
        raise CannotEncode(f"Element {element.tag} is not a whole number of words.") from error


def _name_curve_data(ds: Dataset, *, as_numbers: bool) -> None:
    """Give Curve Data in bytes a value representation: that of its numbers, or OB where it came without one."""
    for group in _CURVE_GROUPS:
        tag = Tag(group, _CURVE_DATA)
        if tag not in ds or not isinstance(ds[tag].value, bytes):
            continue
        if as_numbers:
            ds[tag] = _curve_numbers(ds[tag], _value(ds, Tag(group, _CURVE_REPRESENTATION)))
        elif ds[tag].VR == "OB or OW":  # pydicom writes no open choice
            ds[tag] = DataElement(tag, "OB", ds[tag].value)


def _curve_numbers(element: DataElement, representation: object) -> DataElement:
    """Little endian Curve Data as the numbers that it holds."""
    content: bytes = element.value
    vr, dtype = _CURVE_NUMBERS.get(representation if isinstance(representation, int) else -1, ("", "<u1"))
    if not vr or len(content) % np.dtype(dtype).itemsize or len(content) > _LONGEST_CURVE_BYTES:
        raise CannotEncode(f"Element {element.tag} cannot be turned to the other byte order.")
    return DataElement(element.tag, vr, np.frombuffer(content, dtype).tolist())
