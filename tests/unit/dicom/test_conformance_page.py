"""The conformance statement says what the program does."""

import re

from tests.support.conformance.markdown import anchor
from tests.support.conformance.page import PAGE, PARTS, PROSE, page
from tests.support.requirements import read_requirements


def test_the_conformance_statement_is_what_the_program_does() -> None:
    made = page()
    assert PAGE.read_text(encoding="utf-8") == made, "run: python -m tests.support.conformance --write"


def test_every_part_has_its_place_in_the_prose() -> None:
    assert set(re.findall(r"\$(\w+)", PROSE.read_text(encoding="utf-8"))) == {*PARTS, "contents"}


def test_every_link_leads_somewhere() -> None:
    text = PAGE.read_text(encoding="utf-8")
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 30
    for link in links:
        assert link[1:] in anchors if link.startswith("#") else (PAGE.parent / link).is_file(), link


def test_every_requirement_that_is_named_exists() -> None:
    known = read_requirements()
    named = set(re.findall(r"\b(?:[A-Z]+|M23|M33)-\d\d\b", PROSE.read_text(encoding="utf-8")))
    assert "SRO-01" in named
    assert named <= set(known)
