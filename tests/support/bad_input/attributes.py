"""The faults that any attribute can have: each makes one case of each attribute that a reader relies on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from pathlib import Path as FilePath

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset

from tests.support.bad_input.breaking import Path, holder, label_of, put, put_bytes, put_items, remove, tag_of
from tests.support.bad_input.cases import BadCase, Outcome

#: Makes of a fault in a data set the files of a case.
Writer = Callable[[Callable[[Dataset], None]], Callable[[FilePath], None]]


class Form(Enum):
    """What an attribute holds."""

    NUMBERS = auto()
    WHOLE_NUMBER = auto()
    UID = auto()
    TEXT = auto()
    TERM = auto()
    ITEMS = auto()


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that a reader relies on.

    Parameters
    ----------
    path : keywords of the sequences whose first items lead to it, then its own
    needed : refused where it is missing or empty; otherwise that is no fault
    outcome : what comes of a fault
    message : pieces of the line that tells it; None: name and tag of the attribute
    """

    path: Path
    form: Form
    needed: bool = True
    outcome: Outcome = Outcome.REFUSED
    message: tuple[str, ...] | None = None


Fault = tuple[str, Callable[[Dataset], None], tuple[str, ...]]


def attribute_cases(chapter: str, write: Writer, attributes: tuple[Attribute, ...]) -> Iterator[BadCase]:
    """All faults of all attributes of one kind of object."""
    for attribute in attributes:
        label = label_of(attribute.path[-1])
        for fault, breaks, words in _faults(attribute):
            message = (f"{label} {' '.join(words)}".rstrip(),) if attribute.message is None else attribute.message
            yield BadCase(chapter, _subject(attribute.path), fault, write(breaks), attribute.outcome, message)


def _subject(path: Path) -> str:
    places = [label_of(keyword).rsplit(" (", 1)[0].removesuffix(" Sequence") for keyword in path[:-1]]
    return label_of(path[-1]) + (f" in {', '.join(places)}" if places else "")


def _faults(attribute: Attribute) -> Iterator[Fault]:
    path = attribute.path
    if attribute.needed:
        yield "is missing", partial(remove, path=path), ("is missing",)
        if attribute.form is not Form.ITEMS:
            yield "is empty", partial(put_bytes, path=path, content=b""), ("is empty",)
    match attribute.form:
        case Form.NUMBERS | Form.WHOLE_NUMBER:
            yield from _number_faults(path, whole=attribute.form is Form.WHOLE_NUMBER)
        case Form.UID:
            yield from _uid_faults(path)
        case Form.TEXT:
            yield "is blank", partial(_put_text, path=path, text="    "), ("is empty",)
        case Form.TERM:
            yield "is a word of no meaning", partial(_put_text, path=path, text="SOMETHING"), ()
        case Form.ITEMS:
            yield "has no item", partial(put_items, path=path, items=()), ("is empty",)
            yield "is a text", partial(put_bytes, path=path, content=b"TEXT", vr="LO"), ()
    if attribute.form is not Form.ITEMS and path != ("SOPInstanceUID",):  # the writer itself looks at that one
        yield "is a sequence", partial(put_items, path=path, items=(Dataset(),)), ()


def _number_faults(path: Path, *, whole: bool) -> Iterator[Fault]:
    vr = dictionary_VR(tag_of(path[-1]))
    if vr in ("DS", "IS"):
        yield "is no number", partial(_put_text, path=path, text="abc"), ()
        yield "is cut to a sign", partial(_put_text, path=path, text="-"), ()
    if vr == "DS":
        yield "has a decimal comma", partial(_put_text, path=path, text="1,5"), ()
        yield "is infinite", partial(_replace_first, path=path, value="1e400"), ()
    if vr in ("DS", "FL", "FD"):
        yield "is NaN", partial(_replace_first, path=path, value="NaN"), ()
    if whole and vr == "IS":
        yield "is no whole number", partial(_put_text, path=path, text="1.5"), ()
    yield "has a value too many", partial(_one_more, path=path), ()
    yield "is in bytes of another kind", partial(put_bytes, path=path, content=b"\x01\x02\x03\x04\x05\x06", vr="OB"), ()


def _uid_faults(path: Path) -> Iterator[Fault]:
    yield "has a path in it", partial(_put_text, path=path, text="../../1.2.3"), ("is no legal UID",)
    yield "has letters in it", partial(_put_text, path=path, text="1.2.abc"), ("is no legal UID",)
    yield "is longer than 64 characters", partial(_put_text, path=path, text="1." + "2" * 64), ("is no legal UID",)
    yield "is two UIDs", partial(_put_text, path=path, text="1.2\\1.3"), ("is no legal UID",)


def _put_text(ds: Dataset, path: Path, text: str) -> None:
    put(ds, path, text)


def _values(ds: Dataset, path: Path) -> list[float]:
    value = holder(ds, path)[path[-1]].value
    return [float(part) for part in (value if hasattr(value, "__len__") else (value,))]


def _replace_first(ds: Dataset, path: Path, value: str) -> None:
    binary = dictionary_VR(tag_of(path[-1])) in ("FL", "FD")
    put(ds, path, float(value) if binary else value, *_values(ds, path)[1:])


def _one_more(ds: Dataset, path: Path) -> None:
    values = _values(ds, path)
    whole = dictionary_VR(tag_of(path[-1])) in ("IS", "US", "SS", "UL")
    put(ds, path, *(int(value) if whole else value for value in (*values, values[0])))
