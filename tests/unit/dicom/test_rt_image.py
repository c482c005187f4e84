"""RT Images: read only when their whole geometry is told, written with every attribute of the statement's table."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.private import PrivateAttribute, write_private
from pti.dicom.rt_image import read_rt_image, write_rt_image
from pti.foundation.instances import RT_ION_PLAN
from pti.geometry.couch import IecCouch
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.patient import PatientPosition
from pti.imaging.radiograph import IntensityRelationship
from tests.support.dicom_factory import ACQUIRED_FRAME, reference, rt_image


def _through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


def test_the_geometry_is_read() -> None:
    image = read_rt_image(rt_image())
    assert image.radiograph.geometry == ImagerGeometry(45.0, 2700.0, 3700.0, 6, 8, 0.4, 0.3, (-1.05, 1.0), 5.0, (1.5, -2.5))
    assert image.isocentre_mm == (3.0, -4.0, 5.0)
    assert image.patient_position is PatientPosition.HFS
    assert image.frame_of_reference_uid == ACQUIRED_FRAME
    assert image.radiograph.relationship is IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING
    np.testing.assert_array_equal(image.radiograph.pixels[2], 1020 + np.arange(8))
    assert image.warnings == ()


@pytest.mark.requirement("RTIM-03")
def test_all_six_couch_values_are_read() -> None:
    image = read_rt_image(rt_image())
    assert image.couch == IecCouch(15.0, 800.0, -120.0, 1.0, -1.0, 10.0)
    assert image.couch_position_known


@pytest.mark.requirement("RTIM-03")
def test_couch_values_of_the_exposure_serve_where_the_image_has_none() -> None:
    ds = rt_image()
    exposure = Dataset()
    exposure.NumberOfBlocks = 0
    for keyword in ("TableTopVerticalPosition", "TableTopLongitudinalPosition", "TableTopLateralPosition", "GantryAngle"):
        setattr(exposure, keyword, getattr(ds, keyword))
        delattr(ds, keyword)
    ds.ExposureSequence = [exposure]
    image = read_rt_image(ds)
    assert image.couch == IecCouch(15.0, 800.0, -120.0, 1.0, -1.0, 10.0)
    assert image.radiograph.geometry.gantry_deg == 45.0


def test_an_exposure_that_says_otherwise_is_told() -> None:
    ds = rt_image()
    exposure = Dataset()
    exposure.NumberOfBlocks = 0
    exposure.GantryAngle = "46"
    exposure.TableTopLateralPosition = "375"  # a whole turn more would be no difference of an angle
    ds.ExposureSequence = [exposure]
    image = read_rt_image(ds)
    assert image.radiograph.geometry.gantry_deg == 45.0
    assert image.couch.lateral_mm == 15.0
    assert image.warnings == (
        "Gantry Angle (300A,011E) of the image is taken; its exposure has another value",
        "Table Top Lateral Position (300A,012A) of the image is taken; its exposure has another value",
    )


def test_a_whole_turn_is_no_difference_of_an_angle() -> None:
    ds = rt_image()
    exposure = Dataset()
    exposure.NumberOfBlocks, exposure.GantryAngle = 0, "-315"
    ds.ExposureSequence = [exposure]
    assert read_rt_image(ds).warnings == ()


@pytest.mark.requirement("LOAD-09")
def test_missing_pitch_and_roll_are_zero() -> None:
    ds = rt_image()
    del ds.TableTopPitchAngle
    ds.TableTopRollAngle = None
    couch = read_rt_image(ds).couch
    assert (couch.pitch_deg, couch.roll_deg) == (0.0, 0.0)


def test_an_unknown_couch_position_is_said_to_be_unknown() -> None:
    ds = rt_image()
    del ds.TableTopLateralPosition
    image = read_rt_image(ds)
    assert not image.couch_position_known
    assert (image.couch.lateral_mm, image.couch.longitudinal_mm, image.couch.vertical_mm) == (0.0, 0.0, 0.0)
    assert image.couch.rotation_deg == 10.0


@pytest.mark.requirement("RTIM-03")
def test_what_is_missing_of_the_couch_s_position_is_told() -> None:
    ds = rt_image()
    del ds.TableTopLateralPosition
    ds.TableTopVerticalPosition = None
    assert read_rt_image(ds).warnings == (
        "where the couch stood is not known: Table Top Lateral Position (300A,012A), "
        "Table Top Vertical Position (300A,0128) not told",
    )


def test_of_several_exposures_none_is_taken_for_the_whole_image_and_that_is_told() -> None:
    ds = rt_image()
    exposures = [Dataset(), Dataset()]
    for exposure, kvp in zip(exposures, ("80", "120"), strict=True):
        exposure.NumberOfBlocks, exposure.KVP = 0, kvp
    ds.ExposureSequence = exposures
    image = read_rt_image(ds)
    assert image.kvp is None
    assert image.warnings == ("the image has 2 exposures; none of them is taken for the whole image",)


@pytest.mark.parametrize("in_exposure", [False, True])
@pytest.mark.parametrize("keyword", ["TableTopEccentricAngle", "GantryPitchAngle"])
def test_axes_that_are_not_in_the_chain_of_rotations_are_refused(keyword: str, in_exposure: bool) -> None:
    ds = rt_image()
    exposure = Dataset()
    exposure.NumberOfBlocks = 0
    ds.ExposureSequence = [exposure]
    place = exposure if in_exposure else ds
    setattr(place, keyword, 0.0)
    assert read_rt_image(ds).warnings == ()
    setattr(place, keyword, 1.0)
    with pytest.raises(InvalidDicomObject, match=r"is not 0: .* is not handled"):
        read_rt_image(ds)


def test_all_faults_of_an_image_are_told_at_once() -> None:
    ds = rt_image()
    ds.PatientID = ["1", "2"]
    ds.RTImageLabel = None
    ds.GantryAngle, ds.TableTopRollAngle, ds.PatientPosition = "361", -400.0, "UPRIGHT"
    ds.SeriesInstanceUID = "x"
    ds.ReferencedRTPlanSequence = [reference(RT_ION_PLAN, "1.2"), reference(RT_ION_PLAN, "1.3")]
    ds.RescaleIntercept = "1e400"
    ds.IsocenterPosition = ["1", "2"]
    write_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION, "UPSIDE")
    with pytest.raises(InvalidDicomObject) as caught:
        read_rt_image(ds)
    text = "\n".join(caught.value.complaints)
    for part in (
        "RT Image Label (3002,0002) is empty",
        "Patient ID (0010,0020) has several values instead of one",
        "Gantry Angle (300A,011E) is 361 degrees: more than one turn",
        "Table Top Roll Angle (300A,0144) is -400 degrees: more than one turn",
        "Isocenter Position (300A,012C) has 2 values instead of 3",
        "Patient Position (0018,5100) 'UPRIGHT' is none of",
        "RT Image Patient Position (3273,xx01) 'UPSIDE' is no patient position",
        "Series Instance UID (0020,000E) is no legal UID",
        "Referenced RT Plan Sequence (300C,0002) names 2 plans instead of one",
        "Rescale Slope (0028,1053) is missing",
        "Rescale Type (0028,1054) is missing",
        "Rescale Intercept (0028,1052) is not finite",
    ):
        assert part in text
    assert len(caught.value.complaints) == 12


@pytest.mark.requirement("IOD-05")
@pytest.mark.parametrize("block", [0x10, 0x11, 0xFF])
def test_the_extended_interface_is_kept_from_whatever_block_it_came_in(block: int) -> None:
    ds = rt_image()
    ds.add_new((0x3253, block), "LO", "Varian Medical Systems VISION 3253")
    ds.add_new((0x3253, block << 8), "OB", b"<xml>\xc3\xa4</xml>")
    ds.add_new((0x3253, block << 8 | 1), "IS", "13")
    ds.add_new((0x3253, block << 8 | 2), "LO", "ExtendedIF")
    kept = read_rt_image(_through_a_file(write_rt_image(read_rt_image(_through_a_file(ds))))).extended_interface
    assert kept is not None
    assert kept.content.rstrip(b"\0") == b"<xml>\xc3\xa4</xml>"
    assert (kept.length, kept.format_name) == (13, "ExtendedIF")


@pytest.mark.requirement("RTIM-05")
@pytest.mark.parametrize("kind", ["HU", "US", "OD", "CU"])
def test_rescaling_is_read_as_the_file_says_it(kind: str) -> None:
    ds = rt_image()
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-3", "0.5", kind
    image = read_rt_image(ds)
    assert (image.rescale, image.rescale_type) == ((0.5, -3.0), kind)


def test_a_modality_lut_is_told_not_to_be_applied() -> None:
    ds = rt_image()
    ds.ModalityLUTSequence = [Dataset()]
    image = read_rt_image(ds)
    assert (image.rescale, image.rescale_type) == ((1.0, 0.0), "US")
    assert "Modality LUT Sequence (0028,3000) is not applied" in image.warnings[0]


@pytest.mark.parametrize(("centre", "width", "window"), [(["100", "7"], ["50", "9"], (100.0, 50.0)), ("100", "0", None)])
def test_the_first_window_that_can_be_shown_is_read(centre: object, width: object, window: tuple[float, float] | None) -> None:
    ds = rt_image()
    ds.WindowCenter, ds.WindowWidth = centre, width
    image = read_rt_image(ds)
    assert image.window == window
    assert len(image.warnings) == (window is None)


@pytest.mark.requirement("RTIM-04")
def test_an_image_without_frame_of_reference_is_refused() -> None:
    ds = rt_image()
    del ds.FrameOfReferenceUID
    with pytest.raises(InvalidDicomObject) as caught:
        read_rt_image(ds)
    assert caught.value.complaints == ("Frame of Reference UID (0020,0052) is missing",)


@pytest.mark.parametrize(
    "keyword",
    [
        "GantryAngle", "PatientSupportAngle", "XRayImageReceptorAngle", "XRayImageReceptorTranslation", "RTImagePosition",
        "ImagePlanePixelSpacing", "RadiationMachineSAD", "RTImageSID", "IsocenterPosition", "PatientPosition",
    ],
)  # fmt: skip
def test_geometry_that_is_missing_is_never_guessed(keyword: str) -> None:
    ds = rt_image()
    delattr(ds, keyword)
    with pytest.raises(InvalidDicomObject) as caught:
        read_rt_image(ds)
    assert len(caught.value.complaints) == 1
    assert caught.value.complaints[0].endswith("is missing")


@pytest.mark.parametrize(
    ("keyword", "value", "complaint"),
    [
        ("RTImagePlane", "OBLIQUE", r"RT Image Plane \(3002,000C\) is OBLIQUE"),
        ("XRayImageReceptorTranslation", [1.5, -2.5, -500], "has z -500 mm, SAD less SID is -1000 mm"),
        ("RadiationMachineSAD", "-2700", r"Radiation Machine SAD \(3002,0022\) is not positive"),
        ("ImagePlanePixelSpacing", [0.4, 0], r"Image Plane Pixel Spacing \(3002,0011\) is not positive"),
        ("PatientPosition", "HF", r"Patient Position \(0018,5100\) 'HF' is none of"),
        ("PixelRepresentation", 1, r"Pixel Representation \(0028,0103\) is signed"),
        ("PhotometricInterpretation", "RGB", r"Photometric Interpretation \(0028,0004\) is RGB"),
        ("RescaleSlope", "0", r"Rescale Slope \(0028,1053\) is 0"),
    ],
)
def test_geometry_and_pixels_that_are_not_handled_are_refused(keyword: str, value: object, complaint: str) -> None:
    ds = rt_image()
    setattr(ds, keyword, value)
    with pytest.raises(InvalidDicomObject, match=complaint):
        read_rt_image(ds)


def test_orientation_of_a_normal_plane_may_be_left_out() -> None:
    ds = rt_image()
    del ds.RTImageOrientation
    assert read_rt_image(ds).radiograph.geometry == read_rt_image(rt_image()).radiograph.geometry


@pytest.mark.requirement("RTIM-02")
def test_private_isocentre_and_position_serve_where_the_public_ones_are_missing() -> None:
    ds = rt_image()
    del ds.IsocenterPosition, ds.PatientPosition
    write_private(ds, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION, ["7", "8", "-9"])
    write_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION, "FFDL")
    image = read_rt_image(_through_a_file(ds))
    assert image.isocentre_mm == (7.0, 8.0, -9.0)
    assert image.patient_position is PatientPosition.FFDL


def test_private_values_that_contradict_the_public_ones_are_refused() -> None:
    ds = rt_image()
    write_private(ds, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION, ["3", "-4", "5.1"])
    write_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION, "HFP")
    with pytest.raises(InvalidDicomObject) as caught:
        read_rt_image(ds)
    assert caught.value.complaints == (
        "Isocenter Position (300A,012C) contradicts RT Image Isocenter Position (3273,xx00)",
        "Patient Position (0018,5100) contradicts RT Image Patient Position (3273,xx01)",
    )


@pytest.mark.parametrize(
    ("name", "sign", "relationship"),
    [
        ("LIN", 1, IntensityRelationship.LINEAR_BRIGHT_IS_BEAM),
        ("LIN", -1, IntensityRelationship.LINEAR_BRIGHT_IS_ABSORBING),
        ("LOG", 1, IntensityRelationship.LOGARITHMIC_BRIGHT_IS_BEAM),
        ("LOG", -1, IntensityRelationship.LOGARITHMIC_BRIGHT_IS_ABSORBING),
    ],
)
def test_what_pixels_mean_is_read(name: str, sign: int, relationship: IntensityRelationship) -> None:
    ds = rt_image()
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = name, sign
    assert read_rt_image(ds).radiograph.relationship is relationship


@pytest.mark.requirement("SCP-06")
def test_a_relationship_without_its_sign_is_refused() -> None:
    ds = rt_image()
    ds.PixelIntensityRelationshipSign = None
    with pytest.raises(InvalidDicomObject) as caught:
        read_rt_image(ds)
    assert caught.value.complaints == ("Pixel Intensity Relationship Sign (0028,1041) is empty",)


@pytest.mark.parametrize(("name", "sign"), [(None, 1), ("DISP", 1), (None, None)])
def test_pixels_whose_meaning_is_not_told_are_not_guessed(name: str | None, sign: int | None) -> None:
    ds = rt_image()
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = name, sign
    image = read_rt_image(ds)
    assert image.radiograph.relationship is None
    assert len(image.warnings) == 1
