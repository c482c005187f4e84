"""Type 1 attributes: an object that lacks one is refused (SCP-06)."""

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, InvalidDicomObject
from pti.dicom.type1_rules import RULES

#: Values of other representations may be all zeros and mean it.
_TEXT_VRS = ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT")
#: No text that is longer than this is only padding.
_LONGEST_PADDING = 64


def check_type1(attributes: Attributes, sop_class_uid: str) -> None:
    """Complain about every Type 1 attribute of the SOP class, and every Type 1C one whose condition holds, that is missing.

    Sequence items are looked into; a value of nothing but padding is none.
    """
    for rule in RULES[sop_class_uid]:
        for item in _follow(attributes, rule.path):
            if rule.condition is None or rule.condition.holds(item):
                for keyword in rule.keywords:
                    _check_present(item, keyword)


def type1_complaints(dataset: Dataset) -> tuple[str, ...]:
    """What a received object lacks; empty where nothing is missing or its SOP class is not one of ours."""
    attributes = Attributes(dataset)
    sop_class_uid = attributes.required_uid("SOPClassUID")
    try:
        if sop_class_uid in RULES:
            check_type1(attributes, sop_class_uid)
    except InvalidDicomObject as error:  # far more than anyone reads
        return error.complaints
    return tuple(dict.fromkeys(attributes.complaints))


def _check_present(item: Attributes, keyword: str) -> None:
    if keyword not in item.dataset:
        item.complain(keyword, "is missing")
    elif item.is_empty(keyword) or _is_padding(item, keyword):
        item.complain(keyword, "is empty")


def _is_padding(item: Attributes, keyword: str) -> bool:
    """Whether a value that has not been converted yet is text of blanks and zeros alone."""
    try:
        element = item.dataset.get_item(keyword)
    except Exception:  # noqa: BLE001 - pydicom cannot decode it, as `is_empty` has said
        return False
    if not isinstance(element.value, bytes) or len(element.value) > _LONGEST_PADDING:
        return False
    return (element.VR or dictionary_VR(keyword)) in _TEXT_VRS and not element.value.strip(b" \0")


def _follow(attributes: Attributes, path: tuple[str, ...]) -> tuple[Attributes, ...]:
    items: tuple[Attributes, ...] = (attributes,)
    for keyword in path:
        items = tuple(inner for item in items for inner in item.items(keyword))
    return items
