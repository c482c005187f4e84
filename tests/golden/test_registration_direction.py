"""Which way a registration's matrix goes, against plastimatch's resampling and its own registration object.

make_registration_direction.py says how they were made.
"""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import encode_part10
from pti.dicom.spatial_registration import read_spatial_registration, write_spatial_registration
from tests.support.analytic_phantom import FloatArray
from tests.support.registered_phantom import (
    ACQUIRED_GRID,
    acquired_ct,
    hounsfield_acquired,
    hounsfield_planned,
    planning_ct,
    registration,
)

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "registration_direction.json").read_text())
#: plastimatch interpolates linearly between voxels h of 3 mm; blobs of 900 HU are 9 mm wide: h²/8 times 900 HU / 9² an axis.
LINEAR_HU = 20.0
#: Half of the last of the six decimals that plastimatch writes.
SIX_DECIMALS = 0.51e-6


@pytest.fixture(scope="module")
def written() -> Dataset:
    """Our registration of the two CTs, through a file."""
    content = encode_part10(write_spatial_registration(registration(planning_ct(), acquired_ct())))
    return pydicom.dcmread(BytesIO(content))


def places_mm() -> FloatArray:
    """Where the golden's voxels lie in the acquired CT's frame, (n, 3)."""
    return np.asarray(ACQUIRED_GRID.points_mm()[tuple(np.array(GOLDEN["voxels"]).T)])


def test_plastimatch_brings_the_planning_ct_onto_the_acquired_one_with_the_matrix_that_is_written() -> None:
    acquired = hounsfield_acquired(places_mm())
    np.testing.assert_allclose(GOLDEN["hounsfield"], acquired, rtol=0, atol=LINEAR_HU)
    assert np.ptp(acquired) > 50 * LINEAR_HU


@pytest.mark.requirement("SRO-02")
def test_our_reader_takes_the_matrix_as_plastimatch_was_told_it(written: Dataset) -> None:
    to_acquired = read_spatial_registration(written).transform
    planned = hounsfield_planned(to_acquired.inverse()(places_mm()))
    np.testing.assert_allclose(GOLDEN["hounsfield"], planned, rtol=0, atol=LINEAR_HU)
    wrong_way = hounsfield_planned(to_acquired(places_mm()))
    assert np.abs(wrong_way - GOLDEN["hounsfield"]).max() > 20 * LINEAR_HU


@pytest.mark.requirement("SRO-01", "SRO-02", "M33-01")
def test_plastimatch_writes_the_same_registration_of_the_transform_that_it_resamples_with(written: Dataset) -> None:
    theirs = GOLDEN["own registration"]
    assert written.FrameOfReferenceUID == theirs["frame_of_reference_uid"]
    frames = [item.FrameOfReferenceUID for item in written.RegistrationSequence]
    assert frames == [item["frame_of_reference_uid"] for item in theirs["items"]]
    for ours, item in zip(written.RegistrationSequence, theirs["items"], strict=True):
        (matrix,) = ours.MatrixRegistrationSequence[0].MatrixSequence
        values = np.array(matrix.FrameOfReferenceTransformationMatrix, dtype=np.float64).reshape(4, 4)
        np.testing.assert_allclose(values, item["matrix"], rtol=0, atol=SIX_DECIMALS)
