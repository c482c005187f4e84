"""Files that are damaged, cut off or meant to do harm: refused by name, without filling the memory."""

import io
import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from pti.dicom.files import DicomDirectory, FileTooLarge, UnreadableFile, read_file, read_header, write_file
from pti.foundation.errors import PtiError
from tests.support.dicom_factory import ct_series, ion_plan, rt_image, structure_set

#: Pixel Data (7FE0,0010) in little endian.
_PIXELS = b"\xe0\x7f\x10\x00"
_CUT_OFF = "DamagedFile: it is cut off within an element"


def part10(ds: Dataset, syntax: UID = ExplicitVRLittleEndian) -> bytes:
    """A whole file, as pydicom writes it."""
    buffer = io.BytesIO()
    ds.file_meta.TransferSyntaxUID = syntax
    pydicom.dcmwrite(buffer, ds, enforce_file_format=True)
    return buffer.getvalue()


def meta(syntax: UID) -> bytes:
    """Preamble and file meta information alone."""
    content = part10(ct_series()[0], syntax)
    return content[: 144 + int.from_bytes(content[140:144], "little")]  # behind the group length (0002,0000)


def outcome(content: bytes, folder: Path, read: Callable[[Path], Dataset] = read_file) -> str:
    """What reading says: the error and its reason, or "read"."""
    path = folder / "object.dcm"
    path.write_bytes(content)
    try:
        read(path)
    except PtiError as error:
        name, _, reason = error.detail.partition(": ")
        return f"{type(error).__name__}: {reason if name == path.name else error.detail}"
    return "read"


