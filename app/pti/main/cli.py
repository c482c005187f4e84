"""``pti``: the program's command line."""

import argparse
import logging
import sys
from collections.abc import Sequence

from pti import __version__
from pti.foundation.errors import PtiError
from pti.main import couch_command, demo_command, drr_command, export_command, import_check_command, match_command, tms_command

#: Exit code of a command that a PtiError ended.
FAILED = 2


def build_parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    parser = argparse.ArgumentParser(
        prog="pti", description="Proton Therapy Imaging: patient set-up imaging. Research software, not a medical device."
    )
    parser.add_argument("--version", action="version", version=f"pti {__version__}")
    parser.add_argument("--log-level", default="WARNING", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (demo_command, import_check_command, export_command, match_command, drr_command, couch_command, tms_command):
        command.add_parser(commands)
    return parser


def _with_negative_lists(argv: Sequence[str]) -> list[str]:
    """Join ``--error -1,2,...`` into one word; argparse takes a list that begins with a minus for an option."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] == "--error" and word.startswith("-"):
            words[-1] = f"--error={word}"
        else:
            words.append(word)
    return words


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    arguments = build_parser().parse_args(_with_negative_lists(sys.argv[1:] if argv is None else argv))
    logging.basicConfig(level=arguments.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        return int(arguments.run(arguments))
    except PtiError as error:
        sys.stderr.write(f"pti: {error}\n     {error.remedy}\n")
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
