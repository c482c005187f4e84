"""The 2D/3D match of an acquired pair."""

from pti.foundation.cancel import CancelToken
from pti.foundation.clock import Clock
from pti.foundation.uids import new_uid
from pti.registration.match_2d3d import match_2d3d
from pti.registration.problem import Match2d3dProblem
from pti.runtime.jobs.rendering import CtWorkshop
from pti.runtime.worker import Report
from pti.session.case import MatchRecord
from pti.session.phases import Acquired
from pti.session.poses import expected_pose, require_same_placement


def match_pair(acquired: Acquired, workshop: CtWorkshop, clock: Clock, cancel: CancelToken, report: Report) -> MatchRecord:
    """Match all images of the pair at once, starting where the plan expects the patient.

    Raises
    ------
    FrameMismatch
        If the images were not taken with patient and couch in one place.
    Stopped
        If asked for.
    """
    case, images = acquired.case, acquired.pair.images
    require_same_placement(images)
    problem = Match2d3dProblem(
        case.ct.volume,
        tuple(image.radiograph for image in images),
        expected_pose(case.plan, case.active_beam, images[0]),
        case.active_beam.isocentre_mm,
    )
    result = match_2d3d(
        problem,
        prepared=workshop.prepared(case.ct.volume),
        cancel=cancel,
        on_progress=lambda fraction, text: report(text, fraction),
    )
    return MatchRecord(result, new_uid(), new_uid(), clock())
