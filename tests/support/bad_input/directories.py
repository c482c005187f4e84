"""DICOMDIRs, and the empty folder's opposite: more than one fault of a folder."""

import io
from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from tests.support.bad_input import good
from tests.support.bad_input.breaking import encoded
from tests.support.bad_input.cases import BadCase, Outcome

_CHAPTER = "Folder"


def directory_cases() -> Iterator[BadCase]:
    """Folders with files beside those that are wanted."""
    yield BadCase(_CHAPTER, "a DICOMDIR", "lies alone", _dicomdir, Outcome.REFUSED, ("lists other files",))
    yield BadCase(_CHAPTER, "a DICOMDIR", "lies beside a plan", _with_dicomdir, Outcome.APART, ("lists other files",))
    yield BadCase(_CHAPTER, "a text", "lies beside a plan", _with_text, Outcome.APART, ("no SOP class and instance",))
    yield BadCase(_CHAPTER, "a cut plan", "lies beside a good one", _with_cut, Outcome.APART, ("cut off",))
    yield BadCase(_CHAPTER, "another plan", "has the same UID", _with_twin, Outcome.REFUSED, ("SOP Instance UID (0008,0018)",))


def _dicomdir(folder: Path) -> None:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    ds.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.UID("2.25.5001")
    ds.FileSetID = "PTI"
    ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    ds.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    ds.FileSetConsistencyFlag = 0
    ds.DirectoryRecordSequence = []
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, ds, enforce_file_format=True)
    (folder / "DICOMDIR").write_bytes(buffer.getvalue())


def _plan(folder: Path) -> None:
    (folder / "plan.dcm").write_bytes(encoded(good.plan()))


def _with_dicomdir(folder: Path) -> None:
    _plan(folder)
    _dicomdir(folder)


def _with_text(folder: Path) -> None:
    _plan(folder)
    (folder / "readme.txt").write_text("The plan of this folder.")


def _with_cut(folder: Path) -> None:
    _plan(folder)
    (folder / "again.dcm").write_bytes(encoded(good.plan())[:-100])


def _with_twin(folder: Path) -> None:
    _plan(folder)
    other = good.plan()
    other.IonBeamSequence[0].IonControlPointSequence[0].GantryAngle = 10.0
    (folder / "other.dcm").write_bytes(encoded(other))
