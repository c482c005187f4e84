"""What follows from the state: computed, never stored."""

from pti.geometry.rigid import RigidTransform
from pti.registration.correction import CouchCorrection
from pti.session.case import AcquiredPair, MatchRecord
from pti.session.phases import Accepted, Acquired, Acquiring, Exporting, Matched, Matching, Phase, Saving
from pti.session.poses import correction_of, planning_to_acquired


def shown_match(phase: Phase) -> MatchRecord | None:
    """The match that is on the screen."""
    matched = shown_matched(phase)
    return None if matched is None else matched.record


def shown_matched(phase: Phase) -> Matched | None:
    """The phase's match with its images, if it has one."""
    match phase:
        case Matched():
            return phase
        case Accepted(matched=matched):
            return matched
        case Saving(before=before) | Exporting(before=before) | Acquiring(before=before) | Matching(before=before):
            return shown_matched(before)
        case _:
            return None


def shown_acquired(phase: Phase) -> Acquired | None:
    """The images that are on the screen, with their planned views."""
    match phase:
        case Acquired():
            return phase
        case Matched(acquired=acquired):
            return acquired
        case Accepted(matched=matched):
            return matched.acquired
        case Saving(before=before) | Exporting(before=before) | Acquiring(before=before) | Matching(before=before):
            return shown_acquired(before)
        case _:
            return None


def shown_pair(phase: Phase) -> AcquiredPair | None:
    """The images that are on the screen."""
    acquired = shown_acquired(phase)
    return None if acquired is None else acquired.pair


def shown_correction(phase: Phase) -> CouchCorrection | None:
    """The couch correction of the match on the screen, for the active beam."""
    matched = shown_matched(phase)
    if matched is None:
        return None
    case = matched.case
    return correction_of(case.plan, case.active_beam, matched.acquired.pair.images[0], matched.record.result)


def shown_registration(phase: Phase) -> RigidTransform | None:
    """Planning-CT frame -> acquired frame of the match on the screen."""
    matched = shown_matched(phase)
    if matched is None:
        return None
    return planning_to_acquired(matched.record.result, matched.acquired.pair.images[0])
