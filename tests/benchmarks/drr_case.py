"""One DRR of the full-resolution thorax against itk-rtk's Joseph projector; shared by the frontal and the lateral benchmark."""

from collections.abc import Mapping

import numpy as np

from pti.geometry.imagers import ImagerGeometry
from pti.imaging.attenuation import WATER, attenuation_volume
from pti.imaging.drr import render_drr
from pti.imaging.pyramid import reduced
from tests.benchmarks.runner import Benchmark, Candidate, Unavailable
from tests.support.data import DataNotAtHand
from tests.support.kv_images import displaced
from tests.support.real_ct import real_case
from tests.support.rtk import RtkProjector

_OURS, _REFERENCE = "pti", "itk-rtk Joseph"
_COARSE = "pti while dragging: 256 x 192 pixels, voxels 4 x 4 x 4"


def drr_benchmark(view: str, gantry_deg: float) -> Benchmark:
    """Prepare the comparison for one gantry angle."""
    try:
        case = real_case("thorax")
    except DataNotAtHand as reason:
        raise Unavailable(str(reason)) from reason
    volume = attenuation_volume(case.ct, WATER)
    coarse = reduced(volume, 4)
    pose = displaced(case.planned, (3.0, 4.0, 5.0, 1.0, 2.0, -1.5))
    panel = ImagerGeometry.centred(gantry_deg, 2700.0, 3700.0, 512, 512, 0.8)
    small_panel = ImagerGeometry.centred(gantry_deg, 2700.0, 3700.0, 192, 256, 1.552)
    candidates: dict[str, Candidate | Unavailable] = {
        _OURS: lambda: render_drr(volume, panel, pose),
        _REFERENCE: Unavailable("itk-rtk is not installed"),
        _COARSE: lambda: render_drr(coarse, small_panel, pose),
    }
    try:
        rtk = RtkProjector(volume)
    except ImportError:
        pass
    else:
        candidates[_REFERENCE] = lambda: rtk(panel, pose)
    slices, rows, columns = case.ct.hounsfield.shape
    title = f"one {view} DRR, {columns} x {rows} x {slices} voxels onto 512 x 512 pixels"
    return Benchmark(title, candidates, _REFERENCE, _agreement)


def _agreement(results: Mapping[str, object]) -> str:
    if _REFERENCE not in results:
        return "nothing to compare with"
    ours, theirs = np.asarray(results[_OURS]), np.asarray(results[_REFERENCE])
    worst = float(np.percentile(np.abs(ours - theirs), 99) / theirs.max())
    # Half a voxel at the volume's border, where ours ends at the voxels' centres.
    assert worst < 5e-3, f"the images differ by {worst:.1e} of the maximum"
    return f"the images differ by less than {worst:.1e} of the maximum in 99 % of the pixels"
