"""``pti couch``: convert a couch position between its two representations."""

import argparse

from pti.geometry.couch import IecCouch, IsocentricCouch
from pti.main.output import print_json, print_lines


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command's arguments."""
    parser = commands.add_parser(
        "couch", help="convert a couch position between IEC 61217 (DICOM) and Isocentric Standard (screen)"
    )
    parser.add_argument("--to", choices=("isocentric", "iec"), required=True, help="the representation wanted")
    parser.add_argument("lateral", type=float, metavar="LAT", help="mm")
    parser.add_argument("longitudinal", type=float, metavar="LNG", help="mm")
    parser.add_argument("vertical", type=float, metavar="VRT", help="mm")
    parser.add_argument("pitch", type=float, metavar="PITCH", help="degrees")
    parser.add_argument("roll", type=float, metavar="ROLL", help="degrees")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Convert and print; the exit code is 0."""
    values = (arguments.lateral, arguments.longitudinal, arguments.vertical, arguments.pitch, arguments.roll)
    to_isocentric = arguments.to == "isocentric"
    converted = IecCouch(*values).to_isocentric() if to_isocentric else IsocentricCouch(*values).to_iec()
    answer = {
        "representation": arguments.to,
        "lateral_mm": converted.lateral_mm,
        "longitudinal_mm": converted.longitudinal_mm,
        "vertical_mm": converted.vertical_mm,
        "pitch_deg": converted.pitch_deg,
        "roll_deg": converted.roll_deg,
    }
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*(f"{name}: {value}" for name, value in answer.items()))
    return 0
