"""RT Images are written with every attribute of the statement's table, and come back as they were."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import encode_part10
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.private import PrivateAttribute, read_private
from pti.dicom.rt_image import RtImage, read_rt_image, write_rt_image
from pti.foundation.instances import RT_ION_PLAN
from pti.geometry.couch import IecCouch
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition
from pti.imaging.radiograph import IntensityRelationship, Radiograph


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


_GEOMETRY = ImagerGeometry(47.25, 2700.1, 3699.9, 6, 8, 0.4, 0.3, (-1.05, 1.0), 5.5, (1.23456789, -2.5))


_ACQUIRED_AT = datetime(2024, 1, 5, 8, 30, 0, 250000, tzinfo=UTC)


def _image() -> RtImage:
    pixels = np.arange(48, dtype=np.uint16).reshape(6, 8) * 1365
    return RtImage(
        sop_instance_uid="2.25.1",
        series_instance_uid="2.25.2",
        frame_of_reference_uid="2.25.3",
        patient=PatientIdentity("4711", "Doe^Jane", "19700131", "F", "0712"),
        study=StudyIdentity("2.25.4", "20240105", "081500", "7", "A1", "Head"),
        label="KV A",
        radiograph=Radiograph(pixels, _GEOMETRY, IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING),
        isocentre_mm=(1.5, -2.25, 3.125),
        patient_position=PatientPosition.FFP,
        couch=IecCouch(30.5, 900.25, -180.125, 2.0, -1.5, 350.0),
        couch_position_known=True,
        plan_uid="2.25.5",
        beam_number=2,
        fraction_group=1,
        fraction_number=12,
        machine_name="GTR1",
        kvp=80.0,
        tube_current_ma=200.0,
        exposure_time_ms=50.0,
        collimator_mm=(-100.0, 101.0, -90.0, 91.5),
        acquired_at=_ACQUIRED_AT,
        operator="Smith^Ann",
        series_number=3,
        instance_number=4,
        description="kV pair before treatment",
        window=(30000.0, 50000.0),
        meterset_weights=(0.0, 0.5),
        acquisition_number=9,
        irradiation_event_uid="2.25.6",
        beam_limiting_device_deg=1.25,
    )


@pytest.mark.requirement("RTIM-02", "RTIM-03", "RTIM-05", "ACQ-05")
def test_an_image_comes_back_from_its_file_as_it_was_written() -> None:
    image = _image()
    back = read_rt_image(_through_a_file(write_rt_image(image)))
    np.testing.assert_array_equal(back.radiograph.pixels, image.radiograph.pixels)
    assert back.radiograph.geometry == image.radiograph.geometry
    assert back.radiograph.relationship is image.radiograph.relationship
    assert back.couch == image.couch
    assert back.acquired_at == image.acquired_at
    for name in RtImage.__dataclass_fields__.keys() - {"radiograph"}:
        assert getattr(back, name) == getattr(image, name), name


@pytest.mark.requirement("RTIM-01")
def test_an_acquired_image_has_the_fixed_values() -> None:
    ds = write_rt_image(_image())
    assert list(ds.ImageType) == ["ORIGINAL", "PRIMARY", "PORTAL"]
    fixed = {
        "PhotometricInterpretation": "MONOCHROME2",
        "ConversionType": "DI",
        "ReportedValuesOrigin": "ACTUAL",
        "RTImagePlane": "NORMAL",
        "PrimaryDosimeterUnit": "MINUTE",
        "SamplesPerPixel": 1,
        "Modality": "RTIMAGE",
    }
    assert {keyword: ds[keyword].value for keyword in fixed} == fixed
    assert ds.ExposureSequence[0].NumberOfBlocks == 0


@pytest.mark.requirement("RTIM-01", "RTIM-03")
def test_the_exposure_holds_technique_jaws_angles_and_all_six_couch_values() -> None:
    exposure = _through_a_file(write_rt_image(_image())).ExposureSequence[0]
    assert (exposure.KVP, exposure.XRayTubeCurrent, exposure.ExposureTime) == (80, 200, 50)
    assert float(exposure.MetersetExposure) == pytest.approx(50 / 60000)
    jaws = {d.RTBeamLimitingDeviceType: list(d.LeafJawPositions) for d in exposure.BeamLimitingDeviceSequence}
    assert jaws == {"ASYMX": [-100.0, 101.0], "ASYMY": [-90.0, 91.5]}
    assert {d.NumberOfLeafJawPairs for d in exposure.BeamLimitingDeviceSequence} == {1}
    six = (
        exposure.TableTopLateralPosition, exposure.TableTopLongitudinalPosition, exposure.TableTopVerticalPosition,
        exposure.TableTopPitchAngle, exposure.TableTopRollAngle, exposure.PatientSupportAngle,
    )  # fmt: skip
    assert six == (30.5, 900.25, -180.125, 2.0, -1.5, 350.0)
    assert (exposure.GantryAngle, exposure.BeamLimitingDeviceAngle) == (47.25, 1.25)


@pytest.mark.requirement("RTIM-01")
def test_the_plan_is_named_with_beam_and_fraction() -> None:
    ds = write_rt_image(_image())
    plan = ds.ReferencedRTPlanSequence[0]
    assert (plan.ReferencedSOPClassUID, plan.ReferencedSOPInstanceUID) == (RT_ION_PLAN, "2.25.5")
    assert (ds.ReferencedBeamNumber, ds.ReferencedFractionGroupNumber, ds.FractionNumber) == (2, 1, 12)


@pytest.mark.requirement("RTIM-02", "IOD-04")
def test_private_isocentre_and_position_are_written() -> None:
    ds = _through_a_file(write_rt_image(_image()))
    assert list(read_private(ds, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION) or ()) == [1.5, -2.25, 3.125]
    assert read_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION) == "FFP"


@pytest.mark.requirement("RTIM-05")
@pytest.mark.parametrize(("kind", "written"), [("HU", "HU"), ("US", "US"), ("CU", "US"), ("OD", "US")])
def test_rescale_types_other_than_hu_become_us(kind: str, written: str) -> None:
    ds = write_rt_image(replace(_image(), rescale=(0.5, -3.0), rescale_type=kind))
    assert (ds.RescaleType, float(ds.RescaleSlope), float(ds.RescaleIntercept)) == (written, 0.5, -3.0)


@pytest.mark.requirement("ACQ-05")
def test_the_operator_is_exported() -> None:
    assert write_rt_image(_image()).OperatorsName == "Smith^Ann"


def test_a_drr_says_that_it_is_one_and_has_no_exposure() -> None:
    ds = write_rt_image(replace(_image(), is_drr=True))
    assert list(ds.ImageType) == ["DERIVED", "SECONDARY", "DRR"]
    assert "ExposureSequence" not in ds
    assert "ReportedValuesOrigin" not in ds
    assert read_rt_image(_through_a_file(ds)).is_drr


def test_what_is_not_known_is_left_out_or_empty_and_comes_back_unknown() -> None:
    image = replace(
        _image(), couch_position_known=False, couch=IecCouch(0, 0, 0, 1, 2, 3), kvp=None, tube_current_ma=None,
        exposure_time_ms=None, collimator_mm=None, operator=None, plan_uid=None, beam_number=None, machine_name=None,
        acquired_at=None, fraction_number=None, instance_number=None, series_number=None,
    )  # fmt: skip
    ds = _through_a_file(write_rt_image(image))
    for keyword in ("TableTopVerticalPosition", "TableTopLongitudinalPosition", "TableTopLateralPosition", "ContentDate"):
        assert keyword not in ds
    back = read_rt_image(ds)
    assert not back.couch_position_known
    for name in ("kvp", "tube_current_ma", "exposure_time_ms", "collimator_mm", "operator", "plan_uid", "machine_name"):
        assert getattr(back, name) is None, name
    assert back.acquired_at is None


def test_a_window_is_chosen_from_the_pixels_where_none_is_given() -> None:
    ds = write_rt_image(replace(_image(), window=None))
    low = float(ds.WindowCenter) - float(ds.WindowWidth) / 2
    assert 0 <= low < float(ds.WindowCenter) <= 65535
    flat = Radiograph(np.full((6, 8), 700, dtype=np.uint16), _GEOMETRY, None)
    assert float(write_rt_image(replace(_image(), window=None, radiograph=flat)).WindowWidth) >= 1


def test_text_beyond_ascii_is_spelled_out() -> None:
    ds = write_rt_image(replace(_image(), label="Röntgen", description="schräg"))
    assert (ds.RTImageLabel, ds.RTImageDescription) == ("Rontgen", "schrag")
