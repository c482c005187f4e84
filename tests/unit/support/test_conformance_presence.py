"""What the conformance statement's tables tell of an attribute, on data sets of a few elements."""

import pytest
from pydicom.dataset import Dataset

from tests.support.conformance.presence import Attribute, Presence, attributes_of

NAME, STATION, ITEMS, CODE = "00100010", "00081010", "300a00b6", "00080100"


def with_name(name: str | None, **others: str) -> Dataset:
    ds = Dataset()
    if name is not None:
        ds.PatientName = name
    for keyword, value in others.items():
        setattr(ds, keyword, value)
    return ds


def with_items(*codes: str | None) -> Dataset:
    ds = Dataset()
    ds.BeamLimitingDeviceSequence = [Dataset() for _ in codes]
    for item, code in zip(ds.BeamLimitingDeviceSequence, codes, strict=True):
        if code is not None:
            item.CodeValue = code
    return ds


@pytest.mark.parametrize(
    ("names", "presence"),
    [
        (("A", "B"), Presence.ALWAYS),
        (("A", ""), Presence.VALUE_NOT_ALWAYS),
        (("", ""), Presence.EMPTY),
        (("A", None), Presence.NOT_ALWAYS),
        ((None, "A"), Presence.NOT_ALWAYS),
    ],
)
def test_presence_is_told_from_all_objects(names: tuple[str | None, ...], presence: Presence) -> None:
    assert attributes_of([with_name(name) for name in names])[NAME,].presence is presence


def test_a_value_is_the_same_only_if_an_object_from_other_values_has_it_too() -> None:
    full, sparse = with_name("A", StationName="S"), with_name("A")
    assert attributes_of([full, sparse], [with_name("A", StationName="T")]) == {
        (STATION,): Attribute((STATION,), "SH", Presence.NOT_ALWAYS, ()),
        (NAME,): Attribute((NAME,), "PN", Presence.ALWAYS, ("A",)),
    }


def test_a_value_that_no_object_from_other_values_has_is_not_called_the_same() -> None:
    assert attributes_of([with_name("A", StationName="S")], [with_name("A")])[STATION,].values == ()


def test_an_empty_value_beside_the_same_ones_does_not_hide_them() -> None:
    assert attributes_of([with_name("A"), with_name("")], [with_name("A")])[NAME,].values == ("A",)


def test_an_attribute_of_items_is_told_within_them() -> None:
    found = attributes_of([with_items("X", "Y"), with_name("A")], [with_items("Y", "X", "X")])
    assert found[ITEMS,].presence is Presence.NOT_ALWAYS
    assert found[ITEMS, CODE] == Attribute((ITEMS, CODE), "SH", Presence.ALWAYS, ("X", "Y"))


def test_an_attribute_that_one_item_lacks_is_not_always_there() -> None:
    found = attributes_of([with_items("X", None)], [with_items("X")])
    assert found[ITEMS, CODE].presence is Presence.NOT_ALWAYS


def test_private_blocks_and_curves_are_one_wherever_they_stand() -> None:
    first, second = Dataset(), Dataset()
    for ds, creator in ((first, "OTHER"), (second, None)):
        if creator is not None:
            ds.private_block(0x3273, creator, create=True)
        ds.private_block(0x3273, "Varian Medical Systems VISION 3273", create=True).add_new(1, "CS", "HFS")
    for group in (0x5000, 0x5002):
        first.add_new((group, 0x0005), "US", 2)
    second.add_new((0x501E, 0x0005), "US", 2)
    assert attributes_of([first], [second]) == {
        ("3273xx01",): Attribute(("3273xx01",), "CS", Presence.ALWAYS, ("HFS",)),
        ("50xx0005",): Attribute(("50xx0005",), "US", Presence.ALWAYS, ("2",)),
    }
