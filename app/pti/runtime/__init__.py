"""Threads: the network worker, the compute worker, and the way from effects to jobs."""
