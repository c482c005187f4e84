"""How, when, where and for which plan a CT was taken: read where all slices say the same, unknown elsewhere."""

from datetime import datetime

import pytest
from pydicom.dataset import Dataset

from pti.dicom.ct import read_ct_series
from pti.dicom.ct_context import CtContext
from pti.foundation.instances import RT_ION_PLAN
from pti.imaging.exposure import CtTechnique, RotationDirection
from tests.support.dicom_factory import ct_series, reference

_RT_PLAN = "1.2.840.10008.5.1.4.1.1.481.5"
#: As a scanner writes them.
_TOLD = {
    "SliceThickness": "1.5",
    "XRayTubeCurrent": "640",
    "ExposureTime": "1000",
    "Exposure": "1422",
    "DataCollectionDiameter": "500",
    "ReconstructionDiameter": "300",
    "DistanceSourceToDetector": "1085.6",
    "DistanceSourceToPatient": "595",
    "RotationDirection": "CW",
    "FocalSpots": ["0.4", "0.9"],
    "ScanOptions": ["HELIX", "GATED"],
    "FilterType": "WEDGE_2",
    "ConvolutionKernel": ["Qr40s", "3"],
    "IrradiationEventUID": "2.25.77",
    "StationName": "CT4",
    "SeriesDate": "20231012",
    "SeriesTime": "145804.687",
    "ContentDate": "20231012",
    "ContentTime": "144729.5",
    "WindowCenter": ["40", "-600"],
    "WindowWidth": ["80", "1600"],
}


def _series(**changes: object) -> list[Dataset]:
    slices = ct_series()
    for ds in slices:
        for keyword, value in (_TOLD | changes).items():
            if value is not None:
                setattr(ds, keyword, value)
    return slices


def _plan_item(uid: str, *, plan_class: str = RT_ION_PLAN, code: str = "1000", scheme: str = "99VMS_PURPREFOBJ") -> Dataset:
    purpose = Dataset()
    purpose.CodeValue, purpose.CodingSchemeDesignator, purpose.CodeMeaning = code, scheme, " to be verified"
    item = reference(plan_class, uid)
    item.PurposeOfReferenceCodeSequence = [purpose]
    return item


def test_all_that_the_slices_tell_is_read() -> None:
    ct = read_ct_series(_series())
    assert ct.technique == CtTechnique(
        kvp=120.0,
        tube_current_ma=640,
        exposure_time_ms=1000,
        exposure_mas=1422,
        acquisition_number=1,
        slice_thickness_mm=1.5,
        data_collection_diameter_mm=500.0,
        reconstruction_diameter_mm=300.0,
        sad_mm=595.0,
        source_to_detector_mm=1085.6,
        rotation_direction=RotationDirection.CLOCKWISE,
        focal_spots_mm=(0.4, 0.9),
        scan_options=("HELIX", "GATED"),
        filter_type="WEDGE_2",
        convolution_kernel=("Qr40s", "3"),
        irradiation_event_uid="2.25.77",
    )
    started = datetime(2023, 10, 12, 14, 58, 4, 687000).astimezone()
    assert ct.context == CtContext(series_number=1, started_at=started, station_name="CT4", window=(40.0, 80.0))
    assert ct.content_times == (datetime(2023, 10, 12, 14, 47, 29, 500000).astimezone(),) * 4
    assert ct.warnings == ()


def test_what_no_slice_tells_is_unknown() -> None:
    slices = ct_series()
    for ds in slices:
        ds.KVP = ds.AcquisitionNumber = ds.SliceThickness = ds.SeriesNumber = None
    ct = read_ct_series(slices)
    assert (ct.technique, ct.context, ct.content_times) == (CtTechnique(), CtContext(), ())
    assert ct.warnings == ()


