"""Files that are no DICOM files, or damaged ones: faults of the bytes, on a good plan or a good image."""

import io
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.support.bad_input import good
from tests.support.bad_input.breaking import body_of, encoded, put_bytes
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.bad_input.elements import element

_NOT_DICOM = "Not DICOM"
_FILE = "DICOM file"
_R, _U = Outcome.REFUSED, Outcome.USED
#: Shares of a file after which it is cut.
_CUTS = (0.1, 0.3, 0.5, 0.7, 0.9)


def file_cases() -> Iterator[BadCase]:
    """All cases of files as such."""
    for subject, content, *message in _foreign():
        yield BadCase(_NOT_DICOM, subject, "is no DICOM file", _content(content), _R, tuple(message))
    yield BadCase(_NOT_DICOM, "a pipe", "is no file", _pipe, _R, ("no plain file",))
    yield BadCase(_NOT_DICOM, "a link", "is not followed", _link, _R, ("link",))
    yield BadCase(_NOT_DICOM, "an empty folder", "is empty", lambda folder: None, _R)
    for make, what in ((good.plan, "a plan"), (good.image, "an image"), (good.structures, "a structure set")):
        whole = encoded(make())
        for share in _CUTS:
            cut = whole[: int(len(whole) * share) | 1]
            yield BadCase(_FILE, what, f"is cut off after {share:.0%}", _content(cut), _R, ("file.dcm",))
        yield BadCase(_FILE, what, "is cut off at its last byte", _content(whole[:-1]), _R, ())
    for subject, fault, change, outcome, *message in _ROWS:
        yield BadCase(_FILE, subject, fault, _changed(change), outcome, tuple(message))


def _content(content: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "file.dcm").write_bytes(content)

    return write


def _changed(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "file.dcm").write_bytes(change(encoded(good.plan())))

    return write


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


def _link(folder: Path) -> None:
    (folder / "link.dcm").symlink_to(folder / "elsewhere.dcm")


def _foreign() -> Iterator[tuple[str, bytes, *tuple[str, ...]]]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("plan.dcm", encoded(good.plan()))
    nothing = "no SOP class and instance"
    yield "an empty file", b"", nothing
    yield "a text", b"Patients of Monday, in no order at all.\n" * 40
    yield "a table", b"name;number;dose\n" * 100
    yield "a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4
    yield "an archive", archive.getvalue()
    yield "a file of zeros", bytes(5000), nothing
    yield "a file of ones", b"\xff" * 5000
    yield "a preamble alone", bytes(128) + b"DICM"
    yield "a preamble before a text", bytes(128) + b"DICM" + b"Patients of Monday. " * 40


def _insert(content: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Puts elements at the end of the data set, where their group does not disturb the order."""
    return lambda whole: whole + content(whole)


def _duplicated(keyword_bytes: bytes, other: bytes) -> Callable[[bytes], bytes]:
    """The element that begins with these bytes stands twice, the second time with another value."""

    def change(whole: bytes) -> bytes:
        start = whole.index(keyword_bytes, body_of(whole))
        length = struct.unpack_from("<H", whole, start + 6)[0]
        twin = whole[start : start + 6] + struct.pack("<H", len(other)) + other
        end = start + 8 + length
        return whole[:end] + twin + whole[end:]

    return change


def _isocentre_twice(_whole: bytes) -> bytes:
    """In sequences without lengths, which go on being right."""
    plan = good.plan()
    beam = plan.IonBeamSequence[0]
    for holder, keyword in ((plan, "IonBeamSequence"), (beam, "IonControlPointSequence")):
        holder[keyword].is_undefined_length = True
        for item in holder[keyword].value:
            item.is_undefined_length_sequence_item = True
    return _duplicated(b"\x0a\x30\x2c\x01DS", b"1\\2\\3 ")(encoded(plan))


def _beam_type_of_no_representation(_whole: bytes) -> bytes:
    plan = good.plan()
    put_bytes(plan, ("IonBeamSequence", "BeamType"), b"")
    return _replaced(b"\x0a\x30\xc4\x00CS\0\0", b"\x0a\x30\xc4\x00ZZ\0\0")(encoded(plan))


def _replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Replaces bytes by as many others; they must be there."""

    def change(whole: bytes) -> bytes:
        assert old in whole, "the good file has changed"
        return whole.replace(old, new, 1)

    return change


def _without_meta(whole: bytes) -> bytes:
    return whole[body_of(whole) :]


def _meta_says(syntax: str, body_in: str = ExplicitVRLittleEndian) -> Callable[[bytes], bytes]:
    def change(_whole: bytes) -> bytes:
        body = encoded(good.plan(), ExplicitVRLittleEndian if body_in == ExplicitVRLittleEndian else ImplicitVRLittleEndian)
        told = encoded(good.plan(), ExplicitVRBigEndian)
        uid = syntax.encode() + b"\0" * (len(syntax) % 2)
        old = element(0x0002, 0x0010, b"UI", b"1.2.840.10008.1.2.2\0")
        meta = told[132 : body_of(told)].replace(old, element(0x0002, 0x0010, b"UI", uid))
        meta = meta[:8] + struct.pack("<L", len(meta) - 12) + meta[12:]
        return bytes(128) + b"DICM" + meta + body[body_of(body) :]

    return change


def _meta_length(by: int) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:140] + struct.pack("<L", struct.unpack_from("<L", whole, 140)[0] + by) + whole[144:]


