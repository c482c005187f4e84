"""A CT written and read again, and where the two differ."""

import io
from dataclasses import fields

import numpy as np
import pydicom
from pydicom.dataset import Dataset

from pti.dicom.ct import CtSeries, read_ct_series, write_ct_images
from pti.dicom.files import encode_part10
from pti.imaging.volume import CtVolume
from tests.support.written_objects import NOW


def through_a_file(ds: Dataset) -> Dataset:
    return pydicom.dcmread(io.BytesIO(encode_part10(ds)))


def images_of(ct: CtSeries) -> list[Dataset]:
    return list(write_ct_images(ct, clock=lambda: NOW))


def first_of(ct: CtSeries) -> Dataset:
    return through_a_file(images_of(ct)[0])


def again(ct: CtSeries) -> CtSeries:
    """Written, each image through a Part 10 file, and read."""
    return read_ct_series(through_a_file(ds) for ds in images_of(ct))


def differences(found: CtSeries, expected: CtSeries) -> list[str]:
    """Names of the fields that are not the same; those of the volume and of its frame are looked into."""
    names = {field.name for field in fields(CtSeries)} - {"volume", "warnings"}
    different = [name for name in sorted(names) if getattr(found, name) != getattr(expected, name)]
    for field in fields(CtVolume):
        a, b = getattr(found.volume, field.name), getattr(expected.volume, field.name)
        if not np.array_equal(a, b) if isinstance(a, np.ndarray) else a != b:
            different.append(field.name)
    return different
