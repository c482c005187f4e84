"""A CT that was written and read again is the same CT: every voxel, place, couch value and time."""

import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pti.dicom.ct import read_ct_files, read_ct_series, write_ct_images
from pti.dicom.ct_couch import TableTop
from pti.dicom.files import write_file
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
from pti.imaging.volume import CtVolume
from tests.support.written_ct import again, differences, first_of, images_of, through_a_file
from tests.support.written_objects import NOW, full_ct, sparse_ct


@pytest.mark.requirement("CTIM-01", "CTIM-02", "CTIM-03", "ACQ-02", "IOD-04", "IOD-05")
def test_a_ct_comes_back_from_its_files_as_it_was_written(tmp_path: Path) -> None:
    ct = full_ct()
    paths = []
    for number, ds in enumerate(write_ct_images(ct, clock=lambda: NOW)):
        paths.append(tmp_path / f"{number}.dcm")
        write_file(ds, paths[-1])
    back = read_ct_files([paths[i] for i in (2, 0, 3, 1)])
    assert differences(back, ct) == []
    assert [warning.split(" from ")[0] for warning in back.warnings] == ["the slice spacing varies"]


@pytest.mark.requirement("ACQ-02")
def test_a_ct_of_which_little_is_known_comes_back_with_as_little() -> None:
    # The statement reads a missing pitch or roll as 0 (LOAD-09) and writes an unknown sex as O (IOD-01).
    expected = replace(
        sparse_ct(), table_top=TableTop(pitch_deg=0.0, roll_deg=0.0), patient=replace(sparse_ct().patient, sex="O")
    )
    assert differences(again(sparse_ct()), expected) == []


@pytest.mark.requirement("CTIM-03", "ACQ-02")
@pytest.mark.parametrize("position", PatientPosition)
def test_all_patient_positions_come_back(position: PatientPosition) -> None:
    ct = replace(full_ct(), patient_position=position)
    assert first_of(ct).PatientPosition == position.value
    assert differences(again(ct), ct) == []


@settings(max_examples=30)
@given(
    corner=st.tuples(st.floats(-99999, 99999), st.floats(-99999, 99999)),
    spacing=st.tuples(st.floats(0.01, 50), st.floats(0.01, 50)),
    steps=st.lists(st.floats(0.02, 900), min_size=1, max_size=4),
    lowest=st.floats(-99999, 90000),
)
def test_no_length_loses_more_than_a_millionth_of_a_millimetre(
    corner: tuple[float, float], spacing: tuple[float, float], steps: list[float], lowest: float
) -> None:
    z = lowest + np.cumsum([0.0, *steps])
    volume = CtVolume(patient_frame("2.25.1"), np.zeros((len(z), 2, 2), np.int16), corner, *spacing, z)
    sparse = sparse_ct()
    instances = tuple(replace(sparse.instances[0], sop_instance_uid=f"2.25.{i}") for i in range(len(z)))
    images = images_of(replace(sparse, volume=volume, instances=instances))
    for ds, height in zip(images, z, strict=True):
        texts = [str(part) for keyword in ("ImagePositionPatient", "PixelSpacing") for part in ds[keyword].value]
        assert max(map(len, texts)) <= 16
        np.testing.assert_allclose([float(text) for text in texts], (*corner, height, *spacing), rtol=0, atol=1e-6)


@pytest.mark.requirement("CTIM-03")
@settings(max_examples=30)
@given(st.tuples(*[st.floats(-3000, 3000)] * 3), st.tuples(*[st.floats(-179, 179)] * 3))
def test_any_couch_comes_back(position: tuple[float, float, float], angles: tuple[float, float, float]) -> None:
    ct = replace(sparse_ct(), table_top=TableTop(*position, *angles))
    images = images_of(ct)
    assert 0 <= float(images[0].PatientSupportAngle) <= 360
    assert float(images[0].TableHeight) == pytest.approx(-position[2], abs=1e-9)
    back = read_ct_series(through_a_file(ds) for ds in images).couch
    assert back is not None
    found = (back.lateral_mm, back.longitudinal_mm, back.vertical_mm, back.rotation_deg)
    # Sixteen characters of an angle of up to 360 degrees or of 3 m keep 1e-10; pitch and roll are 32-bit numbers (FL),
    # and wrapping them into one turn costs 1e-13.
    np.testing.assert_allclose(found, (*position, angles[2]), rtol=0, atol=1e-9)
    np.testing.assert_allclose((back.pitch_deg, back.roll_deg), angles[:2], rtol=1e-7, atol=1e-12)


@pytest.mark.requirement("CTIM-01")
def test_every_sixteen_bit_value_is_written_as_it_is() -> None:
    values = np.arange(-32768, 32768).astype(np.int16).reshape(2, 128, 256)
    sparse = sparse_ct()
    volume = CtVolume(sparse.volume.frame, values, (0.0, 0.0), 1.0, 1.0, np.array([0.0, 1.0]))
    ct = replace(sparse, volume=volume, instances=sparse.instances[:2])
    images = [through_a_file(ds) for ds in images_of(ct)]
    np.testing.assert_array_equal(np.stack([ds.pixel_array for ds in images]), values)  # pydicom's own reading
    np.testing.assert_array_equal(again(ct).volume.hounsfield, values)


@pytest.mark.parametrize("zone", ["UTC", "America/Denver", "Asia/Kolkata"])
def test_times_are_local_and_come_back_as_the_same_moment(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        moment = datetime(2026, 3, 4, 23, 30, 7, 123456, timezone(timedelta(hours=2)))
        ct = full_ct()
        ct = replace(ct, context=replace(ct.context, started_at=moment), content_times=(moment,) * 4)
        ds = first_of(ct)
        hour = {"UTC": "21", "America/Denver": "14", "Asia/Kolkata": "03"}[zone]
        assert (ds.SeriesTime[:2], ds.ContentTime[:2]) == (hour, hour)
        assert ds.SeriesDate == ("20260305" if zone == "Asia/Kolkata" else "20260304")
        assert differences(again(ct), ct) == []
    finally:
        monkeypatch.undo()
        time.tzset()
