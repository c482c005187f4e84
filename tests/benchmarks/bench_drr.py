"""One frontal DRR of the thorax against itk-rtk."""

from tests.benchmarks.drr_case import drr_benchmark
from tests.benchmarks.runner import Benchmark


def benchmark() -> Benchmark:
    return drr_benchmark("frontal", 0.0)
