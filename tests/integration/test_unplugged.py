"""Pulling the plug on the treatment management system: a clear message, a working program, nothing lost."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from pti.main.selftest import StepFailed
from pti.session import intents as it
from pti.session.model import SessionState, Severity
from pti.session.phases import Accepted, Acquired, Loaded, Loading, Matched, NoPatient, Saving
from pti.simulator.room import SetupError
from tests.support.site import Site, running_site

ERROR = SetupError(2.0, -3.0, 1.0, 0.5, -0.5, 1.0)


class PlugPuller:
    """Stops the treatment management system at the first state that `when` says, as a power cut would."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._armed = True

    def __call__(self, state: SessionState) -> None:
        if self._armed and self.when(state):
            self._armed = False
            self._site.demo.tms.stop()

    def when(self, state: SessionState) -> bool:
        """Whether the moment has come."""
        match state.phase:
            case Loading(progress=progress):
                return progress.fraction is not None and progress.fraction > 0.3
            case _:
                return False


def errors(state: SessionState) -> list[str]:
    return [message.title for message in state.messages if message.severity is Severity.ERROR]


@pytest.mark.requirement("QR-07")
def test_a_peer_that_dies_while_loading_is_told_and_a_second_try_works(
    qapp: QApplication, tmp_path: Path, small_patient: Path
) -> None:
    with running_site(tmp_path, small_patient) as site:
        site.workstation.store.subscribe(PlugPuller(site))
        with pytest.raises(StepFailed):
            site.open_patient()
        state = site.workstation.store.state
        assert isinstance(state.phase, NoPatient)
        assert len(errors(state)) == 1
        assert state.messages[-1].remedy
        site.demo.tms.start()
        site.workstation.store.dispatch(it.AcknowledgeMessages())
        site.open_patient()
        assert isinstance(site.workstation.store.state.phase, Loaded)


@pytest.mark.requirement("SCU-08")
def test_a_cable_that_is_pulled_while_saving_loses_nothing(qapp: QApplication, tmp_path: Path, small_patient: Path) -> None:
    with running_site(tmp_path, small_patient, error=ERROR, cable=True) as site:
        assert site.cable is not None
        site.open_patient()
        for _ in range(2):
            site.driver.step("acquire", it.AcquirePair(), lambda s: isinstance(s.phase, Acquired))
        site.driver.step("match", it.StartMatch(), lambda s: isinstance(s.phase, Matched))
        site.driver.step("accept", it.AcceptMatch(), lambda s: isinstance(s.phase, Accepted))
        accepted = site.workstation.store.state.phase
        assert isinstance(accepted, Accepted)
        wanted = {image.sop_instance_uid for pair in accepted.case.taken for image in pair.images}
        wanted.add(accepted.matched.record.registration_uid)
        site.cable.cut_after(2_500_000)  # the second of four images, 1.5 MB each, is on its way
        with pytest.raises(StepFailed):
            site.driver.step("save", it.Save(), lambda s: isinstance(s.phase, Accepted) and s.phase.saved)
        state = site.workstation.store.state
        assert site.cable.is_cut
        assert isinstance(state.phase, Accepted)
        assert len(errors(state)) == 1
        assert state.outbox_pending == len(wanted) - 1
        site.cable.mend()
        site.driver.step("save again", it.Save(), lambda s: isinstance(s.phase, Accepted) and s.phase.saved)
        assert site.workstation.store.state.outbox_pending == 0
        held = [instance.sop_instance_uid for instance in site.demo.tms.instances()]
        assert wanted <= set(held)
        assert len(held) == len(set(held))


def test_what_could_not_be_sent_waits_for_the_next_start(qapp: QApplication, tmp_path: Path, small_patient: Path) -> None:
    with running_site(tmp_path, small_patient, error=ERROR) as site:
        site.open_patient()
        site.driver.step("acquire", it.AcquirePair(), lambda s: isinstance(s.phase, Acquired))
        site.demo.tms.stop()
        with pytest.raises(StepFailed):
            site.driver.step("save", it.Save(), lambda s: not isinstance(s.phase, Saving) and s.outbox_pending == 0)
        waiting = site.workstation.store.state.outbox_pending
        assert waiting == 2
    with running_site(tmp_path, small_patient) as site:
        assert site.workstation.store.state.outbox_pending == waiting
        before = {instance.sop_instance_uid for instance in site.demo.tms.instances()}
        site.driver.step("send", it.SendPending(), lambda s: s.outbox_pending == 0)
        after = {instance.sop_instance_uid for instance in site.demo.tms.instances()}
        assert len(after - before) == waiting


@pytest.mark.requirement("NET-09", "QR-05")
def test_stop_while_loading_comes_back_at_once_and_leaves_a_working_program(
    qapp: QApplication, tmp_path: Path, small_patient: Path
) -> None:
    with running_site(tmp_path, small_patient) as site:
        stopped: list[bool] = []

        def stop_at_a_third(state: SessionState) -> None:
            if isinstance(state.phase, Loading) and (state.phase.progress.fraction or 0.0) > 0.3 and not stopped:
                stopped.append(True)
                site.workstation.store.dispatch(it.StopTask())

        site.workstation.store.subscribe(stop_at_a_third)
        site.driver.step("list", it.RefreshPlans(), lambda s: s.plan_list.plans is not None)
        (plan,) = site.workstation.store.state.plan_list.plans or ()
        site.driver.step("load", it.OpenPlan(plan), lambda s: bool(stopped) and isinstance(s.phase, NoPatient))
        assert errors(site.workstation.store.state) == []
        site.open_patient()
        assert isinstance(site.workstation.store.state.phase, Loaded)


@pytest.mark.requirement("QR-03")
def test_a_plan_whose_structure_set_is_missing_says_so_and_opens_nothing(
    qapp: QApplication, tmp_path: Path, small_patient: Path
) -> None:
    incomplete = tmp_path / "patient"
    shutil.copytree(small_patient, incomplete, ignore=shutil.ignore_patterns("RTSTRUCT.dcm"))
    with running_site(tmp_path / "site", incomplete) as site:
        with pytest.raises(StepFailed, match="structure set that the plan refers to"):
            site.open_patient()
        assert isinstance(site.workstation.store.state.phase, NoPatient)


@pytest.mark.requirement("QR-03")
def test_a_ct_image_that_is_missing_is_counted_and_nothing_is_opened(
    qapp: QApplication, tmp_path: Path, small_patient: Path
) -> None:
    incomplete = tmp_path / "patient"
    shutil.copytree(small_patient, incomplete)
    sorted(incomplete.glob("CT_*.dcm"))[7].unlink()
    with running_site(tmp_path / "site", incomplete) as site:
        with pytest.raises(StepFailed, match="1 of 90 objects did not arrive"):
            site.open_patient()
        assert isinstance(site.workstation.store.state.phase, NoPatient)
