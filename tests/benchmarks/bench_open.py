"""From Open to the planning CT on the screen: the real head over DICOM, one C-MOVE for each of its 177 images.

The reference reads the same CT files from the disk with pydicom and stacks their pixels: what loading costs without a network,
without checks and without a picture.
"""

import atexit
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from pti.main.application import make_application, open_window
from pti.session import intents as it
from pti.session.phases import NoPatient
from pti.ui.window import MainWindow
from tests.benchmarks.runner import Benchmark, Unavailable
from tests.support.data import DataNotAtHand, find_data
from tests.support.relink import relink_head
from tests.support.site import Site, running_site


def benchmark() -> Benchmark:
    """Site and window run until the process ends; one round opens and closes the patient."""
    try:
        source = find_data("01_dcpt_head_proton")
    except DataNotAtHand as reason:
        raise Unavailable(str(reason)) from reason
    application = make_application(offscreen=True)
    stack = ExitStack()
    atexit.register(stack.close)
    directory = Path(stack.enter_context(TemporaryDirectory(prefix="pti-bench-")))
    files = relink_head(source, directory / "patient")
    site = stack.enter_context(running_site(directory / "site", directory / "patient"))
    window = open_window(site.workstation)
    window.show()
    return Benchmark(
        title=f"Open to CT on the screen, {len(files.ct)} images of 512 x 512 over DICOM on loopback",
        candidates={
            "pti: Open to CT on the screen": lambda: open_and_paint(application, site, window),
            "pydicom reads the files": lambda: read_files(files.ct),
        },
        reference="pydicom reads the files",
        rounds=3,
    )


def open_and_paint(application: QApplication, site: Site, window: MainWindow) -> QPixmap:
    """Open the patient, paint the window with the CT's slices, close the patient."""
    site.open_patient()
    application.sendPostedEvents()
    picture = window.grab()
    site.driver.step("close", it.ClosePatient(), lambda s: isinstance(s.phase, NoPatient))
    return picture


def read_files(paths: Sequence[Path]) -> NDArray[np.int16]:
    """Stack the stored pixels of the files."""
    return np.stack([dcmread(path).pixel_array for path in paths]).astype(np.int16)
