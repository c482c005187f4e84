"""Names of attributes that do not depend on where a private block or a curve stands."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.uid import UID

#: Keys of the sequences that lead to an attribute, and then its own.
Path = tuple[str, ...]

_CURVE_GROUPS = range(0x5000, 0x5020, 2)


def key_of(tag: BaseTag) -> str:
    """Eight digits, in small letters: ``00100020``, ``3273xx01`` in a private block, ``50xx3000`` in one of the curves."""
    if tag.is_private:
        return f"{tag.group:04x}xx{tag.element & 0xFF:02x}"
    if tag.group in _CURVE_GROUPS:
        return f"50xx{tag.element:04x}"
    return f"{tag.group:04x}{tag.element:04x}"


def attribute_tags(ds: Dataset) -> list[BaseTag]:
    """The tags of a data set without those that only reserve a private block."""
    return sorted(tag for tag in ds.keys() if not tag.is_private_creator)  # noqa: SIM118 - of a data set, not a dictionary


def iod_of(ds: Dataset) -> str:
    """What kind of object it is: ``RT Image``."""
    return UID(ds.SOPClassUID).name.removesuffix(" Storage")


def elements_at(ds: Dataset, path: Path) -> list[DataElement]:
    """The elements at the end of a path, of every item that it leads through."""
    here = [ds[tag] for tag in attribute_tags(ds) if key_of(tag) == path[0]]
    if len(path) == 1:
        return here
    return [found for element in here if element.VR == "SQ" for item in element.value for found in elements_at(item, path[1:])]


def is_empty(element: DataElement) -> bool:
    """Whether an element is there without a value."""
    return bool(element.is_empty) or (element.VR == "SQ" and not element.value)


def text_of(element: DataElement) -> str:
    r"""A value as it is shown, several with ``\`` between them."""
    value = element.value
    return "\\".join(str(part) for part in value) if element.VM > 1 else str(value)
