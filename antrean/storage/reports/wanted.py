"""Which visits a report over a period is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

HALF_HOURS = 48  # of a day
Values = tuple[tuple[str, str | int], ...]  # of columns: which one has which value


@dataclass(frozen=True, slots=True)
class Wanted:
    """The legs of business days from `since` to `until`, both included, that have the values of `only`.

    Columns are service, counter, operator, priority, language and device.
    """

    since: date
    until: date
    only: Values = ()
