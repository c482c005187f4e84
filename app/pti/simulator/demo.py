"""A demonstration site: the embedded treatment management system with one patient, on loopback."""

import hashlib
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from pti import __version__
from pti.foundation.errors import InvalidInput
from pti.foundation.instances import RT_ION_PLAN
from pti.foundation.ports import free_port
from pti.network.peers import LocalEntity, Peer
from pti.simulator import phantom
from pti.simulator.phantom import make_demo_patient
from pti.simulator.tms import EmbeddedTms

_log = logging.getLogger(__name__)

TMS_TITLE = "PTI_TMS"
WORKSTATION_TITLE = "PTImageClient"
LOOPBACK = "127.0.0.1"

Progress = Callable[[float, str], None]


class DemoSite:
    """Embedded treatment management system, filled with the demo patient or with a real one.

    Parameters
    ----------
    directory : where the embedded system keeps its files; what is there is kept
    patient_directory : Part 10 files of one patient (plan, structure set, CT); None: the program's own demo patient
    """

    def __init__(self, directory: Path, patient_directory: Path | None = None) -> None:
        self._directory = directory
        self._patient_directory = patient_directory
        self.peer = Peer(TMS_TITLE, LOOPBACK, free_port())
        self.local = LocalEntity(WORKSTATION_TITLE, LOOPBACK, free_port())
        self.tms = EmbeddedTms(
            directory / "tms",
            ae_title=TMS_TITLE,
            host=LOOPBACK,
            port=self.peer.port,
            destinations={WORKSTATION_TITLE: (LOOPBACK, self.local.port)},
        )
        self.plan_uid = ""

    def start(self, on_progress: Progress | None = None) -> None:
        """Make or read the patient, file it, and go on the network.

        Raises
        ------
        InvalidInput
            If the patient's directory has no RT Ion Plan, or more than one.
        """
        source = self._patient_directory or self._demo_patient(on_progress)
        files = sorted(path for path in source.rglob("*") if path.is_file())
        self.plan_uid = _only_plan(files, source)
        self.tms.start()
        self.tms.add_files(files)

    def stop(self) -> None:
        """Leave the network; the files stay."""
        self.tms.stop()

    def _demo_patient(self, on_progress: Progress | None) -> Path:
        """The directory of the demo patient, made at first use and whenever its making changed."""
        directory = self._directory / f"demo-patient-{_phantom_stamp()}"
        if not directory.is_dir():
            part = directory.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            make_demo_patient(part, on_progress)
            part.rename(directory)
        return directory


def _phantom_stamp() -> str:
    """Changes with the program's version, and in a checkout with the phantom's code."""
    stamp = hashlib.sha256(__version__.encode())
    for folder in phantom.__path__:
        for source in sorted(Path(folder).glob("*.py")):
            stamp.update(source.read_bytes())
    return stamp.hexdigest()[:12]


def _only_plan(files: list[Path], source: Path) -> str:
    plans = {}
    for path in files:
        try:
            ds = dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID", "SOPInstanceUID"])
        except (InvalidDicomError, OSError):
            _log.info("passed over a file that is not DICOM")
            continue
        if ds.get("SOPClassUID") == RT_ION_PLAN:
            plans[str(ds.SOPInstanceUID)] = path
    if len(plans) != 1:
        raise InvalidInput(f"{source} holds {len(plans)} RT Ion Plans; it must hold exactly one")
    return next(iter(plans))
