"""How much of each image is scattered radiation: what makes it look most like the CT at the pose found so far."""

from pti.geometry.rigid import FloatArray, RigidTransform
from pti.imaging.parallel import for_bands
from pti.registration.metrics import fit_view
from pti.registration.pose_steps import render_with_derivatives
from pti.registration.prepared import LevelVolume
from pti.registration.views import ViewLevel, without_scatter

#: Shares tried; of broad scatter in kV imaging of a head to a pelvis with and without grid.
_SHARES = (0.0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.2, 0.3, 0.4)


def scatter_shares(
    level: LevelVolume, views: tuple[ViewLevel, ...], pose: RigidTransform, pivot_mm: FloatArray
) -> tuple[float, ...]:
    """For each view, the share of scatter without which its features correlate best with the rendered ones.

    Parameters
    ----------
    pose : planning CT -> fixed, within a few mm of the right one
    pivot_mm : (3,), planning-CT frame
    """
    rendered = [render_with_derivatives(level, view, pose, pose(pivot_mm)) for view in views]
    costs = {(n, share): 1.0 for n in range(len(views)) for share in _SHARES}
    trials = list(costs)

    def band(first: int, end: int) -> None:
        for n, share in trials[first:end]:
            costs[n, share] = fit_view(without_scatter(views[n], share), *rendered[n]).cost

    for_bands(band, len(trials))
    return tuple(min(_SHARES, key=lambda share: costs[n, share]) for n in range(len(views)))
