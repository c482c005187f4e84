"""Reading a plan, a CT and images from files for the commands."""

import logging
from pathlib import Path

from pti.dicom.ct import CtSeries, read_ct_files
from pti.dicom.files import NotDicom, read_file, read_header
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
    paths = [path for path in sorted(directory.iterdir()) if path.is_file() and _is_ct(path)]
    if not paths:
        raise InvalidInput(f"no CT image in {directory}")
    return read_ct_files(paths)


def _is_ct(path: Path) -> bool:
    try:
        return str(read_header(path).SOPClassUID) == CT_IMAGE
    except NotDicom:
        _log.warning("%s is not a DICOM file and was passed over", path)
        return False


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