def test_a_header_is_all_but_the_pixels(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write_file(ct_series()[0], path)
    header, whole = read_header(path), read_file(path)
    assert "PixelData" not in header
    del whole.PixelData
    assert header == whole


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_file_that_is_cut_off_within_an_element_is_damaged(syntax: UID, tmp_path: Path) -> None:
    content = part10(ct_series()[0], syntax)
    pixels = content.index(_PIXELS)
    for end in (len(content) - 1, pixels + 20, pixels + 4, pixels - 1):
        assert outcome(content[:end], tmp_path).startswith("DamagedFile: "), end
    assert outcome(content[: pixels + 20], tmp_path, read_header) == "read"


def test_a_file_that_is_cut_off_within_a_sequence_is_damaged(tmp_path: Path) -> None:
    plan = ion_plan(structure_set(ct_series()))
    plan["IonBeamSequence"].is_undefined_length = True
    content = part10(plan)
    beams = content.index(b"\x0a\x30\xa2\x03")  # Ion Beam Sequence (300A,03A2)
    for end in range(beams + 13, len(content) - 100, 7):
        assert outcome(content[:end], tmp_path).startswith("DamagedFile: "), end


def test_a_file_that_is_cut_off_within_compressed_pixels_is_damaged(tmp_path: Path) -> None:
    image = ct_series()[0]
    image.compress(RLELossless, generate_instance_uid=False)
    content = part10(image, RLELossless)
    assert outcome(content, tmp_path) == "read"
    for missing in range(8, 60):  # without the last eight bytes, a delimiter, the pixels would still be whole
        assert outcome(content[:-missing], tmp_path) == _CUT_OFF


def test_zeros_behind_the_last_element_do_no_harm(tmp_path: Path) -> None:
    assert outcome(part10(ct_series()[0]) + bytes(3), tmp_path) == "read"


def test_an_announced_length_beyond_the_file_sets_no_memory_aside(tmp_path: Path) -> None:
    content = bytearray(part10(ct_series()[0]))
    pixels = content.index(_PIXELS)
    content[pixels + 8 : pixels + 12] = b"\xf0\xff\xff\xff"
    tracemalloc.start()
    try:
        assert outcome(bytes(content), tmp_path) == _CUT_OFF
        assert tracemalloc.get_traced_memory()[1] < 10_000_000  # of the 4 GB that are announced
    finally:
        tracemalloc.stop()


def test_a_file_of_more_than_two_gibibytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "object.dcm"
    with path.open("wb") as file:
        file.truncate((2 << 30) + 1)  # zeros that take no room on the disk
    for read in (read_file, read_header):
        with pytest.raises(FileTooLarge, match=r"it has 2\.0 GiB; up to 2 GiB are read"):
            read(path)


def test_a_deflated_file_is_read(tmp_path: Path) -> None:
    assert outcome(part10(rt_image(), DeflatedExplicitVRLittleEndian), tmp_path) == "read"
    assert read_file(tmp_path / "object.dcm").PixelData == rt_image().PixelData


def test_a_deflated_file_that_is_cut_off_is_damaged(tmp_path: Path) -> None:
    content = part10(rt_image(), DeflatedExplicitVRLittleEndian)
    for read in (read_file, read_header):
        assert outcome(content[:-100], tmp_path, read) == "DamagedFile: its elements cannot be read (error)"


def test_a_small_file_that_inflates_to_half_a_gigabyte_is_refused_in_little_memory(tmp_path: Path) -> None:
    deflate = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = b"".join((*(deflate.compress(bytes(1 << 20)) for _ in range(513)), deflate.flush()))
    tracemalloc.start()
    try:
        told = outcome(meta(DeflatedExplicitVRLittleEndian) + bomb, tmp_path)
        assert told == "FileTooLarge: it inflates to more than 512 MiB or 300000 items"
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_sequences_nested_ten_thousand_deep_are_refused(tmp_path: Path) -> None:
    undefined = 0xFFFFFFFF
    begin = struct.pack("<HH2sHL", 0x0008, 0x1115, b"SQ", 0, undefined) + struct.pack("<HHL", 0xFFFE, 0xE000, undefined)
    content = meta(ExplicitVRLittleEndian) + 10_000 * begin
    for read in (read_file, read_header):
        assert outcome(content, tmp_path, read) == "DamagedFile: its sequences are nested too deeply"


def test_a_dicomdir_is_refused_as_such(tmp_path: Path) -> None:
    ds = Dataset()
    ds.file_meta = ct_series()[0].file_meta
    ds.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.1.3.10")
    ds.FileSetID, ds.DirectoryRecordSequence = "SET", []
    path = tmp_path / "DICOMDIR"
    path.write_bytes(part10(ds))
    with pytest.raises(DicomDirectory, match="DICOMDIR: it lists other files"):
        read_file(path)


@pytest.mark.parametrize(
    ("keyword", "label"), [("SOPClassUID", "SOP Class UID (0008,0016)"), ("SOPInstanceUID", "SOP Instance UID (0008,0018)")]
)
@pytest.mark.parametrize("fault", ["missing", "empty"])
def test_an_object_that_does_not_say_what_it_is_is_refused(keyword: str, label: str, fault: str, tmp_path: Path) -> None:
    ds = ct_series()[0]
    start = meta(ExplicitVRLittleEndian)
    if fault == "missing":
        del ds[keyword]
    else:
        ds[keyword].value = ""
    del ds.file_meta
    body = io.BytesIO()
    pydicom.dcmwrite(body, ds, implicit_vr=False, little_endian=True)
    assert outcome(start + body.getvalue(), tmp_path) == f"NotDicom: {label} is {fault}"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="it is no plain file"):
        read_file(tmp_path)


@pytest.mark.requirement("FILE-02")
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_whatever_the_bytes_are_nothing_but_our_errors_comes_out(syntax: UID, tmp_path: Path) -> None:
    content = part10(ion_plan(structure_set(ct_series())), syntax)
    read = 0
    for seed in range(400):
        chance, damaged = random.Random(seed), bytearray(content)
        place = chance.randrange(len(damaged))
        match seed % 3:
            case 0:
                for _ in range(chance.choice((1, 3, 20))):
                    damaged[(place + chance.randrange(60)) % len(damaged)] = chance.randrange(256)
            case 1:
                del damaged[place : place + chance.randrange(1, 40)]
            case _:
                damaged[place:place] = chance.randbytes(chance.randrange(1, 40))
        for reader in (read_file, read_header):
            read += outcome(bytes(damaged), tmp_path, reader) == "read"
    assert 0 < read < 800
