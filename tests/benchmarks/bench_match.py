"""The 2D/3D match on real CTs, image preparation included; one DRR by itk-rtk of the same CT is the yardstick."""

from collections.abc import Callable, Mapping

import numpy as np

from pti.geometry.imagers import ImagerGeometry
from pti.imaging.attenuation import WATER, attenuation_volume
from pti.registration.match_2d3d import match_2d3d
from pti.registration.prepared import PreparedCt, prepare
from pti.registration.problem import Match2d3dProblem
from pti.registration.result import MatchResult
from tests.benchmarks.runner import Benchmark, Candidate, Unavailable
from tests.support.data import DataNotAtHand
from tests.support.kv_images import displaced, kv_images, target_errors_mm
from tests.support.real_ct import RealCase, real_case
from tests.support.rtk import RtkProjector

_SETUP_ERROR = (8.0, -7.0, 9.0, 2.5, -3.0, 2.0)
_REFERENCE = "one DRR of the thorax, 512 x 512 pixels, by itk-rtk Joseph"


def benchmark() -> Benchmark:
    try:
        cases = {name: real_case(name) for name in ("head", "skull", "thorax")}
    except DataNotAtHand as reason:
        raise Unavailable(str(reason)) from reason
    candidates: dict[str, Candidate | Unavailable] = {_REFERENCE: _rtk_drr(cases["thorax"])}
    for name, case in cases.items():
        views = kv_images(case.ct, displaced(case.planned, _SETUP_ERROR), seed=1)
        problem = Match2d3dProblem(case.ct, views, case.planned, case.isocentre_mm)
        candidates[f"{name}, CT prepared"] = _match(problem, prepare(case.ct))
        candidates[f"{name}, from the CT on"] = _match(problem, None)
    return Benchmark(
        "match of two images, 768 x 1024 pixels, six axes", candidates, _REFERENCE, lambda found: _errors(cases, found)
    )


def _rtk_drr(case: RealCase) -> Candidate | Unavailable:
    try:
        rtk = RtkProjector(attenuation_volume(case.ct, WATER))
    except ImportError:
        return Unavailable("itk-rtk is not installed")
    panel = ImagerGeometry.centred(0.0, 2700.0, 3700.0, 512, 512, 0.8)
    return lambda: rtk(panel, case.planned)


def _match(problem: Match2d3dProblem, prepared: PreparedCt | None) -> Callable[[], MatchResult]:
    return lambda: match_2d3d(problem, prepared=prepared)


def _errors(cases: Mapping[str, RealCase], found: Mapping[str, object]) -> str:
    errors = {}
    for name, case in cases.items():
        result = found[f"{name}, CT prepared"]
        assert isinstance(result, MatchResult)
        true = displaced(case.planned, _SETUP_ERROR)
        errors[name] = float(np.max(target_errors_mm(result.planning_to_fixed, true, case.isocentre_mm)))
        assert errors[name] < 0.5, f"{name}: {errors[name]:.2f} mm off"
    return "greatest target registration error: " + ", ".join(f"{name} {error:.2f} mm" for name, error in errors.items())
