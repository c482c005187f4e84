"""Objects in the transfer syntax that a peer accepted."""

import copy
from io import BytesIO

from pydicom import dcmread, dcmwrite
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ImplicitVRLittleEndian

from pti.foundation.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from pti.network.errors import CannotEncode

#: Value representations whose bytes are kept as they come, and the size of their words (PS3.5 6.2).
_WORD_BYTES = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
_CURVE_DATA_GROUPS = range(0x5000, 0x5020, 2)


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
    if source.is_little_endian != target.is_little_endian:
        for element in out.iterall():
            _turn_words(element)
    _name_curve_words(out)
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


def _turn_words(element: DataElement) -> None:
    value = element.value
    if not isinstance(value, bytes) or not value or element.VR == "OB":
        return
    if element.tag.group in _CURVE_DATA_GROUPS or element.VR not in _WORD_BYTES:
        # A curve's words may be of any size, and an unknown element's of none.
        raise CannotEncode(f"Element {element.tag} cannot be turned to the other byte order.")
    size = _WORD_BYTES[element.VR]
    if len(value) % size:
        raise CannotEncode(f"Element {element.tag} is not a whole number of words.")
    words = bytearray(len(value))
    for byte in range(size):
        words[byte::size] = value[size - 1 - byte :: size]
    element.value = bytes(words)


def _name_curve_words(ds: Dataset) -> None:
    """Give curves that came without a VR the one for words (PS3.5 A.2): pydicom writes no open choice."""
    for group in _CURVE_DATA_GROUPS:
        element = ds.get((group, 0x3000))
        if element is not None and element.VR == "OB or OW":
            ds[group, 0x3000] = DataElement((group, 0x3000), "OW", element.value)
