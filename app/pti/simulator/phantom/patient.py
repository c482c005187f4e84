"""The demo patient as DICOM files."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pti.dicom.files import write_file
from pti.simulator.phantom.ct_export import ct_references, ct_slice
from pti.simulator.phantom.plan_export import ion_plan
from pti.simulator.phantom.shapes import Point
from pti.simulator.phantom.structure_export import structure_set
from pti.simulator.phantom.target import ISOCENTRE_MM, SEEDS
from pti.simulator.phantom.volume import FULL_SIZE, DemoSize, build

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """Where the demo patient's files are, and what is known about the patient.

    Parameters
    ----------
    plan_path, structure_set_path, ct_paths : the files; the CT's from below
    markers_mm : centres of the gold seeds, patient frame
    isocentre_mm : common to all beams, patient frame
    """

    plan_path: Path
    structure_set_path: Path
    ct_paths: tuple[Path, ...]
    markers_mm: tuple[Point, ...]
    isocentre_mm: Point


def make_demo_patient(
    directory: Path, on_progress: Callable[[float, str], None] | None = None, *, size: DemoSize = FULL_SIZE
) -> DemoPatient:
    """Make the demo patient's CT, structure set and plan; the same bytes every time.

    Parameters
    ----------
    directory : made where it is missing; ``CT_*.dcm``, ``RTSTRUCT.dcm`` and ``RTPLAN.dcm`` in it are written over
    on_progress : called in this thread with the share that is done and what is being done
    size : of the CT; smaller ones are for tests

    Raises
    ------
    OSError
        If the directory cannot be written.
    """
    report = on_progress or (lambda _share, _what: None)
    directory.mkdir(parents=True, exist_ok=True)
    volume = build(size, lambda share, what: report(0.6 * share, what))
    images = ct_references(size.slices, size.label)
    report(0.6, "Drawing the contours")
    structures_path, plan_path = directory / "RTSTRUCT.dcm", directory / "RTPLAN.dcm"
    write_file(structure_set(volume, images, size.label), structures_path)
    write_file(ion_plan(volume.ct.frame.frame_of_reference_uid, size.label), plan_path)
    ct_paths = []
    for k, image in enumerate(images):
        report(0.7 + 0.3 * k / size.slices, "Writing the CT")
        ct_paths.append(directory / f"CT_{k + 1:03d}.dcm")
        write_file(ct_slice(volume, k, image, size.label), ct_paths[-1])
    report(1.0, "Demo patient ready")
    _LOG.info("demo patient written: %d CT images of %s", size.slices, size.label)
    return DemoPatient(plan_path, structures_path, tuple(ct_paths), tuple(seed.centre_mm for seed in SEEDS), ISOCENTRE_MM)
