"""Which tests show which requirement: ``python -m tests.support.requirements [--json]``.

Reads the tests' source without importing any of it. ``@pytest.mark.requirement("LOAD-03", "LOAD-04")`` counts on a test, on
a class for all its tests, in a parametrisation for its test, and in a module's ``pytestmark`` for all tests in it.
"""

import argparse
import ast
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REQUIREMENTS = TESTS / "requirements.csv"

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_requirements(path: Path = REQUIREMENTS) -> dict[str, str]:
    """Requirement id -> wording, in the file's order.

    Raises
    ------
    ValueError
        If an id stands there twice.
    """
    with path.open(newline="", encoding="utf-8") as lines:
        rows = [(row["id"], row["requirement"]) for row in csv.DictReader(lines)]
    if len(dict(rows)) != len(rows):
        raise ValueError(f"{path.name} has an id twice")
    return dict(rows)


def marked_tests(tests: Path = TESTS) -> dict[str, list[str]]:
    """Requirement id -> the tests marked with it, as pytest names them from the checkout; ids are not checked.

    Raises
    ------
    ValueError
        If a marker's argument is not a string written out, so that it cannot be read here.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        name = path.relative_to(tests.parent).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=name)
        for test, ids in _tests_of(tree.body, name, _module_ids(tree, name)):
            for requirement in ids:
                found.setdefault(requirement, []).append(test)
    return found


def _tests_of(body: list[ast.stmt], prefix: str, inherited: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            name = f"{prefix}::{node.name}"
            yield from _tests_of(node.body, name, inherited | _ids_in(node.decorator_list, name))
        elif isinstance(node, _Function) and node.name.startswith("test"):
            name = f"{prefix}::{node.name}"
            yield name, inherited | _ids_in(node.decorator_list, name)


def _module_ids(tree: ast.Module, name: str) -> frozenset[str]:
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
    ]
    return _ids_in(values, name)


def _ids_in(expressions: list[ast.expr], where: str) -> frozenset[str]:
    """The arguments of all ``...requirement(...)`` calls anywhere in `expressions`."""
    ids = set()
    for call in (node for expression in expressions for node in ast.walk(expression)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "requirement":
            for argument in call.args:
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    raise ValueError(f"{where}: the requirement marker needs ids written out")
                ids.add(argument.value)
    return frozenset(ids)


def main() -> int:
    """Print the trace; 1 if a test names an id that does not exist."""
    parser = argparse.ArgumentParser(prog="dev.sh trace", description="Print which tests show which requirement.")
    parser.add_argument("--json", action="store_true", help="id -> list of tests, as JSON")
    arguments = parser.parse_args()
    requirements, marked = read_requirements(), marked_tests()
    trace = {requirement: marked.get(requirement, []) for requirement in requirements}
    if arguments.json:
        print(json.dumps(trace, indent=2))
    else:
        for requirement, wording in requirements.items():
            print(f"{requirement:9} {wording}")
            for test in trace[requirement] or ["no test yet"]:
                print(f"          - {test}")
        print(f"{sum(map(bool, trace.values()))} of {len(trace)} requirements have a test")
    unknown = {requirement: tests for requirement, tests in marked.items() if requirement not in requirements}
    for requirement, tests in sorted(unknown.items()):
        print(f"unknown requirement {requirement} in {', '.join(tests)}", file=sys.stderr)
    return int(bool(unknown))


if __name__ == "__main__":
    sys.exit(main())
