"""A thread that does one job after the other and answers each with an intent."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread, Signal

from pti.foundation.cancel import CancelToken
from pti.foundation.errors import PtiError, Stopped
from pti.session.intents import TaskFailed, TaskProgressed, TaskStopped, WorkerIntent

_log = logging.getLogger(__name__)

#: Progress is told at most this often, so that a fast job does not flood the window.
_REPORT_INTERVAL_S = 0.04

Report = Callable[[str, float | None], None]
Work = Callable[[CancelToken, Report], WorkerIntent | None]


@dataclass(frozen=True, slots=True)
class Job:
    """Work for a thread, with the flag that stops it."""

    task: int
    work: Work
    cancel: CancelToken = field(default_factory=CancelToken)


def failure(task: int, error: Exception) -> TaskFailed:
    """What the user is told of an error: a PtiError's own words; anything else is a bug and says so."""
    if isinstance(error, PtiError):
        return TaskFailed(task, error.code, error.title, error.detail, error.remedy)
    detail = f"{type(error).__name__}: the details are in the log."
    return TaskFailed(task, "PTI-BUG", "Unexpected error in the program", detail, "Save your work and report this error.")


class Worker(QThread):
    """Does jobs in the order they come; jobs are given, cancelled and closed from the GUI thread."""

    answered = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._unfinished: list[Job] = []

    def submit(self, job: Job) -> None:
        """Put a job in the queue."""
        with self._lock:
            self._unfinished.append(job)
        self._queue.put(job)

    def cancel(self, task: int) -> None:
        """Stop a job, running or waiting; returns at once."""
        with self._lock:
            jobs = [job for job in self._unfinished if job.task == task]
            running = bool(jobs) and jobs[0] is self._unfinished[0]
        for job in jobs:
            job.cancel.cancel()
        if running:
            self.interrupt_waiting()

    def cancel_all(self) -> None:
        """Stop everything."""
        with self._lock:
            tasks = [job.task for job in self._unfinished]
        for task in tasks:
            self.cancel(task)

    def interrupt_waiting(self) -> None:
        """Wake a job that waits for something that does not look at its token; nothing by default."""

    def close(self, timeout_ms: int = 10_000) -> bool:
        """Stop everything and end the thread; whether it ended in time."""
        self.cancel_all()
        self._queue.put(None)
        return self.wait(timeout_ms)

    def run(self) -> None:
        """Do jobs until :meth:`close`; runs in the thread."""
        while (job := self._queue.get()) is not None:
            intent = self._perform(job)
            with self._lock:
                self._unfinished.remove(job)
            if intent is not None:
                self.answered.emit(intent)

    def _perform(self, job: Job) -> WorkerIntent | None:
        try:
            job.cancel.raise_if_cancelled()
            return job.work(job.cancel, self._reporter(job.task))
        except Stopped:
            return TaskStopped(job.task)
        except PtiError as error:
            _log.error("task %d failed: %s", job.task, error.code)
            return failure(job.task, error)
        except Exception as error:  # noqa: BLE001 - a bug must reach the user and must not end the thread
            _log.exception("task %d failed unexpectedly", job.task)
            return failure(job.task, error)

    def _reporter(self, task: int) -> Report:
        last = 0.0

        def report(text: str, fraction: float | None) -> None:
            nonlocal last
            now = time.monotonic()
            if fraction == 1.0 or now - last >= _REPORT_INTERVAL_S:
                last = now
                self.answered.emit(TaskProgressed(task, text, fraction))

        return report
