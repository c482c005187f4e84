"""Tables, links and the table of contents, as GitHub shows them."""

import re
from collections.abc import Iterable, Sequence

_HEADING = re.compile(r"^(#{2,4}) (.+)$", re.MULTILINE)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what would break it is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("*", "\\*").replace("<", "&lt;")


def anchor(heading: str) -> str:
    """What a link to a heading names."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def contents(page: str) -> str:
    """A list of links to the chapters and sections of a page.

    Raises
    ------
    ValueError
        If two headings are the same, so that a link to them would be ambiguous.
    """
    headings = _HEADING.findall(page)
    anchors = [anchor(heading) for _, heading in headings]
    if len(set(anchors)) != len(anchors):
        raise ValueError("two headings are the same")
    return "\n".join(
        f"{'  ' * (len(marks) - 2)}- [{heading}](#{link})" for (marks, heading), link in zip(headings, anchors, strict=True)
    )
