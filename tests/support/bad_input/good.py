"""The good objects that are broken: one of each kind, small, and read without a complaint or a warning as they stand."""

import copy
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from pydicom.dataset import Dataset

from pti.foundation.instances import CT_IMAGE, RT_IMAGE, SPATIAL_REGISTRATION
from tests.support.bad_input.breaking import encoded
from tests.support.dicom_factory import (
    ACQUIRED_FRAME,
    CT_SERIES,
    FRAME,
    Patient,
    Roi,
    ct_series,
    ion_plan,
    new_dataset,
    reference,
    rt_image,
    structure_set,
)

#: The structure that is broken; the other one must stay.
BROKEN_ROI = "CTV"
_SQUARE = [(-4.0, -5.0, 2.0), (4.0, -5.0, 2.0), (4.0, 3.0, 2.0), (-4.0, 3.0, 2.0)]
_IDENTITY = (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)
_SHIFT = (1, 0, 0, 1.5, 0, 1, 0, -2.5, 0, 0, 1, 3.5, 0, 0, 0, 1)


def plan() -> Dataset:
    """An RT Ion Plan of two beams."""
    ds = ion_plan(structures())
    for beam in ds.IonBeamSequence:
        point = beam.IonControlPointSequence[0]
        point.TableTopVerticalPosition, point.TableTopLongitudinalPosition, point.TableTopLateralPosition = "-120", "800", "15"
    return ds


def structures() -> Dataset:
    """A structure set of two structures: the first of them is broken."""
    rois = [Roi(BROKEN_ROI, "CTV", [_SQUARE]), Roi("BODY", "EXTERNAL", [_SQUARE])]
    return structure_set(slices(), rois)


def image() -> Dataset:
    """An acquired kV image."""
    return rt_image()


def slices() -> list[Dataset]:
    """A CT of four slices."""
    return ct_series()


def registration() -> Dataset:
    """A Spatial Registration of the IHE-RO form: the acquired frame with the identity, the CT's with the matrix."""
    ds = new_dataset(SPATIAL_REGISTRATION, "2.25.4001", "REG", Patient())
    ds.SeriesInstanceUID, ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = "2.25.4000", ACQUIRED_FRAME, ""
    ds.SeriesDate, ds.SeriesTime, ds.PatientPosition = "20240105", "083100", "HFS"
    ds.ContentDate, ds.ContentTime, ds.InstanceNumber = "20240105", "083102", 1
    ds.ContentLabel, ds.ContentDescription, ds.ContentCreatorName = "MATCH", "FROM planning CT TO acquired kV images", ""
    planning = _registered(FRAME, _SHIFT, ("125024", "Image Content-based Alignment"), CT_IMAGE, "2.25.2000")
    acquired = _registered(ACQUIRED_FRAME, _IDENTITY, ("125021", "Frame of Reference Identity"), RT_IMAGE, "2.25.3001")
    ds.RegistrationSequence = [planning, acquired]
    ds.ReferencedSeriesSequence = [
        _series(CT_SERIES, reference(CT_IMAGE, "2.25.2000")),
        _series("2.25.3000", reference(RT_IMAGE, "2.25.3001")),
    ]
    return ds


def _registered(frame: str, matrix: Sequence[float], code: tuple[str, str], image_class: str, image_uid: str) -> Dataset:
    values = Dataset()
    values.FrameOfReferenceTransformationMatrixType = "RIGID"
    values.FrameOfReferenceTransformationMatrix = list(matrix)
    kind = Dataset()
    kind.CodeValue, kind.CodeMeaning, kind.CodingSchemeDesignator = *code, "DCM"
    matrices = Dataset()
    matrices.MatrixSequence, matrices.RegistrationTypeCodeSequence = [values], [kind]
    block = matrices.private_block(0x3275, "Varian Medical Systems VISION 3275", create=True)
    block.add_new(0x00, "LO", "Online2D3DPaired")
    item = Dataset()
    item.FrameOfReferenceUID, item.MatrixRegistrationSequence = frame, [matrices]
    item.ReferencedImageSequence = [reference(image_class, image_uid)]
    return item


def _series(uid: str, instance: Dataset) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID, item.ReferencedInstanceSequence = uid, [instance]
    return item


@cache
def _kept(make: Callable[[], Dataset]) -> Dataset:
    return make()


def one(make: Callable[[], Dataset], breaks: Callable[[Dataset], None], name: str = "file.dcm") -> Callable[[Path], None]:
    """Writes one object with one fault."""

    def write(folder: Path) -> None:
        ds = copy.deepcopy(_kept(make))
        breaks(ds)
        (folder / name).write_bytes(encoded(ds))

    return write


def series(breaks: Callable[[list[Dataset]], None]) -> Callable[[Path], None]:
    """Writes a CT with one fault."""

    def write(folder: Path) -> None:
        files = slices()
        breaks(files)
        for number, ds in enumerate(files, 1):
            (folder / f"slice{number}.dcm").write_bytes(encoded(ds))

    return write


def each_slice(breaks: Callable[[Dataset], None]) -> Callable[[Path], None]:
    """Writes a CT whose slices all have the fault."""

    def break_all(files: list[Dataset]) -> None:
        for ds in files:
            breaks(ds)

    return series(break_all)