@pytest.mark.parametrize(
    ("keyword", "value", "field"),
    [
        ("KVP", "80", "kvp"),
        ("SliceThickness", "3", "slice_thickness_mm"),
        ("RotationDirection", "CC", "rotation_direction"),
        ("FocalSpots", ["0.4"], "focal_spots_mm"),
        ("ScanOptions", None, "scan_options"),
        ("IrradiationEventUID", "2.25.78", "irradiation_event_uid"),
    ],
)
def test_what_slices_contradict_one_another_in_is_unknown_and_told(keyword: str, value: object, field: str) -> None:
    slices = _series()
    setattr(slices[2], keyword, value)
    ct = read_ct_series(slices)
    assert getattr(ct.technique, field) == getattr(CtTechnique(), field)
    label = f"{slices[2][keyword].name} ({slices[2][keyword].tag.group:04X},{slices[2][keyword].tag.element:04X})"
    assert ct.warnings == (f"the slices differ in {label}; it counts as unknown",)


def test_what_a_scanner_chooses_for_each_slice_is_unknown_without_a_word() -> None:
    slices = _series()
    for number, ds in enumerate(slices):
        ds.XRayTubeCurrent, ds.Exposure, ds.ExposureTime = 600 + number, 1400 + number, 1000 + number
        ds.WindowCenter, ds.WindowWidth = 40 + number, 400
    ct = read_ct_series(slices)
    assert (ct.technique.tube_current_ma, ct.technique.exposure_mas, ct.technique.exposure_time_ms) == (None, None, None)
    assert ct.technique.kvp == 120.0
    assert ct.context.window is None
    assert ct.warnings == ()


def test_a_value_that_cannot_be_read_is_unknown_and_does_not_cost_the_ct_or_the_other_values() -> None:
    ct = read_ct_series(_series(RotationDirection="LEFT", IrradiationEventUID="none", SeriesNumber="1.5"))
    assert (ct.technique.rotation_direction, ct.technique.irradiation_event_uid, ct.context.series_number) == (None, None, None)
    assert ct.technique.filter_type == "WEDGE_2"
    assert ct.context.station_name == "CT4"
    assert [warning.split(";")[0] for warning in ct.warnings] == [
        "Rotation Direction (0018,1140) is neither CW nor CC",
        "Irradiation Event UID (0008,3010) is no legal UID",
        "Series Number (0020,0011) is no whole number",
    ]


def test_each_slice_keeps_its_own_time_and_a_missing_one_is_unknown() -> None:
    slices = _series()
    slices[1].ContentTime = "150000"
    del slices[2].ContentDate
    times = read_ct_series(slices).content_times
    assert times[1] == datetime(2023, 10, 12, 15).astimezone()
    assert times[2] is None
    assert times[0] == times[3]


@pytest.mark.requirement("CTIM-02")
def test_the_plan_to_be_verified_is_found_by_its_purpose() -> None:
    others = [
        _plan_item("2.25.1", code="1001"),
        _plan_item("2.25.2", scheme="DCM"),
        _plan_item("2.25.3", plan_class=_RT_PLAN),
        reference(RT_ION_PLAN, "2.25.4"),
    ]
    ct = read_ct_series(_series(ReferencedInstanceSequence=[*others, _plan_item("2.25.5")]))
    assert ct.context.plan_uid == "2.25.5"
    assert read_ct_series(_series(ReferencedInstanceSequence=others)).context.plan_uid is None
    assert ct.warnings == ()


def test_of_two_plans_none_is_chosen() -> None:
    ct = read_ct_series(_series(ReferencedInstanceSequence=[_plan_item("2.25.5"), _plan_item("2.25.6")]))
    assert ct.context.plan_uid is None
    assert ct.warnings == (
        "Referenced Instance Sequence (0008,114A) names 2 plans instead of one; it counts as unknown (in 4 of 4 slices)",
    )


def test_a_window_without_width_is_none() -> None:
    assert read_ct_series(_series(WindowWidth="0")).context.window is None
    assert read_ct_series(_series(WindowWidth=None, WindowCenter="40")).context.window is None


@pytest.mark.parametrize("text", ["A\\B", "\\"])
def test_no_single_value_holds_the_sign_between_values(text: str) -> None:
    with pytest.raises(ValueError, match="backslash"):
        CtTechnique(scan_options=(text,))
    with pytest.raises(ValueError, match="backslash"):
        CtTechnique(convolution_kernel=("Br38", text))
