"""The whole way without a person: open, load, take a pair, match, accept, save, and look into the archive."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from pti.foundation.errors import PtiError
from pti.main.demo_room import DemoRooms
from pti.main.output import six_by_name
from pti.registration.correction import Six
from pti.registration.result import MatchResult
from pti.session import intents as it
from pti.session.model import SessionState, Severity
from pti.session.phases import Accepted, Acquired, Loaded, Matched, NoPatient
from pti.session.selectors import shown_correction, shown_registration
from pti.session.store import Store
from pti.simulator.tms import EmbeddedTms

#: A step that takes longer has failed.
STEP_LIMIT_S = 300.0


class StepFailed(PtiError):
    """A step of the self-test did not come to its end."""

    code, title = "PTI-SIM-90", "The self-test failed"
    remedy = "Read the message above it; run the step by hand in `pti demo`."


class SelfTest:
    """Drives a workstation's store step by step.

    Parameters
    ----------
    window : grabbed after each step where `screenshots` names a directory
    """

    def __init__(self, store: Store, *, window: QWidget | None = None, screenshots: Path | None = None) -> None:
        self._store = store
        self._window = window
        self._screenshots = screenshots
        self.seconds: dict[str, float] = {}
        self.pictures: list[str] = []

    def step(self, name: str, intent: it.UserIntent, done: Callable[[SessionState], bool]) -> SessionState:
        """Dispatch `intent` and wait until `done`.

        Raises
        ------
        StepFailed
            If a message of severity ERROR comes, or after STEP_LIMIT_S.
        """
        begun = time.perf_counter()
        self._store.dispatch(intent)
        self.wait(name, done)
        self.seconds[name] = time.perf_counter() - begun
        return self._store.state

    def wait(self, name: str, done: Callable[[SessionState], bool]) -> None:
        """Let events run until `done`."""
        seen = self._store.state.messages_made
        limit = time.monotonic() + STEP_LIMIT_S
        while not done(self._store.state):
            self._run_events(20)
            for message in self._store.state.messages:
                if message.number > seen and message.severity is Severity.ERROR:
                    raise StepFailed(f"{name}: {message.code} {message.title}: {message.detail}")
            if time.monotonic() > limit:
                raise StepFailed(f"{name}: not done after {STEP_LIMIT_S:.0f} s")

    def _run_events(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def picture(self, name: str) -> None:
        """Leave a screenshot of the window."""
        if self._window is None or self._screenshots is None:
            return
        self._screenshots.mkdir(parents=True, exist_ok=True)
        self._run_events(50)
        path = self._screenshots / f"{len(self.pictures) + 1}-{name}.png"
        if not self._window.grab().save(str(path)):
            raise StepFailed(f"cannot write {path}")
        self.pictures.append(str(path))


def run_selftest(test: SelfTest, store: Store, plan_uid: str, rooms: DemoRooms, tms: EmbeddedTms) -> dict[str, Any]:
    """Go the whole way; a summary with hidden and found error, times, and what was saved.

    Raises
    ------
    StepFailed
        If a step does not come to its end, or the archive does not hold what was saved.
    """
    state = test.step("list", it.RefreshPlans(), lambda s: s.plan_list.plans is not None)
    plans = [p for p in state.plan_list.plans or () if p.sop_instance_uid == plan_uid]
    if not plans:
        raise StepFailed("list: the treatment management system does not offer the plan")
    test.picture("plans")
    test.step("load", it.OpenPlan(plans[0]), lambda s: isinstance(s.phase, Loaded))
    test.wait("load", lambda s: s.modelled is not None and s.modelled.models is not None)
    test.picture("load")
    test.step("acquire", it.AcquirePair(), lambda s: isinstance(s.phase, Acquired))
    test.wait("acquire", lambda s: isinstance(s.phase, Acquired) and s.phase.planned_views is not None)
    test.picture("acquire")
    test.step("match", it.StartMatch(), lambda s: isinstance(s.phase, Matched))
    test.wait("match", lambda s: isinstance(s.phase, Matched) and s.phase.matched_views is not None)
    test.picture("review")
    found = _found_error(store.state)
    registration = shown_registration(store.state.phase)
    test.step("accept", it.AcceptMatch(), lambda s: isinstance(s.phase, Accepted))
    state = test.step("save", it.Save(), lambda s: isinstance(s.phase, Accepted) and s.phase.saved)
    test.picture("save")
    saved = _saved_objects(state, tms)
    accepted = state.phase
    assert isinstance(accepted, Accepted)
    result = accepted.matched.record.result
    assert isinstance(result, MatchResult)  # it was searched for above
    hidden = rooms.hidden_error
    assert hidden is not None
    assert registration is not None
    test.step("close", it.ClosePatient(), lambda s: isinstance(s.phase, NoPatient))
    return {
        "hidden_error": six_by_name(hidden),
        "found_error": six_by_name(found),
        "difference": six_by_name(_difference(found, hidden)),
        "matrix_planning_to_acquired": registration.matrix.tolist(),
        "quality": result.quality,
        "converged": result.converged,
        "match_seconds": result.seconds,
        "seconds": dict(test.seconds),
        "saved": saved,
        "warnings": [f"{m.title}: {m.detail}" for m in state.messages if m.severity is Severity.WARNING],
        "screenshots": list(test.pictures),
    }


def _found_error(state: SessionState) -> Six:
    """How far the patient lies from where the plan wants him: the negative of the couch correction."""
    correction = shown_correction(state.phase)
    if correction is None:
        raise StepFailed("match: there is no correction")
    a, b, c, d, e, f = (None if value is None else -value for value in correction.isocentric_difference)
    return (a, b, c, d, e, f)


def _difference(found: Six, hidden: Six) -> Six:
    a, b, c, d, e, f = (None if x is None or y is None else x - y for x, y in zip(found, hidden, strict=True))
    return (a, b, c, d, e, f)


def _saved_objects(state: SessionState, tms: EmbeddedTms) -> list[dict[str, str]]:
    """What the archive now holds of what was saved: looked up there, not believed."""
    held = {instance.sop_instance_uid: instance for instance in tms.instances()}
    saved = []
    for result in state.save_results:
        if not result.stored or result.sop_instance_uid not in held:
            raise StepFailed(f"save: {result.kind} is not in the treatment management system: {result.detail}")
        instance = held[result.sop_instance_uid]
        saved.append({"kind": result.kind, "sop_instance_uid": instance.sop_instance_uid, "path": str(instance.path)})
    if not saved:
        raise StepFailed("save: nothing was sent")
    return saved
