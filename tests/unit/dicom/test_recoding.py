"""Objects from files in Implicit VR Little Endian: every element as it came, whatever it came in."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from pti.dicom.ct import read_ct_series
from pti.dicom.files import CannotEncode, read_file, write_file
from pti.dicom.private import PrivateAttribute, read_private, write_private
from pti.dicom.recoding import recoded_part10
from pti.dicom.structures import read_structure_set
from pti.foundation.uids import IMPLEMENTATION_CLASS_UID
from tests.support.dicom_factory import Roi, ct_series, rt_image, structure_set
from tests.support.jpeg2000 import compress_jpeg2000

XML = b"<plan>\xc3\xa4</plan>"
#: pydicom's own padding and rounding would change these.
AS_TYPED = {"SliceThickness": "2.0000", "StudyDescription": " spaces kept ", "ImageComments": "two\r\nlines"}


def rich_ct() -> Dataset:
    """A CT image with text in its own character set, a private block, nested sequences and unusual numbers."""
    ds = ct_series(rows=40, columns=48)[2]
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = "M\u00fcller^\u00c4nne"
    for keyword, value in AS_TYPED.items():
        setattr(ds, keyword, value)
    ds.WindowCenterWidthExplanation = ["", "WINDOW2"]
    write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_DATA, XML)
    block = ds.private_block(0x0099, "Another Vendor", create=True)
    block.add_new(1, "FD", [1.5, -2.25])
    block.add_new(2, "US", 65000)
    inner = Dataset()
    inner.CodeValue, inner.CodingSchemeDesignator, inner.CodeMeaning = "1", "99X", "\u00e4u\u00dferst"
    outer = Dataset()
    outer.PurposeOfReferenceCodeSequence = [inner]
    outer.ReferencedSOPClassUID, outer.ReferencedSOPInstanceUID = ds.SOPClassUID, "2.25.77"
    ds.ReferencedImageSequence = [outer, Dataset()]
    ds.PixelData = np.arange(40 * 48, dtype="<u2").tobytes()
    return ds


def saved(ds: Dataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> Path:
    """In the file with pydicom's own writer; big endian words are turned here, as pydicom does not."""
    ds.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    if syntax == ExplicitVRBigEndian:
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    pydicom.dcmwrite(path, ds, enforce_file_format=True)
    return path


def recoded(path: Path) -> Dataset:
    return pydicom.dcmread(io.BytesIO(recoded_part10(read_file(path))))


def bytes_of(ds: Dataset, prefix: str = "") -> dict[str, bytes]:
    """Place -> bytes of every value, all sequences taken apart; in Implicit VR the representation is not known."""
    found = {}
    for tag in list(ds.keys()):
        element = ds.get_item(tag, keep_deferred=True)
        name = f"{prefix}{tag}"
        if getattr(element, "VR", None) == "SQ" or isinstance(element.value, Sequence) or pydicom_knows_sequence(tag):
            for number, item in enumerate(ds[tag].value):
                found[f"{name} item {number}"] = b""
                found.update(bytes_of(item, f"{name}[{number}]."))
        else:
            value = element.value if isinstance(element.value, bytes | None) else str(element.value).encode()
            found[name] = (value or b"").rstrip(b"\0")
    return found


def pydicom_knows_sequence(tag: int) -> bool:
    return pydicom.datadict.dictionary_has_tag(tag) and pydicom.datadict.dictionary_VR(tag) == "SQ"


@pytest.mark.requirement("IOD-05", "FILE-01")
@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_the_bytes_of_every_value_are_kept(syntax: str, tmp_path: Path) -> None:
    path = saved(rich_ct(), tmp_path / "ct.dcm", syntax)
    before, after = pydicom.dcmread(path), recoded(path)
    assert bytes_of(after) == bytes_of(before)
    assert len(bytes_of(after)) > 50
    assert str(after.PatientName) == "M\u00fcller^\u00c4nne"
    assert read_private(after, PrivateAttribute.EXTENDED_INTERFACE_DATA) == XML + b"\0" * (len(XML) % 2)


