"""CT Images are written with every attribute of the statement's tables."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

import pti
from pti.dicom.ct import write_ct_images
from pti.dicom.files import write_file
from tests.support.dicom_peers import call
from tests.support.written_ct import first_of, images_of
from tests.support.written_objects import NOW, full_ct, sparse_ct

_LOCAL = NOW.astimezone()

#: Every attribute that the statement's tables B.2.1 to B.2.9, B.2.15 and B.2.16 mark as supported, in their order and
#: with the value that it must have in the first slice of the full CT, as text. "" is empty.
_SUPPORTED = {
    "(0010,0010) Patient's Name": "Doe^Jane",
    "(0010,0020) Patient ID": "4711",
    "(0010,0030) Patient's Birth Date": "19700131",
    "(0010,0040) Patient's Sex": "F",
    "(0010,0032) Patient's Birth Time": "0712",
    "(0020,000D) Study Instance UID": "2.25.9000",
    "(0008,0020) Study Date": "20260301",
    "(0008,0030) Study Time": "081500",
    "(0020,0010) Study ID": "7",
    "(0008,0050) Accession Number": "A1",
    "(0008,1030) Study Description": "Head",
    "(0008,0060) Modality": "CT",
    "(0020,000E) Series Instance UID": "2.25.9600",
    "(0020,0011) Series Number": "4",
    "(0008,0021) Series Date": _LOCAL.strftime("%Y%m%d"),
    "(0008,0031) Series Time": _LOCAL.strftime("%H%M%S.125000"),
    "(0018,5100) Patient Position": "HFS",
    "(0020,0052) Frame of Reference UID": "2.25.9002",
    "(0020,1040) Position Reference Indicator": "",
    "(0008,0070) Manufacturer": "PTI project",
    "(0008,1010) Station Name": "GTR1",
    "(0008,1090) Manufacturer's Model Name": "Proton Therapy Imaging",
    "(0018,1020) Software Version(s)": pti.__version__,
    "(0020,0013) Instance Number": "1",
    "(0008,0023) Content Date": _LOCAL.strftime("%Y%m%d"),
    "(0008,0033) Content Time": (_LOCAL + timedelta(seconds=10)).strftime("%H%M%S.125000"),
    "(0008,0008) Image Type": "ORIGINAL\\PRIMARY\\AXIAL",
    "(0020,0012) Acquisition Number": "3",
    "(0008,114A) Referenced Instance Sequence": "1 item",
    "(0008,3010) Irradiation Event UID": "2.25.9400",
    "(0028,0030) Pixel Spacing": "0.51119073851527\\0.625",
    "(0020,0037) Image Orientation (Patient)": "1.0\\0.0\\0.0\\0.0\\1.0\\0.0",
    "(0020,0032) Image Position (Patient)": "-130.60923369065\\-99.25\\-12.375",
    "(0018,0050) Slice Thickness": "1.98972453680719",
    "(0028,0002) Samples per Pixel": "1",
    "(0028,0004) Photometric Interpretation": "MONOCHROME2",
    "(0028,0010) Rows": "6",
    "(0028,0011) Columns": "8",
    "(0028,0100) Bits Allocated": "16",
    "(0028,0101) Bits Stored": "16",
    "(0028,0102) High Bit": "15",
    "(0028,0103) Pixel Representation": "1",
    "(7FE0,0010) Pixel Data": "96 bytes",
    "(0028,1052) Rescale Intercept": "0.0",
    "(0028,1053) Rescale Slope": "1.0",
    "(0018,0060) KVP": "100.0",
    "(0018,0022) Scan Options": "STANDARD\\HALF_FAN",
    "(0018,0090) Data Collection Diameter": "261.72965811982",
    "(0018,1100) Reconstruction Diameter": "250.5",
    "(0018,1110) Distance Source to Detector": "3699.9",
    "(0018,1111) Distance Source to Patient": "2700.1",
    "(0018,1120) Gantry/Detector Tilt": "0.0",
    "(0018,1130) Table Height": "180.125",
    "(300A,0129) Table Top Longitudinal Position": "900.25",
    "(300A,012A) Table Top Lateral Position": "30.5",
    "(300A,0122) Patient Support Angle": "350.0",
    "(300A,0140) Table Top Pitch Angle": "2.0",
    "(300A,0144) Table Top Roll Angle": "-1.5",
    "(0018,1140) Rotation Direction": "CC",
    "(0018,1150) Exposure Time": "10000",
    "(0018,1151) X-ray Tube Current": "15",
    "(0018,1152) Exposure": "150",
    "(0018,1160) Filter Type": "Tit V1,FF V1",
    "(0018,1190) Focal Spot(s)": "0.4\\0.8",
    "(0018,1210) Convolution Kernel": "Ram-Lak",
    "(0028,1050) Window Center": "35.5",
    "(0028,1051) Window Width": "400.0",
    "(0008,0016) SOP Class UID": "1.2.840.10008.5.1.4.1.1.2",
    "(0008,0018) SOP Instance UID": "2.25.960",
    "(0008,0012) Instance Creation Date": NOW.strftime("%Y%m%d"),
    "(0008,0013) Instance Creation Time": _LOCAL.strftime("%H%M%S.125000"),
}
#: Not supported, and written empty because DICOM wants them there: type 2 and 2C (reading 13).
_EMPTY = {"(0008,0090) Referring Physician's Name": "", "(0020,0060) Laterality": ""}
#: What need not be known: type 2 stays, empty; type 3 and 1C go.
_TYPE_2_UNKNOWN = (
    "(0010,0010)", "(0010,0030)", "(0008,0020)", "(0008,0030)", "(0020,0010)", "(0008,0050)", "(0020,0011)",
    "(0020,0012)", "(0018,0050)", "(0018,0060)",
)  # fmt: skip
_UNKNOWN = (
    "(0010,0032)", "(0008,1030)", "(0008,0021)", "(0008,0031)", "(0008,1010)", "(0008,0023)", "(0008,0033)", "(0008,114A)",
    "(0008,3010)", "(0018,0022)", "(0018,0090)", "(0018,1100)", "(0018,1110)", "(0018,1111)", "(0018,1130)", "(300A,0129)",
    "(300A,012A)", "(300A,0122)", "(300A,0140)", "(300A,0144)", "(0018,1140)", "(0018,1150)", "(0018,1151)", "(0018,1152)",
    "(0018,1160)", "(0018,1190)", "(0018,1210)", "(0028,1050)", "(0028,1051)",
)  # fmt: skip


def _texts(ds: Dataset) -> dict[str, str]:
    """Tag -> value as text, of all attributes that are not private."""
    found = {}
    for element in ds:
        if element.tag.is_private:
            continue
        tag = f"({element.tag.group:04X},{element.tag.element:04X})"
        if element.VR == "SQ":
            found[tag] = f"{len(element.value)} item"
        elif tag == "(7FE0,0010)":
            found[tag] = f"{len(element.value)} bytes"
        elif element.VM > 1:
            found[tag] = "\\".join(str(value) for value in element.value)
        else:
            found[tag] = "" if element.value is None else str(element.value)
    return found


def _by_tag(table: dict[str, str]) -> dict[str, str]:
    return {name[:11]: value for name, value in table.items()}


@pytest.mark.requirement("CTIM-01", "CTIM-03", "IOD-01", "IOD-02", "ACQ-05")
def test_an_image_has_all_that_the_tables_support_and_nothing_else() -> None:
    found = _texts(first_of(full_ct()))
    expected = _by_tag(_SUPPORTED | _EMPTY)
    assert {tag: value for tag, value in found.items() if expected.get(tag) != value} == {}
    assert expected.keys() - found.keys() == set()


@pytest.mark.requirement("CTIM-01", "CTIM-03")
def test_what_is_not_known_is_empty_or_absent_and_never_zero() -> None:
    found = _texts(first_of(sparse_ct()))
    assert {tag: found.get(tag) for tag in _TYPE_2_UNKNOWN} == dict.fromkeys(_TYPE_2_UNKNOWN, "")
    assert found.keys() & set(_UNKNOWN) == set()
    assert found.keys() == _by_tag(_SUPPORTED | _EMPTY).keys() - set(_UNKNOWN)


@pytest.mark.requirement("CTIM-01")
def test_the_fixed_values_do_not_depend_on_what_is_known() -> None:
    fixed = (
        "(0008,0008)", "(0028,0002)", "(0028,0004)", "(0018,1120)", "(0028,0103)", "(0028,1052)", "(0028,1053)", "(0008,0060)"
    )  # fmt: skip
    full, sparse = _texts(first_of(full_ct())), _texts(first_of(sparse_ct()))
    assert {tag: full[tag] for tag in fixed} == {tag: sparse[tag] for tag in fixed}


@pytest.mark.requirement("CTIM-02")
def test_the_plan_is_named_with_the_purpose_that_the_statement_prints() -> None:
    (item,) = first_of(full_ct()).ReferencedInstanceSequence
    assert _texts(item) == {"(0008,1150)": "1.2.840.10008.5.1.4.1.1.481.8", "(0008,1155)": "2.25.9300", "(0040,A170)": "1 item"}
    assert _texts(item.PurposeOfReferenceCodeSequence[0]) == {
        "(0008,0100)": "1000",
        "(0008,0102)": "99VMS_PURPREFOBJ",
        "(0008,0103)": "1.0",
        "(0008,0104)": "RT Plan or RT Ion Plan or Radiation Set to be verified",
    }


@pytest.mark.requirement("CTIM-01")
def test_each_slice_stands_at_its_own_height_and_counts_from_inferior_to_superior() -> None:
    images = images_of(full_ct())
    assert [float(ds.ImagePositionPatient[2]) for ds in images] == [-12.375, -10.0, -8.5, 3.8253171257223]
    assert [ds.InstanceNumber for ds in images] == [1, 2, 3, 4]
    assert [ds.SOPInstanceUID for ds in images] == ["2.25.960", "2.25.961", "2.25.962", "2.25.963"]


@pytest.mark.requirement("CTIM-03")
@pytest.mark.parametrize(
    ("field", "keyword"),
    [
        ("lateral_mm", "TableTopLateralPosition"),
        ("longitudinal_mm", "TableTopLongitudinalPosition"),
        ("vertical_mm", "TableHeight"),
        ("pitch_deg", "TableTopPitchAngle"),
        ("roll_deg", "TableTopRollAngle"),
        ("rotation_deg", "PatientSupportAngle"),
    ],
)
def test_a_couch_value_that_is_not_known_is_left_out_and_the_others_stay(field: str, keyword: str) -> None:
    six = {
        "TableTopLateralPosition", "TableTopLongitudinalPosition", "TableHeight", "TableTopPitchAngle", "TableTopRollAngle",
        "PatientSupportAngle",
    }  # fmt: skip
    ct = full_ct()
    ds = first_of(replace(ct, table_top=replace(ct.table_top, **{field: None})))
    assert {name for name in six if name in ds} == six - {keyword}


def test_an_image_is_made_when_it_is_asked_for() -> None:
    asked: list[datetime] = []

    def clock() -> datetime:
        asked.append(NOW)
        return NOW

    images = write_ct_images(full_ct(), clock=clock)
    assert isinstance(images, Iterator)
    before = len(asked)
    next(images)
    assert len(asked) == before + 1


@pytest.mark.requirement("IOD-03")
def test_text_is_spelled_in_the_default_repertoire() -> None:
    ct = full_ct()
    ct = replace(
        ct,
        context=replace(ct.context, station_name="Prüfstand 1"),
        technique=replace(ct.technique, filter_type="Körperfilter", scan_options=("Half-fan",)),
    )
    ds = first_of(ct)
    assert (ds.StationName, ds.FilterType, ds.ScanOptions) == ("Prufstand 1", "Korperfilter", "HALF_FAN")


@pytest.mark.requirement("CTIM-01", "CTIM-02", "CTIM-03", "ACQ-05")
def test_dcmtk_reads_the_same_values_and_pixels(tmp_path: Path) -> None:
    ct = full_ct()
    write_file(images_of(ct)[2], tmp_path / "image.dcm")
    lines = call("dcmdump", "--load-short", "+W", tmp_path, tmp_path / "image.dcm").splitlines()
    seen = {line.strip()[:11].upper(): line.strip()[12:].split("#")[0].strip() for line in lines if "(" in line}
    expected = {
        "(0008,0008)": r"CS [ORIGINAL\PRIMARY\AXIAL]",
        "(0008,1155)": "UI [2.25.9300]",
        "(0008,0102)": "SH [99VMS_PURPREFOBJ]",
        "(0020,0013)": "IS [3]",
        "(0020,0032)": r"DS [-130.60923369065\-99.25\-8.5]",
        "(0018,1130)": "DS [180.125]",
        "(300A,0129)": "DS [900.25]",
        "(300A,012A)": "DS [30.5]",
        "(300A,0122)": "DS [350.0]",
        "(300A,0140)": "FL 2",
        "(300A,0144)": "FL -1.5",
        "(0028,0103)": "US 1",
        "(0028,1053)": "DS [1.0]",
    }
    assert {tag: seen.get(tag) for tag in expected} == expected
    assert "(0008,1070)" not in seen  # Operators' Name
    (raw,) = tmp_path.glob("*.raw")
    np.testing.assert_array_equal(np.fromfile(raw, dtype="<i2").reshape(6, 8), ct.volume.hounsfield[2])
