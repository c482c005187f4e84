"""Reading a plan, a CT and images from files for the commands."""

import logging
from pathlib import Path

from pydicom.dataset import Dataset

from pti.dicom.ct import CtSeries, read_ct_series
from pti.dicom.files import NotDicom, read_file
from pti.dicom.plan import IonBeam, IonPlan, read_plan
from pti.foundation.errors import InvalidInput
from pti.foundation.instances import CT_IMAGE

_log = logging.getLogger(__name__)


def load_plan(path: Path) -> IonPlan:
    """Read an RT Ion Plan file."""
    return read_plan(read_file(path))


def load_ct(directory: Path) -> CtSeries:
    """Read the CT images of a directory; other DICOM objects in it are passed over.

    Raises
    ------
    InvalidInput
        If the directory holds no CT image.
    """
    if not directory.is_dir():
        raise InvalidInput(f"{directory} is not a directory")
    return read_ct_series(_ct_slices(directory))


def _ct_slices(directory: Path) -> list[Dataset]:
    slices = []
    for path in sorted(directory.iterdir()):
        if path.is_file() and path.suffix.lower() in {".dcm", ".ima", ""}:
            try:
                ds = read_file(path)
            except NotDicom:
                _log.warning("%s is not a DICOM file and was passed over", path)
                continue
            if ds.get("SOPClassUID") == CT_IMAGE:
                slices.append(ds)
    if not slices:
        raise InvalidInput(f"no CT image in {directory}")
    return slices


def choose_beam(plan: IonPlan, number: int | None) -> IonBeam:
    """The treatment beam of this number, or the first one.

    Raises
    ------
    InvalidInput
        If the plan has no such treatment beam.
    """
    for beam in plan.treatment_beams:
        if number is None or beam.number == number:
            return beam
    raise InvalidInput(f"the plan has no treatment beam {number}; it has {[b.number for b in plan.treatment_beams]}")
