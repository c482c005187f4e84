"""Benchmarks: times as ratios against a named reference, measured side by side in the same run."""
