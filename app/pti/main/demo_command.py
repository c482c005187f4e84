"""``pti demo``: the workstation with an embedded treatment management system and a virtual treatment room."""

import argparse
import logging
import math
import os
import secrets
from pathlib import Path
from typing import Any

from pti.foundation.clock import local_now
from pti.foundation.errors import InvalidInput
from pti.foundation.machine import load_machine
from pti.foundation.resources import resource_path
from pti.main.demo_room import DemoRooms, warm_up_room
from pti.main.options import add_settings, settings_of
from pti.main.output import print_json, print_lines, six_line
from pti.main.workstation import Workstation
from pti.runtime.jobs.warming import warm_up
from pti.simulator.demo import DemoSite
from pti.simulator.room import SetupError

_log = logging.getLogger(__name__)

OPERATOR = "Demo operator"
#: The differences in which the self-test counts as passed: mm and degrees on each axis.
TOLERANCE_MM, TOLERANCE_DEG = 0.5, 0.5
#: Exit code of a self-test that went the whole way but did not find the hidden error.
MISSED = 1


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    parser = commands.add_parser("demo", help="start the workstation on a demo patient, nothing else needed")
    parser.add_argument("--patient", type=Path, metavar="DIR", help="a real patient: plan, structure set and CT files")
    parser.add_argument("--dir", type=Path, metavar="DIR", help="where the embedded system keeps its files")
    parser.add_argument(
        "--error", type=setup_error, metavar="LAT,LNG,VRT,PITCH,ROLL,ROT", help="the hidden set-up error in mm and degrees"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="of noise and of the hidden error; drawn if not given")
    parser.add_argument("--selftest", action="store_true", help="go the whole way without a person and report")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="with --selftest: leave a picture of each step")
    parser.add_argument("--json", action="store_true", help="with --selftest: print one JSON object")
    add_settings(parser)
    parser.set_defaults(run=run)


def setup_error(text: str) -> SetupError:
    """Read six comma-separated numbers.

    Raises
    ------
    argparse.ArgumentTypeError
        If there are not six numbers.
    """
    try:
        lat, lng, vrt, pitch, roll, rotation = (_finite(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not six numbers LAT,LNG,VRT,PITCH,ROLL,ROT") from None
    return SetupError(lat, lng, vrt, pitch, roll, rotation)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def default_directory() -> Path:
    """Where the demonstration keeps its files: the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "pti" / "demo"


def run(arguments: argparse.Namespace) -> int:
    """Start the demonstration; the exit code of the window or of the self-test."""
    if arguments.patient is not None and not arguments.patient.is_dir():
        raise InvalidInput(f"{arguments.patient} is not a directory")
    directory = arguments.dir or default_directory()
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    settings = settings_of(arguments)
    machine = load_machine(resource_path("machine", "default.toml"))
    rooms = DemoRooms(machine, local_now, arguments.error, seed)
    site = DemoSite(directory, arguments.patient)
    quiet = arguments.selftest and arguments.json
    say = _say_nothing if quiet else print_lines
    say("Preparing the programs for this processor (longer the first time) ...")
    warm_up()
    warm_up_room(machine)
    say(f"Preparing the patient in {directory} ...")
    site.start()
    try:
        workstation = Workstation(
            site.local, site.peer, directory / "workstation", rooms, machine, operator=OPERATOR, settings=settings
        )
        if arguments.selftest:
            return _selftest(workstation, site, rooms, arguments)
        return _window(workstation)
    finally:
        site.stop()


def _say_nothing(*_lines: str) -> None:
    """With --json, standard output holds the JSON object alone."""


def _window(workstation: Workstation) -> int:
    from pti.main.application import ended_by_signals, make_application, open_window

    application = make_application(offscreen=False)
    window = open_window(workstation)
    try:
        workstation.start()
        window.show()
        with ended_by_signals(application):
            return int(application.exec())
    finally:
        workstation.close()


def _selftest(workstation: Workstation, site: DemoSite, rooms: DemoRooms, arguments: argparse.Namespace) -> int:
    from pti.main.application import make_application, open_window
    from pti.main.selftest import SelfTest, run_selftest

    application = make_application(offscreen=arguments.screenshots is None)
    window = open_window(workstation) if arguments.screenshots is not None else None
    if window is not None:
        window.show()
    try:
        workstation.start()
        test = SelfTest(workstation.store, window=window, screenshots=arguments.screenshots)
        summary = run_selftest(test, workstation.store, site.plan_uid, rooms, site.tms)
    finally:
        workstation.close()
        if window is not None:
            window.confirm_close = False
            window.close()
        application.processEvents()
    summary["passed"] = _passed(summary["difference"])
    _tell(summary, as_json=arguments.json)
    return 0 if summary["passed"] else MISSED


def _passed(difference: dict[str, float | None]) -> bool:
    return all(
        value is not None and abs(value) <= (TOLERANCE_MM if name.endswith("_mm") else TOLERANCE_DEG)
        for name, value in difference.items()
    )


def _tell(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return

    def line(key: str) -> str:
        a, b, c, d, e, f = summary[key].values()
        return six_line((a, b, c, d, e, f))

    times = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in summary["seconds"].items())
    print_lines(
        f"Hidden error: {line('hidden_error')}",
        f"Found error:  {line('found_error')}",
        f"Difference:   {line('difference')}",
        f"Likeness {summary['quality']:.3f}; times: {times}",
        *(f"Saved: {s['kind']} -> {s['path']}" for s in summary["saved"]),
        *(f"Warning: {w}" for w in summary["warnings"]),
        *(f"Screenshot: {path}" for path in summary["screenshots"]),
        "The whole way worked and the hidden error was found." if summary["passed"] else "The hidden error was NOT found.",
    )
