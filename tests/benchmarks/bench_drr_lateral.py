"""One lateral DRR of the thorax against itk-rtk: rays run across the order of the voxels in memory."""

from tests.benchmarks.drr_case import drr_benchmark
from tests.benchmarks.runner import Benchmark


def benchmark() -> Benchmark:
    return drr_benchmark("lateral", 90.0)
