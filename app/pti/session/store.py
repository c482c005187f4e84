"""Holds the state, lets intents change it, tells who listens, and hands effects to whoever carries them out."""

from collections import deque
from collections.abc import Callable

from pti.foundation.clock import Clock
from pti.session.effects import Effect
from pti.session.intents import Intent
from pti.session.model import SessionState
from pti.session.reducer import reduce


class Store:
    """The one owner of the session's state; used in one thread.

    Parameters
    ----------
    state : where the session starts
    clock : stamps every intent
    perform : carries out an effect; returns at once
    """

    def __init__(self, state: SessionState, clock: Clock, perform: Callable[[Effect], None]) -> None:
        self._state = state
        self._clock = clock
        self._perform = perform
        self._listeners: list[Callable[[SessionState], None]] = []
        self._waiting: deque[Intent] = deque()
        self._busy = False

    @property
    def state(self) -> SessionState:
        """The state as of the last intent."""
        return self._state

    def subscribe(self, listener: Callable[[SessionState], None]) -> None:
        """Call `listener` after every change, and now."""
        self._listeners.append(listener)
        listener(self._state)

    def dispatch(self, intent: Intent) -> None:
        """Apply an intent; one that arrives from within a listener waits for its turn."""
        self._waiting.append(intent)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._apply(self._waiting.popleft())
        finally:
            self._busy = False

    def _apply(self, intent: Intent) -> None:
        before = self._state
        self._state, effects = reduce(before, intent, self._clock())
        if self._state is not before:
            for listener in self._listeners:
                listener(self._state)
        for effect in effects:
            self._perform(effect)
