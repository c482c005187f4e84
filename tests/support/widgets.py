"""Finding the parts of a window by the names that they have there."""

from typing import TypeVar

from PySide6.QtWidgets import QWidget

Part = TypeVar("Part", bound=QWidget)


def part(window: QWidget, kind: type[Part], name: str) -> Part:
    """The widget of this kind and name; fails where the window has none."""
    found = window.findChild(kind, name)
    assert isinstance(found, kind), f"the window has no {name}"
    return found
