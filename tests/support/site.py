"""A whole site for tests: embedded treatment management system, workstation without a window, virtual room."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from pti.foundation.clock import local_now
from pti.foundation.machine import load_machine
from pti.foundation.resources import resource_path
from pti.foundation.settings import DEFAULT_SETTINGS, Settings
from pti.main.demo_room import DemoRooms
from pti.main.selftest import SelfTest
from pti.main.workstation import Workstation
from pti.session import intents as it
from pti.session.phases import Loaded
from pti.simulator.demo import DemoSite
from pti.simulator.room import SetupError
from tests.support.cable import Cable


@dataclass(frozen=True)
class Site:
    """What a test drives and looks into."""

    demo: DemoSite
    workstation: Workstation
    rooms: DemoRooms
    driver: SelfTest
    cable: Cable | None = None

    def open_patient(self) -> None:
        """List the plans and open the site's patient."""
        state = self.driver.step("list", it.RefreshPlans(), lambda s: s.plan_list.plans is not None)
        (plan,) = (p for p in state.plan_list.plans or () if p.sop_instance_uid == self.demo.plan_uid)
        self.driver.step("load", it.OpenPlan(plan), lambda s: isinstance(s.phase, Loaded))


@contextmanager
def running_site(
    directory: Path,
    patient: Path | None,
    *,
    error: SetupError | None = None,
    seed: int = 1,
    cable: bool = False,
    settings: Settings = DEFAULT_SETTINGS,
) -> Iterator[Site]:
    """Start everything and end it with the block; with `cable` the workstation's associations go through one."""
    machine = load_machine(resource_path("machine", "default.toml"))
    rooms = DemoRooms(machine, local_now, error, seed)
    demo = DemoSite(directory, patient)
    demo.start()
    try:
        with Cable(demo.peer.port) if cable else nullcontext() as line:
            peer = demo.peer if line is None else replace(demo.peer, port=line.port)
            workstation = Workstation(
                demo.local, peer, directory / "workstation", rooms, machine, operator="Test operator", settings=settings
            )
            try:
                workstation.start()
                yield Site(demo, workstation, rooms, SelfTest(workstation.store), line)
            finally:
                workstation.close()
    finally:
        demo.stop()
