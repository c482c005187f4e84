"""CT Image: from slices to one volume at true slice positions (A.3, C.8.2.1)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, InvalidDicomObject
from pti.dicom.ct_slice import CtSlice, read_slice
from pti.dicom.identity import PatientIdentity, StudyIdentity, same_patient
from pti.foundation.instances import InstanceReference
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
from pti.imaging.volume import CtVolume

#: Slice positions may differ by this in x and y (LOAD-03).
LARGEST_DRIFT_MM = 0.1
#: Two slices nearer than this stand at the same position.
_SAME_POSITION_MM = 0.01
_SPACING_TOLERANCE_MM = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class CtSeries:
    """A planning CT: the volume and the instances it was built from, in the order of the volume's slices."""

    volume: CtVolume
    patient: PatientIdentity
    study: StudyIdentity
    series_instance_uid: str
    patient_position: PatientPosition
    instances: tuple[InstanceReference, ...]
    warnings: tuple[str, ...] = ()


def read_ct_series(slices: Iterable[Dataset], on_progress: Callable[[float], None] | None = None) -> CtSeries:
    """Build one volume from the slices of a planning CT, whatever their order.

    Slices that were stored with other in-plane axes (prone and decubitus scans) are turned to x left, y posterior. Uneven
    slice spacing is kept and told (LOAD-02).

    Parameters
    ----------
    slices : CT Image data sets, at least two
    on_progress : gets the share that is done, 0 to 1

    Raises
    ------
    InvalidDicomObject
        With every complaint: attributes, more than one frame of reference (LOAD-01), patient, series or matrix; drift
        in x or y over 0.1 mm (LOAD-03), gantry tilt, oblique slices, a position that occurs twice.
    """
    datasets = list(slices)
    read = _read_headers(datasets)
    order = sorted(range(len(read)), key=lambda index: read[index].position_mm[2])
    ordered = [read[index] for index in order]
    _check_together(ordered)
    first = ordered[0]
    rows, columns = first.canonical_shape
    hounsfield = np.empty((len(ordered), rows, columns), dtype=np.int16)
    warnings = _fill(hounsfield, ordered, on_progress)
    volume = CtVolume(
        frame=patient_frame(first.frame_of_reference_uid),
        hounsfield=hounsfield,
        first_voxel_mm=first.first_voxel_mm,
        row_spacing_mm=first.canonical_spacing_mm[0],
        column_spacing_mm=first.canonical_spacing_mm[1],
        slice_positions_mm=np.array([s.position_mm[2] for s in ordered]),
    )
    return CtSeries(
        volume=volume,
        patient=first.patient,
        study=first.study,
        series_instance_uid=first.series_instance_uid,
        patient_position=first.patient_position,
        instances=tuple(s.instance for s in ordered),
        warnings=(*_spacing_warning(volume), *warnings),
    )


def _read_headers(datasets: Sequence[Dataset]) -> list[CtSlice]:
    read: list[CtSlice] = []
    complaints: dict[str, int] = {}
    for ds in datasets:
        attributes = Attributes(ds)
        ct_slice = read_slice(attributes)
        if ct_slice is not None:
            read.append(ct_slice)
        for complaint in attributes.complaints:
            complaints[complaint] = complaints.get(complaint, 0) + 1
    if complaints:
        raise InvalidDicomObject("CT", [f"{text} (in {n} of {len(datasets)} slices)" for text, n in complaints.items()])
    if len(read) < 2:
        raise InvalidDicomObject("CT", [f"{len(read)} slices are no volume"])
    return read


def _check_together(slices: Sequence[CtSlice]) -> None:
    """Refuse slices, sorted by z, that are not one volume of one patient."""
    first = slices[0]
    complaints = []
    same: dict[str, Callable[[CtSlice], object]] = {
        "Frame of Reference UID (0020,0052)": lambda s: s.frame_of_reference_uid,
        "Study Instance UID (0020,000D)": lambda s: s.study.study_instance_uid,
        "Series Instance UID (0020,000E)": lambda s: s.series_instance_uid,
        "Patient Position (0018,5100)": lambda s: s.patient_position,
        "Rows and Columns (0028,0010), (0028,0011)": lambda s: s.stored_shape,
        "in-plane axes in Image Orientation (0020,0037)": lambda s: s.axes,
    }
    for attribute, of in same.items():
        values = {of(s) for s in slices}
        if len(values) > 1:
            complaints.append(f"the slices have {len(values)} different values of {attribute}")
    if np.ptp([s.canonical_spacing_mm for s in slices], axis=0).max() > _SPACING_TOLERANCE_MM:
        complaints.append("the slices differ in Pixel Spacing (0028,0030)")
    differences = dict.fromkeys(d for s in slices for d in same_patient(first.patient, s.patient))
    complaints.extend(f"the slices are not of one patient: {difference}" for difference in differences)
    positions = np.array([s.position_mm for s in slices])
    drift = np.ptp(positions[:, :2], axis=0)
    if drift.max() > LARGEST_DRIFT_MM + 1e-9:
        complaints.append(
            f"the slice positions drift by {drift[0]:.3f} mm in x and {drift[1]:.3f} mm in y; {LARGEST_DRIFT_MM} mm are allowed"
        )
    twice = int(np.count_nonzero(np.diff(positions[:, 2]) < _SAME_POSITION_MM))
    if twice:
        complaints.append(f"{twice} slices stand at the position of another slice")
    if len({s.instance.sop_instance_uid for s in slices}) < len(slices):
        complaints.append("a SOP Instance UID (0008,0018) occurs twice")
    if complaints:
        raise InvalidDicomObject("CT", complaints)


def _fill(
    hounsfield: NDArray[np.int16], slices: Sequence[CtSlice], on_progress: Callable[[float], None] | None
) -> tuple[str, ...]:
    told: dict[str, int] = {}
    for index, ct_slice in enumerate(slices):
        for warning in ct_slice.write_hounsfield(hounsfield[index]):
            told[warning] = told.get(warning, 0) + 1
        if on_progress is not None:
            on_progress((index + 1) / len(slices))
    return tuple(f"{warning} (in {count} of {len(slices)} slices)" for warning, count in told.items())


def _spacing_warning(volume: CtVolume) -> tuple[str, ...]:
    if volume.evenly_spaced:
        return ()
    steps = np.diff(volume.slice_positions_mm)
    widest = int(np.argmax(steps))
    return (
        f"the slice spacing varies from {steps.min():.2f} to {steps.max():.2f} mm; "
        f"the widest gap follows z = {volume.slice_positions_mm[widest]:.2f} mm",
    )
