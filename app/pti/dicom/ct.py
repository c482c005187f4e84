"""CT Image: from slices to one volume at true slice positions, and from a volume to slices (A.3, C.8.2.1)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, InvalidDicomObject
from pti.dicom.ct_context import common_context
from pti.dicom.ct_couch import common_table_top
from pti.dicom.ct_rules import gap_warnings, series_complaints
from pti.dicom.ct_series import CtSeries
from pti.dicom.ct_slice import CtSlice, read_slice
from pti.dicom.ct_technique import common_technique
from pti.dicom.ct_writing import write_ct_images
from pti.dicom.files import read_file, read_header
from pti.dicom.private import ExtendedInterface
from pti.dicom.told import Told
from pti.foundation.cancel import CancelToken
from pti.geometry.frames import patient_frame
from pti.imaging.resample import resampling_warnings
from pti.imaging.volume import CtVolume

__all__ = ["CtSeries", "Progress", "read_ct_files", "read_ct_series", "write_ct_images"]

Progress = Callable[[float], None]

#: Share of the progress that reading the headers of files takes; the rest is their pixels.
_HEADERS = 0.3


def read_ct_series(slices: Iterable[Dataset], on_progress: Progress | None = None) -> CtSeries:
    """Build one volume from the slices of a CT, whatever their order.

    Slices that were stored with other in-plane axes (prone and decubitus scans) are turned to x left, y posterior. Uneven
    slice spacing is kept and told (LOAD-02), and so is where slices seem to be missing.

    Parameters
    ----------
    slices : CT Image data sets, at least two
    on_progress : gets the share that is done, 0 to 1

    Raises
    ------
    InvalidDicomObject
        With every complaint: attributes, more than one frame of reference (LOAD-01), patient, series or matrix; drift
        in x or y over 0.1 mm (LOAD-03), gantry tilt, oblique slices, a position that occurs twice, over 1 GiB.
    """
    datasets = list(slices)
    names = tuple(_image_name(ds, number) for number, ds in enumerate(datasets, 1))
    headers = _read_headers([Attributes(ds) for ds in datasets], names, has_pixels=True)
    return _build(headers, names, lambda index: Attributes(datasets[index]), on_progress or _ignore)


def read_ct_files(paths: Iterable[Path], on_progress: Progress | None = None, cancel: CancelToken | None = None) -> CtSeries:
    """Build one volume as :func:`read_ct_series` does, in the memory of the volume and one slice.

    The headers are read first; the pixels of a series that is refused for its headers are never read.

    Raises
    ------
    PtiError
        As :func:`read_ct_series` and :func:`pti.dicom.files.read_file`; complaints name files.
    Stopped
        Between two files, if asked for.
    """
    files = tuple(paths)
    cancel, report = cancel or CancelToken(), on_progress or _ignore
    attributes = []
    for number, path in enumerate(files, 1):
        cancel.raise_if_cancelled()
        attributes.append(Attributes(read_header(path)))
        report(_HEADERS * number / len(files))
    names = tuple(path.name for path in files)
    headers = _read_headers(attributes, names, has_pixels=False)

    def whole(index: int) -> Attributes:
        cancel.raise_if_cancelled()
        return Attributes(read_file(files[index]))

    return _build(headers, names, whole, lambda share: report(_HEADERS + (1 - _HEADERS) * share))


def _ignore(_share: float) -> None:
    """For callers that do not wait."""


def _image_name(ds: Dataset, number: int) -> str:
    """What a slice without a file is called: the number of its image, or its place among those given."""
    image = Attributes(ds).integer("InstanceNumber")
    return f"slice {number} of those given" if image is None else f"image {image}"


def _read_headers(all_attributes: Sequence[Attributes], names: tuple[str, ...], *, has_pixels: bool) -> list[CtSlice]:
    read: list[CtSlice] = []
    told = Told(names)
    for index, attributes in enumerate(all_attributes):
        ct_slice = read_slice(attributes, has_pixels=has_pixels)
        if ct_slice is not None:
            read.append(ct_slice)
        for complaint in attributes.complaints:
            told.add(complaint, index)
    if told.slices:
        raise InvalidDicomObject("CT", told.lines)
    if len(read) < 2:
        raise InvalidDicomObject("CT", ["1 slice is no volume" if len(read) == 1 else "no slice is left"])
    return read


def _build(
    headers: Sequence[CtSlice], names: tuple[str, ...], whole: Callable[[int], Attributes], report: Progress
) -> CtSeries:
    """The series of slices whose headers were read one by one; `whole` reads a slice again, now with its pixels."""
    order = sorted(range(len(headers)), key=lambda index: headers[index].position_mm[2])
    ordered, ordered_names = [headers[index] for index in order], tuple(names[index] for index in order)
    complaints = series_complaints(ordered, ordered_names)
    if complaints:
        raise InvalidDicomObject("CT", complaints)
    told = Told(ordered_names)
    volume = _volume(ordered, _fill(ordered, lambda index: whole(order[index]), told, report))
    table_top, table_warnings = common_table_top([s.table_top for s in ordered])
    interface, interface_warnings = _common_interface(ordered)
    technique, technique_warnings = common_technique([s.technique for s in ordered])
    context, context_warnings = common_context([s.context for s in ordered])
    first, z = ordered[0], volume.slice_positions_mm
    differences = (*table_warnings, *interface_warnings, *technique_warnings, *context_warnings)
    return CtSeries(
        volume=volume,
        patient=first.patient,
        study=first.study,
        series_instance_uid=first.instance.series_instance_uid,
        patient_position=first.patient_position,
        instances=tuple(s.instance for s in ordered),
        warnings=(*gap_warnings(z), *resampling_warnings(z), *told.lines, *differences),
        table_top=table_top,
        extended_interface=interface,
        technique=technique,
        context=context,
        content_times=_content_times(ordered),
    )


def _volume(slices: Sequence[CtSlice], hounsfield: NDArray[np.int16]) -> CtVolume:
    first = slices[0]
    return CtVolume(
        frame=patient_frame(first.frame_of_reference_uid),
        hounsfield=hounsfield,
        first_voxel_mm=first.first_voxel_mm,
        row_spacing_mm=first.canonical_spacing_mm[0],
        column_spacing_mm=first.canonical_spacing_mm[1],
        slice_positions_mm=np.array([s.position_mm[2] for s in slices]),
    )


def _fill(slices: Sequence[CtSlice], whole: Callable[[int], Attributes], told: Told, report: Progress) -> NDArray[np.int16]:
    """(slice, row, column); nothing is set aside for it before the first slice has shown that it has its pixels."""
    hounsfield = np.empty((0, 0, 0), dtype=np.int16)
    wrong = Told(told.names)
    for index, ct_slice in enumerate(slices):
        attributes = whole(index)
        _check_unchanged(ct_slice, attributes)
        read = ct_slice.read_hounsfield(attributes)
        for complaint in attributes.complaints:
            wrong.add(complaint, index)
        if read is not None and not wrong.slices:
            if not hounsfield.size:
                hounsfield = np.empty((len(slices), *ct_slice.canonical_shape), dtype=np.int16)
            hounsfield[index] = read[0]
            for warning in (*ct_slice.warnings, *read[1]):
                told.add(warning, index)
        report((index + 1) / len(slices))
    if wrong.slices:
        raise InvalidDicomObject("CT", wrong.lines)
    return hounsfield


def _check_unchanged(ct_slice: CtSlice, attributes: Attributes) -> None:
    if attributes.text("SOPInstanceUID") != ct_slice.instance.sop_instance_uid:
        attributes.complain("SOPInstanceUID", "has changed while the file was read")


def _content_times(slices: Sequence[CtSlice]) -> tuple[datetime | None, ...]:
    """When each slice was made; empty where none of them says it."""
    times = tuple(s.made_at for s in slices)
    return times if any(time is not None for time in times) else ()


def _common_interface(slices: Sequence[CtSlice]) -> tuple[ExtendedInterface | None, tuple[str, ...]]:
    """The extended interface of the first slice, and a warning where others have another one."""
    first = slices[0].extended_interface
    others = sum(s.extended_interface != first for s in slices)
    if not others:
        return first, ()
    return first, (f"{others} of {len(slices)} slices have another Extended Interface Data (3253,xx00); the first is kept",)