@pytest.mark.requirement("FILE-01")
def test_big_endian_words_are_turned_and_text_is_not(tmp_path: Path) -> None:
    original = rich_ct()
    expected = recoded(saved(original, tmp_path / "little.dcm"))
    turned = recoded(saved(rich_ct(), tmp_path / "big.dcm", ExplicitVRBigEndian))
    assert bytes_of(turned) == bytes_of(expected)
    assert turned.Rows == 40
    block = turned.private_block(0x0099, "Another Vendor")
    assert np.frombuffer(block[1].value, "<f8").tolist() == [1.5, -2.25]
    assert int.from_bytes(block[2].value, "little") == 65000


def test_big_endian_bytes_of_no_known_size_are_refused_by_their_tag(tmp_path: Path) -> None:
    ds = rich_ct()
    ds.private_block(0x0099, "Another Vendor").add_new(9, "UN", b"\0\1\0\2")
    with pytest.raises(CannotEncode, match=r"\(0099,1009\) is big endian"):
        recoded(saved(ds, tmp_path / "big.dcm", ExplicitVRBigEndian))


@pytest.mark.requirement("FILE-01")
def test_file_meta_information_and_preamble_are_our_own(tmp_path: Path) -> None:
    ds = rich_ct()
    ds.preamble = b"MZ" + b"\1" * 126
    ds.file_meta.SourceApplicationEntityTitle = "SOMEONE"
    path = saved(ds, tmp_path / "ct.dcm")
    after = recoded(path)
    assert after.preamble == b"\0" * 128
    assert after.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
    assert after.file_meta.ImplementationClassUID == IMPLEMENTATION_CLASS_UID
    assert after.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
    assert "SourceApplicationEntityTitle" not in after.file_meta


def test_group_lengths_go_and_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = saved(rich_ct(), tmp_path / "ct.dcm", ImplicitVRLittleEndian)
    content = path.read_bytes()
    start = content.index(b"\x08\x00\x05\x00")
    length = b"\x08\x00\x00\x00\x04\x00\x00\x00" + (99).to_bytes(4, "little")
    path.write_bytes(content[:start] + length + content[start:])
    assert (0x0008, 0x0000) in pydicom.dcmread(path)
    assert (0x0008, 0x0000) not in recoded(path)
    assert recoded_part10(read_file(path)) == recoded_part10(read_file(path))


def jpeg_2000(ds: Dataset) -> None:
    compress_jpeg2000(ds)


def jpeg_2000_lossy(ds: Dataset) -> None:
    compress_jpeg2000(ds, 12.0)


def run_length(ds: Dataset) -> None:
    ds.compress(RLELossless, generate_instance_uid=False)


@pytest.mark.requirement("FILE-01", "IOD-05")
@pytest.mark.parametrize("compress", [jpeg_2000, run_length])
def test_compressed_pixels_are_decompressed_to_the_same_words(compress: Callable[[Dataset], None], tmp_path: Path) -> None:
    ds = rich_ct()
    expected = recoded(saved(rich_ct(), tmp_path / "plain.dcm"))
    compress(ds)
    ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = bytes(8), bytes(8)
    path = tmp_path / "ct.dcm"
    pydicom.dcmwrite(path, ds, enforce_file_format=True)
    after = recoded(path)
    assert bytes_of(after) == bytes_of(expected)
    assert "LossyImageCompression" not in after


