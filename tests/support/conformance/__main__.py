"""Prints the conformance statement, or writes it to its place: ``python -m tests.support.conformance [--write]``."""

import argparse
import sys

from tests.support.conformance.page import PAGE, page


def main() -> int:
    """Print or write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.conformance", description="DICOM conformance statement.")
    parser.add_argument("--write", action="store_true", help=f"write it to resources/help/{PAGE.name} instead of printing it")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
