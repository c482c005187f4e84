"""The settings file decides what the treatment management system gets."""

from pathlib import Path

import pytest
from pydicom import dcmread
from PySide6.QtWidgets import QApplication

from pti.foundation.settings import ExportSettings, RegistrationFormat, Settings
from pti.session import intents as it
from pti.session.phases import Accepted, Acquired, Matched
from tests.support.site import running_site


@pytest.mark.requirement("SRO-01")
def test_save_sends_the_plain_registration_where_the_settings_want_it(
    qapp: QApplication, tmp_path: Path, small_patient: Path
) -> None:
    settings = Settings(ExportSettings(registration_format=RegistrationFormat.PLAIN))
    with running_site(tmp_path, small_patient, settings=settings) as site:
        site.open_patient()
        site.driver.step("acquire", it.AcquirePair(), lambda s: isinstance(s.phase, Acquired))
        site.driver.step("match", it.StartMatch(), lambda s: isinstance(s.phase, Matched))
        site.driver.step("accept", it.AcceptMatch(), lambda s: isinstance(s.phase, Accepted))
        state = site.driver.step("save", it.Save(), lambda s: isinstance(s.phase, Accepted) and s.phase.saved)
        assert isinstance(state.phase, Accepted)
        uid = state.phase.matched.record.registration_uid
        (stored,) = (instance for instance in site.demo.tms.instances() if instance.sop_instance_uid == uid)
        ds = dcmread(stored.path)
        assert [item.FrameOfReferenceUID for item in ds.RegistrationSequence] == [state.phase.case.plan.frame_of_reference_uid]
