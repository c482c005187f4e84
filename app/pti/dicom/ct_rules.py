"""What the slices of one CT must have in common, and where they may stand (LOAD-01 to LOAD-03)."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pti.dicom.ct_slice import CtSlice
from pti.dicom.identity import same_patient
from pti.geometry.rigid import FloatArray
from pti.imaging.resample import even_slice_count
from pti.imaging.volume import LARGEST_VOLUME_BYTES

#: Slice positions may differ by this in x and y (LOAD-03).
LARGEST_DRIFT_MM = 0.1
#: Two slices nearer than this stand at the same position.
SAME_POSITION_MM = 0.01
_SPACING_TOLERANCE_MM = 1e-5
#: A step that is this much longer than the usual one is a gap.
_GAP = 1.5
#: Steps of an even series with gaps are whole multiples of the usual one, off by no more than this share of it.
_GAP_TOLERANCE = 0.1

_SAME: dict[str, Callable[[CtSlice], object]] = {
    "Frame of Reference UID (0020,0052)": lambda s: s.frame_of_reference_uid,
    "Study Instance UID (0020,000D)": lambda s: s.study.study_instance_uid,
    "Series Instance UID (0020,000E)": lambda s: s.instance.series_instance_uid,
    "Patient Position (0018,5100)": lambda s: s.patient_position,
    "Rows (0028,0010) and Columns (0028,0011)": lambda s: s.stored_shape,
    "in-plane axes in Image Orientation (Patient) (0020,0037)": lambda s: s.axes,
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Slices that seem to be missing."""

    after_mm: float
    width_mm: float
    missing: int


def series_complaints(slices: Sequence[CtSlice], names: Sequence[str]) -> tuple[str, ...]:
    """Why slices, sorted by z, are not one volume of one patient; empty where they are.

    Parameters
    ----------
    names : what each slice is called in messages
    """
    complaints = [*_differences(slices, names), *_patients(slices, names), *_repeated_instances(slices, names)]
    positions = np.array([s.position_mm for s in slices])
    complaints.extend(_drift(positions))
    complaints.extend(_shared_positions(positions[:, 2]))
    if not complaints:  # otherwise there is no volume whose size could be told
        complaints.extend(_size(slices))
    return tuple(complaints)


def gaps(slice_positions_mm: FloatArray) -> tuple[Gap, ...]:
    """Where slices are missing in a series that is even but for that.

    Parameters
    ----------
    slice_positions_mm : (slices,), ascending
    """
    steps = np.diff(slice_positions_mm)
    usual = float(np.median(steps))
    multiples = np.rint(steps / usual)
    even = np.abs(steps / usual - multiples) <= _GAP_TOLERANCE
    if len(steps) < 3 or multiples.min() < 1 or not even.all():
        return ()
    return tuple(
        Gap(float(slice_positions_mm[i]), float(steps[i]), int(multiples[i]) - 1) for i in np.flatnonzero(steps > _GAP * usual)
    )


def gap_warnings(slice_positions_mm: FloatArray) -> tuple[str, ...]:
    """What to tell about missing slices; empty where none are."""
    found = gaps(slice_positions_mm)
    if not found:
        return ()
    missing = sum(gap.missing for gap in found)
    where = ", ".join(f"after z = {gap.after_mm:.2f} mm (a gap of {gap.width_mm:.2f} mm)" for gap in found[:3])
    more = f" and {len(found) - 3} more places" if len(found) > 3 else ""
    return (f"{missing} slice{'s seem' if missing > 1 else ' seems'} to be missing: {where}{more}",)


