"""The session without window, network and threads, for commands that do what a person would do there."""

from pti.foundation.cancel import CancelToken
from pti.foundation.clock import local_now
from pti.foundation.settings import ExportSettings
from pti.runtime.jobs.exporting import export_objects
from pti.runtime.jobs.files import load_files, look_at_files
from pti.runtime.jobs.matching import match_pair
from pti.runtime.jobs.rendering import CtWorkshop
from pti.session import effects as fx
from pti.session import intents as it
from pti.session.model import SessionState
from pti.session.reducer import reduce


class ScriptedSession:
    """Takes intents one by one; each is done, with all that follows from it, when :meth:`dispatch` returns."""

    def __init__(self, settings: ExportSettings, *, operator: str) -> None:
        self._settings = settings
        self._workshop = CtWorkshop()
        self.state = SessionState(operator, "")

    def dispatch(self, intent: it.Intent) -> None:
        """Carry out an intent.

        Raises
        ------
        PtiError
            If what it asks for fails; the session stays where it was.
        """
        waiting = [intent]
        while waiting:
            self.state, effects = reduce(self.state, waiting.pop(0), local_now())
            answers = [self._perform(effect) for effect in effects]
            waiting += [answer for answer in answers if answer is not None]

    def _perform(self, effect: fx.Effect) -> it.WorkerIntent | None:
        cancel = CancelToken()
        match effect:
            case fx.CheckFiles():
                return look_at_files(effect, cancel, _say_nothing)
            case fx.LoadFiles():
                return load_files(effect, cancel, _say_nothing)
            case fx.RunMatch():
                record = match_pair(effect.acquired, self._workshop, local_now, cancel, _say_nothing)
                return it.MatchFinished(effect.task, record)
            case fx.ExportObjects():
                return export_objects(effect, self._settings, cancel, _say_nothing)
            case _:  # what the screen needs
                return None


def _say_nothing(_text: str, _fraction: float | None) -> None:
    """Nobody watches."""
