"""An object beside the tables: what they ask for and it lacks, what it has and they do not know."""

from collections.abc import Iterator, Sequence

from pydicom.dataset import Dataset

from tests.support.attribute_keys import Path, attribute_tags, elements_at, iod_of, is_empty, key_of, text_of
from tests.support.attribute_names import name_of, tag_of
from tests.support.statement.tables import Handling, StatedAttribute, stated_attributes


def lacking(objects: Sequence[Dataset]) -> set[Path]:
    """What the statement supports and none of the objects, all of one kind, has with a value."""
    return {
        path
        for path, stated in stated_attributes(iod_of(objects[0])).items()
        if stated.handling is Handling.SUPPORTED and not any(_has_value(ds, path) for ds in objects)
    }


def other_values(ds: Dataset) -> set[Path]:
    """Where a value stands that is not one of those that the statement says."""
    return {
        path
        for path, stated in stated_attributes(iod_of(ds)).items()
        if any(not _is_stated(text_of(element), stated) for element in elements_at(ds, path) if not is_empty(element))
    }


def unsupported(ds: Dataset) -> set[Path]:
    """What stands there with a value although the statement does not support it, exports it empty, or does not know it."""
    stated = stated_attributes(iod_of(ds))
    supported = {path for path, one in stated.items() if one.handling is Handling.SUPPORTED}
    return {path for path in _paths((), ds) if path not in supported and _has_value(ds, path)}


def not_even_empty(ds: Dataset) -> set[Path]:
    """What is not supported but must be there as type 2, and is not (reading 13); in items that are there."""
    return {
        path
        for path, stated in stated_attributes(iod_of(ds)).items()
        if stated.type == "2" and stated.handling is not Handling.SUPPORTED and len(path) == 1 and not elements_at(ds, path)
    }


def told(paths: set[Path]) -> list[str]:
    """Attributes in words, for a failing test."""
    return [" > ".join(f"{name_of(key)} {tag_of(key)}" for key in path) for path in sorted(paths)]


def _has_value(ds: Dataset, path: Path) -> bool:
    return any(not is_empty(element) for element in elements_at(ds, path))


def _is_stated(text: str, stated: StatedAttribute) -> bool:
    if stated.handling is Handling.EMPTY:
        return False
    return not stated.values or any(text == value or _number(text) == _number(value) for value in stated.values)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _paths(parent: Path, ds: Dataset) -> Iterator[Path]:
    for tag in attribute_tags(ds):
        path = (*parent, key_of(tag))
        yield path
        if ds[tag].VR == "SQ":
            for item in ds[tag].value:
                yield from _paths(path, item)
