"""CT images of one folder sorted into what can each be one volume, by their headers alone."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, attribute_label
from pti.dicom.ct_rules import SAME_POSITION_MM
from pti.dicom.ct_slice import is_localizer

#: What tells the images of one series apart, first things first: name in messages and value. Numbers are rounded so that
#: the noise of writing them makes no difference; what is left to the reader's own, finer checks.
_KEYS: dict[str, Callable[[Attributes], Hashable]] = {
    "Image Type (0008,0008) LOCALIZER": is_localizer,
    attribute_label("FrameOfReferenceUID"): lambda a: a.text("FrameOfReferenceUID"),
    attribute_label("ImageOrientationPatient"): lambda a: _rounded(a, "ImageOrientationPatient", 6, 3),
    f"{attribute_label('Rows')} or {attribute_label('Columns')}": lambda a: (a.integer("Rows"), a.integer("Columns")),
    attribute_label("PixelSpacing"): lambda a: _rounded(a, "PixelSpacing", 2, 4),
}
#: What may number the phases of a series whose positions occur again and again.
_PHASES = ("TemporalPositionIdentifier", "TemporalPositionIndex", "TriggerTime", "AcquisitionNumber", "AcquisitionTime")


@dataclass(frozen=True, slots=True)
class SeriesGroup:
    """Images that may be one volume; whether they are is for the reader to say.

    Parameters
    ----------
    indices : which of the headers that were given
    series_instance_uid : "" where they have none
    why_apart : what tells them from the other images of their series; "" where they are the whole series
    """

    indices: tuple[int, ...]
    series_instance_uid: str
    why_apart: str = ""


def split_series(headers: Iterable[Dataset]) -> tuple[SeriesGroup, ...]:
    """Sort CT images into series, and parts of a series that cannot be one volume into groups of their own.

    Images of one series that stand at the same positions are sorted by what numbers their phases, if that gives every
    phase each position at most once. Otherwise they stay together, and reading them is refused.

    Parameters
    ----------
    headers : CT Image data sets, with or without pixels; any of them may be broken

    Returns
    -------
    the groups, series by series in the order in which they were met, the largest group of a series first
    """
    images = [Attributes(header) for header in headers]
    series: dict[str, list[int]] = {}
    for index, image in enumerate(images):
        series.setdefault(image.text("SeriesInstanceUID") or "", []).append(index)
    return tuple(group for uid, indices in series.items() for group in _groups(uid, indices, images))


def _groups(uid: str, indices: Sequence[int], images: Sequence[Attributes]) -> list[SeriesGroup]:
    keys = {index: tuple(key(images[index]) for key in _KEYS.values()) for index in indices}
    counted = Counter(keys.values()).most_common()
    largest = counted[0][0]
    groups: list[SeriesGroup] = []
    for key, _ in counted:
        members = [index for index in indices if keys[index] == key]
        why = "" if len(counted) == 1 else _why(key, largest, len(members), len(indices))
        groups.extend(_phases(uid, members, images, why))
    return groups


def _why(key: tuple[Hashable, ...], largest: tuple[Hashable, ...], count: int, total: int) -> str:
    if key == largest:
        return f"{count} of the {total} images of the series belong together"
    differing = [name for name, own, other in zip(_KEYS, key, largest, strict=True) if own != other]
    return f"{count} of the {total} images of the series differ from the rest in {', '.join(differing)}"


def _phases(uid: str, members: list[int], images: Sequence[Attributes], why: str) -> list[SeriesGroup]:
    """One group, or one for each phase where positions occur as often as there are phases."""
    wanted = _most_at_one_height([images[index] for index in members])
    for keyword in _PHASES if wanted > 1 else ():
        phases: dict[str, list[int]] = {}
        for index in members:
            phases.setdefault(_as_written(images[index], keyword), []).append(index)
        # Single images at one place are no phases of a volume.
        if len(phases) == wanted and all(_is_volume([images[index] for index in phase]) for phase in phases.values()):
            told = f"{why}; " if why else ""
            label = attribute_label(keyword)
            return [
                SeriesGroup(tuple(phase), uid, f"{told}one of {wanted} phases at the same positions: {label} is {value}")
                for value, phase in phases.items()
            ]
    return [SeriesGroup(tuple(members), uid, why)]


def _is_volume(images: Sequence[Attributes]) -> bool:
    return len(images) > 1 and _most_at_one_height(images) == 1


def _most_at_one_height(images: Sequence[Attributes]) -> int:
    """How many images at most stand at one height; those without a position stand nowhere."""
    points = [Attributes(image.dataset).point("ImagePositionPatient") for image in images]
    heights = np.sort([point[2] for point in points if point is not None and np.isfinite(point[2])])
    starts = np.flatnonzero(np.diff(heights, prepend=-np.inf) >= SAME_POSITION_MM)
    return int(np.diff(np.append(starts, len(heights))).max(initial=0))


def _rounded(image: Attributes, keyword: str, count: int, decimals: int) -> tuple[float, ...] | None:
    """Numbers that can be compared; None where there are none."""
    numbers = Attributes(image.dataset).numbers(keyword, count)
    if numbers is None or not np.isfinite(numbers).all():
        return None
    return tuple(round(number, decimals) + 0.0 for number in numbers)  # -0.0 becomes 0.0


def _as_written(image: Attributes, keyword: str) -> str:
    value = Attributes(image.dataset).value(keyword)
    return "missing" if value is None else str(value)
