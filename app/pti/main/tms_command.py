"""``pti tms``: the embedded treatment management system on its own."""

import argparse
from pathlib import Path

from pti.foundation.errors import InvalidInput
from pti.simulator.tms import run_tms


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    parser = commands.add_parser("tms", help="run a small treatment management system for tests and demonstrations")
    parser.add_argument("--dir", type=Path, required=True, metavar="DIR", help="where it keeps its files")
    parser.add_argument("--port", type=int, default=11112, metavar="P")
    parser.add_argument("--ae-title", default="PTI_TMS", metavar="T")
    parser.add_argument(
        "--destination",
        type=destination,
        action="append",
        default=[],
        metavar="TITLE@HOST:PORT",
        help="where a C-MOVE may send to; may be repeated",
    )
    parser.set_defaults(run=run)


def destination(text: str) -> tuple[str, tuple[str, int]]:
    """Read ``TITLE@HOST:PORT``.

    Raises
    ------
    argparse.ArgumentTypeError
        If a part is missing or the port is no number.
    """
    title, at, address = text.partition("@")
    host, colon, port = address.rpartition(":")
    if not (title and at and host and colon and port.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not TITLE@HOST:PORT")
    return title, (host, int(port))


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted; the exit code is 0."""
    if not 0 < arguments.port < 65536:
        raise InvalidInput(f"port {arguments.port} is not between 1 and 65535")
    run_tms(arguments.dir, arguments.port, arguments.ae_title, dict(arguments.destination))
    return 0