def _differences(slices: Sequence[CtSlice], names: Sequence[str]) -> list[str]:
    complaints = []
    for attribute, of in _SAME.items():
        values = [of(s) for s in slices]
        counted = Counter(values)
        if len(counted) > 1:
            usual = counted.most_common(1)[0][0]
            odd = [name for name, value in zip(names, values, strict=True) if value != usual]
            complaints.append(
                f"the slices have {len(counted)} different values of {attribute}: "
                f"{len(odd)} of {len(slices)} differ from the rest, first {odd[0]}"
            )
    spacings = np.array([s.stored_spacing_mm for s in slices])
    odd = [name for name, off in zip(names, np.abs(spacings - np.median(spacings, axis=0)).max(axis=1), strict=True)
           if off > _SPACING_TOLERANCE_MM]  # fmt: skip
    if odd:
        complaints.append(f"the slices differ in Pixel Spacing (0028,0030): {len(odd)} of {len(slices)}, first {odd[0]}")
    return complaints


def _patients(slices: Sequence[CtSlice], names: Sequence[str]) -> list[str]:
    odd: dict[str, list[str]] = {}
    for s, name in zip(slices, names, strict=True):
        for difference in same_patient(slices[0].patient, s.patient):
            odd.setdefault(difference, []).append(name)
    return [f"the slices are not of one patient: {d} (in {len(n)} of {len(slices)}, first {n[0]})" for d, n in odd.items()]


def _repeated_instances(slices: Sequence[CtSlice], names: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    again = []
    for s, name in zip(slices, names, strict=True):
        if s.instance.sop_instance_uid in seen:
            again.append(name)
        seen.add(s.instance.sop_instance_uid)
    return [f"{len(again)} slices have the SOP Instance UID (0008,0018) of another one, first {again[0]}"] if again else []


def _drift(positions_mm: FloatArray) -> list[str]:
    drift = np.ptp(positions_mm[:, :2], axis=0)
    if drift.max() <= LARGEST_DRIFT_MM + 1e-9:
        return []
    complaint = (
        f"the slice positions drift by {drift[0]:.3f} mm in x and {drift[1]:.3f} mm in y; {LARGEST_DRIFT_MM} mm are allowed"
    )
    z = positions_mm[:, 2] - positions_mm[:, 2].mean()
    if len(z) < 3 or np.ptp(z) < SAME_POSITION_MM:
        return [complaint]
    shear = z @ (positions_mm[:, :2] - positions_mm[:, :2].mean(axis=0)) / (z @ z)
    rest = np.ptp(positions_mm[:, :2] - z[:, np.newaxis] * shear, axis=0)
    if rest.max() <= LARGEST_DRIFT_MM:
        complaint += f" (they lean by {math.degrees(math.atan(np.hypot(*shear))):.2f} degrees, as of a tilted gantry)"
    return [complaint]


def _shared_positions(z_mm: FloatArray) -> list[str]:
    """Complain about slices that stand at one position; many of them are phases, few are doubles."""
    starts = np.flatnonzero(np.diff(z_mm, prepend=-np.inf) >= SAME_POSITION_MM)
    sizes = np.diff(np.append(starts, len(z_mm)))
    shared = np.flatnonzero(sizes > 1)
    if not len(shared):
        return []
    first = f"z = {z_mm[starts[shared[0]]]:.2f} mm"
    if 2 * len(shared) > len(starts):
        return [
            f"{len(shared)} of {len(starts)} positions hold up to {sizes.max()} slices each, first {first}: "
            "several series, or phases of a 4D CT, are mixed"
        ]
    extra = int((sizes[shared] - 1).sum())
    return [f"{extra} slices stand at the position of another slice, first at {first}"]


def _size(slices: Sequence[CtSlice]) -> list[str]:
    rows, columns = slices[0].canonical_shape
    z = np.array([s.position_mm[2] for s in slices])
    count = max(len(slices), even_slice_count(z))
    size = 2 * rows * columns * count
    if size <= LARGEST_VOLUME_BYTES:
        return []
    what = f"{count} slices of {rows} x {columns} pixels" + (" on an even grid" if count > len(slices) else "")
    return [f"{what} take {size / 2**30:.1f} GiB; up to {LARGEST_VOLUME_BYTES / 2**30:g} GiB are taken"]
