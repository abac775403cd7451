"""Benchmarks: how fast the real hub is, beside what this machine can do at all in the same run."""
