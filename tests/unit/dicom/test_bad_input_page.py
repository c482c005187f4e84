"""The page of the manual about bad input says what the program says."""

from tests.support.bad_input.table import PAGE, page


def test_the_page_about_bad_input_is_what_the_program_says() -> None:
    made = page()
    assert "pti-bad-input-" not in made, "a folder of this machine got into the page"
    assert PAGE.read_text(encoding="utf-8") == made, "run: python -m tests.support.bad_input --write"
