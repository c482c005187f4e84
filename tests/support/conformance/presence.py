"""Which attributes objects of one kind have, and which of these always have the same value: told from some of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from tests.support.attribute_keys import Path, attribute_tags, is_empty, key_of, text_of

#: Values that are not shown, and so need not be compared: pixels, sequences.
_UNSHOWN = ("OB", "OW", "OB or OW", "SQ")


class Presence(Enum):
    """The words of PS3.2 for an attribute of a created object."""

    ALWAYS = "ALWAYS"
    EMPTY = "EMPTY"
    VALUE_NOT_ALWAYS = "VNAP"
    NOT_ALWAYS = "ANAP"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of one kind of object.

    Parameters
    ----------
    path : its key after those of the sequences that it stands in
    presence : in the data set, or in the items of its sequence
    values : the same in every object that has any, those of several items next to each other; empty where they differ
    """

    path: Path
    vr: str
    presence: Presence
    values: tuple[str, ...] = ()


def attributes_of(objects: Sequence[Dataset], varied: Sequence[Dataset] = ()) -> dict[Path, Attribute]:
    """All attributes by path, in the order of their tags, a sequence before what its items hold.

    Parameters
    ----------
    objects : of one kind, all from the same values
    varied : others of the same kind, made from other values throughout: only what they have too is always the same. Without
        any, `values` tells what `objects` have in common, which may come from the values that they were made from.
    """
    held = [[ds] for ds in (*objects, *varied)]
    return {attribute.path: attribute for attribute in _attributes((), held, len(objects))}


def _attributes(parent: Path, items: Sequence[Sequence[Dataset]], count: int) -> Iterator[Attribute]:
    """`items` of one sequence, apart for each object; `count` objects come from the same values."""
    keyed = [[_by_key(item) for item in of_object] for of_object in items]
    for key in sorted({key for of_object in keyed for elements in of_object for key in elements}):
        held = [[element for elements in of_object for element in elements.get(key, ())] for of_object in keyed]
        everywhere = all(key in elements for of_object in keyed for elements in of_object)
        found = [element for of_object in held for element in of_object]
        vr = str(found[0].VR)
        values = () if vr in _UNSHOWN else _common_values(held, count)
        yield Attribute((*parent, key), vr, _presence(found, everywhere), values)
        inner = [[item for element in of_object if element.VR == "SQ" for item in element.value] for of_object in held]
        yield from _attributes((*parent, key), inner, count)


def _by_key(ds: Dataset) -> dict[str, list[DataElement]]:
    """Its elements; those of several curves share a key."""
    elements: dict[str, list[DataElement]] = {}
    for tag in attribute_tags(ds):
        elements.setdefault(key_of(tag), []).append(ds[tag])
    return elements


def _presence(found: Sequence[DataElement], everywhere: bool) -> Presence:
    if not everywhere:
        return Presence.NOT_ALWAYS
    empty = [is_empty(element) for element in found]
    if all(empty):
        return Presence.EMPTY
    return Presence.VALUE_NOT_ALWAYS if any(empty) else Presence.ALWAYS


def _common_values(held: Sequence[Sequence[DataElement]], count: int) -> tuple[str, ...]:
    told = [{text_of(element) for element in of_object if not is_empty(element)} for of_object in held]
    same, others = told[:count], told[count:]
    if not any(same) or (others and not any(others)):
        return ()
    different = {frozenset(values) for values in told if values}
    return tuple(sorted(different.pop())) if len(different) == 1 else ()
