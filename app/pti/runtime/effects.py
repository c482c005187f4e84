"""Carries out the session's effects: each becomes a job of a worker, and each answer an intent for the store."""

from dataclasses import dataclass
from typing import assert_never

from PySide6.QtCore import QObject, Slot

from pti.foundation.cancel import CancelToken
from pti.foundation.clock import Clock
from pti.foundation.machine import MachineDescription
from pti.foundation.settings import Settings
from pti.runtime.jobs.acquiring import ImagingFor, take_pair
from pti.runtime.jobs.archive import Archive
from pti.runtime.jobs.exporting import export_objects
from pti.runtime.jobs.files import load_files, look_at_files
from pti.runtime.jobs.loading import load_case
from pti.runtime.jobs.matching import match_pair
from pti.runtime.jobs.modelling import model_structures
from pti.runtime.jobs.rendering import CtWorkshop, render_views
from pti.runtime.jobs.saving import save_objects
from pti.runtime.network_worker import NetworkWorker
from pti.runtime.worker import Job, Report, Work, Worker
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.poses import expected_pose
from pti.session.store import Store

#: Of a job that nobody waits for; the session's tasks count from 1.
_NO_TASK = 0


@dataclass(frozen=True, slots=True)
class Services:
    """What the workers work with."""

    archive: Archive
    imaging_for: ImagingFor
    machine: MachineDescription
    clock: Clock
    settings: Settings


class EffectRunner(QObject):
    """Owns the workers; lives in the GUI thread, where it hands their answers to the store."""

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._workshop = CtWorkshop()
        self._store: Store | None = None
        self._network = NetworkWorker(services.archive.node)
        self._imaging = Worker("imaging")
        self._compute = Worker("compute")
        self._workers = (self._network, self._imaging, self._compute)

    def start(self, store: Store) -> None:
        """Start the workers; their answers go to `store`."""
        self._store = store
        for worker in self._workers:
            worker.answered.connect(self._on_answered)
            worker.start()

    def close(self) -> None:
        """Stop everything that runs and end the threads; answers that are still on their way are dropped."""
        self._store = None
        for worker in self._workers:
            worker.cancel_all()
        for worker in self._workers:
            worker.close()

    @Slot(object)
    def _on_answered(self, intent: it.WorkerIntent) -> None:
        if self._store is not None:
            self._store.dispatch(intent)

    def perform(self, effect: fx.Effect) -> None:  # noqa: C901 - one flat list of cases
        """Hand an effect to its worker; returns at once."""
        match effect:
            case fx.ListPlans():
                self._network.submit(Job(effect.task, self._list_plans(effect)))
            case fx.LoadPlan():
                self._network.submit(Job(effect.task, self._load(effect)))
            case fx.CheckFiles():
                self._imaging.submit(Job(effect.task, self._check_files(effect)))
            case fx.LoadFiles():
                self._imaging.submit(Job(effect.task, self._load_files(effect)))
            case fx.SendObjects():
                self._network.submit(Job(effect.task, self._send(effect)))
            case fx.ExportObjects():
                self._imaging.submit(Job(effect.task, self._export(effect)))
            case fx.TakePair():
                self._imaging.submit(Job(effect.task, self._take(effect)))
            case fx.PrepareMatch():
                self._compute.submit(Job(effect.task, self._prepare(effect)))
            case fx.ModelStructures():
                self._compute.submit(Job(effect.task, self._model(effect)))
            case fx.RunMatch():
                self._compute.submit(Job(effect.task, self._match(effect)))
            case fx.RenderViews():
                self._compute.submit(Job(effect.task, self._render(effect)))
            case fx.CancelTask():
                for worker in self._workers:
                    worker.cancel(effect.task)
            case fx.ForgetCase():
                self._compute.cancel_all()
                self._workshop.forget()
                self._network.submit(Job(_NO_TASK, self._clear_cache))
            case _:
                assert_never(effect)

    def _clear_cache(self, cancel: CancelToken, report: Report) -> None:
        self._services.archive.cache.clear()

    def _list_plans(self, effect: fx.ListPlans) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.PlansListed:
            return it.PlansListed(effect.task, self._services.archive.list_plans(cancel))

        return work

    def _load(self, effect: fx.LoadPlan) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.CaseLoaded:
            return load_case(effect, self._services.archive, cancel, report)

        return work

    def _check_files(self, effect: fx.CheckFiles) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.FilesChecked:
            return look_at_files(effect, cancel, report)

        return work

    def _load_files(self, effect: fx.LoadFiles) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.CaseLoaded:
            return load_files(effect, cancel, report)

        return work

    def _send(self, effect: fx.SendObjects) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.ObjectsSaved | it.TaskFailed | it.TaskStopped:
            return save_objects(effect, self._services.archive, self._services.settings.export, cancel, report)

        return work

    def _export(self, effect: fx.ExportObjects) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.ObjectsExported:
            return export_objects(effect, self._services.settings.export, cancel, report)

        return work

    def _take(self, effect: fx.TakePair) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.PairAcquired:
            services = self._services
            pair = take_pair(effect, services.imaging_for, services.machine, cancel, report)
            return it.PairAcquired(effect.task, pair)

        return work

    def _prepare(self, effect: fx.PrepareMatch) -> Work:
        def work(cancel: CancelToken, report: Report) -> None:
            self._workshop.prepared(effect.case.ct.volume)
            cancel.raise_if_cancelled()
            self._workshop.attenuation(effect.case.ct.volume)

        return work

    def _model(self, effect: fx.ModelStructures) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.StructuresModelled:
            case = effect.case
            models, warnings = model_structures(case.structure_set, case.ct.volume, cancel)
            return it.StructuresModelled(effect.task, models, warnings)

        return work

    def _match(self, effect: fx.RunMatch) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.MatchFinished:
            record = match_pair(effect.acquired, self._workshop, self._services.clock, cancel, report)
            return it.MatchFinished(effect.task, record)

        return work

    def _render(self, effect: fx.RenderViews) -> Work:
        def work(cancel: CancelToken, report: Report) -> it.ViewsRendered:
            case, record = effect.case, effect.record
            if record is None:
                pose = expected_pose(case.plan, case.active_beam, effect.pair.images[0])
            else:
                pose = record.result.planning_to_fixed
            views = render_views(case, effect.pair, pose, self._workshop, cancel)
            return it.ViewsRendered(effect.task, effect.pair, record, views)

        return work
