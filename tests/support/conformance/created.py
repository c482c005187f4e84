"""The tables of created objects: one for each kind of information object, attribute by attribute."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.support.attribute_keys import Path, iod_of, key_of
from tests.support.attribute_names import keywords_of, name_of, tag_of
from tests.support.conformance.markdown import table
from tests.support.conformance.presence import Attribute, attributes_of
from tests.support.conformance.sources import SOURCES
from tests.support.conformance.variations import VARIATIONS
from tests.support.statement.tables import stated_attributes
from tests.support.written_objects import WRITTEN_OBJECTS, WrittenObject

#: More different values than these are not told one by one with the kinds that have them.
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its name within the information object, and its attributes."""

    name: str
    attributes: Mapping[Path, Attribute]


@cache
def samples_of(name: str) -> tuple[Dataset, Dataset]:
    """The objects of one kind in the list: with every value known, and with as few as may be."""
    (kind,) = (written for written in WRITTEN_OBJECTS if written.name == name)
    return kind.full(), kind.sparse()


def every_object() -> Iterator[Dataset]:
    """All objects of all kinds."""
    for written in WRITTEN_OBJECTS:
        yield from (*samples_of(written.name), *_varied(written.name))


@cache
def _varied(name: str) -> tuple[Dataset, ...]:
    return VARIATIONS[name]() if name in VARIATIONS else ()


def kinds_by_iod() -> dict[str, list[Kind]]:
    """The kinds of each information object, in the order of the list of written objects."""
    kinds: dict[str, list[Kind]] = defaultdict(list)
    for written in WRITTEN_OBJECTS:
        iod = iod_of(samples_of(written.name)[0])
        kinds[iod].append(Kind(_short_name(written, iod), _attributes(written.name, iod)))
    return dict(kinds)


def _short_name(written: WrittenObject, iod: str) -> str:
    return written.name.removeprefix(iod).strip(", ") or written.name


def _attributes(name: str, iod: str) -> dict[Path, Attribute]:
    """Attributes of a kind; without objects from other values, only what the statement fixes counts as always the same."""
    attributes = attributes_of(samples_of(name), _varied(name))
    if name in VARIATIONS:
        return attributes
    stated = stated_attributes(iod)
    fixed = {path for path, one in attributes.items() if path in stated and set(one.values) <= set(stated[path].values)}
    return {path: one if path in fixed else replace(one, values=()) for path, one in attributes.items()}


def created_tables() -> str:
    """A section for each information object."""
    return "\n\n".join(f"#### {iod}\n\n{_names(kinds)}\n\n{_table(kinds)}" for iod, kinds in sorted(kinds_by_iod().items()))


def _names(kinds: Sequence[Kind]) -> str:
    return f"Kinds: {'; '.join(kind.name for kind in kinds)}." if len(kinds) > 1 else f"One kind: {kinds[0].name}."


def _table(kinds: Sequence[Kind]) -> str:
    paths = sorted({path for kind in kinds for path in kind.attributes})
    return table(("attribute", "tag", "VR", "presence", "value"), (_row(path, kinds) for path in paths))


def _row(path: Path, kinds: Sequence[Kind]) -> tuple[str, str, str, str, str]:
    having = [kind for kind in kinds if path in kind.attributes]
    depth = ">" * (len(path) - 1)
    name = f"{depth} {name_of(path[-1])}".strip()
    vr = having[0].attributes[path].vr
    return name, tag_of(path[-1]), vr, _presence(path, kinds), _value(path, having)


def _presence(path: Path, kinds: Sequence[Kind]) -> str:
    """One word where all kinds agree; kinds without the sequence that it stands in are not asked."""
    asked = [kind for kind in kinds if len(path) == 1 or path[:-1] in kind.attributes]
    return _told(asked, lambda kind: kind.attributes[path].presence.value if path in kind.attributes else "never")


def _value(path: Path, having: Sequence[Kind]) -> str:
    source = SOURCES.get(keywords_of(path))
    values = [kind.attributes[path].values for kind in having]
    if source is not None or not all(values):
        return source or ""
    different = {value for of_kind in values for value in of_kind}
    if len(different) > _MOST_NAMED or any(len(of_kind) > 1 for of_kind in values):
        return " or ".join(_readable(value) for value in sorted(different))
    return _told(having, lambda kind: _readable(kind.attributes[path].values[0]))


def _told(kinds: Sequence[Kind], of: Callable[[Kind], str]) -> str:
    """What is true of the kinds: once where it is true of all, else with their names."""
    names: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        names[of(kind)].append(kind.name)
    if len(names) == 1:
        return next(iter(names))
    return "; ".join(f"{', '.join(of_these)}: {told}" for told, of_these in names.items())


def _readable(value: str) -> str:
    """A UID of the standard with its name."""
    name = UID(value).name if value.startswith("1.2.840.10008.") else value
    return value if name == value else f"{name} ({value})"


def code_table() -> str:
    """The codes in the written objects, and where they stand."""
    rows = {(code, " > ".join(name_of(key) for key in path)) for ds in every_object() for path, code in _codes((), ds)}
    return table(("code", "coding scheme", "version", "meaning", "in"), ((*code, where) for code, where in sorted(rows)))


def _codes(parent: Path, ds: Dataset) -> Iterator[tuple[Path, tuple[str, str, str, str]]]:
    for element in ds:
        if element.VR != "SQ":
            continue
        path = (*parent, key_of(element.tag))
        for item in element.value:
            if "CodeValue" in item:
                version = str(item.get("CodingSchemeVersion", ""))
                yield path, (item.CodeValue, item.CodingSchemeDesignator, version, item.CodeMeaning)
            yield from _codes(path, item)
