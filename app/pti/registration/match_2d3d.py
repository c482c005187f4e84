"""2D/3D match: the pose of the planning CT at which its ray sums look like the acquired images.

Gauss-Newton on edges of line integrals, coarse to fine, all views at once. Each iteration renders every view once,
together with the derivatives of the ray sums by the six pose parameters (:mod:`pti.registration._kernels`).
"""

import logging
import time
from collections.abc import Callable

import numpy as np

from pti.foundation.cancel import CancelToken
from pti.geometry.rigid import FloatArray
from pti.registration.correction import Direction
from pti.registration.observed import unobserved_direction
from pti.registration.prepared import PreparedCt, prepare
from pti.registration.problem import Match2d3dProblem
from pti.registration.result import MatchResult
from pti.registration.scatter import scatter_shares
from pti.registration.search import Found, Search, best
from pti.registration.views import view_levels, without_scatter

Progress = Callable[[float, str], None]

ALGORITHM = "PTI gradient Gauss-Newton 2D/3D 1"

#: From coarse to fine: index of the CT's level, pixel size at the isocentre in mm, most iterations, and the step that ends a
#: level, in mm and in 0.01 rad.
_LEVELS = ((2, 9.0, 10, 0.1), (1, 4.5, 8, 0.05), (1, 2.25, 8, 0.02), (0, 1.13, 4, 0.01))
#: Different optima that go on to the next level.
_KEPT = (3, 2, 1, 1)
#: The first level at which the pose is good enough to tell scatter from tissue.
_SCATTER_FROM = 2
#: Progress when CT and images are ready.
_PREPARED = 0.3

_log = logging.getLogger(__name__)


def match_2d3d(
    problem: Match2d3dProblem,
    *,
    prepared: PreparedCt | None = None,
    cancel: CancelToken | None = None,
    on_progress: Progress | None = None,
) -> MatchResult:
    """Find the pose of the planning CT that the images show.

    Parameters
    ----------
    problem : CT, images, start
    prepared : of the problem's CT (:func:`pti.registration.prepared.prepare`); made here if not given
    cancel : looked at before every iteration
    on_progress : gets 0 to 1 and what is being done

    Raises
    ------
    Stopped
        Soon after `cancel` was set.
    UnknownIntensityRelationship
        If an image does not say whether bright means beam or tissue.
    """
    started = time.perf_counter()
    cancel = cancel or CancelToken()
    tell = on_progress or (lambda _share, _phrase: None)
    tell(0.0, "Preparing the planning CT")
    prepared = prepared or prepare(problem.volume)
    cancel.raise_if_cancelled()
    tell(0.2, "Preparing the images")
    views = [view_levels(view, tuple(pixel_mm for _, pixel_mm, _, _ in _LEVELS)) for view in problem.views]
    direction = unobserved_direction([view.geometry for view in problem.views])
    search = Search(np.array(problem.pivot_mm), free_directions(direction), cancel)
    candidates: list[Found] = []
    shares = (0.0,) * len(views)
    for n, (ct_level, _, most, small) in enumerate(_LEVELS):
        tell(_PREPARED + (1 - _PREPARED) * n / len(_LEVELS), f"Matching, level {n + 1} of {len(_LEVELS)}")
        level, images = prepared.levels[ct_level], tuple(view[n] for view in views)
        if n == 0:
            candidates = search.around(level, images, problem.start, most, small)
        else:
            if n == _SCATTER_FROM:
                shares = scatter_shares(level, images, candidates[0].fit.pose, search.pivot_mm)
            images = tuple(without_scatter(image, share) for image, share in zip(images, shares, strict=True))
            candidates = [search.refine(level, images, found.fit.pose, most, small) for found in candidates]
        candidates = best(candidates, _KEPT[n], search.pivot_mm)
    tell(1.0, "Matched")
    return _result(candidates[0], direction, search.evaluations, time.perf_counter() - started)


def free_directions(unobserved: Direction | None) -> FloatArray:
    """(6, 6) or (6, 5): the pose changes that the images determine."""
    if unobserved is None:
        return np.eye(6)
    across = np.linalg.svd(np.array([unobserved]))[2][1:]
    free = np.zeros((6, 5))
    free[:3, :2] = across.T
    free[3:, 2:] = np.eye(3)
    return free


def _result(found: Found, direction: Direction | None, evaluations: int, seconds: float) -> MatchResult:
    qualities = tuple(float(np.clip(view.correlation, 0, 1)) for view in found.fit.views)
    _log.info("2D/3D match: quality %.3f, %d evaluations, %.2f s", np.mean(qualities), evaluations, seconds)
    return MatchResult(
        planning_to_fixed=found.fit.pose,
        quality=float(np.mean(qualities)),
        view_qualities=qualities,
        unobserved_direction=direction,
        converged=found.converged,
        evaluations=evaluations,
        seconds=seconds,
        algorithm=ALGORITHM,
    )
