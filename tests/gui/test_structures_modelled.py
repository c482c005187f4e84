"""Structures of a patient who was opened over DICOM are modelled in the background."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pti.session import intents as it
from pti.session.phases import Loaded, NoPatient
from pti.session.store import Store
from pti.simulator.room import SetupError
from tests.support.site import running_site

PATIENCE_MS = 120_000


@pytest.fixture
def store(qapp: object, tmp_path: Path, small_patient: Path) -> Iterator[Store]:
    with running_site(tmp_path, small_patient, error=SetupError(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)) as site:
        yield site.workstation.store


def open_patient(store: Store, qtbot: QtBot) -> None:
    store.dispatch(it.RefreshPlans())
    qtbot.waitUntil(lambda: store.state.plan_list.plans is not None, timeout=PATIENCE_MS)
    assert store.state.plan_list.plans is not None
    store.dispatch(it.OpenPlan(store.state.plan_list.plans[0]))
    qtbot.waitUntil(lambda: isinstance(store.state.phase, Loaded), timeout=PATIENCE_MS)


def test_models_come_after_the_patient_was_opened(store: Store, qtbot: QtBot) -> None:
    open_patient(store, qtbot)
    assert store.state.modelled is not None
    qtbot.waitUntil(lambda: store.state.modelled is not None and store.state.modelled.models is not None, timeout=PATIENCE_MS)
    assert store.state.case is not None
    models = store.state.modelled.models
    assert models is not None
    closed = [s.number for s in store.state.case.structure_set.structures if s.contours and not s.is_point]
    assert sorted(models) == sorted(closed)
    assert not [m for m in store.state.messages if "structure" in m.title]


def test_closing_at_once_leaves_nothing_behind(store: Store, qtbot: QtBot) -> None:
    open_patient(store, qtbot)
    store.dispatch(it.ClosePatient())
    assert isinstance(store.state.phase, NoPatient)
    told = len(store.state.messages)
    open_patient(store, qtbot)
    qtbot.waitUntil(lambda: store.state.modelled is not None and store.state.modelled.models is not None, timeout=PATIENCE_MS)
    assert len(store.state.messages) == told
