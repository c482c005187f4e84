"""Makes the shared real data loadable over the network: objects whose references to one another hold.

Nothing of the data is kept here; copies with new references are written where the caller says.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from scipy import ndimage

from pti.dicom.ct import CtSeries, read_ct_series
from pti.dicom.files import write_file
from pti.foundation.instances import CT_IMAGE, RT_STRUCTURE_SET
from tests.support.dicom_factory import Beam, Patient, Roi, ion_plan, reference, structure_set

_SKIN_HU = -300
_SPHERE_POINTS = 64


@dataclass(frozen=True)
class PatientFiles:
    """Part 10 files of one patient whose references hold."""

    plan: Path
    structure_set: Path
    ct: tuple[Path, ...]


def relink_head(source_dir: Path, target_dir: Path) -> PatientFiles:
    """Copy 01_dcpt_head_proton so that plan -> structure set -> CT holds; pixels, contours and beams stay as they are."""
    ct, paths = _copy_ct(source_dir, target_dir)
    structures = dcmread(next(source_dir.glob("RS.*.dcm")))
    plan = dcmread(next(source_dir.glob("RN.*.dcm")))
    by_height = {round(float(ds.ImagePositionPatient[2]), 2): ds.SOPInstanceUID for ds in ct}
    for frame in structures.ReferencedFrameOfReferenceSequence:
        series = frame.RTReferencedStudySequence[0].RTReferencedSeriesSequence[0]
        series.ContourImageSequence = [reference(CT_IMAGE, ds.SOPInstanceUID) for ds in ct]
    for roi in structures.ROIContourSequence:
        for contour in roi.ContourSequence:
            height = round(float(contour.ContourData[2]), 2)
            contour.ContourImageSequence = [reference(CT_IMAGE, by_height[height])]
    plan.ReferencedStructureSetSequence = [reference(RT_STRUCTURE_SET, structures.SOPInstanceUID)]
    return _written(plan, structures, paths, target_dir)


def make_thorax(source_dir: Path, target_dir: Path) -> PatientFiles:
    """Copy 07_chest_ct_lidc0001 and add what it lacks: structures and an ion plan, feet first supine.

    The isocentre is the middle of the body's cross-section, before the spine, at half height of the scan.
    """
    ct, paths = _copy_ct(source_dir, target_dir)
    series = read_ct_series(ct)
    bodies = [_body_mask(hounsfield) for hounsfield in series.volume.hounsfield]
    isocentre = _isocentre(series, bodies)
    rois = [
        Roi("BODY", "EXTERNAL", _body_contours(series, bodies), colour=(0, 200, 80)),
        Roi("CTV", "CTV", _sphere(series, isocentre, 25.0), colour=(255, 128, 128)),
        Roi("PTV", "PTV", _sphere(series, isocentre, 32.0), colour=(230, 60, 60)),
        Roi("Isocentre", "ISOCENTER", [[isocentre]], "POINT", (255, 255, 0)),
    ]
    patient = Patient(
        ct[0].PatientID, str(ct[0].PatientName), ct[0].PatientBirthDate, ct[0].PatientSex, ct[0].StudyInstanceUID, {}
    )
    structures = structure_set(ct, rois, uid="2.25.7001", patient=patient)
    beams = [Beam(1, 0.0, isocentre), Beam(2, 270.0, isocentre)]
    plan = ion_plan(structures, beams, position="FFS", uid="2.25.7002", patient=patient, label="Thorax")
    return _written(plan, structures, paths, target_dir)


def _copy_ct(source_dir: Path, target_dir: Path) -> tuple[list[Dataset], tuple[Path, ...]]:
    """The CT slices by height, and their copies."""
    target_dir.mkdir(parents=True, exist_ok=True)
    found = [(path, dcmread(path)) for path in sorted(source_dir.glob("*.dcm"))]
    slices = [(path, ds) for path, ds in found if ds.SOPClassUID == CT_IMAGE]
    slices.sort(key=lambda pair: float(pair[1].ImagePositionPatient[2]))
    copies = tuple(target_dir / f"CT.{number:03d}.dcm" for number in range(1, len(slices) + 1))
    for (path, _), copy in zip(slices, copies, strict=True):
        shutil.copyfile(path, copy)
    return [ds for _, ds in slices], copies


def _written(plan: Dataset, structures: Dataset, ct: tuple[Path, ...], target_dir: Path) -> PatientFiles:
    files = PatientFiles(target_dir / "RN.plan.dcm", target_dir / "RS.structures.dcm", ct)
    write_file(plan, files.plan)
    write_file(structures, files.structure_set)
    return files


def _body_mask(hounsfield: NDArray[np.int16]) -> NDArray[np.bool_]:
    """The largest piece of matter in a slice, thin things such as the couch top taken off."""
    matter = ndimage.binary_opening(hounsfield > _SKIN_HU, iterations=3)
    labels, count = ndimage.label(matter)
    if count == 0:
        return np.zeros(hounsfield.shape, dtype=np.bool_)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(labels == int(sizes.argmax()))


def _body_contours(series: CtSeries, bodies: list[NDArray[np.bool_]]) -> list[NDArray[np.float64]]:
    """In each slice the outermost matter of every third row, joined to one closed line."""
    volume = series.volume
    contours = []
    for body, z in zip(bodies, volume.slice_positions_mm, strict=True):
        rows = np.flatnonzero(body.any(axis=1))[::3]
        if len(rows) < 2:
            continue
        first, last = body[rows].argmax(axis=1), body.shape[1] - 1 - body[rows, ::-1].argmax(axis=1)
        columns, rows = np.concatenate([first, last[::-1]]), np.concatenate([rows, rows[::-1]])
        x = volume.first_voxel_mm[0] + columns * volume.column_spacing_mm
        y = volume.first_voxel_mm[1] + rows * volume.row_spacing_mm
        contours.append(np.stack([x.round(3), y.round(3), np.full(len(x), z)], axis=1))
    return contours


def _isocentre(series: CtSeries, bodies: list[NDArray[np.bool_]]) -> tuple[float, float, float]:
    volume = series.volume
    middle = len(bodies) // 2
    row, column = ndimage.center_of_mass(bodies[middle])
    x = volume.first_voxel_mm[0] + column * volume.column_spacing_mm
    y = volume.first_voxel_mm[1] + row * volume.row_spacing_mm
    return round(float(x), 1), round(float(y), 1), float(volume.slice_positions_mm[middle])


def _sphere(series: CtSeries, centre: tuple[float, float, float], radius_mm: float) -> list[NDArray[np.float64]]:
    angles = np.linspace(0.0, 2 * np.pi, _SPHERE_POINTS, endpoint=False)
    contours = []
    for z in series.volume.slice_positions_mm:
        if abs(z - centre[2]) < radius_mm:
            r = np.sqrt(radius_mm**2 - (z - centre[2]) ** 2)
            x, y = centre[0] + r * np.cos(angles), centre[1] + r * np.sin(angles)
            contours.append(np.stack([x.round(3), y.round(3), np.full_like(x, z)], axis=1))
    return contours


def main(arguments: list[str]) -> int:
    """``python -m tests.support.relink head|thorax SOURCE TARGET``: a folder that `pti demo --patient` can open."""
    makers = {"head": relink_head, "thorax": make_thorax}
    if len(arguments) != 3 or arguments[0] not in makers:
        sys.stderr.write("usage: python -m tests.support.relink head|thorax SOURCE TARGET\n")
        return 2
    files = makers[arguments[0]](Path(arguments[1]), Path(arguments[2]))
    sys.stdout.write(f"{files.plan}, {files.structure_set} and {len(files.ct)} CT images\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
