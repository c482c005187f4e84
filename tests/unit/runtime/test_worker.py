"""Workers: one job after the other, answers as intents, stop at once, never an exception lost."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from pti.foundation.cancel import CancelToken
from pti.foundation.errors import InvalidInput
from pti.runtime.worker import Job, Report, Worker
from pti.session import intents as it


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.answers: list[it.WorkerIntent] = []
        self.threads: list[QThread] = []

    @Slot(object)
    def on_answered(self, intent: it.WorkerIntent) -> None:
        self.answers.append(intent)
        self.threads.append(QThread.currentThread())


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[tuple[Worker, Listener]]:
    worker, listener = Worker("test"), Listener()
    worker.answered.connect(listener.on_answered)
    worker.start()
    yield worker, listener
    assert worker.close()


def waits_for_stop(cancel: CancelToken, report: Report) -> it.WorkerIntent | None:
    while True:
        cancel.raise_if_cancelled()
        threading.Event().wait(0.005)


def test_answers_come_in_order_and_in_the_thread_of_the_listener(worker: tuple[Worker, Listener], qtbot: QtBot) -> None:
    thread, listener = worker
    for task in (1, 2, 3):
        thread.submit(Job(task, lambda cancel, report, task=task: it.PlansListed(task, ())))  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(listener.answers) == 3)
    assert listener.answers == [it.PlansListed(1, ()), it.PlansListed(2, ()), it.PlansListed(3, ())]
    assert set(listener.threads) == {QThread.currentThread()}


def test_an_error_that_the_user_can_act_on_keeps_its_words(worker: tuple[Worker, Listener], qtbot: QtBot) -> None:
    def fails(cancel: CancelToken, report: Report) -> None:
        raise InvalidInput("the slice 7 is empty")

    worker[0].submit(Job(4, fails))
    qtbot.waitUntil(lambda: bool(worker[1].answers))
    (failed,) = worker[1].answers
    assert isinstance(failed, it.TaskFailed)
    assert (failed.task, failed.code, failed.detail) == (4, InvalidInput.code, "the slice 7 is empty")


def test_a_bug_is_told_as_a_bug_and_the_thread_goes_on(
    worker: tuple[Worker, Listener], qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(cancel: CancelToken, report: Report) -> None:
        raise ZeroDivisionError

    worker[0].submit(Job(5, breaks))
    worker[0].submit(Job(6, lambda cancel, report: it.PlansListed(6, ())))
    qtbot.waitUntil(lambda: len(worker[1].answers) == 2)
    failed, listed = worker[1].answers
    assert isinstance(failed, it.TaskFailed)
    assert failed.code == "PTI-BUG"
    assert "ZeroDivisionError" in caplog.text
    assert listed == it.PlansListed(6, ())


def test_stop_ends_the_running_job_and_not_the_next(worker: tuple[Worker, Listener], qtbot: QtBot) -> None:
    worker[0].submit(Job(7, waits_for_stop))
    worker[0].submit(Job(8, lambda cancel, report: it.PlansListed(8, ())))
    worker[0].cancel(7)
    qtbot.waitUntil(lambda: len(worker[1].answers) == 2)
    assert worker[1].answers == [it.TaskStopped(7), it.PlansListed(8, ())]


def test_a_job_that_is_stopped_while_it_waits_never_starts(worker: tuple[Worker, Listener], qtbot: QtBot) -> None:
    started: list[int] = []
    worker[0].submit(Job(9, waits_for_stop))
    worker[0].submit(Job(10, lambda cancel, report: started.append(10)))
    worker[0].cancel(10)
    worker[0].cancel(9)
    qtbot.waitUntil(lambda: len(worker[1].answers) == 2)
    assert worker[1].answers == [it.TaskStopped(9), it.TaskStopped(10)]
    assert started == []


def test_progress_is_told_and_its_end_is_never_swallowed(worker: tuple[Worker, Listener], qtbot: QtBot) -> None:
    def counts(cancel: CancelToken, report: Report) -> it.PlansListed:
        for i in range(1001):
            report("counting", i / 1000)
        return it.PlansListed(11, ())

    worker[0].submit(Job(11, counts))
    qtbot.waitUntil(lambda: it.PlansListed(11, ()) in worker[1].answers)
    told = [a for a in worker[1].answers if isinstance(a, it.TaskProgressed)]
    assert told[-1].fraction == 1.0
    assert len(told) < 1001


def test_closing_stops_what_runs(qtbot: QtBot) -> None:
    thread = Worker("closing")
    thread.start()
    thread.submit(Job(12, waits_for_stop))
    assert thread.close()
    assert thread.isFinished()
