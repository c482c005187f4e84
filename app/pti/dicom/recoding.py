"""Objects that came in files, passed on in Implicit VR Little Endian: every element with the value that it came with (IOD-05).

pydicom would read every text and number and write it anew, in its own way. Here the bytes of a value stay what they were;
only what a transfer syntax changes is changed: sequences are taken apart, big endian words turned, pixels decompressed.
"""

from collections.abc import Mapping
from struct import pack

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element, write_file_meta_info
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag
from pydicom.uid import JPEG2000, UID, ImplicitVRLittleEndian, JPEG2000Lossless, JPEGLSNearLossless, RLELossless

from pti.dicom.checks import Attributes
from pti.dicom.files import CannotEncode
from pti.dicom.hounsfield import lossy_warning
from pti.dicom.modules import file_meta
from pti.dicom.pixels import read_layout, read_words
from pti.foundation.byte_order import turned

_UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_PIXEL_DATA = Tag("PixelData")
#: They tell where the frames of compressed pixels are.
_OFFSET_TABLES = (Tag("ExtendedOffsetTable"), Tag("ExtendedOffsetTableLengths"))
#: Sizes of the words that a big endian file turns (PS3.5 6.2, 7.3); texts and bytes stay as they are.
_WORD_BYTES = {
    **dict.fromkeys(("AT", "OW", "SS", "US"), 2),
    **dict.fromkeys(("FL", "OF", "OL", "SL", "UL"), 4),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), 8),
}
_BYTES = ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "OB", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT")
#: A curve's words may be of any size, whatever its representation says (PS3.3 C.10.2.1.2).
_CURVE_DATA_GROUPS = range(0x5000, 0x5020, 2)
#: Lossy Image Compression Method (0028,2114), PS3.3 C.7.6.1.1.5.1; the rest is JPEG.
_LOSSY_METHODS = {JPEGLSNearLossless: b"ISO_14495_1 ", JPEG2000Lossless: b"ISO_15444_1 ", JPEG2000: b"ISO_15444_1 "}


def recoded_part10(ds: Dataset) -> bytes:
    """A Part 10 file in Implicit VR Little Endian with our file meta information and the elements of `ds`.

    Group lengths, which no longer hold, are left out. Pixels that a compression has changed are marked as such, if the image
    did not say so itself: their transfer syntax will not tell any more.

    Parameters
    ----------
    ds : as :func:`pti.dicom.files.read_file` gives it, not looked into; it may be afterwards

    Raises
    ------
    CannotEncode
        If the pixels cannot be decompressed, or an element's words not be told in the other byte order; names it.
    """
    values = _values(ds)
    if _PIXEL_DATA in values and _is_compressed(_syntax(ds)):
        values |= _decompressed(ds)
        for tag in _OFFSET_TABLES:
            values.pop(tag, None)
    head = DicomBytesIO()
    head.write(b"\0" * 128 + b"DICM")
    write_file_meta_info(head, file_meta(str(ds.SOPClassUID), str(ds.SOPInstanceUID)), enforce_standard=True)
    return head.getvalue() + _joined(values)


def _syntax(ds: Dataset) -> UID:
    meta = getattr(ds, "file_meta", {})
    return UID(str(meta.get("TransferSyntaxUID") or ImplicitVRLittleEndian))


def _is_compressed(syntax: UID) -> bool:
    return syntax.is_transfer_syntax and syntax.is_compressed and not syntax.is_deflated


def _values(ds: Dataset, *, of_item: bool = False) -> dict[BaseTag, bytes]:
    """Tag -> encoded value of each element, pixels as they came."""
    values = {}
    for tag in ds.keys():  # noqa: SIM118 - a data set iterates over elements, which converts them
        if tag.element == 0:
            continue
        element = ds.get_item(tag, keep_deferred=True)
        if isinstance(element, RawDataElement) and element.VR == "SQ":
            element = ds[tag]
        if isinstance(element, RawDataElement):
            values[tag] = _raw_value(element, of_item=of_item)
        elif isinstance(element.value, Sequence):
            values[tag] = b"".join(_item(item) for item in element.value)
        else:
            values[tag] = _written_value(element, ds)
    return values


def _item(item: Dataset) -> bytes:
    content = _joined(_values(item, of_item=True))
    return pack("<HHL", _ITEM >> 16, _ITEM & 0xFFFF, len(content)) + content


def _joined(values: Mapping[BaseTag, bytes]) -> bytes:
    """Elements in the order of their tags (PS3.5 7.1.3, A.1)."""
    parts = []
    for tag in sorted(values):
        parts += [pack("<HHL", tag.group, tag.element, len(values[tag])), values[tag]]
    return b"".join(parts)


def _raw_value(element: RawDataElement, *, of_item: bool) -> bytes:
    value, tag = element.value or b"", Tag(element.tag)
    if element.length == _UNDEFINED and (of_item or tag != _PIXEL_DATA):
        raise CannotEncode(f"{tag} is in fragments, which only pixels can be")
    return value if element.is_little_endian else _turned(tag, element.VR or "UN", value)


def _turned(tag: BaseTag, vr: str, value: bytes) -> bytes:
    """A big endian value in little endian."""
    if not value or vr in _BYTES:
        return value
    size = _WORD_BYTES.get(vr)
    if size is None or (tag.group in _CURVE_DATA_GROUPS and tag.element == 0x3000):
        raise CannotEncode(f"{tag} is big endian, and nothing tells how long its words are")
    try:
        return turned(value, size)
    except ValueError as error:
        raise CannotEncode(f"{tag} is not a whole number of words") from error


def _written_value(element: DataElement, ds: Dataset) -> bytes:
    """The value of an element that was looked into."""
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, True
    write_data_element(buffer, element, ds.get("SpecificCharacterSet"))
    return buffer.getvalue()[8:]  # without tag and length


def _decompressed(ds: Dataset) -> dict[BaseTag, bytes]:
    """Pixel Data as words, and what must be said of them now."""
    attributes, syntax = Attributes(ds), _syntax(ds)
    layout = read_layout(attributes)
    read = None if layout is None else read_words(attributes, layout)
    if layout is None or read is None:
        raise CannotEncode("; ".join(attributes.complaints))
    # What a stream says of a signed value ends with its own bits; a reader of plain words wants the sign in all of them.
    words = read.words if syntax == RLELossless else layout.values(read.words)
    content = words.astype(words.dtype.newbyteorder("<")).tobytes()
    values = {_PIXEL_DATA: content + b"\0" * (len(content) % 2)}
    if lossy_warning(attributes, read.lossy) and attributes.text("LossyImageCompression") != "01":
        ratio = f"{len(content) / len(ds.PixelData):.2f}".encode()
        values[Tag("LossyImageCompression")] = b"01"
        values[Tag("LossyImageCompressionRatio")] = ratio + b" " * (len(ratio) % 2)
        values[Tag("LossyImageCompressionMethod")] = _LOSSY_METHODS.get(syntax, b"ISO_10918_1 ")
    return values
