"""What every test runs in: no screen, fixed environment, real data where it is at hand."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pti  # noqa: F401, I001  # before anything that loads numba or OpenMP: it fixes their settings

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pti.simulator.phantom import DemoSize, make_demo_patient
from tests.support.data import DataNotAtHand, find_data, find_truth
from tests.support.display import NoDisplayServer, virtual_display

# The same examples every time; `pytest --hypothesis-profile=explore` looks further. No example is stored, none is timed.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("explore", max_examples=2000, database=None, deadline=None, print_blob=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """``real_data("01_dcpt_head_proton")`` is that set's folder; the test is skipped where the set is not at hand."""

    def find(name: str) -> Path:
        try:
            return find_data(name)
        except DataNotAtHand as reason:
            pytest.skip(str(reason))

    return find


@pytest.fixture(scope="session")
def real_truth() -> Callable[[str], Path]:
    """``real_truth("kv_bead.json")`` is what is known about real data from outside; skips like `real_data`."""

    def find(name: str) -> Path:
        try:
            return find_truth(name)
        except DataNotAtHand as reason:
            pytest.skip(str(reason))

    return find


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """DISPLAY of an X server of the tests' own, for programs started with it; the test is skipped where there is none."""
    try:
        with virtual_display() as display:
            yield display
    except NoDisplayServer as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def demo_patient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the demo patient's files at full size, made once a run; it is only read."""
    directory = tmp_path_factory.mktemp("demo-patient")
    make_demo_patient(directory)
    return directory


@pytest.fixture(scope="session")
def small_patient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a coarse demo patient that loads quickly; it is only read."""
    directory = tmp_path_factory.mktemp("small-patient")
    make_demo_patient(directory, size=DemoSize(rows=128, columns=128, slices=90))
    return directory
