"""What may be read off the screen while something runs: never the values of an earlier acquisition or match."""

from dataclasses import replace

from pti.session.model import SessionState
from pti.session.phases import Acquiring, Loaded, Matching


def settled(state: SessionState) -> SessionState:
    """The state without what the running task is about to replace.

    While images are taken there are none to look at; while a match runs there is none to judge.
    """
    match state.phase:
        case Acquiring(before=before):
            return replace(state, phase=Loaded(before.case))
        case Matching() as matching:
            return replace(state, phase=matching.acquired)
        case _:
            return state
