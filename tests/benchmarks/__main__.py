"""Command line of the benchmarks: ``python -m tests.benchmarks [NAME ...]``."""

import argparse
import dataclasses
import json
import sys

from tests.benchmarks.runner import benchmark_names, run_named, table


def main() -> int:
    """Run the named benchmarks, or all; 1 if a name is unknown or the candidates of one did not do the same work."""
    known = benchmark_names()
    parser = argparse.ArgumentParser(prog="dev.sh bench", description="Time the program against references in the same run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="all, if none is given: " + (", ".join(known) or "none yet"))
    parser.add_argument("--rounds", type=int, help="how often each candidate is timed")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.names) - set(known)):
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(known) or 'none'}", file=sys.stderr)
        return 1
    reports, failed = [], False
    for name in arguments.names or known:
        try:
            report = run_named(name, arguments.rounds)
        except AssertionError as difference:
            print(f"{name}: the candidates do not agree: {difference}", file=sys.stderr)
            failed = True
            continue
        reports.append(report)
        if not arguments.json:
            print(table(report), end="\n\n", flush=True)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(report) for report in reports], indent=2))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
