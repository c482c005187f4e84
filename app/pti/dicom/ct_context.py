"""Where and when a CT was taken and for which plan, reading and writing (statement B.2.3, B.2.5, B.2.6, B.2.15)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes
from pti.dicom.ct_agreement import common_values, read_known
from pti.dicom.decimals import decimal
from pti.dicom.modules import read_date_time, reference_item, write_date_time
from pti.foundation.instances import RT_ION_PLAN, InstanceReference

#: Why a CT refers to its plan (CTIM-02), as the statement prints it but for a blank at the start of the meaning.
_PURPOSE_CODE, _PURPOSE_SCHEME, _PURPOSE_VERSION = "1000", "99VMS_PURPREFOBJ", "1.0"
_PURPOSE_MEANING = "RT Plan or RT Ion Plan or Radiation Set to be verified"
_KEYWORDS = {
    "series_number": "SeriesNumber",
    "started_at": "SeriesTime",
    "station_name": "StationName",
    "plan_uid": "ReferencedInstanceSequence",
    "window": "WindowCenter",
}
#: Some scanners choose a window for each slice.
_VARYING = ("window",)


@dataclass(frozen=True, slots=True)
class CtContext:
    """Where and when a CT was taken, for which plan, and how it is shown at first; None: not known.

    Parameters
    ----------
    started_at : Series Date and Time
    station_name : the machine
    plan_uid : SOP Instance UID of the RT Ion Plan that the CT is to verify (CTIM-02)
    window : (centre, width), Hounsfield units
    """

    series_number: int | None = None
    started_at: datetime | None = None
    station_name: str | None = None
    plan_uid: str | None = None
    window: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.window is not None and not (math.isfinite(self.window[0]) and 0 < self.window[1] < math.inf):
            raise ValueError("a window needs a finite centre and a positive, finite width")


def read_context(attributes: Attributes) -> tuple[CtContext, tuple[str, ...]]:
    """What one slice says, and warnings about values that cannot be read: they count as unknown."""
    known, warnings = read_known(attributes, _READERS)
    return CtContext(**known), warnings


def common_context(contexts: Sequence[CtContext]) -> tuple[CtContext, tuple[str, ...]]:
    """What all slices say together, and warnings about what they contradict one another in: it counts as unknown."""
    return common_values(contexts, _KEYWORDS, _VARYING)


def write_context(ds: Dataset, context: CtContext) -> None:
    """Series date and time, plan and window; Series Number and Station Name go with the modules that they belong to."""
    if context.started_at is not None:
        write_date_time(ds, "Series", context.started_at)
    if context.plan_uid is not None:
        ds.ReferencedInstanceSequence = [_plan_item(context.plan_uid)]
    if context.window is not None:
        ds.WindowCenter, ds.WindowWidth = decimal(context.window[0]), decimal(context.window[1])


def _plan_item(plan_uid: str) -> Dataset:
    purpose = Dataset()
    purpose.CodeValue = _PURPOSE_CODE
    purpose.CodingSchemeDesignator = _PURPOSE_SCHEME
    purpose.CodingSchemeVersion = _PURPOSE_VERSION
    purpose.CodeMeaning = _PURPOSE_MEANING
    item = reference_item(InstanceReference(RT_ION_PLAN, plan_uid))
    item.PurposeOfReferenceCodeSequence = [purpose]
    return item


def _read_plan_uid(attributes: Attributes) -> str | None:
    """The ion plan that is to be verified; references for other purposes are none."""
    plans = {
        item.required_uid("ReferencedSOPInstanceUID")
        for item in attributes.items("ReferencedInstanceSequence")
        if item.uid("ReferencedSOPClassUID") == RT_ION_PLAN and _is_to_verify(item)
    }
    if len(plans) > 1:
        attributes.complain("ReferencedInstanceSequence", f"names {len(plans)} plans instead of one")
    return plans.pop() if len(plans) == 1 else None


def _is_to_verify(item: Attributes) -> bool:
    return any(
        (code.text("CodeValue"), code.text("CodingSchemeDesignator")) == (_PURPOSE_CODE, _PURPOSE_SCHEME)
        for code in item.items("PurposeOfReferenceCodeSequence")
    )


def _read_window(attributes: Attributes) -> tuple[float, float] | None:
    """The first window; None where there is none that can be shown."""
    centres, widths = attributes.all_numbers("WindowCenter"), attributes.all_numbers("WindowWidth")
    return (centres[0], widths[0]) if centres and widths and widths[0] > 0 else None


_READERS: dict[str, Callable[[Attributes], Any]] = {
    "series_number": lambda a: a.integer("SeriesNumber"),
    "started_at": lambda a: read_date_time(a, "Series"),
    "station_name": lambda a: a.single_text("StationName"),
    "plan_uid": _read_plan_uid,
    "window": _read_window,
}
