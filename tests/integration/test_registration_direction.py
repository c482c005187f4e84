"""The direction of a written registration, by readers that are not ours: DCMTK's words, the standard's rule, scipy."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from scipy import ndimage

from pti.dicom.files import write_file
from pti.dicom.spatial_registration import write_spatial_registration
from tests.support.analytic_phantom import FloatArray
from tests.support.dumped_registration import dump_registration
from tests.support.registered_phantom import acquired_ct, inverse, moved, planning_ct, registration

#: Cubic splines through voxels of 3 mm of blobs that are 9 mm wide, and whole Hounsfield units.
SPLINE_HU = 2.0


def image(slices: list[Dataset]) -> FloatArray:
    """Hounsfield units (slice, row, column)."""
    return np.stack([ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept) for ds in slices])


def to_patient(slices: list[Dataset]) -> FloatArray:
    """(4, 4) from (column, row, slice) to the patient (PS3.3 C.7.6.2.1.1)."""
    first, last = (np.array(slices[n].ImagePositionPatient, dtype=np.float64) for n in (0, -1))
    row, column = np.array(slices[0].ImageOrientationPatient, dtype=np.float64).reshape(2, 3)
    between_rows, between_columns = (float(value) for value in slices[0].PixelSpacing)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = row * between_columns, column * between_rows
    matrix[:3, 2], matrix[:3, 3] = (last - first) / (len(slices) - 1), first
    return matrix


def resampled(planned: list[Dataset], acquired: list[Dataset], planned_to_acquired: FloatArray) -> FloatArray:
    """The planning CT at the acquired CT's voxels; NaN outside it."""
    voxels = np.moveaxis(np.indices(image(acquired).shape, dtype=np.float64)[::-1], 0, -1)
    to_voxel = inverse(planned_to_acquired @ to_patient(planned)) @ to_patient(acquired)
    places = moved(to_voxel, voxels)[..., ::-1]
    return np.asarray(ndimage.map_coordinates(image(planned), np.moveaxis(places, -1, 0), order=3, cval=np.nan))


@pytest.mark.requirement("SRO-01", "SRO-02", "M33-01")
@pytest.mark.parametrize("ihe_ro", [True, False], ids=["IHE-RO", "plain"])
def test_the_matrix_in_the_file_brings_the_planning_ct_onto_the_acquired_one(ihe_ro: bool, tmp_path: Path) -> None:
    planned, acquired = planning_ct(), acquired_ct()
    write_file(write_spatial_registration(registration(planned, acquired), ihe_ro=ihe_ro), tmp_path / "registration.dcm")
    dumped = dump_registration(tmp_path / "registration.dcm")
    # C.20.2.1.1: the object's frame is the registered one; an item's matrix maps points of the item's frame into it.
    assert dumped.frame_of_reference_uid == acquired[0].FrameOfReferenceUID
    matrix = dict(dumped.items)[planned[0].FrameOfReferenceUID]
    difference = resampled(planned, acquired, matrix) - image(acquired)
    assert np.abs(difference).max() < SPLINE_HU
    wrong_way = resampled(planned, acquired, inverse(matrix)) - image(acquired)
    assert np.nanmax(np.abs(wrong_way)) > 100 * SPLINE_HU
