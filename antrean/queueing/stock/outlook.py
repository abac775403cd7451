"""How long an item of the stock lasts, from how much of it was used on earlier days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, variance

LEAST_DAYS = 5  # with use that have to be known; with fewer the range says nothing
MOST_DAYS_TOLD = 250  # about a year of working days: what lasts longer is told as more than that
# The 90th percentile of Student's t with 4 to 27 degrees of freedom: 8 of 10 totals lie between minus and plus of it.
T90 = (
    1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350, 1.345, 1.341,
    1.337, 1.333, 1.330, 1.328, 1.325, 1.323, 1.321, 1.319, 1.318, 1.316, 1.315, 1.314,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lasts:
    """Whole days of use for which there is enough: `low` to `high`; None where no upper end can be said."""

    low: int
    high: int | None


def lasts(count: int, used: Sequence[int]) -> Lasts | None:
    """Return for how many more days like those on which so many were `used` a count is enough; None of too few days.

    With n earlier days of mean m and standard deviation s, what D more days use together lies, in 8 of 10 cases, within
    D·m ± t·s·√(D + D²/n), t being the 90th percentile of Student's t with n − 1 degrees of freedom (the prediction
    interval for the mean of D further observations: Hahn, Meeker and Escobar, Statistical Intervals, 2nd ed. 2017,
    section 4.8; here times D). The ends are the D at which the upper and the lower bound reach the count: the roots of
    (m² − k/n)·D² − (2·count·m + k)·D + count² = 0 with k = t²·s². Where m² ≤ k/n the lower bound never does.

    Days differ by weekday, which makes s, and so the range, rather too wide than too narrow for whole weeks.
    """
    if len(used) < LEAST_DAYS:
        return None
    n, m = len(used), mean(used)
    t = T90[min(n - 1 - (LEAST_DAYS - 1), len(T90) - 1)]
    k = t * t * variance(used)
    a, b, c = m * m - k / n, 2 * count * m + k, float(count * count)
    root = sqrt(max(b * b - 4 * a * c, 0.0))
    # The smaller root, written so that it holds for an `a` of 0 and below as well.
    low = 2 * c / (b + root) if c else 0.0
    high = (b + root) / (2 * a) if a > 0 and c else None if c else 0.0
    if high is not None and high > MOST_DAYS_TOLD:
        high = None
    return Lasts(min(_whole(low), MOST_DAYS_TOLD), None if high is None else _whole(high))


def _whole(days: float) -> int:
    return int(days + 1e-9)  # what is whole but for a rounding stays whole
