"""Comparing data sets: what differs is told with its place."""

import copy
from collections.abc import Callable

import pytest
from pydicom.dataset import Dataset

from pti.dicom.private import PrivateAttribute, write_private
from tests.support.dataset_differences import differences


def _registered() -> Dataset:
    item = Dataset()
    item.FrameOfReferenceUID = "2.25.1"
    write_private(item, PrivateAttribute.REGISTRATION_SUB_TYPE, "Online3D")
    ds = Dataset()
    ds.PatientName, ds.ImagePositionPatient, ds.PixelData = "Doe^Jane", ["1.0", "2", "-3"], b"\1\2\3"
    ds["PixelData"].VR = "OW"
    ds.RegistrationSequence = [item]
    return ds


def _curve(ds: Dataset, vr: str, value: object) -> None:
    ds.add_new(0x50003000, vr, value)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda ds: setattr(ds, "PatientName", "Doe^Joan"), "(0010,0010) is"),
        (lambda ds: setattr(ds, "ImagePositionPatient", ["1.00", "2", "-3"]), "(0020,0032) is"),
        (lambda ds: setattr(ds, "PixelData", b"\2\1\3\0"), "(7fe0,0010) is"),
        (lambda ds: setattr(ds["PixelData"], "VR", "OB"), "(7fe0,0010) is OW and OB"),
        (lambda ds: ds.RegistrationSequence[0].pop(0x32751000), "(0070,0308) item 1 (3275,1000) is only in the first"),
        (lambda ds: ds.RegistrationSequence.append(Dataset()), "(0070,0308) has 1 items and 2"),
        (lambda ds: setattr(ds, "PatientID", ""), "(0010,0020) is only in the second"),
    ],
)
def test_every_difference_is_told(change: Callable[[Dataset], object], place: str) -> None:
    other = _registered()
    change(other)
    (told,) = differences(_registered(), other)
    assert told.lower().startswith(place.lower())


def test_padding_and_ways_of_being_empty_are_no_difference() -> None:
    first, second = _registered(), copy.deepcopy(_registered())
    first.SeriesNumber, second.SeriesNumber = None, ""
    second.PixelData = b"\1\2\3\0"
    assert list(differences(first, second)) == []


def test_text_beyond_64_kib_is_compared_though_its_representation_is_unknown() -> None:
    numbers = [f"{number / 8:.10f}" for number in range(6000)]
    first, second = Dataset(), Dataset()
    first.ContourData = numbers
    second.add_new("ContourData", "UN", "\\".join(numbers).encode() + b" ")
    assert list(differences(first, second)) == []
    second.add_new("ContourData", "UN", "\\".join(numbers[::-1]).encode())
    assert len(list(differences(first, second))) == 1


def test_a_curve_s_numbers_are_its_bytes() -> None:
    first, second = Dataset(), Dataset()
    _curve(first, "FD", [1.5, -2.0])
    _curve(second, "OB or OW", bytes.fromhex("000000000000f83f00000000000000c0"))
    assert list(differences(first, second)) == []
    _curve(second, "OB or OW", bytes.fromhex("3ff8000000000000c000000000000000"))
    assert len(list(differences(first, second))) == 1
