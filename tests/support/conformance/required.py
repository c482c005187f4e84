"""What an object must have to be read: the program's own rules."""

from pydicom.uid import UID

from pti.dicom.checks import attribute_label
from pti.dicom.type1_rules import RULES
from tests.support.conformance.markdown import table


def required_tables() -> str:
    """A table for each SOP class."""
    sections = []
    for uid, rules in RULES.items():
        rows: dict[tuple[str, str], list[str]] = {}
        for rule in rules:
            where = " > ".join(attribute_label(keyword).rpartition(" (")[0] for keyword in rule.path) or "the object"
            condition = f"if {rule.condition.words}" if rule.condition is not None else "always"
            rows.setdefault((where, condition), []).extend(attribute_label(keyword) for keyword in rule.keywords)
        lines = table(("in", "required", "attributes"), ((*place, ", ".join(labels)) for place, labels in rows.items()))
        sections.append(f"#### {UID(uid).name.removesuffix(' Storage')} (read)\n\n{lines}")
    return "\n\n".join(sections)
