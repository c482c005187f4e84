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
from pti.registration.pose_steps import Fit, evaluate, moved, step
from pti.registration.prepared import PreparedCt, prepare
from pti.registration.problem import Match2d3dProblem
from pti.registration.result import MatchResult
from pti.registration.views import view_levels

Progress = Callable[[float, str], None]

ALGORITHM = "PTI gradient Gauss-Newton 2D/3D 1"

#: From coarse to fine: index of the CT's level, pixels to one, sigma of the filter in those, most iterations.
_LEVELS = ((2, 32, 1.2, 12), (1, 16, 1.2, 10), (1, 8, 1.2, 8), (0, 4, 1.2, 4))
_DAMPING = 1e-3
#: Steps below these end a level.
_SMALL_MM, _SMALL_RAD = 0.01, 1e-4
#: One step goes no further.
_GREAT_MM, _GREAT_RAD = 12.0, 0.08
#: Views whose axes are closer than this leave the depth open, degrees.
_LEAST_ANGLE_DEG = 10.0

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
    views = [view_levels(view, tuple((b, s) for _, b, s, _ in _LEVELS)) for view in problem.views]
    direction = unobserved_direction(problem)
    free = free_directions(direction)
    pivot = np.array(problem.pivot_mm)
    pose, evaluations, converged = problem.start, 0, False
    for n, (ct_level, _, _, most) in enumerate(_LEVELS):
        level, images = prepared.levels[ct_level], tuple(view[n] for view in views)
        fit = evaluate(level, images, pose, pivot)
        evaluations += 1
        converged = False
        for i in range(most):
            cancel.raise_if_cancelled()
            tell(0.3 + 0.7 * (n + i / most) / len(_LEVELS), f"Matching, level {n + 1} of {len(_LEVELS)}")
            change = limited(step(fit, free, _DAMPING))
            fit = evaluate(level, images, moved(fit.pose, change, pivot), pivot)
            evaluations += 1
            if np.linalg.norm(change[:3]) < _SMALL_MM and np.linalg.norm(change[3:]) < _SMALL_RAD:
                converged = True
                break
        pose = fit.pose
    tell(1.0, "Matched")
    return _result(fit, direction, converged, evaluations, time.perf_counter() - started)


def unobserved_direction(problem: Match2d3dProblem) -> FloatArray | None:
    """Unit vector (3,) from source to isocentre if the views' axes are all nearly parallel, else None."""
    axes = [-view.geometry.source_fixed_mm / np.linalg.norm(view.geometry.source_fixed_mm) for view in problem.views]
    aligned = [axis if axis @ axes[0] > 0 else -axis for axis in axes]
    if min(float(axis @ aligned[0]) for axis in aligned) < np.cos(np.radians(_LEAST_ANGLE_DEG)):
        return None
    mean = np.mean(aligned, axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def free_directions(unobserved: FloatArray | None) -> FloatArray:
    """(6, 6) or (6, 5): the pose changes that the images determine."""
    if unobserved is None:
        return np.eye(6)
    across = np.linalg.svd(unobserved[np.newaxis])[2][1:]
    free = np.zeros((6, 5))
    free[:3, :2] = across.T
    free[3:, 2:] = np.eye(3)
    return free


def limited(change: FloatArray) -> FloatArray:
    """The step, shortened where it would go too far to be trusted."""
    much = max(float(np.linalg.norm(change[:3])) / _GREAT_MM, float(np.linalg.norm(change[3:])) / _GREAT_RAD, 1.0)
    return change / much


def _result(fit: Fit, direction: FloatArray | None, converged: bool, evaluations: int, seconds: float) -> MatchResult:
    qualities = tuple(float(np.clip(view.correlation, 0, 1)) for view in fit.views)
    x, y, z = (0.0, 0.0, 0.0) if direction is None else (float(v) for v in direction)
    _log.info("2D/3D match: quality %.3f, %d evaluations, %.2f s", np.mean(qualities), evaluations, seconds)
    return MatchResult(
        planning_to_fixed=fit.pose,
        quality=float(np.mean(qualities)),
        view_qualities=qualities,
        unobserved_direction=None if direction is None else (x, y, z),
        converged=converged,
        evaluations=evaluations,
        seconds=seconds,
        algorithm=ALGORITHM,
    )
