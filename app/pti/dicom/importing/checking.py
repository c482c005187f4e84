"""Reads everything below a path as the program would, and keeps what it has to say about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, InvalidDicomObject
from pti.dicom.ct import CtSeries, read_ct_files
from pti.dicom.ct_sorting import split_series
from pti.dicom.files import read_file
from pti.dicom.importing.cases import Contents, find_cases
from pti.dicom.importing.report import FoundObject, ImportReport, ObjectKind, RegistrationLink
from pti.dicom.importing.scanning import ScannedFile, scan
from pti.dicom.plan import IonPlan, read_plan
from pti.dicom.rt_image import RtImage, read_rt_image
from pti.dicom.spatial_registration import SpatialRegistration, read_spatial_registration
from pti.dicom.structures import StructureSet, read_structure_set
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import PtiError, Stopped

Progress = Callable[[str, float], None]
ALL_KINDS = frozenset(ObjectKind)

#: Shares of the whole: listing the files, then reading them.
_SCANNED = 0.3

_READERS: dict[ObjectKind, Callable[[Dataset], IonPlan | StructureSet | RtImage | SpatialRegistration]] = {
    ObjectKind.PLAN: read_plan,
    ObjectKind.STRUCTURE_SET: read_structure_set,
    ObjectKind.RT_IMAGE: read_rt_image,
    ObjectKind.REGISTRATION: read_spatial_registration,
}


def _no_progress(_text: str, _share: float) -> None:
    """For callers that do not wait."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What became of reading one object."""

    content: IonPlan | StructureSet | RtImage | SpatialRegistration | CtSeries | None
    complaints: tuple[str, ...]


def check_path(
    root: Path,
    *,
    wanted: frozenset[ObjectKind] = ALL_KINDS,
    cancel: CancelToken | None = None,
    on_progress: Progress = _no_progress,
) -> ImportReport:
    """Find out what a file or a folder holds for this program; nothing is kept but what was found out.

    Parameters
    ----------
    root : a file or a folder with all that is below it
    wanted : kinds to read; the rest is reported as left out
    on_progress : gets what is being done and its share, 0 to 1

    Raises
    ------
    NoSuchPath, TooManyFiles
        If there is nothing, or far too much; every other trouble stands in the report.
    Stopped
        Soon after it was asked for.
    """
    token = cancel or CancelToken()
    files, passed_over = scan(root, wanted, token, lambda share: on_progress("Looking at the files", _SCANNED * share))
    objects: list[FoundObject] = []
    contents = Contents({str(file.header.SOPInstanceUID): file.path for file in files if file.kind is ObjectKind.CT})
    groups = _groups(files)
    for number, group in enumerate(groups):
        token.raise_if_cancelled()
        on_progress(f"Reading {group.label}", _SCANNED + (1 - _SCANNED) * number / len(groups))
        found, content = group.read()
        objects.append(found)
        contents.add(found, content)
    order = list(ObjectKind)
    objects.sort(key=lambda found: order.index(found.kind))
    return ImportReport(root, tuple(objects), find_cases(contents), passed_over)


@dataclass(frozen=True, slots=True)
class _Group:
    """The files of one object."""

    kind: ObjectKind
    uid: str
    label: str
    files: tuple[ScannedFile, ...]
    why_apart: str = ""

    def read(self) -> tuple[FoundObject, IonPlan | StructureSet | RtImage | SpatialRegistration | CtSeries | None]:
        paths = tuple(file.path for file in self.files)
        attempt = _attempt(lambda: read_ct_files(paths) if self.kind is ObjectKind.CT else self._read_one())
        complaints = (*attempt.complaints, *_twins(self.files))
        content = attempt.content
        warnings = () if content is None else content.warnings
        found = FoundObject(
            self.kind,
            self.uid,
            _label(content, self.label),
            paths,
            complaints,
            (*((self.why_apart,) if self.why_apart else ()), *_contradicted(self.files), *warnings),
            matchable=isinstance(content, RtImage) and not content.is_drr and content.radiograph.relationship is not None,
            patient=None if content is None else content.patient,
            frame_of_reference_uid=content.frame_of_reference_uid if isinstance(content, IonPlan | RtImage) else None,
            link=RegistrationLink.of(content) if isinstance(content, SpatialRegistration) else None,
        )
        return found, None if complaints else content

    def _read_one(self) -> IonPlan | StructureSet | RtImage | SpatialRegistration:
        return _READERS[self.kind](read_file(self.files[0].path))


def _groups(files: Iterable[ScannedFile]) -> list[_Group]:
    """Each instance for itself; CT images by the volume that they form."""
    groups = []
    ct: list[ScannedFile] = []
    for file in files:
        if file.kind is ObjectKind.CT:
            ct.append(file)
        else:
            groups.append(_Group(file.kind, str(file.header.SOPInstanceUID), file.path.name, (file,)))
    for series in split_series([file.header for file in ct]):
        members = tuple(ct[index] for index in series.indices)
        groups.append(_Group(ObjectKind.CT, series.series_instance_uid, _ct_label(members), members, series.why_apart))
    return groups


def _ct_label(members: tuple[ScannedFile, ...]) -> str:
    """How many images, and what the scanner called the series: phases of one scan are told apart by that."""
    count = "1 CT image" if len(members) == 1 else f"{len(members)} CT images"
    description = Attributes(members[0].header).text("SeriesDescription")
    return f"{count}, {description}" if description else count


def _attempt(read: Callable[[], IonPlan | StructureSet | RtImage | SpatialRegistration | CtSeries]) -> _Attempt:
    try:
        return _Attempt(read(), ())
    except Stopped:
        raise
    except InvalidDicomObject as error:
        return _Attempt(None, error.complaints)
    except PtiError as error:
        return _Attempt(None, (error.detail or error.title,))


def _twins(files: Iterable[ScannedFile]) -> tuple[str, ...]:
    return tuple(
        f"the SOP Instance UID (0008,0018) of {file.path.name} stands in "
        f"{len(file.twins)} other file{'s' if len(file.twins) > 1 else ''} with other content"
        for file in files
        if file.twins
    )


def _contradicted(files: tuple[ScannedFile, ...]) -> tuple[str, ...]:
    """File meta information that names another class or instance than the data set, which is believed (PS3.10 7.1)."""
    pairs = (
        ("MediaStorageSOPClassUID", "SOPClassUID", "Media Storage SOP Class UID (0002,0002)"),
        ("MediaStorageSOPInstanceUID", "SOPInstanceUID", "Media Storage SOP Instance UID (0002,0003)"),
    )
    lines = []
    for of_file, own, label in pairs:
        count = 0
        for file in files:
            named = Attributes(getattr(file.header, "file_meta", Dataset())).text(of_file)
            count += named not in (None, Attributes(file.header).text(own))
        if count:
            lines.append(
                f"{label} contradicts the data set in {count} file{'s' if count > 1 else ''}; the data set is believed"
            )
    return tuple(lines)


def _label(content: object, instead: str) -> str:
    match content:
        case IonPlan() | StructureSet() | RtImage() | SpatialRegistration():
            return content.label or instead
        case _:
            return instead