def test_a_lossy_stream_is_marked_as_such_where_the_image_did_not_say_it(tmp_path: Path) -> None:
    ds = rich_ct()
    jpeg_2000_lossy(ds)
    path = tmp_path / "ct.dcm"
    pydicom.dcmwrite(path, ds, enforce_file_format=True)
    after = recoded(path)
    assert (after.LossyImageCompression, after.LossyImageCompressionMethod) == ("01", "ISO_15444_1")
    assert after.LossyImageCompressionRatio > 1
    said = ct_series(rows=40, columns=48)
    for number, image in enumerate(said):
        image.LossyImageCompression, image.LossyImageCompressionMethod = "01", "ISO_15444_1"
        image.LossyImageCompressionRatio = "7"
        jpeg_2000_lossy(image)
        pydicom.dcmwrite(tmp_path / f"{number}.dcm", image, enforce_file_format=True)
    after_said = [recoded(tmp_path / f"{number}.dcm") for number in range(len(said))]
    assert after_said[0].LossyImageCompressionRatio == 7
    assert any("lossy" in warning for warning in read_ct_series(after_said).warnings)


def test_signed_values_of_fewer_bits_keep_their_sign_for_readers_that_take_whole_words(tmp_path: Path) -> None:
    values = np.arange(-900, 1020, dtype=np.int16).reshape(40, 48)
    ds = rich_ct()
    ds.BitsStored, ds.HighBit = 12, 11
    # The streams of the JPEG family know no sign: what they hold ends at the twelfth bit.
    ds.PixelData = (values.view(np.uint16) & 0xFFF).tobytes()
    jpeg_2000(ds)
    ds.PixelRepresentation = 1
    path = tmp_path / "ct.dcm"
    pydicom.dcmwrite(path, ds, enforce_file_format=True)
    np.testing.assert_array_equal(np.frombuffer(recoded(path).PixelData, "<i2").reshape(40, 48), values)


def test_pixels_that_cannot_be_decompressed_and_other_fragments_are_refused(tmp_path: Path) -> None:
    ds = rich_ct()
    jpeg_2000(ds)
    ds.PixelData = encapsulate([bytes(400)])
    ds["PixelData"].is_undefined_length = True
    path = tmp_path / "ct.dcm"
    pydicom.dcmwrite(path, ds, enforce_file_format=True)
    with pytest.raises(CannotEncode, match=r"Pixel Data \(7FE0,0010\)"):
        recoded(path)
    ds = rich_ct()
    icon = Dataset()
    icon.add_new("PixelData", "OB", encapsulate([bytes(8)]))
    icon["PixelData"].is_undefined_length = True
    ds.IconImageSequence = [icon]
    with pytest.raises(CannotEncode, match="fragments"):
        recoded(saved(ds, tmp_path / "icon.dcm"))


@pytest.mark.requirement("FILE-01")
def test_a_structure_set_and_an_image_mean_the_same_to_their_readers(tmp_path: Path) -> None:
    square = [[0.1, 0.2, 2.0], [3.3, 0.2, 2.0], [3.3, 4.4, 2.0]]
    structures = structure_set(ct_series(), (Roi("Target", contours=(square,)),))
    path = saved(structures, tmp_path / "rs.dcm")
    before, after = read_structure_set(read_file(path)), read_structure_set(recoded(path))
    np.testing.assert_array_equal(after.structures[0].contours[0].points_mm, before.structures[0].contours[0].points_mm)
    image = rt_image()
    write_file(image, tmp_path / "ours.dcm")
    theirs = saved(rt_image(), tmp_path / "theirs.dcm", ExplicitVRBigEndian)
    np.testing.assert_array_equal(recoded(theirs).pixel_array, recoded(tmp_path / "ours.dcm").pixel_array)


@pytest.mark.requirement("FILE-01")
def test_dcmtk_reads_it_without_complaint_as_implicit_little_endian(tmp_path: Path) -> None:
    path = saved(rich_ct(), tmp_path / "big.dcm", ExplicitVRBigEndian)
    (tmp_path / "out.dcm").write_bytes(recoded_part10(read_file(path)))
    try:
        ran = subprocess.run(
            ["dcmdump", "--verbose", str(tmp_path / "out.dcm")], capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError:
        pytest.skip("DCMTK is not installed")
    assert ran.returncode == 0
    assert "Little Endian Implicit" in ran.stdout
    assert "W:" not in ran.stderr
    assert "E:" not in ran.stderr
