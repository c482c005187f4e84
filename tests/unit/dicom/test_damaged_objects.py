"""Whatever is damaged in an object, its reader reads it or refuses it with complaints that name no patient."""

import copy
import io
from collections.abc import Callable, Iterator

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.files import encode_part10
from pti.dicom.plan import read_plan
from pti.dicom.private import PrivateAttribute, write_private
from pti.dicom.rt_image import read_rt_image
from pti.dicom.spatial_registration import read_spatial_registration
from pti.dicom.structures import read_structure_set
from pti.dicom.type1 import type1_complaints
from pti.foundation.instances import RT_IMAGE, RT_STRUCTURE_SET
from tests.support.dicom_factory import Beam, Roi, ct_series, ion_plan, reference, rt_image, structure_set
from tests.support.registration_factory import spatial_registration

_TRIANGLE = [(0.0, 0.0, 2.0), (4.5, 0.25, 2.0), (0.0, 3.125, 2.0)]
_VRS = (
    None, "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "OB", "OD", "OF", "OW", "PN", "SH", "SL",
    "SQ", "SS", "ST", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV", "ZZ",
)  # fmt: skip
_VALUES = (
    b"", b"  ", b"\0\0", b"0", b"-1", b"361", b"1_000", b"1,5", b"nan", b"inf", b"-Infinity", b"1e400", b"1e9", b"abc",
    b"1\\2", b"1\\2\\3", b"\\\\", b"1.2.3", b"../../x", b"9" * 400, b"x" * 70_000, b"\xff" * 8, b"\x00" * 16, b"\x1b$B;3",
    b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"1e300\\1e300\\1e300",
)  # fmt: skip
_ITEMS = ("none", "the first twice", "an empty one more", "one less")


def _plan() -> Dataset:
    ds = ion_plan(structure_set(ct_series()), (Beam(1), Beam(2, 90.0), Beam(9, delivery_type="SETUP")))
    ds.IonBeamSequence[0].ReferencedReferenceImageSequence = [reference(RT_IMAGE, "1.2.3")]
    write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_DATA, b"<x/>")
    write_private(ds, PrivateAttribute.EXTENDED_INTERFACE_LENGTH, 4)
    return ds


def _structures() -> Dataset:
    rois = [Roi("Organ", "ORGAN", [_TRIANGLE]), Roi("Seed", "MARKER", [[(1.0, 2.0, 3.3)]], "POINT"), Roi("Empty")]
    ds = structure_set(ct_series(), rois)
    write_private(ds.RTROIObservationsSequence[1], PrivateAttribute.MARKER_SUBTYPE, "MARKER")
    related = reference(RT_STRUCTURE_SET, "1.2.3")
    write_private(related, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP, "ADDITION")
    write_private(ds, PrivateAttribute.STRUCTURE_SET_RELATIONSHIP_SEQUENCE, [related])
    return ds


def _image() -> Dataset:
    ds = rt_image()
    jaws, exposure = Dataset(), Dataset()
    jaws.RTBeamLimitingDeviceType, jaws.NumberOfLeafJawPairs, jaws.LeafJawPositions = "ASYMX", 1, ["-10", "10"]
    exposure.NumberOfBlocks, exposure.KVP, exposure.GantryAngle, exposure.BeamLimitingDeviceSequence = 0, "80", "45", [jaws]
    ds.ExposureSequence = [exposure]
    ds.WindowCenter, ds.WindowWidth, ds.SeriesNumber = "100", "50", 1
    write_private(ds, PrivateAttribute.RT_IMAGE_ISOCENTER_POSITION, ["3", "-4", "5"])
    write_private(ds, PrivateAttribute.RT_IMAGE_PATIENT_POSITION, "HFS")
    return ds


_READERS: dict[str, tuple[Callable[[Dataset], object], bytes]] = {
    "RT Ion Plan": (read_plan, encode_part10(_plan())),
    "RT Structure Set": (read_structure_set, encode_part10(_structures())),
    "RT Image": (read_rt_image, encode_part10(_image())),
    "Spatial Registration": (read_spatial_registration, encode_part10(spatial_registration())),
}


def _places(ds: Dataset) -> Iterator[tuple[Dataset, DataElement]]:
    """Every element of an object and its items, with the data set that it stands in."""
    for tag in sorted(ds.keys()):
        yield ds, ds[tag]
        value = ds[tag].value
        for item in value if isinstance(value, Sequence) else ():
            yield from _places(item)


def _damage(places: list[tuple[Dataset, DataElement]], draw: st.DataObject) -> None:
    item, old = places[draw.draw(st.integers(0, len(places) - 1), "element")]
    kind = draw.draw(st.sampled_from(("missing", "value", "representation", "bytes", "items")), "damage")
    tag = old.tag
    raw = RawDataElement(tag, old.VR, 0, str(old.value).encode("latin-1", "replace")[:64], 0, False, True)
    value, vr = draw.draw(st.sampled_from(_VALUES), "value"), draw.draw(st.sampled_from(_VRS), "representation")
    if kind == "missing":
        item.pop(tag, None)
    elif kind == "value":
        item[tag] = raw._replace(value=value, length=len(value))
    elif kind == "representation":
        item[tag] = raw._replace(VR=vr, length=len(raw.value or b""))
    elif kind == "bytes" or not isinstance(old.value, Sequence):
        item[tag] = raw._replace(VR=vr, value=value, length=len(value))
    else:
        item[tag] = DataElement(tag, "SQ", _items(list(old.value), draw.draw(st.sampled_from(_ITEMS), "items")))


def _items(items: list[Dataset], how: str) -> list[Dataset]:
    changed = {
        "none": [],
        "the first twice": [*items, *copy.deepcopy(items[:1])],
        "an empty one more": [*items, Dataset()],
        "one less": items[:-1],
    }
    return changed[how]


@pytest.mark.parametrize("what", _READERS)
@settings(max_examples=80)
@given(draw=st.data())
def test_a_damaged_object_is_read_or_refused_and_never_breaks_its_reader(what: str, draw: st.DataObject) -> None:
    reader, content = _READERS[what]
    ds = pydicom.dcmread(io.BytesIO(content))
    places = list(_places(ds))
    for _ in range(draw.draw(st.integers(1, 3), "damages")):
        _damage(places, draw)
    told = [type1_complaints(ds)]
    try:
        reader(ds)
    except InvalidDicomObject as refusal:
        told.append(refusal.complaints)
    assert all(told[1:])  # refused for a reason
    assert not any("PTI-0001" in complaint or "Test^Patient" in complaint for complaints in told for complaint in complaints)


@pytest.mark.parametrize("what", _READERS)
def test_the_undamaged_object_is_read(what: str) -> None:
    reader, content = _READERS[what]
    reader(pydicom.dcmread(io.BytesIO(content)))
