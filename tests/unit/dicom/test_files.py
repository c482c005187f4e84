"""Files: what is DICOM is read, with or without preamble; what is written is whole, and ours."""

import io
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEG2000Lossless

from pti.dicom.files import CannotEncode, NotDicom, UnreadableFile, encode_part10, read_file, write_file
from tests.support.dicom_factory import ct_series, ion_plan, rt_image, structure_set


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    ds = rt_image()
    write_file(ds, tmp_path / "a.dcm")
    assert read_file(tmp_path / "a.dcm") == pydicom.dcmread(io.BytesIO(encode_part10(ds)))
    assert [path.name for path in tmp_path.iterdir()] == ["a.dcm"]


def test_a_file_is_implicit_little_endian_with_our_meta_information(tmp_path: Path) -> None:
    ds = rt_image()
    write_file(ds, tmp_path / "a.dcm")
    meta = read_file(tmp_path / "a.dcm").file_meta
    assert meta.TransferSyntaxUID == ImplicitVRLittleEndian
    assert meta.ImplementationClassUID == "1.2.246.352.70.2.1.170.1"
    assert meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
    assert (tmp_path / "a.dcm").read_bytes()[128:132] == b"DICM"


def test_encoding_leaves_the_data_set_as_it_was() -> None:
    ds = rt_image()
    before = ds.file_meta.TransferSyntaxUID
    encode_part10(ds)
    assert ds.file_meta.TransferSyntaxUID == before


def test_a_file_without_preamble_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bare.dcm"
    ds = ion_plan(structure_set(ct_series()))
    del ds.file_meta
    pydicom.dcmwrite(path, ds, implicit_vr=True, little_endian=True)
    assert path.read_bytes()[128:132] != b"DICM"
    assert read_file(path).RTPlanLabel == "FACTORY"


@pytest.mark.parametrize(
    "content", [b"", b"plain text, and not a short one " * 20, b"\x89PNG\r\n\x1a\n" + bytes(300), bytes(4000)]
)
def test_what_is_no_dicom_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NotDicom):
        read_file(path)


def test_a_missing_file_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_file(tmp_path / "none.dcm")


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(rt_image(), tmp_path / "a.dcm")
    before = (tmp_path / "a.dcm").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_file(rt_image(uid="2.25.9"), tmp_path / "a.dcm")
    assert (tmp_path / "a.dcm").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, ExplicitVRBigEndian])
def test_pixels_that_would_come_out_wrong_are_not_written(syntax: pydicom.uid.UID) -> None:
    ds = rt_image()
    ds.file_meta.TransferSyntaxUID = syntax
    with pytest.raises(CannotEncode):
        encode_part10(ds)
