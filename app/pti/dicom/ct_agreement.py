"""What the slices of a CT say about how it was taken: one by one, and together.

A CT is not refused for any of it: what cannot be read, and what slices contradict one another in, counts as unknown.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pti.dicom.checks import Attributes, attribute_label

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    _T = TypeVar("_T", bound=DataclassInstance)


def read_known(
    attributes: Attributes, readers: Mapping[str, Callable[[Attributes], Any]]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values of one slice that can be read.

    Parameters
    ----------
    readers : field -> how it is read; what that complains about makes the field unknown

    Returns
    -------
    field -> value, without unknown ones, and warnings about those
    """
    known: dict[str, Any] = {}
    warnings: list[str] = []
    for field, read in readers.items():
        apart = attributes.apart()
        value = read(apart)
        if not apart.complaints:
            known[field] = value
        warnings.extend(f"{complaint}; it counts as unknown" for complaint in apart.complaints)
    return known, tuple(warnings)


def common_values(values: "Sequence[_T]", keywords: Mapping[str, str], varying: Container[str]) -> "tuple[_T, tuple[str, ...]]":
    """The value that all slices have in each field.

    Parameters
    ----------
    values : one for each slice, of a class whose defaults say that nothing is known
    keywords : field -> its attribute
    varying : fields that differ from slice to slice by their nature, so that nobody need be told

    Returns
    -------
    the common value, its fields unknown where slices differ, and warnings about those
    """
    first = values[0]
    unknown = type(first)()
    names = [field.name for field in fields(first)]
    differing = [name for name in names if any(getattr(value, name) != getattr(first, name) for value in values)]
    warnings = tuple(
        f"the slices differ in {attribute_label(keywords[name])}; it counts as unknown"
        for name in differing
        if name not in varying
    )
    return replace(first, **{name: getattr(unknown, name) for name in differing}), warnings
