"""Standstills: counters are open and people wait, and nobody has been called for far longer than is usual."""
