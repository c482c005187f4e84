"""Elements as bytes, Explicit VR Little Endian, and files that would fill the memory or the stack."""

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from tests.support.bad_input import good
from tests.support.bad_input.breaking import body_of, encoded
from tests.support.bad_input.cases import BadCase, Outcome

_LONG = (b"OB", b"OW", b"SQ", b"UN", b"UT")
_UNDEFINED = 0xFFFFFFFF
_ITEM = struct.Struct("<HHL")
_CHAPTER = "Harmful file"
_DEPTH = 10_000
_MANY = 1_000_000


def element(group: int, number: int, vr: bytes, content: bytes) -> bytes:
    """One element with its true length."""
    if vr in _LONG:
        return struct.pack("<HH2sHL", group, number, vr, 0, len(content)) + content
    return struct.pack("<HH2sH", group, number, vr, len(content)) + content


def harmful_cases() -> Iterator[BadCase]:
    """Files that ask for too much; the plan itself is whole."""
    refused = Outcome.REFUSED
    rows: tuple[tuple[str, str, Callable[[], bytes], Outcome, *tuple[str, ...]], ...] = (
        ("sequences", "are nested 10,000 deep, without lengths", _nested_undefined, refused, "nested"),
        ("sequences", "are nested 10,000 deep, with lengths", _nested_defined, Outcome.USED),
        ("sequences", "are nested 10,000 deep in the beams", _nested_beams, refused),
        ("a sequence", "has a million empty items", _million_items, refused, "items"),
        ("the beams", "are a million empty items", _million_beams, refused, "items"),
        ("a deflated file", "inflates to 1 GiB", _deflate_bomb, refused, "inflates to more than"),
        ("a value", "is said to have 4 GiB", _four_gigabytes, refused, "cut off"),
        ("a text", "has 50 million values", _many_values, refused, "RT Plan Label (300A,0002)", "bytes"),
        ("Pixel Data (7FE0,0010)", "is encapsulated without frames", _no_frames, refused, "Pixel Data (7FE0,0010)"),
        ("Pixel Data (7FE0,0010)", "is encapsulated and cut", _cut_frames, refused),
        ("Pixel Data (7FE0,0010)", "is said to be compressed and is not", _raw_as_rle, refused, "Pixel Data (7FE0,0010)"),
    )
    for subject, fault, make, outcome, *message in rows:
        yield BadCase(_CHAPTER, subject, fault, _file(make), outcome, tuple(message), heavy=True)


def _file(make: Callable[[], bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "file.dcm").write_bytes(make())

    return write


@cache
def _plan() -> bytes:
    return encoded(good.plan())


def _at_end(content: bytes) -> bytes:
    return _plan() + content


def _nested(depth: int, *, lengths: bool) -> bytes:
    """Graphic Annotation Sequence within itself; made from the inside outwards."""
    head = struct.pack("<HH2sHL", 0x7FDF, 0x1010, b"SQ", 0, _UNDEFINED) + _ITEM.pack(0xFFFE, 0xE000, _UNDEFINED)
    if not lengths:
        tail = _ITEM.pack(0xFFFE, 0xE00D, 0) + _ITEM.pack(0xFFFE, 0xE0DD, 0)
        return head * depth + tail * depth
    parts = []
    for level in range(depth):
        inside = level * 20
        parts.append(struct.pack("<HH2sHL", 0x7FDF, 0x1010, b"SQ", 0, inside + 8) + _ITEM.pack(0xFFFE, 0xE000, inside))
    return b"".join(reversed(parts))


def _nested_undefined() -> bytes:
    return _at_end(_nested(_DEPTH, lengths=False))


def _nested_defined() -> bytes:
    return _at_end(_nested(_DEPTH, lengths=True))


def _nested_beams() -> bytes:
    """The Ion Beam Sequence itself within itself, where a reader must look."""
    inner = _nested(_DEPTH, lengths=True).replace(struct.pack("<HH", 0x7FDF, 0x1010), struct.pack("<HH", 0x300A, 0x03A2))
    plan = good.plan()
    del plan.IonBeamSequence
    del plan.ApprovalStatus
    del plan.ReferencedStructureSetSequence
    return encoded(plan) + inner


def _items(group: int, number: int, count: int) -> bytes:
    return element(group, number, b"SQ", _ITEM.pack(0xFFFE, 0xE000, 0) * count)


def _million_items() -> bytes:
    return _at_end(_items(0x7FDF, 0x1010, _MANY))


def _million_beams() -> bytes:
    plan = good.plan()
    del plan.IonBeamSequence
    del plan.ApprovalStatus
    del plan.ReferencedStructureSetSequence
    return encoded(plan) + _items(0x300A, 0x03A2, _MANY)


def _deflate_bomb() -> bytes:
    told = encoded(good.plan())
    uid = element(0x0002, 0x0010, b"UI", b"1.2.840.10008.1.2.1\0")
    deflated = element(0x0002, 0x0010, b"UI", b"1.2.840.10008.1.2.1.99")
    meta = told[132 : body_of(told)].replace(uid, deflated)
    meta = meta[:8] + struct.pack("<L", len(meta) - 12) + meta[12:]
    deflater = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = bytes(1 << 24)
    body = b"".join(deflater.compress(zeros) for _ in range(64)) + deflater.flush()
    return bytes(128) + b"DICM" + meta + body


def _four_gigabytes() -> bytes:
    return _at_end(struct.pack("<HH2sHL", 0x7FDF, 0x1010, b"OB", 0, 0xFFFFFFFE))


def _many_values() -> bytes:
    plan = good.plan()
    body = encoded(plan, ImplicitVRLittleEndian)
    label = struct.pack("<HHL", 0x300A, 0x0002, 8) + b"FACTORY "
    assert label in body, "the good plan has changed"
    return body.replace(label, struct.pack("<HHL", 0x300A, 0x0002, 100_000_000) + b"1\\" * 50_000_000)


def _image(pixels: bytes) -> bytes:
    image = good.image()
    del image.PixelData
    content = encoded(image)
    # The UID of the compressed syntax has as many characters once it is padded.
    return content.replace(b"1.2.840.10008.1.2.1\0", RLELossless.encode() + b"\0") + pixels


def _encapsulated(content: bytes) -> bytes:
    return struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, _UNDEFINED) + content


def _no_frames() -> bytes:
    return _image(_encapsulated(_ITEM.pack(0xFFFE, 0xE000, 0) + _ITEM.pack(0xFFFE, 0xE0DD, 0)))


def _cut_frames() -> bytes:
    return _image(_encapsulated(_ITEM.pack(0xFFFE, 0xE000, 0) + _ITEM.pack(0xFFFE, 0xE000, 100) + b"short"))


def _raw_as_rle() -> bytes:
    return _image(element(0x7FE0, 0x0010, b"OW", good.image().PixelData))
