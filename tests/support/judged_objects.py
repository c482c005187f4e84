"""What outside judges are given: every kind of written object, full and sparse, each with an instance UID of its own."""

from functools import cache

from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.support.written_objects import WRITTEN_OBJECTS

_MADE = {f"{kind.name}, {variant}": getattr(kind, variant) for kind in WRITTEN_OBJECTS for variant in ("full", "sparse")}
JUDGED_NAMES = tuple(_MADE)


@cache
def judged(name: str, root: str = "2.25.77") -> Dataset:
    """The object of that name; made once and only read. An archive keeps one object a UID: `root` sets a second copy apart."""
    ds: Dataset = _MADE[name]()
    ds.SOPInstanceUID = UID(f"{root}{JUDGED_NAMES.index(name):03d}")
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    return ds


def judged_objects() -> dict[str, Dataset]:
    """Every object by its name."""
    return {name: judged(name) for name in JUDGED_NAMES}
