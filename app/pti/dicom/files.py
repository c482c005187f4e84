"""DICOM files: Part 10, read tolerantly and written in Implicit VR Little Endian, whole or not at all."""

import copy
import io
import os
import stat
import tempfile
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from pti.dicom.bounded_reader import BoundedReader, holds_more_items_than, inflates_beyond, is_cut_off
from pti.dicom.checks import attribute_label
from pti.dicom.modules import file_meta
from pti.dicom.repeated import repeated_tags
from pti.foundation.errors import PtiError

#: Encodings whose pixel and curve values are little endian words as they stand.
_LITTLE_ENDIAN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian)
LARGEST_FILE_BYTES = 2 << 30
#: Of what a deflated file holds.
LARGEST_INFLATED_BYTES = 512 << 20
#: The largest structure sets have some 100,000.
MOST_ITEMS = 300_000
_DIRECTORY_RECORDS = "DirectoryRecordSequence"


class NotDicom(PtiError):
    """A file that holds no DICOM data set."""

    code, title = "PTI-DCM-02", "Not a DICOM file"
    remedy = "Choose a DICOM Part 10 file; other files are passed over."


class UnreadableFile(PtiError):
    """A file that the operating system does not hand over."""

    code, title = "PTI-DCM-03", "The file cannot be read"
    remedy = "Check that the file is there and that you may read it."


class CannotEncode(PtiError):
    """A data set that Implicit VR Little Endian cannot take as it is."""

    code, title = "PTI-DCM-05", "The object cannot be written"
    remedy = "Export the object from the system that made it, in an uncompressed little endian transfer syntax."


class DamagedFile(PtiError):
    """A DICOM file that is cut off, or whose elements cannot be told apart."""

    code, title = "PTI-DCM-09", "The DICOM file is damaged"
    remedy = "Copy or export the file again from where it came; nothing was read from it."


class DicomDirectory(NotDicom):
    """A DICOMDIR."""

    code, title = "PTI-DCM-10", "A DICOMDIR holds no object"
    remedy = "Choose the files or the folder that the DICOMDIR lists; the DICOMDIR itself is not needed."


class FileTooLarge(PtiError):
    """A file that would fill the memory."""

    code, title = "PTI-DCM-11", "The file is too large"
    remedy = "Images and plans for a set-up are far smaller: check what the file is."


def read_file(path: Path) -> Dataset:
    """Read a DICOM file, with or without preamble and file meta information.

    Raises
    ------
    NotDicom
        If it is no DICOM file, or a DICOMDIR.
    DamagedFile
        If it is cut off or damaged so that its elements cannot be told apart.
    FileTooLarge
        If it is over 2 GiB, inflates to over 512 MiB, or has more items than any object that is used.
    UnreadableFile
        If it cannot be opened.
    """
    return _read(Path(path), stop_before_pixels=False)


def read_header(path: Path) -> Dataset:
    """Read a DICOM file up to its pixels; raises what :func:`read_file` raises."""
    return _read(Path(path), stop_before_pixels=True)


def _read(path: Path, stop_before_pixels: bool) -> Dataset:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableFile(f"{path.name}: it is no plain file")
        with BoundedReader(path) as file:
            return _read_opened(path.name, file, stop_before_pixels)
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error.strerror or type(error).__name__}") from error


def _read_opened(name: str, file: BoundedReader, stop_before_pixels: bool) -> Dataset:
    _refuse_too_large(name, file)
    part10 = file.has_preamble
    broken = DamagedFile if part10 else NotDicom
    try:
        ds: Dataset = pydicom.dcmread(file, force=not part10, stop_before_pixels=stop_before_pixels)
        repeated = repeated_tags(ds)
        # Without a preamble anything parses somehow: only what names its class and instance is taken as a data set.
        lacking = [keyword for keyword in ("SOPClassUID", "SOPInstanceUID") if not ds.get(keyword)]
        # pydicom gives an empty data set where it meets the end within a sequence or compressed pixels.
        cut_off = is_cut_off(ds, file) or (part10 and len(ds) == 0)
    except Exception as error:  # pydicom meets damaged files with errors of every kind
        if _is_from_nesting(error):
            raise broken(f"{name}: its sequences are nested too deeply") from error
        if isinstance(error, OSError) and error.errno is not None:  # from the disk, not from pydicom
            raise
        raise broken(f"{name}: its elements cannot be read ({type(error).__name__})") from error
    if part10:
        _refuse_unknown_syntax(name, ds)
    if _DIRECTORY_RECORDS in ds:
        raise DicomDirectory(f"{name}: it lists other files")
    if cut_off and (part10 or not lacking):
        raise DamagedFile(f"{name}: it is cut off within an element")
    if repeated:
        raise DamagedFile(f"{name}: {', '.join(repeated)} stands twice, and nothing tells which is right")
    if lacking:
        what = [f"{attribute_label(keyword)} is {'empty' if keyword in ds else 'missing'}" for keyword in lacking]
        raise NotDicom(f"{name}: {'; '.join(what) if part10 else 'no SOP class and instance in it'}")
    return ds


def _is_from_nesting(error: BaseException | None) -> bool:
    """Whether the stack ran out: pydicom may stumble over that once more on its way back."""
    while error is not None:
        if isinstance(error, RecursionError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _refuse_too_large(name: str, file: BoundedReader) -> None:
    if file.size > LARGEST_FILE_BYTES:
        raise FileTooLarge(f"{name}: it has {file.size / 2**30:.1f} GiB; up to {LARGEST_FILE_BYTES >> 30} GiB are read")
    if inflates_beyond(file, LARGEST_INFLATED_BYTES, MOST_ITEMS):
        raise FileTooLarge(f"{name}: it inflates to more than {LARGEST_INFLATED_BYTES >> 20} MiB or {MOST_ITEMS} items")
    if holds_more_items_than(file, MOST_ITEMS):
        raise FileTooLarge(f"{name}: its sequences have more than {MOST_ITEMS} items")


def _refuse_unknown_syntax(name: str, ds: Dataset) -> None:
    """Bytes whose encoding is not known could be read as anything; where none is told, pydicom tells it by the bytes."""
    syntax = str(ds.file_meta.get("TransferSyntaxUID") or "")
    if syntax and not pydicom.uid.UID(syntax).is_transfer_syntax:
        raise DamagedFile(f"{name}: Transfer Syntax UID (0002,0010) names no transfer syntax that is known")


def encode_part10(ds: Dataset) -> bytes:
    """A data set as a Part 10 file in Implicit VR Little Endian with our file meta information; `ds` is not changed.

    Raises
    ------
    CannotEncode
        If the pixels are compressed or big endian.
    """
    meta = getattr(ds, "file_meta", None)
    syntax = meta.get("TransferSyntaxUID") if meta is not None else None
    if syntax is not None and syntax not in _LITTLE_ENDIAN:
        raise CannotEncode(f"its transfer syntax is {pydicom.uid.UID(syntax).name}")
    out = copy.copy(ds)
    out.file_meta = file_meta(ds.SOPClassUID, ds.SOPInstanceUID)
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, out, implicit_vr=True, little_endian=True, enforce_file_format=True)
    return buffer.getvalue()


def write_file(ds: Dataset, path: Path) -> None:
    """Write a data set as :func:`encode_part10` makes it; a failure leaves no half file.

    Raises
    ------
    CannotEncode
        If the pixels are compressed or big endian.
    OSError
        If the disk is full or the folder cannot be written.
    """
    content = encode_part10(ds)
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
