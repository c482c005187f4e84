"""The tables of appendix B, put together for each kind of object."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path as FilePath

from tests.support.attribute_keys import Path

_TABLE = FilePath(__file__).with_name("appendix_b.csv")


class Handling(Enum):
    """The statement's word; ``Supported, export: empty`` is EMPTY."""

    SUPPORTED = "supported"
    EMPTY = "empty"
    NOT_SUPPORTED = "not supported"


@dataclass(frozen=True, slots=True)
class StatedAttribute:
    """One line of the tables; `values` are the only ones that are exported, none where any may be."""

    path: Path
    name: str
    type: str
    handling: Handling
    values: tuple[str, ...]


#: Modules that the statement does not call "not supported" (B.1).
MODULES: dict[str, tuple[str, ...]] = {
    "CT Image": (
        "Patient", "General Study", "General Series", "Frame of Reference", "General Equipment", "General Image",
        "Image Plane", "Image Pixel", "CT Image", "VOI LUT", "SOP Common",
    ),
    "Spatial Registration": (
        "Patient", "General Study", "General Series", "Spatial Registration Series", "Frame of Reference",
        "General Equipment", "Spatial Registration", "Common Instance Reference", "SOP Common",
    ),
    "RT Structure Set": (
        "Patient", "General Study", "RT Series", "General Equipment", "Structure Set", "Approval", "SOP Common",
    ),
    "RT Image": (
        "Patient", "General Study", "RT Series", "Frame of Reference", "General Equipment", "General Image", "Image Pixel",
        "RT Image", "Modality LUT", "VOI LUT", "SOP Common",
    ),
}  # fmt: skip


def stated_attributes(iod: str) -> dict[Path, StatedAttribute]:
    """What the statement says of each attribute of an object, sequences before what is in them.

    Where two modules name the same attribute, the one that supports it, or that says its value, decides.
    """
    found: dict[Path, StatedAttribute] = {}
    for module in MODULES[iod]:
        for stated in _module(module, iod):
            known = found.get(stated.path)
            if known is None or _weight(stated) > _weight(known):
                found[stated.path] = stated
    return found


def _weight(stated: StatedAttribute) -> tuple[bool, int]:
    return stated.handling is not Handling.NOT_SUPPORTED, len(stated.values)


def _module(module: str, iod: str) -> Iterator[StatedAttribute]:
    parents: Path = ()
    with _TABLE.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["module"] != module or iod not in (row["only_in"].split("|") if row["only_in"] else (iod,)):
                continue
            name = row["attribute"].lstrip("> ")
            depth = row["attribute"].count(">", 0, len(row["attribute"]) - len(name))
            parents = (*parents[:depth], row["tag"])
            assert len(parents) == depth + 1, f"{module}, {name}: what it stands in is not there"
            values = tuple(row["values"].split("|")) if row["values"] else ()
            yield StatedAttribute(parents, name, row["type"], Handling(row["handling"]), values)
