"""The errors of estimates: three curves (10, 50 and 90 % of waits), learnt from the waits that came true."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

SHARES = (0.1, 0.5, 0.9)
KNOTS = tuple(math.log(minutes) for minutes in (5.0, 10.0, 20.0, 40.0, 80.0, 160.0))
# The middle moves slower: it is right on average already, and one odd day should not move it far.
STEPS = (0.01, 0.001, 0.01)
# Logarithm of actual over expected wait at the knots, as seen on the days docs/benchmarks.md names.
START = (
    (-0.40, -0.72, -0.65, -0.50, -0.50, -0.40),
    (0.08, -0.05, 0.0, 0.0, 0.0, 0.0),
    (0.80, 0.60, 0.49, 0.44, 0.34, 0.33),
)
# The same of the minutes that were left at a moment of a wait.
UPDATES = (
    (-0.40, -0.85, -0.95, -0.70, -0.68, -0.60),
    (-0.03, -0.30, -0.20, -0.15, -0.08, -0.05),
    (0.60, 0.40, 0.34, 0.30, 0.28, 0.28),
)


class ErrorQuantiles:
    """For an expected wait: the wait that 10, 50 and 90 % of the people really stayed below.

    Each observation moves the two neighbouring knots of each curve a small step up or down; in the long run
    the shares come out right whatever the estimate's own mistakes are.
    """

    offsets: list[list[float]]
    _curves: list[list[float]] | None

    def __init__(self, offsets: Sequence[Sequence[float]] = START) -> None:
        if len(offsets) != len(SHARES) or any(len(curve) != len(KNOTS) for curve in offsets):
            raise ValueError("a spread has three curves of six offsets")
        self.offsets = [[float(value) for value in curve] for curve in offsets]
        self._curves = None

    def around(self, expected: float) -> tuple[float, float, float]:
        """Return low, middle and high in minutes; each grows with `expected`, which must be above zero."""
        if self._curves is None:
            self._curves = self._ordered()
        x = math.log(expected)
        low, middle, high = (math.exp(_along(curve, x)) for curve in self._curves)
        return low, middle, high

    def learn(self, expected: float, actual: float) -> None:
        """Learn from one wait that came true; both values are in minutes and above zero."""
        x = math.log(expected)
        left, share = _between(x)
        error = math.log(actual) - x
        for curve, level, step in zip(self.offsets, SHARES, STEPS, strict=True):
            offset = curve[left] * (1.0 - share) + curve[left + 1] * share
            move = step * (level - (error < offset))
            curve[left] += move * (1.0 - share)
            curve[left + 1] += move * share
        self._curves = None

    def _ordered(self) -> list[list[float]]:
        """Return the curves made monotonic: a longer expected wait never gives a shorter estimate."""
        curves = [list(accumulate(map(float.__add__, KNOTS, curve), max)) for curve in self.offsets]
        low, middle, high = curves
        return [list(map(min, low, middle)), middle, list(map(max, high, middle))]


def _between(x: float) -> tuple[int, float]:
    """Return the knot left of x and how far x is on the way to the next; ends are held."""
    if x <= KNOTS[0]:
        return 0, 0.0
    if x >= KNOTS[-1]:
        return len(KNOTS) - 2, 1.0
    left = next(i for i in range(len(KNOTS) - 1) if x < KNOTS[i + 1])
    return left, (x - KNOTS[left]) / (KNOTS[left + 1] - KNOTS[left])


def _along(curve: Sequence[float], x: float) -> float:
    """Return the curve's value at x; beyond the ends it goes on with slope one."""
    left, share = _between(x)
    beyond = min(x - KNOTS[0], 0.0) + max(x - KNOTS[-1], 0.0)
    return curve[left] * (1.0 - share) + curve[left + 1] * share + beyond
