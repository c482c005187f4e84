"""What is written, attribute by attribute, beside the tables of the vendor's conformance statement (appendix B)."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pydicom.dataset import Dataset

from pti.dicom.private import PrivateAttribute
from tests.support.attribute_keys import Path, iod_of, key_of
from tests.support.statement.judging import lacking, not_even_empty, other_values, told, unsupported
from tests.support.statement.tables import MODULES, Handling, stated_attributes
from tests.support.written_objects import WRITTEN_OBJECTS, WrittenObject


@dataclass(frozen=True)
class Allowance:
    """Where an object may differ from the tables: in all that `path` leads to, and in kinds whose names hold `kinds`."""

    iod: str
    path: Path
    why: str
    kinds: str = ""

    def covers(self, kind: WrittenObject, path: Path) -> bool:
        return kind.name.startswith(self.iod) and self.kinds in kind.name and path[: len(self.path)] == self.path


PLANAR_CONFIGURATION, OPERATORS_NAME, EXPOSURE_SEQUENCE = ("00280006",), ("00081070",), ("30020030",)
CODE_VERSION = ("00700308", "00700309", "0070030d", "00080103")
NO_EXPOSURE = "a DRR was not exposed (reading 7)"

#: Supported in the tables, and not there though everything is known.
MAY_LACK = (
    Allowance("RT Image", PLANAR_CONFIGURATION, "type 1C, for colour"),
    Allowance("CT Image", PLANAR_CONFIGURATION, "type 1C, for colour"),
    Allowance("RT Image", (*EXPOSURE_SEQUENCE, "00081160"), "type 1C, for images of several frames"),
    Allowance("RT Image", EXPOSURE_SEQUENCE, NO_EXPOSURE, "DRR"),
    Allowance("RT Image", ("3002000a",), NO_EXPOSURE, "DRR"),
    Allowance("CT Image", OPERATORS_NAME, "the table itself: not exported with acquired CBCTs (ACQ-05)"),
    Allowance("Spatial Registration", CODE_VERSION, "type 1C, where the scheme does not tell the code; DCM does"),
)
#: Another value than the one in the tables.
MAY_DIFFER = (Allowance("RT Image", ("00080008",), "a DRR is DERIVED\\SECONDARY\\DRR (reading 7)", "DRR"),)
#: Not in the tables, or not supported in them.
MAY_HAVE = (
    Allowance("Spatial Registration", ("00081200",), "type 1C where the planning CT is of another study (reading 13)"),
    *(
        Allowance(iod, (f"3253xx{element}",), "appendix C: what came with the object is passed on (IOD-05)")
        for iod in ("CT Image", "RT Image")
        for element in ("00", "01", "02")
    ),
    Allowance("RT Structure Set", ("00200052",), "PS3.3 A.19.3 has the Frame of Reference module by now"),
    Allowance("RT Structure Set", ("30060080", "3271xx00"), "section 2.2.4.1: what marks a marker (MARK-04)", "markers"),
    *(
        Allowance("RT Image", (f"50xx{element}",), "section 2.2.3.1: matched markers are curves (MARK-05)", "marker")
        for element in ("0005", "0010", "0020", "0030", "0040", "0103", "3000")
    ),
)


def kinds_of(iod: str) -> list[WrittenObject]:
    return [kind for kind in WRITTEN_OBJECTS if kind.name.startswith(iod)]


def left(paths: set[Path], kind: WrittenObject, allowed: tuple[Allowance, ...]) -> list[str]:
    """The differences that no allowance covers."""
    return told({path for path in paths if not any(allowance.covers(kind, path) for allowance in allowed)})


def differences(kind: WrittenObject) -> dict[str, list[str]]:
    """Everything in which the objects of a kind differ from the tables, but what they lack."""
    both = kind.full(), kind.sparse()
    return {
        "other values": [line for ds in both for line in left(other_values(ds), kind, MAY_DIFFER)],
        "not supported": [line for ds in both for line in left(unsupported(ds), kind, MAY_HAVE)],
        "type 2 and not even empty": [line for ds in both for line in told(not_even_empty(ds))],
    }


NONE: dict[str, list[str]] = {"other values": [], "not supported": [], "type 2 and not even empty": []}


@pytest.mark.requirement("RTIM-01", "RTIM-02")
@pytest.mark.parametrize("kind", kinds_of("RT Image"), ids=lambda kind: kind.name)
def test_an_rt_image_has_what_the_tables_say(kind: WrittenObject) -> None:
    assert left(lacking([kind.full()]), kind, MAY_LACK) == []
    assert differences(kind) == NONE


@pytest.mark.requirement("CTIM-01", "CTIM-02")
@pytest.mark.parametrize("kind", kinds_of("CT Image"), ids=lambda kind: kind.name)
def test_a_ct_image_has_what_the_tables_say(kind: WrittenObject) -> None:
    assert left(lacking([kind.full()]), kind, MAY_LACK) == []
    assert differences(kind) == NONE


@pytest.mark.requirement("SRO-04")
@pytest.mark.parametrize("kind", kinds_of("Spatial Registration"), ids=lambda kind: kind.name)
def test_a_spatial_registration_has_what_the_tables_say(kind: WrittenObject) -> None:
    assert left(lacking([kind.full()]), kind, MAY_LACK) == []
    assert differences(kind) == NONE


@pytest.mark.requirement("RTSS-03")
@pytest.mark.parametrize("kind", kinds_of("RT Structure Set"), ids=lambda kind: kind.name)
def test_a_structure_set_has_nothing_but_what_the_tables_say(kind: WrittenObject) -> None:
    assert differences(kind) == NONE


@pytest.mark.requirement("RTSS-03")
def test_the_structure_sets_together_have_all_that_the_tables_say() -> None:
    """Markers have no physical properties, isocentres no relationship: no single set has everything."""
    assert told(lacking([kind.full() for kind in kinds_of("RT Structure Set")])) == []


@pytest.mark.parametrize("kind", WRITTEN_OBJECTS, ids=lambda kind: kind.name)
def test_the_name_of_a_kind_says_what_it_is(kind: WrittenObject) -> None:
    assert kind.name.startswith(iod_of(kind.full()))


@pytest.mark.parametrize(
    ("allowances", "found"),
    [
        (MAY_LACK, lambda kind: lacking([kind.full()])),
        (MAY_DIFFER, lambda kind: other_values(kind.full())),
        (MAY_HAVE, lambda kind: unsupported(kind.full()) | unsupported(kind.sparse())),
    ],
    ids=["may lack", "may differ", "may have"],
)
def test_every_allowance_is_still_needed(
    allowances: tuple[Allowance, ...], found: Callable[[WrittenObject], set[Path]]
) -> None:
    unneeded = [
        allowance
        for allowance in allowances
        if (kinds := [kind for kind in kinds_of(allowance.iod) if allowance.kinds in kind.name])
        and not any(allowance.covers(kind, path) for kind in kinds for path in found(kind))
    ]
    assert unneeded == []


def private_elements(ds: Dataset) -> list[tuple[str, str]]:
    """(key, creator) of every private attribute, also in items; the creator "" where its block has none."""
    return [
        (key_of(element.tag), str(element.private_creator or ""))
        for element in ds.iterall()
        if element.tag.is_private and not element.tag.is_private_creator
    ]


@pytest.mark.requirement("IOD-04")
@pytest.mark.parametrize("kind", WRITTEN_OBJECTS, ids=lambda kind: kind.name)
def test_every_private_attribute_is_in_the_dictionary_and_has_its_creator(kind: WrittenObject) -> None:
    dictionary = {f"{known.group:04x}xx{known.element:02x}": known.creator for known in PrivateAttribute}
    for key, creator in private_elements(kind.full()):
        assert (key, creator) == (key, dictionary[key])


@pytest.mark.parametrize(("iod", "supported"), [("CT Image", 79), ("RT Image", 100), ("RT Structure Set", 65)])
def test_the_tables_are_whole(iod: str, supported: int) -> None:
    """Counted in the statement: a line that got lost would be one that nothing checks."""
    assert sum(stated.handling is Handling.SUPPORTED for stated in stated_attributes(iod).values()) == supported
    assert set(MODULES) == {"CT Image", "RT Image", "RT Structure Set", "Spatial Registration"}


def test_an_attribute_that_is_lost_is_noticed() -> None:
    (kind, *_) = kinds_of("RT Image")
    ds = kind.full()
    del ds.ExposureSequence[0].KVP
    ds.ConversionType, ds.BodyPartExamined = "DV", "HEAD"
    del ds.ReferringPhysicianName
    assert left(lacking([ds]), kind, MAY_LACK) == ["Exposure Sequence (3002,0030) > KVP (0018,0060)"]
    assert left(other_values(ds), kind, MAY_DIFFER) == ["Conversion Type (0008,0064)"]
    assert left(unsupported(ds), kind, MAY_HAVE) == ["Body Part Examined (0018,0015)"]
    assert told(not_even_empty(ds)) == ["Referring Physician's Name (0008,0090)"]
