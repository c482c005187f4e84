"""A corpus of bad input: good small objects in which one thing is broken, and what must come of each by the rules.

What is expected stands with each case and was written from the standard and the requirements, not from what the program
says. ``python -m tests.support.bad_input`` prints the table of cases and messages that stands in ``resources/help``.
"""

from functools import cache

from tests.support.bad_input.cases import BadCase
from tests.support.bad_input.ct import ct_cases
from tests.support.bad_input.directories import directory_cases
from tests.support.bad_input.elements import harmful_cases
from tests.support.bad_input.files import file_cases
from tests.support.bad_input.images import image_cases
from tests.support.bad_input.plans import plan_cases
from tests.support.bad_input.registrations import registration_cases
from tests.support.bad_input.structures import structure_cases


@cache
def corpus() -> dict[str, BadCase]:
    """Every case by its name."""
    chapters = (
        plan_cases, structure_cases, ct_cases, image_cases, registration_cases, file_cases, directory_cases, harmful_cases
    )  # fmt: skip
    cases = [case for chapter in chapters for case in chapter()]
    named = {case.name: case for case in cases}
    assert len(named) == len(cases), "two cases have one name"
    return named
