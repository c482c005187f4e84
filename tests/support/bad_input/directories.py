"""DICOMDIRs, and the empty folder's opposite: more than one fault of a folder."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from tests.support.bad_input import good
from tests.support.bad_input.breaking import encoded, put
from tests.support.bad_input.cases import BadCase, Outcome

_CHAPTER = "Folder"


def directory_cases() -> Iterator[BadCase]:
    """Folders with files beside those that are wanted."""
    yield BadCase(_CHAPTER, "a DICOMDIR", "lies alone", _dicomdir, Outcome.REFUSED, ("lists other files",))
    yield BadCase(_CHAPTER, "a DICOMDIR", "lies beside a plan", _with_dicomdir, Outcome.APART, ("lists other files",))
    yield BadCase(_CHAPTER, "a text", "lies beside a plan", _with_text, Outcome.APART, ("no SOP class and instance",))
    yield BadCase(_CHAPTER, "a cut plan", "lies beside a good one", _with_cut, Outcome.APART, ("cut off",))
    for subject, fault, breaks, *message in _PATIENTS:
        yield BadCase("Patient", subject, fault, _patient(breaks), Outcome.REFUSED, tuple(message))
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


@dataclass
class Patient:
    """A plan with all that it leads to."""

    plan: Dataset = field(default_factory=good.plan)
    structures: Dataset = field(default_factory=good.structures)
    slices: list[Dataset] = field(default_factory=good.slices)

    def write(self, folder: Path) -> None:
        """Put all its files into the folder."""
        for number, ds in enumerate((self.plan, self.structures, *self.slices)):
            (folder / f"file{number}.dcm").write_bytes(encoded(ds))


def _patient(breaks: Callable[[Patient], None]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        patient = Patient()
        breaks(patient)
        patient.write(folder)

    return write


def _other_structure_set(patient: Patient) -> None:
    put(patient.plan, ("ReferencedStructureSetSequence", "ReferencedSOPInstanceUID"), "2.25.999")


def _slice_missing(patient: Patient) -> None:
    del patient.slices[-1]


def _plan_in_another_frame(patient: Patient) -> None:
    patient.plan.FrameOfReferenceUID = "2.25.999"


def _structures_in_another_frame(patient: Patient) -> None:
    put(patient.structures, ("ReferencedFrameOfReferenceSequence", "FrameOfReferenceUID"), "2.25.999")
    for roi in patient.structures.StructureSetROISequence:
        roi.ReferencedFrameOfReferenceUID = "2.25.999"


def _ct_of_another(patient: Patient) -> None:
    for ds in patient.slices:
        ds.PatientID = "PTI-0002"


def _structures_of_another(patient: Patient) -> None:
    patient.structures.PatientBirthDate = "19700101"


def _ct_tilted(patient: Patient) -> None:
    for ds in patient.slices:
        ds.GantryDetectorTilt = "5"


_PATIENTS: tuple[tuple[str, str, Callable[[Patient], None], *tuple[str, ...]], ...] = (
    ("the structure set", "is another one than the plan names", _other_structure_set, "structure set that the plan refers to"),
    ("a CT image", "that the structure set names is not there", _slice_missing, "1 of the 4 CT images"),
    ("the plan", "is in another frame of reference", _plan_in_another_frame, "Frame of Reference UID (0020,0052)"),
    (
        "the structure set",
        "is in another frame of reference",
        _structures_in_another_frame,
        "Frame of Reference UID (0020,0052)",
    ),
    ("the CT", "is of another patient", _ct_of_another, "plan and CT", "Patient ID (0010,0020)"),
    ("the structure set", "has another birth date", _structures_of_another, "Patient's Birth Date (0010,0030)"),
    ("the CT", "is refused", _ct_tilted, "CT that the structure set names", "Gantry/Detector Tilt (0018,1120)"),
)
