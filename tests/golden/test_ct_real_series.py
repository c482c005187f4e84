"""Real folders of CT images: mixed series are sorted, and what cannot be one volume is refused for its true reason."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import CtSeries, read_ct_files
from pti.dicom.ct_sorting import split_series
from pti.dicom.files import read_header
from pti.foundation.errors import PtiError
from pti.foundation.instances import CT_IMAGE

RealData = Callable[[str], Path]


def _ct_files(folder: Path) -> tuple[list[Path], list[pydicom.Dataset]]:
    paths, headers = [], []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            header = read_header(path)
        except PtiError:
            continue
        if header.SOPClassUID == CT_IMAGE:
            paths.append(path)
            headers.append(header)
    return paths, headers


def _series(folder: Path) -> list[CtSeries | tuple[str, ...]]:
    """Each series of a folder, or why it is refused."""
    paths, headers = _ct_files(folder)
    read: list[CtSeries | tuple[str, ...]] = []
    for group in split_series(headers):
        try:
            read.append(read_ct_files(paths[index] for index in group.indices))
        except InvalidDicomObject as error:
            read.append(error.complaints)
    return read


def test_the_phases_of_a_4d_ct_are_taken_apart(real_data: RealData) -> None:
    paths, headers = _ct_files(real_data("09_4dct_light"))
    groups = split_series(headers)
    assert [len(group.indices) for group in groups] == [47] * 10
    assert [{paths[index].parent.name for index in group.indices} for group in groups] == [{f"{p}0"} for p in range(10)]
    ct = read_ct_files(paths[index] for index in groups[3].indices)
    assert ct.volume.hounsfield.shape == (47, 100, 100)
    assert (ct.volume.slice_step_mm, ct.volume.column_spacing_mm) == (6.0, 5.0)


def test_a_4d_ct_that_is_read_as_one_is_refused_as_mixed_phases(real_data: RealData) -> None:
    paths, _ = _ct_files(real_data("09_4dct_light"))
    with pytest.raises(InvalidDicomObject) as caught:
        read_ct_files(paths)
    assert any(c.startswith("47 of 47 positions hold up to 10 slices each") for c in caught.value.complaints)
    assert any("10 different values of Series Instance UID (0020,000E)" in c for c in caught.value.complaints)


def test_a_tilted_head_is_refused_by_its_attribute_and_by_its_axes(real_data: RealData) -> None:
    assert _series(real_data("04_head_ct_tilt_uneven")) == [
        (
            "Gantry/Detector Tilt (0018,1120) is 18.5 degrees: slices of a tilted gantry are not taken (in 28 of 28 slices)",
            "Image Orientation (Patient) (0020,0037) is not axial: the slices are tilted by 18.50 degrees; "
            "oblique slices are not taken (in 28 of 28 slices)",
        )
    ]


def test_small_sets_are_read_or_refused_for_what_they_lack(real_data: RealData) -> None:
    slicer, oncentra, opentps, sarcoma = _series(real_data("10_small_rt_sets"))
    assert slicer == (
        "Image Type (0008,0008) is empty (in 93 of 93 slices)",
        "Frame of Reference UID (0020,0052) is missing (in 93 of 93 slices)",
    )
    assert opentps == (
        "Frame of Reference UID (0020,0052) is empty (in 200 of 200 slices)",
        "Patient Position (0018,5100) is empty (in 200 of 200 slices)",
    )
    assert isinstance(oncentra, CtSeries)
    assert isinstance(sarcoma, CtSeries)
    assert (oncentra.volume.hounsfield.shape, sarcoma.volume.hounsfield.shape) == ((5, 171, 512), (85, 183, 173))


def test_what_another_reader_failed_on_is_refused(real_data: RealData) -> None:
    for series in _series(real_data("11_bad_input") / "dicom2nifti_failing"):
        assert isinstance(series, tuple)
        assert series[0].startswith("Frame of Reference UID (0020,0052) is missing")


@pytest.mark.requirement("CTIM-03")
def test_the_couch_of_two_real_cone_beam_cts_is_read(real_data: RealData) -> None:
    first, second = _series(real_data("06_cbct_catphan_same_setup"))
    assert isinstance(first, CtSeries)
    assert isinstance(second, CtSeries)
    assert first.couch is not None
    assert first.couch == second.couch  # nothing was moved between the two
    # dcmdump: Table Height 126.899536182863, Longitudinal 455.070170403336, Lateral -0.0030880987704, all angles 0 or missing
    couch = first.couch
    np.testing.assert_allclose(
        (couch.vertical_mm, couch.longitudinal_mm, couch.lateral_mm, couch.rotation_deg),
        (-126.899536182863, 455.070170403336, -0.0030880987704, 0.0),
    )
