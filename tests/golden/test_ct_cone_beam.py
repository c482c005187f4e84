"""A real cone-beam CT of another maker's machine, which writes the statement's attributes too."""

from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from pti.dicom.ct import read_ct_files, read_ct_series, write_ct_images
from pti.imaging.exposure import CtTechnique, RotationDirection
from tests.support.written_ct import differences, first_of, through_a_file
from tests.support.written_objects import full_ct

RealData = Callable[[str], Path]


@pytest.fixture(scope="module")
def paths(real_data: RealData) -> list[Path]:
    return sorted((real_data("06_cbct_catphan_same_setup") / "A_FF_100kV_1703").glob("*.dcm"))


@pytest.mark.requirement("CTIM-01", "CTIM-03", "ACQ-02")
def test_its_technique_and_couch_are_read_and_come_back_when_it_is_written(paths: list[Path]) -> None:
    ct = read_ct_files(paths)
    assert ct.technique == CtTechnique(
        kvp=100.0,
        tube_current_ma=15,
        exposure_time_ms=10000,
        exposure_mas=150,
        acquisition_number=1,
        slice_thickness_mm=1.98972453680719,
        data_collection_diameter_mm=261.72965811982,
        reconstruction_diameter_mm=261.72965811982,
        sad_mm=1000.0,
        source_to_detector_mm=1500.0,
        rotation_direction=RotationDirection.COUNTER_CLOCKWISE,
        focal_spots_mm=(1.0,),
        scan_options=("STANDARD",),
        filter_type="Tit V1,FF V1",
        convolution_kernel=("Ram-Lak",),
        irradiation_event_uid="1.2.246.352.62.30.4647116336308497175.12581729403503353743",
    )
    assert ct.couch is not None
    assert ct.couch.vertical_mm == -126.899536182863
    assert (ct.context.series_number, ct.context.station_name) == (5, "SB_LA_1")
    again = read_ct_series(through_a_file(ds) for ds in write_ct_images(ct))
    assert differences(again, ct) == ["patient"]  # an unknown sex is written as O (IOD-01)


@pytest.mark.requirement("CTIM-02")
def test_it_names_its_plan_with_the_purpose_code_that_we_write(paths: list[Path]) -> None:
    theirs = pydicom.dcmread(paths[0]).ReferencedInstanceSequence[0].PurposeOfReferenceCodeSequence[0]
    assert first_of(full_ct()).ReferencedInstanceSequence[0].PurposeOfReferenceCodeSequence[0] == theirs
