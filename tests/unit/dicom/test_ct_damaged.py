"""Whatever is damaged in one element of a slice, a CT is read or refused with reasons, and sorting goes on."""

import io
import random

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import read_ct_series
from pti.dicom.ct_sorting import split_series
from pti.dicom.files import encode_part10
from tests.support.dicom_factory import ct_series

_VRS = (None, "AT", "CS", "DS", "FD", "IS", "LO", "OB", "OW", "PN", "SQ", "SS", "UI", "UN", "US", "ZZ")
_VALUES = (
    b"", b"  ", b"\0\0", b"-1", b"nan", b"1e400", b"abc", b"1\\2", b"1\\2\\3", b"9" * 400, b"x" * 70_000, b"\xff" * 8,
    b"\0" * 16, b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"1\\0\\0\\0\\1\\1e300",
)  # fmt: skip
#: Optional attributes that a reader looks at, so that they too are broken.
_MORE = {
    "TableHeight": "10", "TableTopLateralPosition": "1", "TableTopLongitudinalPosition": "5", "PatientSupportAngle": "1",
    "TableTopPitchAngle": 1.0, "TableTopRollAngle": 1.0, "GantryDetectorTilt": "0", "LossyImageCompression": "00",
    "TemporalPositionIdentifier": "1",
}  # fmt: skip


def _files() -> list[bytes]:
    slices = ct_series()
    for ds in slices:
        for keyword, value in _MORE.items():
            setattr(ds, keyword, value)
        ds.add_new("PixelPaddingValue", "US", 63536)
        ds.add_new("PixelPaddingRangeLimit", "US", 63530)
    return [encode_part10(ds) for ds in slices]


def _break_one(slices: list[Dataset], chance: random.Random) -> None:
    ds, representation, value = chance.choice(slices), chance.choice(_VRS), chance.choice(_VALUES)
    tag = chance.choice(list(ds.keys()))
    ds[tag] = RawDataElement(tag, representation, len(value), value, 0, representation is None, True)


def test_a_ct_with_one_damaged_element_is_read_or_refused() -> None:
    files, refused = _files(), 0
    for seed in range(300):
        slices: list[Dataset] = [pydicom.dcmread(io.BytesIO(content)) for content in files]
        _break_one(slices, random.Random(seed))
        assert sorted(index for group in split_series(slices) for index in group.indices) == [0, 1, 2, 3]
        try:
            assert read_ct_series(slices).volume.hounsfield.shape == (4, 6, 8)
        except InvalidDicomObject:
            refused += 1
    assert 60 < refused < 240