_PLAN_CLASS, _PHOTON_CLASS = b"1.2.840.10008.5.1.4.1.1.481.8", b"1.2.840.10008.5.1.4.1.1.481.5"
_PATIENT_ID = b"\x10\x00\x20\x00LO"
Row = tuple[str, str, Callable[[bytes], bytes], Outcome, *tuple[str, ...]]
_ROWS: tuple[Row, ...] = (
    ("the preamble", "is missing with the file meta information", _without_meta, _U),
    ("file meta information", "says it is longer", _meta_length(200), _U),
    ("file meta information", "says it is shorter", _meta_length(-20), _U),
    ("file meta information", "names another SOP class", _replaced(_PLAN_CLASS, _PHOTON_CLASS), Outcome.WARNED, "(0002,0002)"),
    ("file meta information", "names another instance", _replaced(b"2.25.1006", b"2.25.1999"), Outcome.WARNED, "(0002,0003)"),
    ("the transfer syntax", "is unknown", _meta_says("1.2.3.4.5"), _R, "transfer syntax"),
    ("the transfer syntax", "is empty", _meta_says(""), _U),
    ("explicit data", "are said to be implicit", _meta_says(ImplicitVRLittleEndian), _U),
    ("little endian data", "are said to be big endian", _meta_says(ExplicitVRBigEndian), _R),
    ("implicit data", "are said to be explicit", _meta_says(ExplicitVRLittleEndian, ImplicitVRLittleEndian), _U),
    ("data that are not deflated", "are said to be", _meta_says("1.2.840.10008.1.2.1.99"), _R),
    ("Patient ID (0010,0020)", "stands twice", _duplicated(_PATIENT_ID, b"PTI-0002"), _R, "(0010,0020)"),
    ("Isocenter Position (300A,012C) in an item", "stands twice", _isocentre_twice, _R, "Ion Control Point", "(300A,012C)"),
    (
        "Beam Type (300A,00C4)",
        "is empty, of a representation that is none",
        _beam_type_of_no_representation,
        _R,
        "(300A,00C4)",
    ),
    ("a length", "goes beyond the file", _insert(lambda _: b"\xfe\x7f\x10\x00OB\0\0\xf0\xff\xff\x7fshort"), _R, "cut off"),
    ("half an element", "stands at the end", _insert(lambda _: b"\xfe\x7f\x10"), _R, "cut off"),
    ("zeros", "stand at the end", _insert(lambda _: bytes(512)), _U),
    ("a group length", "is wrong", _insert(lambda _: element(0x7FDF, 0x0000, b"UL", b"\xff\xff\xff\x0f")), _U),
    ("an element", "has the representation of two zeros", _insert(lambda _: b"\xfd\x7f\x10\x00\0\0\0\0"), _U),
)
