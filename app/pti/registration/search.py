"""Where to look: refinement from one pose, and starts around it."""

from dataclasses import dataclass

import numpy as np

from pti.foundation.cancel import CancelToken
from pti.geometry.rigid import FloatArray, RigidTransform, rotation_angle_deg
from pti.imaging.parallel import for_bands
from pti.registration.pose_steps import Fit, evaluate, moved, step
from pti.registration.prepared import LevelVolume
from pti.registration.views import ViewLevel

_DAMPING = 1e-3
#: A turn by this moves what is 100 mm away by 1 mm.
_RAD_PER_MM = 0.01
#: Steps from a turned start; enough to see where it leads.
_TRIAL_STEPS = 7
#: One step goes no further.
_GREAT_MM, _GREAT_RAD = 12.0, 0.08
#: Other starts are turned by this about each axis of the room, both ways.
_TURN_RAD = 0.14
#: Successive steps are taken to shrink at least so fast.
_MOST_RATIO = 0.5
#: If no cost is below this, starts shifted by so much along each axis of the room are tried, too.
_POOR = 0.25
_SHIFT_MM = 25.0
#: A cost that grew by more than this did not just flutter.
_WORSE = 0.01
#: Poses no further apart are one optimum.
_SAME_MM, _SAME_DEG = 1.0, 0.7

#: A refinement that ends with a step no longer than this has settled, whether or not it had steps left.
_SETTLED_MM = 0.1

Views = tuple[ViewLevel, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where a refinement ended, and whether it had settled there: no way uphill, and the last step small."""

    fit: Fit
    converged: bool


class Search:
    """Refinements of one match; counts what they take.

    Parameters
    ----------
    pivot_mm : (3,), planning-CT frame
    free : (6, n), directions in which the pose may change
    cancel : looked at before every iteration
    """

    def __init__(self, pivot_mm: FloatArray, free: FloatArray, cancel: CancelToken) -> None:
        self.pivot_mm = pivot_mm
        self.evaluations = 0
        self._free = free
        self._cancel = cancel

    def refine(
        self, level: LevelVolume, views: Views, pose: RigidTransform, most: int, small_mm: float, *, threads: int | None = None
    ) -> Found:
        """Gauss-Newton steps from `pose`, at most so many, until one is shorter than `small_mm`.

        Raises
        ------
        Stopped
            If the match was cancelled.
        """
        fit = lowest = self._evaluate(level, views, pose, threads)
        before, length_mm = np.zeros(6), np.inf
        for _ in range(most):
            self._cancel.raise_if_cancelled()
            plain = step(fit, self._free, _DAMPING)
            change = _limited(plain * _lengthening(plain, before))
            before = change
            fit = self._evaluate(level, views, moved(fit.pose, change, self.pivot_mm), threads)
            lowest = min(lowest, fit, key=lambda one: one.cost)
            length_mm = max(float(np.linalg.norm(change[:3])), float(np.linalg.norm(change[3:])) / _RAD_PER_MM)
            if length_mm < small_mm:
                return Found(fit, True)
        downhill = fit.cost < lowest.cost + _WORSE
        return Found(fit if downhill else lowest, downhill and length_mm < _SETTLED_MM)

    def around(self, level: LevelVolume, views: Views, pose: RigidTransform, most: int, small_mm: float) -> list[Found]:
        """Refine `pose`, what comes of it turned about each axis of the room, and shifted poses if none of these fits.

        Raises
        ------
        Stopped
            If the match was cancelled.
        """
        first = self.refine(level, views, pose, most, small_mm)
        both_ways = np.vstack([np.eye(3), -np.eye(3)])
        turns, shifts = np.zeros((6, 6)), np.zeros((6, 6))
        turns[:, 3:], shifts[:, :3] = _TURN_RAD * both_ways, _SHIFT_MM * both_ways
        found = [
            first,
            *self._refine_all(level, views, [moved(first.fit.pose, turn, self.pivot_mm) for turn in turns], small_mm),
        ]
        if min(one.fit.cost for one in found) > _POOR:
            found += self._refine_all(level, views, [moved(pose, shift, self.pivot_mm) for shift in shifts], small_mm)
        return found

    def _refine_all(self, level: LevelVolume, views: Views, poses: list[RigidTransform], small_mm: float) -> list[Found]:
        found: dict[int, Found] = {}

        def band(start: int, end: int) -> None:
            for n in range(start, end):
                found[n] = self.refine(level, views, poses[n], _TRIAL_STEPS, small_mm, threads=1)

        for_bands(band, len(poses))
        return [found[n] for n in range(len(poses))]

    def _evaluate(self, level: LevelVolume, views: Views, pose: RigidTransform, threads: int | None) -> Fit:
        self.evaluations += 1
        return evaluate(level, views, pose, self.pivot_mm, threads=threads)


def best(found: list[Found], most: int, pivot_mm: FloatArray) -> list[Found]:
    """The best few that are not the same, best first."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda candidate: candidate.fit.cost):
        if len(kept) < most and not any(_same(one.fit.pose, other.fit.pose, pivot_mm) for other in kept):
            kept.append(one)
    return kept


def _same(a: RigidTransform, b: RigidTransform, pivot_mm: FloatArray) -> bool:
    apart = float(np.linalg.norm(a(pivot_mm) - b(pivot_mm)))
    return apart < _SAME_MM and rotation_angle_deg(a.rotation @ b.rotation.T) < _SAME_DEG


def _lengthening(change: FloatArray, before: FloatArray) -> float:
    """How much longer a step should be that goes on as the one before did: robust weights make steps shrink slowly (Aitken)."""
    weights = np.array([1.0, 1.0, 1.0, *[1 / _RAD_PER_MM**2] * 3])
    length = float(before @ (weights * before))
    ratio = float(change @ (weights * before)) / length if length > 0 else 0.0
    return 1.0 / (1.0 - min(max(ratio, 0.0), _MOST_RATIO))


def _limited(change: FloatArray) -> FloatArray:
    """The step, shortened where it would go too far to be trusted."""
    much = max(float(np.linalg.norm(change[:3])) / _GREAT_MM, float(np.linalg.norm(change[3:])) / _GREAT_RAD, 1.0)
    return change / much
