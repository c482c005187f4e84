"""Prints the page of the manual about bad input, or writes it to its place: ``python -m tests.support.bad_input [--write]``."""

import argparse
import sys

from tests.support.bad_input.table import PAGE, page


def main() -> int:
    """Print or write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.bad_input", description="Table of bad input and messages.")
    parser.add_argument("--write", action="store_true", help=f"write it to resources/help/{PAGE.name} instead of printing it")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
