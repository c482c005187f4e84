"""DICOM files: Part 10, read tolerantly and written in Implicit VR Little Endian, whole or not at all."""

import copy
import io
import os
import tempfile
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from pti.dicom.modules import file_meta
from pti.foundation.errors import PtiError

#: Encodings whose pixel and curve values are little endian words as they stand.
_LITTLE_ENDIAN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian)


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


def read_file(path: Path) -> Dataset:
    """Read a DICOM file, with or without preamble and file meta information.

    Raises
    ------
    NotDicom
        If it is no DICOM file, or is cut off or damaged so that its elements cannot be told apart.
    UnreadableFile
        If it cannot be opened.
    """
    try:
        try:
            ds: Dataset = pydicom.dcmread(path)
        except InvalidDicomError:
            ds = pydicom.dcmread(path, force=True)
        # Without a preamble anything parses somehow: only what names its class and instance is taken as a data set.
        known = bool(ds.get("SOPClassUID")) and bool(ds.get("SOPInstanceUID"))
    except OSError as error:
        raise UnreadableFile(f"{Path(path).name}: {error.strerror or type(error).__name__}") from error
    except Exception as error:  # pydicom meets damaged files with errors of every kind
        raise NotDicom(f"{Path(path).name}: its elements cannot be read ({type(error).__name__})") from error
    if not known:
        raise NotDicom(f"{Path(path).name}: no SOP class and instance in it")
    return ds


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
